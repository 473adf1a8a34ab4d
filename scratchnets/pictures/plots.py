"""Pictures, in one style. Every function takes arrays (of either library) and returns a Figure.

Figures are made without pyplot: nothing is shown, nothing piles up, any thread may draw. In a
notebook a Figure at the end of a cell shows itself.
"""
import numpy as np
from matplotlib.figure import Figure

from scratchnets.arguments import positive_integer
from scratchnets.backend import to_numpy

# Colours that colour-blind readers tell apart (Okabe and Ito, 2008), in this order everywhere.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
MARKERS = "osD^v<>Pp*"
LARGEST = 100           # inches of a figure's side: a machine's memory ends before the number of images does
FEW = 20                # classes that a legend tells apart
READABLE = 40           # classes whose counts can be read in a matrix


def sized(width, height):
    """The size of a figure in inches, bounded."""
    return min(width, LARGEST), min(height, LARGEST)


def as_images(values, shape=None):
    """(N, …) as gray or colour images (N, H, W) or (N, H, W, 3); flat rows need their shape (H, W, C)."""
    values = to_numpy(values)
    if shape is not None:
        values = values.reshape(-1, *shape)
    if values.ndim == 2:
        side = round(values.shape[1] ** 0.5)
        if side * side != values.shape[1]:
            raise ValueError(f"rows of {values.shape[1]} pixels are no square image; give shape=(H, W, C)")
        values = values.reshape(-1, side, side)
    if values.ndim == 4 and values.shape[-1] == 1:
        values = values[..., 0]
    return values


def tile(rows, gap=1, ground=1.0):
    """Rows of images as one picture: a single axis draws much faster than one for each image.

    Parameters
    ----------
    rows : list of array (n, H, W) or (n, H, W, 3)
        From top to bottom; a row may be shorter than others.
    gap : int or (int, int)
        Pixels between two images, down and across.
    ground : float
        What the gaps are filled with.

    Returns
    -------
    ndarray (height, width) or (height, width, 3)
    """
    (height, width, *colour), most = rows[0].shape[1:], max(map(len, rows))
    down, across = gap if isinstance(gap, tuple) else (gap, gap)
    picture = np.full((len(rows) * (height + down) - down, most * (width + across) - across, *colour), ground)
    for i, row in enumerate(rows):
        for j, image in enumerate(row):
            picture[i * (height + down):, j * (width + across):][:height, :width] = image
    return picture


def in_rows(images, columns):
    """Images (N, …) cut into rows of so many, the last one perhaps shorter."""
    columns = positive_integer("columns", columns)
    return [images[start:start + columns] for start in range(0, len(images), columns)]


def bare(axis):
    """An axis without ticks and frame; its labels stay."""
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    return axis


def image_rows(rows, shape=None, scale=0.62, captions=None):
    """Rows of images under each other, one label a row: originals, reconstructions, …

    Parameters
    ----------
    rows : dict of str to array (N, H, W, C)
        In order from top to bottom, pixels in [0, 1].
    shape : tuple, optional
        (H, W, C) of the images, where they come as flat rows.
    scale : float
        Inches an image.
    captions : sequence of str, optional
        One below each column.
    """
    images = {label: as_images(values, shape) for label, values in rows.items()}
    count = min(len(values) for values in images.values())
    figure = Figure(figsize=sized(scale * count + 1.3, scale * len(rows) + 0.1), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.1)
    for axis, (label, values) in zip(figure.subplots(len(rows), 1, squeeze=False).ravel(), images.items()):
        height, width = values.shape[1:3]
        gap = max(1, width // 12)
        bare(axis).imshow(tile([values[:count].clip(0, 1)], gap), cmap="gray", vmin=0, vmax=1)
        axis.set_ylabel(label, rotation=0, ha="right", va="center")
    if captions is not None:
        middles = np.arange(count) * (width + gap) + (width - 1) / 2
        axis.set_xticks(middles, captions, fontsize="small")
        axis.tick_params(length=0)
    return figure


def image_grid(images, columns=10, title="", shape=None, gap=1, scale=0.45):
    """Images side by side in rows, as a sheet of samples or a map of the latent plane.

    Parameters
    ----------
    images : array (N, H, W, C)
        Row by row, pixels in [0, 1].
    columns : int
    title : str
    shape : tuple, optional
        (H, W, C) of the images, where they come as flat rows.
    gap : int
        Pixels between two images.
    scale : float
        Inches an image.
    """
    images = as_images(images, shape).clip(0, 1)
    columns = min(columns, len(images))
    rows = in_rows(images, columns)
    figure = Figure(figsize=sized(max(scale * columns, 3) + 0.2, scale * len(rows) + 0.5), layout="constrained")
    figure.suptitle(title, fontsize="medium")
    axis = figure.subplots()
    axis.imshow(tile(rows, gap), cmap="gray", vmin=0, vmax=1)
    axis.axis("off")
    return figure


def filters(weights, shape, columns=8, most=64, title="filters"):
    """The weights into each unit as an image: blue pulls it down, red drives it up.

    Parameters
    ----------
    weights : array (D, M)
        One column a unit; the columns with the largest norm are shown first, each on its own scale.
    shape : tuple
        (H, W, C) with H W C = D. Weights of three colours are shown as colours, grey for 0.
    """
    weights = to_numpy(weights)
    order = np.argsort(-np.linalg.norm(weights, axis=0), kind="stable")[:most]
    images = as_images(weights.T[order], shape)
    images = images / abs(images).max(axis=tuple(range(1, images.ndim)), keepdims=True).clip(1e-12)
    rows = in_rows(images, columns)
    figure = Figure(figsize=(0.7 * columns, 0.7 * len(rows) + 0.35), layout="constrained")
    figure.suptitle(title, fontsize="medium")
    axis = bare(figure.subplots())
    axis.set_facecolor("0.85")                                  # between the filters, whose own 0 is white
    gap = max(1, images.shape[2] // 12)
    if images.ndim == 4:
        axis.imshow(tile([row / 2 + 0.5 for row in rows], gap))
    else:
        axis.imshow(tile(rows, gap, np.nan), cmap="RdBu_r", vmin=-1, vmax=1)
    return figure


def confusion(matrix, title="which class is taken for which"):
    """Counts of right (rows) against predicted classes (columns); the colour is that of the mistakes alone.

    Parameters
    ----------
    matrix : ndarray (K, K) of int
        As of `scratchnets.metrics.confusion_matrix`. Of more than 40 classes, the colours alone are drawn.
    """
    count = len(matrix)
    mistakes = np.ma.masked_array(matrix, np.eye(count, dtype=bool))
    side = 0.42 * min(count, READABLE)
    figure = Figure(figsize=(side + 1, side + 0.8), layout="constrained")
    axis = figure.subplots()
    largest = max(mistakes.sum() and mistakes.max(), 1)
    axis.imshow(mistakes, cmap="Oranges", vmin=0, vmax=1.5 * largest)             # pale enough to read on
    axis.set(xlabel="predicted", ylabel="right", title=title)
    if count > READABLE:
        return figure
    for (row, column), value in np.ndenumerate(matrix):
        if value:
            axis.text(column, row, str(value), ha="center", va="center", fontsize="small",
                      weight="bold" if row == column else "normal")
    axis.set(xticks=range(count), yticks=range(count))
    return figure


def captioned(images, captions, columns=8, title=""):
    """Images in rows, each with a line of text above it.

    Parameters
    ----------
    images : array (N, H, W, C)
        Pixels in [0, 1].
    captions : sequence of str
    """
    images = as_images(images)
    columns = min(columns, max(len(images), 1))
    rows = in_rows(images, columns)
    figure = Figure(figsize=(1.05 * columns, 1.25 * max(len(rows), 1) + 0.4), layout="constrained")
    figure.suptitle(title, fontsize="medium")
    axis = bare(figure.subplots())
    if not rows:
        return figure
    height, width = images.shape[1:3]
    down, across = -(-height // 4), max(1, width // 8)              # room for the text
    axis.imshow(tile(rows, (down, across)), cmap="gray", vmin=0, vmax=1)
    for position, caption in zip(range(len(images)), captions):
        row, column = divmod(position, columns)
        axis.text(column * (width + across) + (width - 1) / 2, row * (height + down) - 0.5 - down / 6, caption,
                  ha="center", va="bottom", fontsize="small")
    return figure


def feature_maps(maps, columns=8, title="feature maps"):
    """What each channel of one image's activations lights up at, bright where it is largest.

    Parameters
    ----------
    maps : array (H, W, C)
        Behind a ReLU; each channel is drawn on its own scale, a silent one black.
    """
    channels = to_numpy(maps).transpose(2, 0, 1)                      # (C, H, W)
    largest = channels.max(axis=(1, 2), keepdims=True)
    shape = (*maps.shape[:2], 1)
    return image_grid(channels / np.where(largest > 0, largest, 1), columns, title, shape)


def latent_map(codes, labels=None, names=("code 1", "code 2"), title="latent map"):
    """Points in the plane of two numbers of the code, coloured and marked by label.

    Parameters
    ----------
    codes : array (N, 2)
    labels : array (N,) of int, optional
        Of more than 20 classes, a scale of colours takes the place of names.
    """
    codes = to_numpy(codes)
    classes = np.unique(to_numpy(labels)) if labels is not None else ()
    figure = Figure(figsize=(5.6, 4.8), layout="constrained")
    axis = figure.subplots()
    if labels is None:
        axis.scatter(*codes.T, s=8, color=COLOURS[0], alpha=0.6, linewidths=0)
    elif len(classes) > FEW:
        points = axis.scatter(*codes.T, s=12, c=to_numpy(labels).astype("float64"), alpha=0.7, linewidths=0)
        figure.colorbar(points, ax=axis, label="label")
    else:
        labels = to_numpy(labels)
        for position, label in enumerate(classes):
            chosen = codes[labels == label]
            axis.scatter(*chosen.T, s=12, alpha=0.7, linewidths=0, label=str(label),
                         marker=MARKERS[position % len(MARKERS)], color=_class_colour(position))
            axis.annotate(str(label), np.median(chosen, axis=0), weight="bold", ha="center", va="center",
                          bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "alpha": 0.8, "lw": 0.5})
        axis.legend(title="label", loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    axis.set(xlabel=names[0], ylabel=names[1], title=title)
    return figure


def histogram(values, xlabel, ylabel, bins=40, title="", marks=None):
    """How many values fall where, from 0 or the smallest on; `marks` {label: value} are dashed lines.

    Parameters
    ----------
    values : array (N,)
    """
    values, marks, bins = to_numpy(values), marks or {}, positive_integer("bins", bins)
    figure = Figure(figsize=(5.6, 3.6), layout="constrained")
    axis = figure.subplots()
    low, high = min(values.min(), 0), max(values.max(), *marks.values(), 1e-12)
    axis.hist(values, bins=np.linspace(low, high * 1.02, bins + 1), color=COLOURS[0], alpha=0.85)
    for position, (label, value) in enumerate(marks.items(), start=1):
        axis.axvline(value, color=COLOURS[position], linestyle="--", label=f"{label} = {value:.3g}")
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    axis.yaxis.get_major_locator().set_params(integer=True)
    if marks:
        axis.legend(frameon=False)
    return figure


def curves(series, xlabel="epoch", ylabel="loss", title="", log=False):
    """Lines over epochs, each told apart by colour *and* dash.

    Parameters
    ----------
    series : dict of str to (x, y)
    """
    figure = Figure(figsize=(5.6, 3.6), layout="constrained")
    axis = figure.subplots()
    for position, (label, (x, y)) in enumerate(series.items()):
        axis.plot(to_numpy(x), to_numpy(y), label=label, color=COLOURS[position % len(COLOURS)],
                  linestyle=("-", "--", ":", "-.")[position % 4])
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title, yscale="log" if log else "linear")
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return figure


def _class_colour(position):
    """Ten colours for ten classes; the marker tells apart what the eye does not."""
    from matplotlib import colormaps
    return colormaps["tab10"](position % 10)
