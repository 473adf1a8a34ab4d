"""Files that are no archive of arrays, or a lying, damaged or enormous one; as data, and within a run."""
import io
import zipfile
import zlib
from pathlib import Path

import numpy as np
from case import EITHER, REFUSED, Case, after, copied, written
from ground import tiles

# (the file that is spoilt, what it needs beside it, the command that reads it)
PLACES = {"data": ("bad.npz", (), ["data", "bad.npz"]),
          "train": ("bad.npz", (), ["train", "tied", "--data", "bad.npz", "--latent", "2", "--epochs", "1"]),
          "checkpoint, evaluated": ("ae/checkpoint.npz", ("ae",), ["evaluate", "ae"]),
          "checkpoint, sampled": ("ae/checkpoint.npz", ("ae",), ["sample", "ae", "--count", "2"]),
          "checkpoint, resumed": ("ae/checkpoint.npz", ("ae",), ["train", "--resume", "ae", "--epochs", "3"]),
          "best": ("va/best.npz", ("va",), ["evaluate", "va"]),
          "judge": ("gan/judge.npz", ("gan",), ["evaluate", "gan"]),
          "frame": ("gan/frames/00001.npz", ("gan",), ["train", "--resume", "gan"]),
          "data of a run": ("tiny.npz", ("ae",), ["evaluate", "ae", "--data", "tiny.npz"])}
# NumPy takes this type for booleans, and zipfile looks at the directory alone.
HARMLESS = (r"type \x00", "type |b1", "encrypted at 0", "an unknown method at 0", "another checksum at 0")


def cases(ground):
    for place, (file, beside, argv) in PLACES.items():
        names = (Path(file).name,)
        for what, content in (*headers(), *members(), *bytes_of_all_kinds()):
            ends = EITHER if what in HARMLESS else REFUSED
            yield Case("archives", f"{what}, as {place}", argv, names,
                       after(copied(ground, *beside), written(file, content)), ends=ends)
        whole = (ground / file).read_bytes() if beside and (ground / file).exists() else zipped(tiles())
        for what, content in damage(whole):
            yield Case("damaged archives", f"{what}, as {place}", argv, names,
                       after(copied(ground, *beside), written(file, content)), ends=EITHER)
    for place in ("data", "train", "checkpoint, evaluated"):
        file, beside, argv = PLACES[place]
        for what, make in bombs():
            yield Case("bombs", f"{what}, as {place}", argv, (Path(file).name,),
                       after(copied(ground, *beside), make(file)))


def zipped(arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def made(*entries, method=zipfile.ZIP_DEFLATED, comment=b""):
    """The bytes of a zip file of (name, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in entries:
            file.writestr(name, content)
        file.comment = comment
    return buffer.getvalue()


def npy(header, numbers=b"", version=(1, 0), magic=b"\x93NUMPY"):
    """The bytes of an .npy file with any header at all."""
    text = header if isinstance(header, bytes) else header.encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    length = len(text).to_bytes(2 if version[0] == 1 else 4, "little") if version[0] < 4 else b"\x10\x00"
    return magic + bytes(version) + length + text + numbers


def headers():
    """Headers that lie, by the text of the header."""
    good = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
    shapes = ["(10**30,)", "(1000000000000000000000000000000,)", "(9223372036854775808,)", "(4294967296, 4294967296)",
              "(-1,)",
              "(-20, -8, 8)", "(20.0, 8, 8)", "('20', 8, 8)", "20", "[20, 8, 8]", "None", "(True, 8, 8)",
              "(20, (8, 8))",
              "(0, 1000000000000000000000000000000)", "(20, 8, 8, 8)", "(19, 8, 8)", "(2000000000, 8, 8)", "()",
              "(1280,)[0]",
              f"({'1, ' * 70})", f"({'1, ' * 3000})", "(__import__('os').getcwd(),)", "(20, 8, 8", "((((" * 500]
    for shape in shapes:
        yield f"shape {shape[:40]}", made(("images.npy", npy(good % ("|u1", shape), bytes(1280))))
    for descr in ("|O", "O", "|u2", "<f3", "|V0", "<U0", "|S0", "<M8[xx]", "", "garbage", "|u1,|u1", "<f8" * 100,
                  "<c16", "|b1",
                  "<i8", "<f16", ">f8", "\\x00", "[('a', '<f4')]"):
        yield f"type {descr[:20]}", made(("images.npy", npy(good % (descr, "(20, 8, 8)"), bytes(1280))))
    for what, text in (("empty", ""), ("None", "None"), ("a list", "[]"),
                       ("no shape", "{'descr': '|u1', 'fortran_order': False}"),
                       ("one more key", "{'descr': '|u1', 'fortran_order': False, 'shape': (20, 8, 8), 'x': 1}"),
                       ("order 3", "{'descr': '|u1', 'fortran_order': 3, 'shape': (20, 8, 8)}"),
                       ("a call", "__import__('os').system('true')"), ("a long one", "{" + "'a': 1, " * 3000 + "}"),
                       ("deep", "[" * 5000 + "]" * 5000), ("not ASCII", "{'descr': 'ä'}"),
                       ("bytes", b"\xff\xfe\x00" * 40),
                       ("a formula", "9**9**9"), ("a lambda", "(lambda: 1)()"), ("unclosed", "{'descr': '|u1"),
                       ("digits", "1" * 9000), ("minus", "-" * 4000 + "1")):
        yield f"header {what}", made(("images.npy", npy(text, bytes(1280))))
    for version in ((0, 0), (1, 1), (2, 0), (3, 0), (4, 0), (9, 9), (255, 255)):
        yield f"version {version}", made(("images.npy", npy(good % ("|O", "(20, 8, 8)"), bytes(1280), version)))
    yield "no magic", made(("images.npy", npy(good % ("|u1", "(20, 8, 8)"), bytes(1280), magic=b"NUMPY\x93")))


def members():
    """Archives whose members are wrong."""
    array = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (20, 8, 8), }", bytes(1280))
    yield "a member of text", made(("images.npy", "hello"))
    yield "an empty member", made(("images.npy", b""))
    yield "a member that is no .npy", made(("images", array))
    yield "a text beside the arrays", made(("images.npy", array), ("readme.txt", "hello"))
    yield "nothing", made()
    yield "a folder", made(("images.npy/", b""))
    yield "the magic alone", made(("images.npy", b"\x93NUMPY"))
    yield "half a header", made(("images.npy", array[:40]))
    yield "numbers missing", made(("images.npy", array[:-1]))
    yield "numbers too many", made(("images.npy", array + b"1"))
    yield "a pickle", made(("images.npy", b"cos\nsystem\n(S'true'\ntR."))
    yield "a pickle alone", b"cos\nsystem\n(S'true'\ntR."
    yield "a zip within", made(("images.npy", made(("images.npy", array))))
    yield "20,000 members", made(*((f"array_of_a_long_name_{n}.npy", b"") for n in range(20_000)),
                                 method=zipfile.ZIP_STORED)
    for name in ("../images.npy", "/etc/images.npy", "C:\\images.npy", "images.NPY", " images.npy", "images.npy ",
                 "ä.npy",
                 "x" * 60000 + ".npy", "\n.npy", ".npy", "images.npy.npy"):
        yield f"a member named {name[:20]!r}", made((name, array))
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield f"text by method {method}", made(("images.npy", "hello"), method=method)
    whole = bytearray(made(("images.npy", array), method=zipfile.ZIP_STORED))
    for what, place, value in (("encrypted", 6, 1), ("an unknown method", 8, 99), ("another checksum", 14, 77)):
        for start in (0, whole.index(b"PK\x01\x02") + 2):
            changed = bytearray(whole)
            changed[start + place] = value
            yield f"{what} at {start}", bytes(changed)


def bytes_of_all_kinds():
    yield "an empty file", b""
    yield "one byte", b"P"
    yield "text", b"hello, world\n"
    yield "zeros", bytes(5000)
    yield "noise", np.random.default_rng(0).bytes(5000)
    yield "an .npy file", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (20, 8, 8), }", bytes(1280))
    yield "HTML", b"<!doctype html><html><title>404</title></html>"
    yield "CSV", b"label,pixel0,pixel1\n1,0,0\n" * 50
    yield "JSON", b'{"images": [1, 2]}'
    yield "gzip", b"\x1f\x8b" + bytes(100)
    yield "the end of a zip alone", b"PK\x05\x06" + bytes(18)
    yield "the end of a zip that lies", b"PK\x05\x06" + b"\xff" * 18
    yield "a PNG", b"\x89PNG\r\n\x1a\n" + bytes(200)


def damage(whole):
    """A file cut short, and with bits flipped, at places drawn once; made when it is written, for there are many."""
    rng = np.random.default_rng(len(whole))
    for length in np.linspace(1, len(whole) - 1, 12).astype(int):
        yield f"cut after {length}", lambda n=length: whole[:n]
    for _ in range(24):
        position, bit = int(rng.integers(len(whole))), int(rng.integers(8))
        yield f"bit {bit} of byte {position}", lambda p=position, b=bit: flipped(whole, p, b)
    for _ in range(4):
        position = int(rng.integers(len(whole)))
        yield f"40 bytes lost at {position}", lambda p=position: whole[:p] + whole[p + 40:]
        yield f"40 bytes too many at {position}", lambda p=position: whole[:p] + bytes(40) + whole[p:]
    yield "with a tail", lambda: whole + b"tail"
    yield "with a front", lambda: b"front" + whole


def flipped(whole, position, bit):
    changed = bytearray(whole)
    changed[position] ^= 1 << bit
    return bytes(changed)


def bombs():
    """Small files that unpack to a great deal."""
    for gigabytes in (3, 12, 400):
        count = gigabytes * 10 ** 9 // 1024
        yield f"{gigabytes} GB of zeros", lambda file, count=count: bomb(file, count, real=count * 1024 < 4 * 10 ** 9)
    yield "floats, 3 GB", lambda file: bomb(file, 3 * 10 ** 9 // 4096, real=True, descr="<f4")
    for count in (10 ** 5, 3 * 10 ** 5):
        yield f"one image of {count} pixels a side", lambda file, count=count: bomb(file, 1, False, side=count)


_STREAMS = {}


def bomb(file, count, real, descr="|u1", side=32):
    """A `prepare` for an array of zeros: all of them, deflated, or only a directory that promises them."""
    def prepare(here):
        item = int(descr[-1])
        header = npy(f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({count}, {side}, {side}), }}")
        size = len(header) + count * side * side * item
        key = (header, real)
        if key not in _STREAMS:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            stream = packer.compress(header) + packer.flush(zlib.Z_FULL_FLUSH)
            block = packer.compress(bytes(2 ** 24)) + packer.flush(zlib.Z_FULL_FLUSH)
            blocks = (size - len(header)) // 2 ** 24 if real else 3
            _STREAMS[key] = stream + block * blocks + packer.flush()
        stream = _STREAMS[key]
        name = b"images.npy"
        sizes = b"".join(number.to_bytes(4, "little") for number in
                         (zlib.crc32(header), len(stream), min(size, 2 ** 32 - 2)))
        local = b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(4) + sizes + b"\x0a\0" + bytes(2) + name
        central = b"PK\x01\x02\x14\0\x14\0\0\0\x08\0" + bytes(4) + sizes + b"\x0a\0" + bytes(16) + name
        end = b"PK\x05\x06" + bytes(4) + b"\x01\x00\x01\x00" + len(central).to_bytes(4, "little") + \
            (len(local) + len(stream)).to_bytes(4, "little") + bytes(2)
        Path(here, file).write_bytes(local + stream + central + end)
    return prepare
