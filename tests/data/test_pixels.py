"""The advice on pixels, followed, gives images that are loaded; and they are the right ones."""
import re

import numpy as np
import pytest

from scratchnets.data import load

SHADES = np.linspace(0, 1, 40 * 8 * 8).reshape(40, 8, 8)
INPUTS = {"digits of 0 … 16": 16 * SHADES, "digits of 0 … 16 as integers": (16 * SHADES).round().astype("int64"),
          "digits of 0 … 16 as bytes": (16 * SHADES).round().astype("uint8"), "0 … 255 in floats": 255 * SHADES,
          "0 … 255 as pandas reads them":
              (255 * SHADES).round().astype("int64"), "16 bits": (65535 * SHADES).astype("uint16"),
          "−1 … 1": 2 * SHADES - 1, "−3 … 9": 12 * SHADES - 3, "0 and 1 as bytes": (SHADES > 0.5).astype("uint8"),
          "0 and 1 as integers":
              (SHADES > 0.5).astype("int32"), "0 … 100": 100 * SHADES, "0 … 4095": (4095 * SHADES).astype("int16"),
          "a little above 1": 1.0005 * SHADES, "0 … 1000": 1000 * SHADES}


@pytest.mark.parametrize("what", INPUTS)
def test_who_follows_the_advice_gets_the_images_that_were_meant(what, tmp_path):
    images = INPUTS[what]
    np.savez(tmp_path / "x.npz", images=images)
    with pytest.raises(ValueError, match="x.npz: .*; ") as error:
        load(tmp_path / "x.npz")
    np.savez(tmp_path / "x.npz", images=followed(str(error.value), images))
    data = load(tmp_path / "x.npz")
    pixels = np.concatenate([data.x_train, data.x_test])
    assert pixels.min() >= 0 and pixels.max() == pytest.approx(1, abs=0.01)
    meant = np.sort((images - images.min(initial=0)) / (images.max() - images.min(initial=0)), axis=None)
    assert np.sort(pixels, axis=None) == pytest.approx(meant, abs=0.01)


def followed(advice, images):
    """What the end of the message says, as Python."""
    words = advice.split("; ")[-1]
    if words.startswith("divide by 255"):
        return images / 255
    if words == "store images.clip(0, 1)":
        return images.clip(0, 1)
    return eval(re.search(r"(\(?images[^,]*?(?:\)|\d))(?=$|, (?:or|of))", words)[1], {"images": images})


@pytest.mark.parametrize("images, low, high", [
    (SHADES > 0.5, 0, 1), (SHADES * 1.0000000000000004, 0, 1), (SHADES - 1e-17, 0, 1), (0 * SHADES, 0, 0),
    ((255 * SHADES).astype("uint8"), 0, 1), (np.zeros((5, 8, 8), "uint8"), 0, 0), (SHADES.astype("float16"), 0, 1)])
def test_what_can_only_be_meant_in_one_way_is_taken(images, low, high, tmp_path):
    np.savez(tmp_path / "x.npz", images=images)
    data = load(tmp_path / "x.npz")
    pixels = np.concatenate([data.x_train, data.x_test])
    assert pixels.dtype == np.float32 and pixels.min() == low and pixels.max() == pytest.approx(high, abs=1e-3)
    assert pixels.max() <= 1


@pytest.mark.parametrize("shape, remedy", [
    ((20, 8, 8, 2), r"store images\[\.\.\., :1\]"), ((20, 3, 8, 8), r"images.transpose\(0, 2, 3, 1\)"),
    ((20, 1, 8, 8), r"images.transpose\(0, 2, 3, 1\)"), ((20, 8, 8, 5), r"images\[\.\.\., :3\]")])
def test_channels_that_cannot_be_drawn_are_refused_with_what_to_do(shape, remedy, tmp_path):
    np.savez(tmp_path / "x.npz", images=np.random.default_rng(0).random(shape))
    with pytest.raises(ValueError, match=rf"1, 3 or 4 channels, in their last axis.*{remedy}"):
        load(tmp_path / "x.npz")


@pytest.mark.parametrize("labels, remedy", [
    (np.array(["cat", "dog"] * 20), r"numpy.unique\(labels, return_inverse=True\)\[1\]"),
                                            (np.eye(2)[[0, 1] * 20], "argmax"),
    (np.arange(40)[:, None], "ravel"), (np.arange(40.0), r"astype\(int\)"), (np.arange(40) > 3, r"astype\(int\)"),
    (np.arange(40) - 1, "unique"), (np.arange(40, dtype="uint64") + np.uint64(2 ** 63), "unique")])
def test_labels_that_are_none_are_refused_with_what_to_do(labels, remedy, tmp_path):
    np.savez(tmp_path / "x.npz", images=SHADES, labels=labels)
    with pytest.raises(ValueError, match=f"x.npz: .*labels.*{remedy}"):
        load(tmp_path / "x.npz")
