"""Images of the reader's own, from one .npz file. The embedded digits are such a file too."""
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from scratchnets.data.dataset import Dataset

KNOWN = ("images", "labels", "train", "test")
TEST_SHARE = 0.2


def load(path, name=None, description="", licence="your own", source=None):
    """Read images, and labels where there are some, from a file written by `numpy.savez_compressed`.

    Parameters
    ----------
    path : str or Path
        An ``.npz`` file with these arrays:

        - ``images``: (N, H, W), (N, H, W, C) or (N, D); uint8 in 0 … 255, or floats in [0, 1];
        - ``labels``, optional: (N,) integers ≥ 0;
        - ``train`` and ``test``, optional, both or neither: indices into the images. Without them
          the first 80 % of ``default_rng(0).permutation(N)`` train and the rest tests.

    Returns
    -------
    Dataset
        Images float32 in [0, 1], with a channel axis: (N, H, W, C); (N, D) stays as it is.

    Raises
    ------
    ValueError
        Names the file and the cause: damaged, a missing or unknown array, a wrong dtype, shape or range.
    FileNotFoundError
    """
    path = Path(path)
    arrays = _read(path)
    images = _images(path, arrays["images"])
    labels = _labels(path, arrays.get("labels"), len(images))
    train, test = _split(path, arrays, len(images))
    return Dataset(
        name=name or path.stem,
        x_train=images[train], y_train=None if labels is None else labels[train],
        x_test=images[test], y_test=None if labels is None else labels[test],
        description=description or f"{len(images):,} images from {path.name}",
        licence=licence, source=source or str(path))


def _read(path):
    """All arrays of the file, decompressed, so that damage shows here and not later."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file")
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; expected an .npz file")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path}: not an .npz file (a zip archive of arrays), or damaged or cut short")
    try:
        # Never pickle: loading a stranger's pickle runs the stranger's code.
        with np.load(path, allow_pickle=False) as archive:
            found = archive.files
            if "images" in found and set(found) <= set(KNOWN):
                return {key: archive[key] for key in found}
    # What zipfile, zlib and NumPy's header parser raise on damaged bytes.
    except (ValueError, OSError, EOFError, KeyError, NotImplementedError, RuntimeError, MemoryError,
            zipfile.BadZipFile, zlib.error, struct.error) as error:
        if "allow_pickle" in str(error):
            raise ValueError(f"{path}: an array holds Python objects (dtype object), which are never "
                             "loaded; store plain numbers") from None
        raise ValueError(f"{path}: damaged or cut short ({error})") from None
    raise ValueError(f"{path}: expected an array 'images', and optionally 'labels', 'train' and 'test'; "
                     f"found {', '.join(found) or 'nothing'}")


def _images(path, images):
    if images.ndim not in (2, 3, 4) or 0 in images.shape:
        raise ValueError(f"{path}: images must be (N, H, W), (N, H, W, C) or (N, D) and not empty, "
                         f"got shape {images.shape}")
    if images.dtype == np.uint8:
        images = images.astype(np.float32) / np.float32(255)
    elif images.dtype.kind == "f":
        # Before the cast: a huge float64 would overflow on its way to float32.
        low, high = float(images.min()), float(images.max())
        if not np.isfinite([low, high]).all():
            raise ValueError(f"{path}: images hold NaN or infinite values")
        if low < 0 or high > 1:
            hint = "; divide by 255, or store uint8" if low >= 0 and 1 < high <= 255 else ""
            raise ValueError(f"{path}: floating-point images must lie in [0, 1], "
                             f"got {low:g} … {high:g}{hint}")
        images = images.astype(np.float32)
    else:
        raise ValueError(f"{path}: images must be uint8 (0 … 255) or floats (0 … 1), got {images.dtype}")
    return images[..., np.newaxis] if images.ndim == 3 else images      # (N, H, W) → (N, H, W, 1)


def _labels(path, labels, count):
    if labels is None:
        return None
    if labels.shape != (count,):
        raise ValueError(f"{path}: expected {count} labels, one an image, shape ({count},), "
                         f"got shape {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"{path}: labels must be integers, got {labels.dtype}")
    if labels.min() < 0:
        raise ValueError(f"{path}: labels count from 0, got {labels.min()}")
    return labels.astype(np.int64)


def _split(path, arrays, count):
    if ("train" in arrays) != ("test" in arrays):
        raise ValueError(f"{path}: 'train' and 'test' go together; found only "
                         f"{'train' if 'train' in arrays else 'test'!r}")
    if "train" not in arrays:
        order = np.random.default_rng(0).permutation(count)
        n_train = count - int(TEST_SHARE * count)
        return order[:n_train], order[n_train:]
    for key in ("train", "test"):
        index = arrays[key]
        if index.ndim != 1 or index.dtype.kind not in "iu":
            raise ValueError(f"{path}: {key!r} must be a list of integer indices, "
                             f"got shape {index.shape}, {index.dtype}")
        if len(index) and not (0 <= index.min() and index.max() < count):
            raise ValueError(f"{path}: {key!r} points outside the {count} images: "
                             f"{index.min()} … {index.max()}")
    both = np.intersect1d(arrays["train"], arrays["test"])
    if len(both):
        raise ValueError(f"{path}: {len(both)} images are in 'train' and in 'test', image {both[0]} for one")
    return arrays["train"], arrays["test"]
