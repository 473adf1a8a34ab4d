"""Text files and the files of MNIST."""
import gzip
import os
from pathlib import Path

import numpy as np
from case import EITHER, REFUSED, Case, after, written

from scratchnets.data.mnist import TEST, TRAIN


def cases(ground):
    words = "the cat sat on the mat and the dog lay on the rug. " * 5
    for what, content in (("UTF-16", words.encode("utf-16")), ("UTF-32", words.encode("utf-32")),
                          ("Latin-1", b"caf\xe9 " * 50),
                          ("empty", b""), ("spaces", b" \n" * 500), ("nine words", b"a b c d e f g h i"),
                          ("zeros", bytes(500)),
                          ("noise", np.random.default_rng(0).bytes(5000)), ("marks", b"!!! ???" * 3),
                          ("half a letter", "é".encode()[:1] * 40),
                          ("a byte order mark", b"\xef\xbb\xbf"), ("numbers", b"12 " * 4),
                          ("one long word", b"a" * 10 ** 6)):
        yield Case("texts", what, ["data", "text", "--from", "words.txt"], ("words.txt",),
                   written("words.txt", content),
                   ends=EITHER if what in ("zeros", "marks") else REFUSED)
    for file in (*TRAIN, *TEST):
        ndim = 3 if "images" in file else 1
        for zipped in (False, True):
            for what, content in spoilt(ndim):
                content = gzip.compress(content, 1) if zipped else content
                yield Case("files of MNIST", f"{file}{' zipped' * zipped}: {what}", ["data", "mnist", "--from", "here"],
                           (file.split("-")[0],), after(folder, written(f"here/{file}", content)))
        for what, content in broken():
            yield Case("files of MNIST", f"{file}: {what}", ["data", "mnist", "--from", "here"], (file.split("-")[0],),
                       after(folder, written(f"here/{file}", content)))
        for what, make in (("missing", lambda path: None), ("a folder", os.mkdir), ("a pipe", os.mkfifo),
                           ("a link to /dev/zero", lambda path: path.symlink_to("/dev/zero"))):
            yield Case("files of MNIST", f"{file}: {what}", ["data", "mnist", "--from", "here"], (file,),
                       after(folder, lambda here, f=file, m=make: replaced(Path(here, "here", f), m)))


def folder(here):
    """Thirty training and ten test images, as IDX files."""
    os.mkdir(Path(here, "here"))
    for (images, labels), count in ((TRAIN, 30), (TEST, 10)):
        Path(here, "here", images).write_bytes(idx((count, 8, 8), bytes(count * 64)))
        Path(here, "here", labels).write_bytes(idx((count,), bytes(count)))


def replaced(path, make):
    path.unlink()
    make(path)


def idx(shape, numbers, kind=8, ndim=None):
    header = bytes([0, 0, kind, len(shape) if ndim is None else ndim])
    return header + b"".join(extent.to_bytes(4, "big") for extent in shape) + numbers


def spoilt(ndim):
    size = (8, 8) if ndim == 3 else ()
    one = 64 if size else 1
    yield "nothing", b""
    yield "two bytes", b"\0\0"
    yield "another kind", idx((30, *size), bytes(30 * one), kind=13)
    yield "other dimensions", idx((30, *size, 1), bytes(30 * one))
    yield "a header alone", idx((30, *size), b"")
    yield "half a header", idx((30, *size), b"")[:6]
    yield "cut short", idx((30, *size), bytes(29 * one))
    yield "too long", idx((30, *size), bytes(31 * one))
    yield "four thousand million", idx((2 ** 32 - 1,) * ndim, b"")
    yield "another count", idx((29, *size), bytes(29 * one))
    yield "no examples", idx((0, *size), b"")
    yield "text", b"hello " * 50
    yield "HTML", b"<!doctype html>" * 20
    if size:
        yield "another size", idx((30, 7, 9), bytes(30 * 63))
        yield "no pixels", idx((30, 0, 8), b"")


def broken():
    yield "gzip cut short", gzip.compress(bytes(5000))[:-9]
    yield "gzip's first bytes", b"\x1f\x8b"
    yield "gzip with a tail", gzip.compress(b"x") + b"tail"
    yield "gzip of noise", b"\x1f\x8b\x08\0" + bytes(60)
    yield "a bomb", bomb()


def bomb(_made=[]):  # noqa: B006
    """Three gigabytes of zeros behind a header that promises them."""
    if not _made:
        block = gzip.compress(bytes(10 ** 8))
        _made.append(gzip.compress(idx((3 * 10 ** 6, 32, 32), b"")) + 30 * block)
    return _made[0]
