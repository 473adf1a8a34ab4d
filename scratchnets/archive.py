"""Arrays from an .npz file that somebody else may have written, looked through before anything is unpacked.

An .npz file is a zip archive with one .npy file for each array: a header that says type and shape, then the numbers.
All headers are read first, so that a wrong file is refused for what it says of itself, whatever it would unpack to.
Nothing is ever unpickled: loading a stranger's pickle runs the stranger's code.
"""
import math
import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from scratchnets import memory
from scratchnets.arguments import brief
from scratchnets.reading import ordinary

MOST = 5000             # members of an archive
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class ArchiveError(ValueError):
    """A file that holds no arrays, damaged ones, or too many."""


@dataclass(frozen=True)
class Member:
    """What the header of one array says."""

    shape: tuple
    dtype: np.dtype
    size: int               # bytes of its numbers


@contextmanager
def opened(path):
    """The headers of an .npz file, and a function that reads one of its arrays: ``(members, read)``.

    Raises
    ------
    FileNotFoundError, ArchiveError
        Name the file, the member and the cause.
    """
    path = ordinary(path, "an .npz file")
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:                          # whatever zipfile says of bytes that are no archive
        raise ArchiveError(f"{path}: not an .npz file (a zip archive of arrays), or damaged or cut short "
                           f"({brief(error)}); write it with numpy.savez_compressed") from None
    with archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")                 # what Python's parser thinks of a damaged header
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        if len(names) > MOST:
            raise ArchiveError(f"{path}: holds {len(names):,} members; an .npz file of arrays has at most {MOST:,}")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ArchiveError(f"{path}: holds the member {brief(twice)} twice; write it anew with "
                               "numpy.savez_compressed")
        members = {entry.filename.removesuffix(".npy"): _member(path, archive, entry) for entry in entries}

        def read(name):
            with _said(path, name), archive.open(f"{name}.npy") as file:
                array = np.lib.format.read_array(file, allow_pickle=False)
                if file.read(1):                        # at the end of a member its checksum is compared
                    raise ValueError("more bytes follow than its shape has numbers")
            return array

        yield members, read


def load(path, what="its arrays"):
    """All arrays of an .npz file, {name: array}, where they fit the memory."""
    with opened(path) as (members, read):
        memory.expect(sum(member.size for member in members.values()), f"{path}: {what}", "give a smaller file")
        return {name: read(name) for name in members}


def _member(path, archive, entry):
    """The header of one member; refused where it is no array, or not as long as its shape says."""
    name = entry.filename
    if not name.endswith(".npy"):
        raise ArchiveError(f"{path}: its member {brief(name)} is no array; an .npz file holds .npy files alone, "
                           "as numpy.savez_compressed writes them")
    with _said(path, name.removesuffix(".npy")), archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        if version not in HEADERS:
            raise ValueError(f"its format is {version}, expected 1.0 or 2.0")
        shape, _, dtype = HEADERS[version](file)
        if dtype.hasobject:
            raise ArchiveError(f"{path}: the array {brief(name.removesuffix('.npy'))} holds Python objects (dtype "
                               "object), which are never loaded; store plain numbers")
        size, follow = math.prod(shape) * dtype.itemsize, entry.file_size - file.tell()
        if min(shape, default=0) < 0 or size != follow:
            raise ValueError(f"its header says {brief(dtype)} of shape {brief(shape)}, {follow:,} bytes follow")
        if max(shape, default=0) >= 2 ** 62:            # beside a 0: no number follows, and none could be counted
            raise ValueError(f"its header says the shape {brief(shape)}")
    return Member(shape, dtype, size)


@contextmanager
def _said(path, name):
    try:
        yield
    except ArchiveError:
        raise
    # zipfile, its decompressors and NumPy's header parser raise nearly anything on damaged bytes.
    except Exception as error:
        cause = brief(error) or type(error).__name__
        raise ArchiveError(f"{path}: its array {brief(name)} is no array of NumPy's, or damaged or cut short "
                           f"({cause}); write the file anew") from None
