"""Images of the reader's own, from one .npz file. The embedded digits are such a file too."""
from pathlib import Path

import numpy as np

from scratchnets import archive, memory
from scratchnets.arguments import listed
from scratchnets.data.dataset import Dataset
from scratchnets.data.pixels import expect_images, expect_range, scaled

KNOWN = ("images", "labels", "train", "test")
TEST_SHARE = 0.2


def load(path, name=None, description="", licence="your own", source=None):
    """Read images, and labels where there are some, from a file written by `numpy.savez_compressed`.

    Parameters
    ----------
    path : str or Path
        An ``.npz`` file with these arrays:

        - ``images``: (N, H, W), (N, H, W, C) with 1, 3 or 4 channels, or (N, D); uint8 in 0 … 255, floats in
          [0, 1], or booleans;
        - ``labels``, optional: (N,) integers ≥ 0, of any integer type;
        - ``train`` and ``test``, optional, both or neither: indices into the images. Without them
          the first 80 % of ``default_rng(0).permutation(N)`` train and the rest tests.

    Returns
    -------
    Dataset
        Images float32 in [0, 1], with a channel axis: (N, H, W, C); (N, D) stays as it is.

    Raises
    ------
    ValueError
        Names the file, the cause and what mends it: damaged, a missing or unknown array, a wrong dtype, shape or
        range, or more than fits the memory (`scratchnets.memory`).
    FileNotFoundError
    """
    path = Path(path)
    arrays = _read(path)
    images = arrays["images"]
    labels = _labels(path, arrays.get("labels"), len(images))
    train, test = _split(path, arrays, len(images))
    expect_range(path, images)
    return Dataset(
        name=name or path.stem,
        x_train=scaled(images[train]), y_train=None if labels is None else labels[train],
        x_test=scaled(images[test]), y_test=None if labels is None else labels[test],
        description=description or f"{len(images):,} images from {path.name}",
        licence=licence, source=source or str(path))


def _read(path):
    """All arrays of the file. What their headers say is judged before the numbers are read."""
    with archive.opened(path) as (members, read):
        if "images" not in members or not set(members) <= set(KNOWN):
            raise ValueError(f"{path}: expected an array 'images', and optionally 'labels', 'train' and 'test'; "
                             f"found {listed(members) or 'nothing'}")
        images = members["images"]
        expect_images(path, images.shape, images.dtype)
        numbers = images.size // images.dtype.itemsize
        memory.expect(images.size + 4 * numbers + sum(member.size for member in members.values()),
                      f"{path}: {images.shape[0]:,} images of shape {images.shape[1:]}",
                      "give fewer or smaller images")
        return {name: read(name) for name in members}


def _labels(path, labels, count):
    if labels is None:
        return None
    if labels.shape != (count,):
        remedy = ("store labels.ravel()" if labels.size == count else
                  "one-hot or of probabilities, store labels.argmax(axis=1)" if labels.ndim == 2 else
                  "give each image one")
        raise ValueError(f"{path}: expected {count} labels, one an image, shape ({count},), "
                         f"got shape {labels.shape}; {remedy}")
    if labels.dtype.kind not in "iu":
        remedy = ("store labels.astype(int)" if labels.dtype.kind in "bf" else
                  "store numpy.unique(labels, return_inverse=True)[1]")
        raise ValueError(f"{path}: labels must be integers, got {labels.dtype}; {remedy}")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= 2 ** 62:
        raise ValueError(f"{path}: labels count from 0, got {low if low < 0 else high}; "
                         "store numpy.unique(labels, return_inverse=True)[1]")
    return labels.astype(np.int64)


def _split(path, arrays, count):
    if ("train" in arrays) != ("test" in arrays):
        raise ValueError(f"{path}: 'train' and 'test' go together; found only "
                         f"{'train' if 'train' in arrays else 'test'!r}; store both, or none")
    if "train" not in arrays:
        order = np.random.default_rng(0).permutation(count)
        n_train = count - int(TEST_SHARE * count)
        return order[:n_train], order[n_train:]
    for key in ("train", "test"):
        index = arrays[key]
        if index.ndim != 1 or index.dtype.kind not in "iu":
            remedy = (f"; store numpy.flatnonzero({key})" if index.dtype.kind == "b" and index.shape == (count,)
                      else "; which images they are, counted from 0")
            raise ValueError(f"{path}: {key!r} must be a list of integer indices, "
                             f"got shape {index.shape}, {index.dtype}{remedy}")
        if len(index) and not (0 <= index.min() and index.max() < count):
            raise ValueError(f"{path}: {key!r} points outside the {count} images: "
                             f"{index.min()} … {index.max()}; the last is number {count - 1}")
    both = np.intersect1d(arrays["train"], arrays["test"])
    if len(both):
        raise ValueError(f"{path}: {len(both)} images are in 'train' and in 'test', image {both[0]} for one; "
                         "what is tested must not be trained on: leave them out of one of the two")
    return arrays["train"], arrays["test"]
