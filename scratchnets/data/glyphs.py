"""Printed digits whose making is known: face, slant, scale, stroke and shift.

Each digit of each face is kept as a *signed distance field*: at every point, how far it is to the
outline, positive inside. To draw it, look each pixel up in the field, through the inverse of the
transformation, and turn distance into grey: ½ + distance, cut to [0, 1], is 1 inside, 0 outside, and
changes over one pixel in between. A thicker stroke is the same field with a constant added.
"""
import functools
from pathlib import Path

import numpy as np

from scratchnets import arguments
from scratchnets.data.dataset import Dataset, last_fifth
from scratchnets.randomness import generator as as_generator

FRAME = 28              # pixels on each side
HEIGHT = 18.0           # of a digit at scale 1, in pixels
CELLS = 2               # of the field, in a pixel
FINE = 6                # of the outline from which distances are taken, in a pixel; an odd multiple of CELLS
CHUNK = 1000            # images drawn at once: what the work arrays hold stays below 100 MB

# The faces that matplotlib brings along and whose ten digits are plain digits of equal height.
FACES = (
    "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf",
    "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSansMono-Oblique.ttf",
    "DejaVuSansMono-BoldOblique.ttf",
    "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSerif-Italic.ttf", "DejaVuSerif-BoldItalic.ttf",
    "STIXGeneral.ttf", "STIXGeneralBol.ttf", "STIXGeneralItalic.ttf", "STIXGeneralBolIta.ttf",
    "cmr10.ttf", "cmb10.ttf", "cmss10.ttf", "cmti10.ttf", "cmtt10.ttf",
)

# Between which bounds each factor is drawn, evenly. The widest face at every extreme still fits.
RANGES = {
    "slant": (-0.25, 0.25),     # shear: columns per row, positive leans to the right
    "scale": (0.8, 1.05),
    "stroke": (0.1, 0.7),       # pixels by which the outline moves outwards
    "shift_x": (-1.5, 1.5),     # pixels to the right
    "shift_y": (-1.5, 1.5),     # pixels down
}
FACTORS = np.dtype([("face", np.int64)] + [(name, np.float32) for name in RANGES])


def load(count=10_000, seed=0):
    """Printed digits, the last fifth to test, with `factors` of each.

    Parameters
    ----------
    count : int
        How many images in all.
    seed : int
        The same seed, with the same version of matplotlib, gives the same images.

    Returns
    -------
    Dataset
        Images (N, 28, 28, 1) in [0, 1]; labels 0 to 9; `factors` and `factors_test` as from
        `draw_factors`.
    """
    count = arguments.integer("count", count, at_least=2)
    generator = as_generator(arguments.integer("seed", seed))
    digits, factors = generator.integers(10, size=count), draw_factors(count, generator)
    images, n_train = render(digits, factors), last_fifth(count)
    return Dataset("glyphs", images[:n_train], digits[:n_train], images[n_train:], digits[n_train:],
                   description=f"{count:,} printed digits in {len(FACES)} faces, with their factors",
                   licence="none: drawn here; the faces come with matplotlib (DejaVu, STIX, BaKoMa)",
                   source=f"scratchnets.data.glyphs, seed {seed}",
                   factors=factors[:n_train], factors_test=factors[n_train:])


def draw_factors(count, generator=None):
    """`count` independent draws of all factors.

    Returns
    -------
    structured ndarray (count,)
        ``factors["face"]`` is an index into `FACES`; the others are uniform within `RANGES`.
    """
    count, generator = arguments.positive_integer("count", count), as_generator(generator)
    factors = np.empty(count, FACTORS)
    factors["face"] = generator.integers(len(FACES), size=count)
    for name, (low, high) in RANGES.items():
        factors[name] = generator.uniform(low, high, size=count)
    return factors


def render(digits, factors):
    """Draw each digit with its factors.

    Parameters
    ----------
    digits : array_like of int (N,)
    factors : structured ndarray (N,)
        As `draw_factors` gives them. Change one field and keep the others, to see what it does.

    Returns
    -------
    float32 (N, 28, 28, 1) in [0, 1]
    """
    digits, factors = np.asarray(digits), np.asarray(factors)
    _check(digits, factors)
    digits = digits.astype(np.int64)
    images = np.empty((len(digits), FRAME, FRAME), np.float32)
    for start in range(0, len(digits), CHUNK):
        part = slice(start, start + CHUNK)
        images[part] = _render(digits[part], factors[part])
    return images[..., np.newaxis]


def _check(digits, factors):
    if digits.ndim != 1 or digits.dtype.kind not in "iu" or not np.isin(digits, range(10)).all():
        raise ValueError("digits must be integers from 0 to 9, shape (N,); "
                         f"got {digits.dtype}, shape {digits.shape}")
    if factors.dtype.names != FACTORS.names or factors.shape != digits.shape:
        raise ValueError(f"factors must be a structured array {digits.shape} with the fields "
                         f"{', '.join(FACTORS.names)}, as draw_factors gives it; got {factors.dtype}, "
                         f"{factors.shape}")
    if len(factors) and not 0 <= factors["face"].min() <= factors["face"].max() < len(FACES):
        raise ValueError(f"factors['face'] must lie in 0 … {len(FACES) - 1}")
    for name in RANGES:
        if not np.isfinite(factors[name]).all():
            raise ValueError(f"factors[{name!r}] holds NaN or infinite values")
    if not (factors["scale"] > 0).all():
        raise ValueError(f"factors['scale'] must be above 0, got {factors['scale'].min()}")


def _render(digits, factors):
    keys, which = np.unique(np.stack([factors["face"], digits]), axis=1, return_inverse=True)
    fields = np.stack([distance_field(FACES[face], int(digit)) for face, digit in keys.T])
    slant, scale, stroke, shift_x, shift_y = (
        factors[name][:, np.newaxis, np.newaxis] for name in FACTORS.names[1:])

    # From a pixel's centre back to the upright digit of scale 1, both measured from the middle.
    pixel = np.arange(FRAME, dtype=np.float32) + np.float32(0.5 - FRAME / 2)
    down = pixel[:, np.newaxis] - shift_y                       # (n, 28, 1)
    right = pixel - shift_x + slant * down                      # (n, 28, 28)
    distance = _look_up(fields, which.reshape(-1, 1, 1), down / scale, right / scale)
    # Distances grow with the digit; the stroke is measured in pixels of the picture.
    return np.clip(scale * distance + stroke + np.float32(0.5), 0, 1)


def _look_up(fields, which, down, right):
    """The fields' values between their cells, by bilinear interpolation."""
    side = fields.shape[1]
    row, top = _cell(down, side)
    column, left = _cell(right, side)
    flat = fields.reshape(-1)
    corner = (which * side + row) * side + column
    upper = flat[corner] * (1 - left) + flat[corner + 1] * left
    lower = flat[corner + side] * (1 - left) + flat[corner + side + 1] * left
    return upper * (1 - top) + lower * top


def _cell(position, side):
    """The cell before a position in pixels from the middle, and how far beyond its centre it lies."""
    place = np.clip(position * CELLS + np.float32(side / 2 - 0.5), 0, np.float32(side - 1.001))
    cell = place.astype(np.int64)
    return cell, place - cell


@functools.cache
def distance_field(face, digit):
    """The signed distance to the digit's outline in pixels, positive inside, float32 (56, 56).

    Squared distances are exact on the fine raster and separable: first along each column, then
    across the columns (Saito, Toriwaki 1994).
    """
    ink = _raster(face, digit)
    # Distances run between the fine cells' middles; the outline lies half a cell before the next.
    outside, inside = _distance(ink), _distance(~ink)
    signed = np.where(outside > 0, 0.5 - outside, inside - 0.5)
    return (signed / FINE).astype(np.float32)


def _distance(target):
    """From the middle of each cell of the field to the nearest fine cell of `target`, in fine cells."""
    fine, step = len(target), FINE // CELLS
    cells = np.arange(step // 2, fine, step)        # the fine cell in the middle of each cell of the field
    index = np.arange(fine)
    far = 4 * fine
    above = np.maximum.accumulate(np.where(target, index[:, np.newaxis], -far), axis=0)
    below = np.minimum.accumulate(np.where(target, index[:, np.newaxis], far)[::-1], axis=0)[::-1]
    vertical = np.minimum(index[:, np.newaxis] - above, below - index[:, np.newaxis])[cells]    # (56, 168)
    across = (cells[:, np.newaxis] - index) ** 2                                                # (56, 168)
    squared = vertical.astype(np.float32)[:, np.newaxis] ** 2 + across.astype(np.float32)   # (56, 56, 168)
    return np.sqrt(squared.min(axis=-1))


def _raster(face, digit):
    """The digit's outline, filled, HEIGHT pixels high and in the middle; booleans (168, 168)."""
    # matplotlib takes half a second to import: only who draws glyphs waits for it.
    import matplotlib
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / face
    if not file.exists():
        raise FileNotFoundError(f"{file}: matplotlib {matplotlib.__version__} lacks this face; glyphs are "
                                "drawn from the faces of matplotlib 3.8 to 3.11")
    outline = TextPath((0, 0), str(digit), size=100, prop=FontProperties(fname=str(file)))
    box, side = outline.get_extents(), FRAME * FINE
    place = (Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2)
             .scale(HEIGHT * FINE / box.height).translate(side / 2, side / 2))
    renderer = RendererAgg(side, side, 72)
    pen = renderer.new_gc()
    pen.set_linewidth(0)
    renderer.draw_path(pen, outline, place, (0.0, 0.0, 0.0))
    return np.asarray(renderer.buffer_rgba())[..., 3] >= 128
