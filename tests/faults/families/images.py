"""Files of images whose arrays are whole, and wrong: type, range, shape, labels, parts."""
import numpy as np
from case import SEVERAL, Case, archive

RNG = np.random.default_rng(1)
COMMANDS = {"data": ["data", "bad.npz"], "train": ["train", "autoencoder", "--data", "bad.npz", "--epochs", "1"],
            "gan": ["train", "gan", "--data", "bad.npz", "--epochs", "1"],
            "classifier": ["train", "classifier", "--data", "bad.npz", "--epochs", "1"],
            "vae": ["train", "conv-vae", "--data", "bad.npz", "--epochs", "1"]}
FILE = ("bad.npz", "images of")


def cases(ground):
    for what, arrays, commands in every():
        for command in commands:
            yield Case("images in a file", f"{what}, for {command}", COMMANDS[command], FILE,
                       archive("bad.npz", **arrays))


def every():
    bytes_ = RNG.integers(0, 256, (20, 8, 8), dtype="uint8")
    labels = np.arange(20) % 3
    for name, images in (*ranges(), *types(), *shapes()):
        yield name, {"images": images}, SEVERAL
        yield f"{name}, with labels", {"images": images, "labels": np.arange(len(images) if images.ndim
                                                                             else 1)}, ("gan",)
    for name, images in channels():
        yield name, {"images": images}, ("data", "train", "gan", "vae")
    for name, wrong in labels_of(20):
        yield f"labels: {name}", {"images": bytes_, "labels": wrong}, ("data", "classifier", "gan")
    for name, wrong in gaps(20):
        yield f"classes: {name}", {"images": bytes_, "labels": wrong}, ("classifier",)
    for name, parts in parts_of(20):
        yield f"parts: {name}", {"images": bytes_, "labels": labels} | parts, ("data", "classifier", "gan")
    for name, parts in small_parts():
        yield f"parts: {name}", {"images": bytes_, "labels": labels} | parts, ("train", "gan", "classifier", "vae")
    for count in range(1, 5):
        few = RNG.integers(0, 256, (count, 8, 8), dtype="uint8")
        yield f"{count} images", {"images": few}, ("train", "gan", "vae")
    for width in (1, 3, 4, 5, 13, 16, 63, 64, 65, 100, 784, 1000):
        rows = RNG.random((30, width))
        yield f"rows of {width} numbers", {"images": rows}, ("train", "gan", "vae", *["classifier"] * (width < 10))
    yield "rows of 2 numbers for images", {"images": RNG.random((30, 2))}, ("train", "vae")
    for side in (5, 6, 7, 9, 27):
        odd = RNG.integers(0, 256, (20, side, side), dtype="uint8")
        yield f"{side}×{side} for two halvings", {"images": odd}, ("vae",)
    for name in ("Images", "image", "x", "data", "X_train", "labels", "images2", "a" * 5000, "ä", "0"):
        yield f"an array named {name[:20]}", {name: bytes_}, SEVERAL
        yield f"images and an array named {name[:20]}", {"images": bytes_, name: labels}, ("data",) * (name != "labels")
    yield "20,000 arrays", {f"array_{number}": np.zeros(1) for number in range(4000)}, SEVERAL


def ranges():
    base = RNG.random((20, 8, 8))
    for low, high in ((0, 16), (0, 255), (0, 254.5), (-1, 1), (0, 1000), (0, 65535), (-5, -1), (0, 2), (0, 100),
                      (0, 1.01),
                      (-0.5, 0.5), (1, 2), (0, 1e30), (-1e-3, 1), (0, 128), (0, 4095)):
        for dtype in ("float32", "float64", "float16", "longdouble"):
            if high < 60000 or dtype != "float16":
                images = (low + (high - low) * base).astype(dtype)
                images.flat[0], images.flat[1] = low, high
                yield f"{dtype} in {low} … {high}", images
    for value in (np.nan, np.inf, -np.inf):
        for dtype in ("float16", "float32", "float64"):
            images = base.astype(dtype)
            images[3, 3, 3] = value
            yield f"{dtype} with one {value}", images
            yield f"{dtype}, all {value}", np.full((20, 8, 8), value, dtype)
    for high in (1, 2, 9, 16, 31, 63):
        yield f"bytes in 0 … {high}", RNG.integers(0, high + 1, (20, 8, 8), dtype="uint8") | np.uint8(high)


def types():
    base = RNG.integers(0, 256, (20, 8, 8))
    for dtype in ("int16", "int32", "int64", "uint16", "uint32", "uint64", ">i4", ">u2"):
        for high in (1, 16, 100, 255, 300, 4095, 30000):
            yield f"{dtype} up to {high}", (base % (high + 1) if high < 256 else base * (high // 256)).astype(dtype)
        if "i" in dtype.strip(">u"):
            yield f"{dtype} below 0", (base - 128).astype(dtype)
    yield "int8", (base - 128).astype("int8")
    for dtype in ("complex64", "complex128", "S3", "U3", "V4", "M8[s]", "m8[s]"):
        yield dtype, base.astype("int64").astype(dtype) if dtype[0] not in "V" else np.zeros((20, 8, 8), dtype)
    yield "records", np.zeros((20, 8, 8), [("a", "f4"), ("b", "i2")])
    yield "Python objects", np.array([[{}, 1], [2, 3]], dtype=object)
    yield "Python lists", np.array([[1, 2], [3]], dtype=object)
    yield "masked beyond 1", np.ma.masked_array(base * 1.0, base > 100).data


def shapes():
    for shape in ((), (1,), (20,), (784,), (0,), (0, 8, 8), (20, 0, 8), (20, 8, 0), (20, 0), (0, 0), (20, 8, 8, 0),
                  (20, 8, 8, 1, 1), (1, 20, 8, 8, 1), (2, 2, 2, 2, 2, 2), (20, 8, 0, 3)):
        yield f"shape {shape}", RNG.integers(0, 256, shape, dtype="uint8")
        yield f"floats of shape {shape}", RNG.random(shape)


def channels():
    for shape in ((20, 8, 8, 2), (20, 8, 8, 5), (20, 8, 8, 6), (20, 8, 8, 16), (20, 3, 8, 8), (20, 1, 8, 8),
                  (20, 4, 8, 8),
                  (20, 2, 8, 8), (20, 8, 3, 8), (20, 28, 28, 28), (20, 3, 28, 28), (20, 1, 1, 2), (20, 3, 3, 2)):
        yield f"channels {shape}", RNG.integers(0, 256, shape, dtype="uint8")
        yield f"channels {shape} as floats", RNG.random(shape)


def labels_of(count):
    base = np.arange(count) % 3
    for dtype in ("float32", "float64", "bool", "U2", "S2", "complex64", "M8[s]"):
        yield dtype, base.astype(dtype)
    yield "words", np.array(["cat", "dog", "cow"])[base]
    yield "one-hot", np.eye(3)[base]
    yield "one-hot integers", np.eye(3, dtype=int)[base]
    yield "a column", base[:, None]
    yield "a row", base[None]
    yield "one number", np.array(3)
    yield "none at all", base[:0]
    for few in (1, count - 1, count + 1, 2 * count):
        yield f"{few} of them", np.resize(base, few)
    for wrong in (-1, -2 ** 40, -2 ** 63):
        yield f"one is {wrong}", np.where(np.arange(count) == 5, wrong, base)
    yield "one is 2⁶³", np.where(np.arange(count) == 5, 2 ** 63, base.astype("uint64")).astype("uint64")
    yield "one is 2⁶⁴ − 1", np.where(np.arange(count) == 5, 2 ** 64 - 1, base.astype("uint64")).astype("uint64")
    yield "objects", np.array([{}] * count, dtype=object)


def gaps(count):
    base = np.arange(count) % 3
    for what, labels in (("years", 1990 + base), ("from 1", base + 1), ("0, 50, 100", 50 * base), ("all 0", 0 * base),
                         ("all 7", 0 * base + 7), ("even", 2 * base), ("one of 2³¹",
                                                                       np.where(base == 2, 2 ** 31, base)),
                         ("one of 10⁶", np.where(base == 2, 10 ** 6, base)), ("from 10⁹", base + 10 ** 9),
                         ("one of 2⁶⁰", np.where(base == 2, 2 ** 60, base))):
        for dtype in ("int64", "uint64", "int32", "uint16", "uint8"):
            if labels.max() <= np.iinfo(dtype).max:
                yield f"{what}, {dtype}", labels.astype(dtype)


def parts_of(count):
    first, last = np.arange(count - 5), np.arange(count - 5, count)
    yield "train alone", {"train": first}
    yield "test alone", {"test": last}
    for what, wrong in (("floats", last * 1.0), ("true or false", np.arange(count) >= count - 5),
                        ("words", last.astype("U2")),
                        ("a column", last[:, None]), ("a number", np.array(3)), ("beyond", last + 1),
                        ("far beyond", last + 10 ** 9),
                        ("below 0", -last), ("one of -1", np.where(last == 15, -1, last)),
                        ("objects", np.array([{}], object)),
                        ("2⁶³", last.astype("uint64") + np.uint64(2 ** 63))):
        yield f"test: {what}", {"train": first, "test": wrong}
        yield f"train: {what}", {"train": wrong, "test": first[:3]}
    yield "in common", {"train": first, "test": first[3:6]}
    yield "the same", {"train": first, "test": first}


def small_parts():
    everything = np.arange(20)
    for few in (0, 1):
        yield f"{few} to test", {"train": everything[few:], "test": everything[:few]}
        yield f"{few} to train", {"train": everything[:few], "test": everything[few:]}
