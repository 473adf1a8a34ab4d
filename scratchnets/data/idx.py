"""IDX, the file format of MNIST and its relatives: a magic number, the dimensions, the bytes.

    00 00 08 03   zero, zero, type (08: unsigned byte), how many dimensions
    00 00 EA 60   first dimension, big-endian: 60,000 images
    00 00 00 1C   28 rows
    00 00 00 1C   28 columns
    …             the pixels, row by row
"""
import gzip
import math
import struct
import zlib
from contextlib import contextmanager

import numpy as np

from scratchnets import memory
from scratchnets.reading import ordinary

UNSIGNED_BYTE = 0x08
GZIP = b"\x1f\x8b"


def read(path, ndim):
    """The uint8 array in an IDX file, plain or gzipped.

    Parameters
    ----------
    path : str or Path
    ndim : int
        How many dimensions the file must have: 3 for images, 1 for labels.

    Raises
    ------
    ValueError
        Names the file and what is wrong with it.
    """
    path = ordinary(path, "an IDX file")
    magic, start = bytes([0, 0, UNSIGNED_BYTE, ndim]), 4 + 4 * ndim
    with _opened(path) as file, _unpacking(path):
        header = file.read(start)
        if header[:4] != magic:
            raise ValueError(f"{path}: not an IDX file of unsigned bytes in {ndim} dimensions: expected it to "
                             f"start with {magic.hex(' ')}, got {header[:4].hex(' ') or 'an empty file'}")
        if len(header) < start:
            raise ValueError(f"{path}: cut short within its header, after {len(header)} bytes; get the file "
                             "anew")
        shape = struct.unpack(f">{ndim}I", header[4:])
        expected, said = math.prod(shape), "×".join(map(str, shape))
        if not isinstance(file, gzip.GzipFile):
            _expect_length(path, said, expected, path.stat().st_size - start)
        memory.expect(6 * expected, f"{path}: {said} bytes, as its header says,", "give a smaller file")
        content = file.read(expected + 1)
    _expect_length(path, said, expected, len(content))
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _expect_length(path, said, expected, found):
    if found != expected:
        problem = "cut short" if found < expected else "bytes left over at the end"
        raise ValueError(f"{path}: {problem}: its header says {said} = {expected} bytes, {found} follow; get the "
                         "file anew")


def read_pair(images_path, labels_path):
    """Images (N, H, W) and labels (N,), both uint8, from the two files that belong together."""
    images, labels = read(images_path, ndim=3), read(labels_path, ndim=1)
    if 0 in images.shape:
        raise ValueError(f"{images_path}: holds no pixels, its dimensions are {images.shape}")
    if len(images) != len(labels):
        raise ValueError(f"{images_path} holds {len(images)} images, but {labels_path} holds {len(labels)} "
                         "labels: the two files do not belong together")
    return images, labels


def _opened(path):
    """The file, unpacked as it is read where it is gzipped: what it unpacks to is not known beforehand."""
    with open(path, "rb") as file:
        zipped = file.read(2) == GZIP
    return gzip.open(path) if zipped else open(path, "rb")


@contextmanager
def _unpacking(path):
    try:
        yield
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise ValueError(f"{path}: damaged or cut short, it does not unpack ({error}); get the file anew") from None
