"""A dataset at a glance: a sheet of images, or points on top of their density."""
import math

import numpy as np
from matplotlib.figure import Figure

from scratchnets.data.mixture import GaussianMixture
from scratchnets.pictures.plots import COLOURS, as_images, bare, in_rows, sized, tile

INCHES = 0.42           # an image's side on the sheet
MOST_COLUMNS = 100      # of a sheet by class
MOST_ROWS = 20          # with more classes than this, images stand in any order


def draw(dataset, count=None, seed=0):
    """Draw some training examples, chosen by the seed.

    Parameters
    ----------
    dataset : Dataset
        Of images (N, H, W, C) or (N, D), or of points (N, 2).
    count : int, optional
        At most so many; by default 100 images or 2,000 points.

    Returns
    -------
    figure : matplotlib.figure.Figure
    shown : int
        How many examples it shows.
    """
    order = np.random.default_rng(seed).permutation(len(dataset.x_train))
    if dataset.example_shape == (2,):
        return scatter(dataset, order[:count or 2000])
    if not dataset.example_shape:
        raise ValueError(f"{dataset.name} is text: there is nothing to draw")
    width = dataset.example_shape[0]
    if len(dataset.example_shape) == 1 and math.isqrt(width) ** 2 != width:
        raise ValueError(f"{dataset.name} holds rows of {width} numbers, which are no square images and no points of "
                         "the plane, so there is nothing to draw; if they are images, store "
                         "images.reshape(-1, height, width, channels)")
    if dataset.classes is not None and dataset.classes <= MOST_ROWS:
        return sheet_by_class(dataset, order, count or 100)
    return sheet(dataset, order[:count or 100])


def sheet_by_class(dataset, order, count):
    """One row a class, the same number of images in each, as far as there are so many."""
    each = min(max(1, count // dataset.classes), MOST_COLUMNS)
    rows = [order[dataset.y_train[order] == label][:each] for label in range(dataset.classes)]
    images = as_images(dataset.x_train)
    columns = max(len(row) for row in rows)
    figure, axis = _tiled([images[row] for row in rows], columns, images.shape[1:], dataset)
    middle = (np.arange(len(rows)) + 0.5) * (images.shape[1] + 1) - 1
    axis.set_yticks(middle, [str(label) for label in range(len(rows))])
    axis.tick_params(length=0)
    return figure, sum(len(row) for row in rows)


def sheet(dataset, chosen):
    """Images side by side in a near-square sheet."""
    images = as_images(dataset.x_train)
    columns = int(np.ceil(np.sqrt(len(chosen))))
    rows = in_rows(images[chosen], columns)
    return _tiled(rows, columns, images.shape[1:], dataset)[0], len(chosen)


def scatter(dataset, chosen):
    """Points, coloured by class, on their exact density where that is known."""
    x = dataset.x_train[chosen]
    figure = Figure(figsize=(5.6, 5.6), layout="constrained")
    axis = figure.subplots()
    if isinstance(dataset.distribution, GaussianMixture):
        _density(axis, dataset.distribution, 1.15 * np.abs(x).max())
    labels = np.zeros(len(x), int) if dataset.y_train is None else dataset.y_train[chosen]
    axis.scatter(*x.T, s=3, linewidths=0, color=np.array(COLOURS)[labels % len(COLOURS)])
    axis.set(aspect="equal", xlabel="x₁", ylabel="x₂", title=f"{dataset.name}: {len(x):,} points")
    return figure, len(x)


def _density(axis, density, bound, cells=300):
    """p(x) in grey on a square around the origin."""
    middle = bound * (2 * np.arange(cells) + 1 - cells) / cells
    points = np.stack(np.meshgrid(middle, middle), axis=-1).reshape(-1, 2)
    p = np.exp(density.log_density(points)).reshape(cells, cells)
    axis.imshow(p, origin="lower", extent=(-bound, bound, -bound, bound),
                cmap="Greys", vmin=0, vmax=1.6 * p.max())


def _tiled(rows, columns, shape, dataset):
    height, width = shape[:2]
    figure = Figure(figsize=sized(INCHES * columns + 0.4, INCHES * len(rows) * height / width + 0.4),
                    layout="constrained")
    axis = bare(figure.subplots())
    axis.imshow(tile(rows), cmap="gray", vmin=0, vmax=1)
    axis.set_title(f"{dataset.name}: {sum(map(len, rows))} of {len(dataset.x_train):,}", fontsize="medium")
    return figure, axis
