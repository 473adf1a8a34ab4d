"""Images of the reader's own: what is read, and every way in which a file can be wrong."""
import numpy as np
import pytest

from scratchnets.data import load

RNG = np.random.default_rng(7)
PIXELS = RNG.integers(0, 256, size=(10, 4, 5), dtype=np.uint8)


def saved(folder, **arrays):
    path = folder / "mine.npz"
    np.savez_compressed(path, **arrays)
    return path


@pytest.mark.parametrize("shape, expected", [((10, 4, 5), (4, 5, 1)), ((10, 4, 5, 3), (4, 5, 3)),
                                             ((10, 20), (20,))])
def test_shapes_get_a_channel_axis(tmp_path, shape, expected):
    data = load(saved(tmp_path, images=RNG.random(shape)))
    assert data.example_shape == expected
    assert data.x_train.dtype == np.float32
    assert data.y_train is None and data.y_test is None


def test_bytes_are_divided_by_255(tmp_path):
    data = load(str(saved(tmp_path, images=PIXELS, train=np.arange(8), test=np.array([9, 8]))))
    np.testing.assert_array_equal(data.x_train[..., 0] * np.float32(255), PIXELS[:8])
    np.testing.assert_array_equal(data.x_test[..., 0] * np.float32(255), PIXELS[[9, 8]])


def test_without_indices_80_percent_train_and_labels_follow_their_images(tmp_path):
    data = load(saved(tmp_path, images=PIXELS, labels=PIXELS[:, 0, 0]))
    assert (len(data.x_train), len(data.x_test)) == (8, 2)
    order = np.random.default_rng(0).permutation(10)
    np.testing.assert_array_equal(data.y_train, PIXELS[order[:8], 0, 0])
    np.testing.assert_array_equal(np.round(data.x_test[:, 0, 0, 0] * 255), data.y_test)
    assert data.y_train.dtype == np.int64


def test_reading_leaves_only_labels_that_were_given(tmp_path):
    data = load(saved(tmp_path, images=PIXELS, labels=np.arange(10)))
    assert data.classes == 10 and data.name == "mine"


@pytest.mark.parametrize("arrays, cause", [
    (dict(pictures=PIXELS), "expected an array 'images'.*found pictures"),
    (dict(images=PIXELS, label=np.arange(10)), "found images, label"),
    (dict(images=PIXELS.astype(float)), r"must lie in \[0, 1\].*divide by 255"),
    (dict(images=PIXELS / 255 - 0.5), r"must lie in \[0, 1\], got -0"),
    (dict(images=np.where(PIXELS > 250, np.nan, 0.5)), "NaN or infinite"),
    (dict(images=np.full((3, 2, 2), np.inf)), "NaN or infinite"),
    (dict(images=PIXELS.astype(np.int32)), "uint8.*got int32"),
    (dict(images=PIXELS[0, 0]), r"got shape \(5,\)"),
    (dict(images=PIXELS[:0]), "not empty"),
    (dict(images=np.array([["a", "b"]])), "got <U1"),
    (dict(images=np.array([[{}, 1]], dtype=object)), "Python objects"),
    (dict(images=PIXELS, labels=np.arange(9)), r"expected 10 labels.*got shape \(9,\)"),
    (dict(images=PIXELS, labels=np.arange(10.)), "must be integers, got float64"),
    (dict(images=PIXELS, labels=np.arange(10) - 1), "count from 0, got -1"),
    (dict(images=PIXELS, train=np.arange(5)), "go together; found only 'train'"),
    (dict(images=PIXELS, train=np.arange(5), test=np.arange(5, 11)), "'test' points outside the 10 images"),
    (dict(images=PIXELS, train=np.arange(5), test=np.arange(-2, 0)), "'test' points outside"),
    (dict(images=PIXELS, train=np.arange(5.), test=np.arange(5, 9)), "'train' must be a list of integer"),
    (dict(images=PIXELS, train=np.arange(6), test=np.arange(5, 10)), "1 images are in 'train' and in 'test'"),
])
def test_wrong_contents_name_file_and_cause(tmp_path, arrays, cause):
    path = saved(tmp_path, **arrays)
    with pytest.raises(ValueError, match=cause) as error:
        load(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("keep", [0, 1, 100, 0.5, 0.95])
def test_a_truncated_file_is_named(tmp_path, keep):
    path = saved(tmp_path, images=RNG.integers(0, 256, (50, 28, 28), dtype=np.uint8))
    content = path.read_bytes()
    path.write_bytes(content[:keep if isinstance(keep, int) else int(keep * len(content))])
    with pytest.raises(ValueError, match="mine.npz: .*damaged or cut short"):
        load(path)


def test_a_flipped_byte_anywhere_gives_the_same_pixels_or_an_error_that_names_the_file(tmp_path):
    path = saved(tmp_path, images=PIXELS, labels=np.arange(10))
    content, intact = path.read_bytes(), load(path)
    noticed = 0
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        try:
            data = load(path)
        except ValueError as error:
            assert str(path) in str(error)
            noticed += 1
        else:       # time stamps and the like: nothing that we read
            np.testing.assert_array_equal(data.x_train, intact.x_train)
    assert noticed > len(content) / 2


def test_no_such_file_a_folder_or_a_plain_array(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent.npz: no such file"):
        load(tmp_path / "absent.npz")
    with pytest.raises(ValueError, match="is a folder"):
        load(tmp_path)
    np.save(tmp_path / "one.npy", PIXELS)
    with pytest.raises(ValueError, match="one.npy: not an .npz file"):
        load(tmp_path / "one.npy")
