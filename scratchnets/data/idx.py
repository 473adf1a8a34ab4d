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
from pathlib import Path

import numpy as np

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
    content = _content(Path(path))
    magic = bytes([0, 0, UNSIGNED_BYTE, ndim])
    if content[:4] != magic:
        raise ValueError(f"{path}: not an IDX file of unsigned bytes in {ndim} dimensions: expected it to "
                         f"start with {magic.hex(' ')}, got {content[:4].hex(' ') or 'an empty file'}")
    start = 4 + 4 * ndim
    if len(content) < start:
        raise ValueError(f"{path}: cut short within its header, after {len(content)} bytes")
    shape = struct.unpack(f">{ndim}I", content[4:start])
    expected, found = math.prod(shape), len(content) - start
    if found != expected:
        problem = "cut short" if found < expected else "bytes left over at the end"
        raise ValueError(f"{path}: {problem}: its header says {'×'.join(map(str, shape))} = {expected} "
                         f"bytes, {found} follow")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def read_pair(images_path, labels_path):
    """Images (N, H, W) and labels (N,), both uint8, from the two files that belong together."""
    images, labels = read(images_path, ndim=3), read(labels_path, ndim=1)
    if 0 in images.shape:
        raise ValueError(f"{images_path}: holds no pixels, its dimensions are {images.shape}")
    if len(images) != len(labels):
        raise ValueError(f"{images_path} holds {len(images)} images, but {labels_path} holds {len(labels)} "
                         "labels: the two files do not belong together")
    return images, labels


def _content(path):
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    content = path.read_bytes()
    if content[:2] != GZIP:
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise ValueError(f"{path}: damaged or cut short, it does not unpack ({error})") from None
