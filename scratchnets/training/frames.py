"""Frames of a film: what a game looks like after this epoch and that, kept beside the run's checkpoint."""
import io
from pathlib import Path

import numpy as np

from scratchnets import archive
from scratchnets.backend import to_numpy
from scratchnets.files import atomic_write
from scratchnets.models.adversarial.diagnosis import plane, view

FRAMES = 60         # of a film, about
POINTS, IMAGES = 300, 32        # samples in a frame


def keep_frame(folder, gan, x, epoch, epochs):
    """Write frames/NNNNN.npz when it is this epoch's turn: samples and, of points in the plane, D's map.

    The noise is the same in every frame, so that one follows a sample from frame to frame.

    Parameters
    ----------
    folder : Path
        Of the run.
    gan : GAN
    x : array (N, …)
        Data; they set the section of the plane.
    epoch, epochs : int
        How many are done, of how many.
    """
    if (epoch - 1) % -(-epochs // FRAMES) and epoch != epochs:
        return
    flat = x.ndim == 2
    frame = {"samples": to_numpy(gan.sample(POINTS if flat else IMAGES))}
    if flat and x.shape[1] == 2:
        bound = view(x)
        frame["heat"] = plane(gan, -bound, bound).astype("float16")
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **frame)
    (Path(folder) / "frames").mkdir(exist_ok=True)
    with atomic_write(Path(folder) / "frames" / f"{epoch:05d}.npz", within=folder) as file:
        file.write(buffer.getvalue())


def frames(folder, history, shape):
    """The frames of a run, in order, each with a title; of epochs that the history holds, of examples of this shape.

    Raises
    ------
    ValueError
        Names a file that is none.
    """
    by_epoch = {record["epoch"]: record for record in history}
    for path in sorted((Path(folder) / "frames").glob("[0-9]*.npz")):
        record = by_epoch.get(int(path.stem)) if path.stem.isdecimal() else None
        if record is None:                          # left by a longer run
            continue
        try:
            arrays = archive.load(path, "this frame of the film")
            if not all(_is_drawable(name, array, tuple(shape)) for name, array in arrays.items()) or \
                    "samples" not in arrays:
                raise ValueError(f"{path}: is no frame of this run's film, which holds samples of shape {shape}")
        except ValueError as error:
            raise ValueError(f"{error}. Delete it: the film then goes on without it") from None
        title = (f"epoch {record['epoch']}: D says {record['test_d_real']:.2f} to data, "
                 f"{record['test_d_fake']:.2f} to samples")
        yield arrays | {"title": title}


def _is_drawable(name, array, shape):
    """Whether an array of a frame is what `keep_frame` writes under this name."""
    fits = array.ndim > 0 and array.shape[1:] == shape if name == "samples" else name == "heat" and array.ndim == 2
    return fits and array.size > 0 and array.dtype.kind == "f" and bool(np.isfinite(array).all())
