"""IDX files and folders of them: what is read, and every way in which they can be wrong."""
import gzip
import struct

import numpy as np
import pytest

from scratchnets.data import idx, load

RNG = np.random.default_rng(3)
IMAGES = RNG.integers(0, 256, size=(6, 4, 5), dtype=np.uint8)
LABELS = np.arange(6, dtype=np.uint8)


def gzipped(content):
    return gzip.compress(content, mtime=0)      # the same bytes on every run


def idx_bytes(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_folder(folder, pack=gzipped, suffix=".gz"):
    for part, n in (("train", 6), ("t10k", 3)):
        (folder / f"{part}-images-idx3-ubyte{suffix}").write_bytes(pack(idx_bytes(IMAGES[:n])))
        (folder / f"{part}-labels-idx1-ubyte{suffix}").write_bytes(pack(idx_bytes(LABELS[:n])))
    return folder


@pytest.mark.parametrize("array", [IMAGES, LABELS])
@pytest.mark.parametrize("pack", [bytes, gzipped])
def test_plain_and_gzipped_are_told_apart_by_their_content(tmp_path, array, pack):
    path = tmp_path / "file"
    path.write_bytes(pack(idx_bytes(array)))
    np.testing.assert_array_equal(idx.read(path, ndim=array.ndim), array)


@pytest.mark.parametrize("content, cause", [
    (b"", "got an empty file"),
    (idx_bytes(LABELS), "expected it to start with 00 00 08 03, got 00 00 08 01"),
    (b"\0\0\x0d\x03" + idx_bytes(IMAGES)[4:], "got 00 00 0d 03"),
    (b"<!doctype html>", "got 3c 21 64 6f"),
    (idx_bytes(IMAGES)[:11], "cut short within its header, after 11 bytes"),
    (idx_bytes(IMAGES)[:-1], "cut short: its header says 6×4×5 = 120 bytes, 119 follow"),
    (idx_bytes(IMAGES) + b"\0", "bytes left over at the end.*121 follow"),
    (b"\0\0\x08\x03" + b"\xff" * 12, "cut short: its header says 4294967295×"),
    (gzipped(idx_bytes(IMAGES))[:-9], "does not unpack"),
    (gzipped(idx_bytes(IMAGES))[:5], "does not unpack"),
    (gzipped(idx_bytes(IMAGES)) + b"more", "does not unpack"),
])
def test_what_is_wrong_with_a_file_is_said_by_name(tmp_path, content, cause):
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=cause) as error:
        idx.read(path, ndim=3)
    assert str(path) in str(error.value)


def test_a_flipped_byte_in_a_gzipped_file_never_changes_a_pixel(tmp_path):
    path, content = tmp_path / "images", gzipped(idx_bytes(IMAGES))
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        try:
            read = idx.read(path, ndim=3)
        except ValueError as error:
            assert str(path) in str(error)
        else:       # the time stamp and the operating system
            np.testing.assert_array_equal(read, IMAGES)


@pytest.mark.parametrize("name", ["mnist", "fashion"])
@pytest.mark.parametrize("pack, suffix", [(gzipped, ".gz"), (bytes, "")])
def test_a_folder_of_four_files(tmp_path, name, pack, suffix):
    data = load(name, folder=str(write_folder(tmp_path, pack, suffix)))
    assert data.name == name and data.x_train.shape == (6, 4, 5, 1) and data.x_test.shape == (3, 4, 5, 1)
    assert data.x_train.dtype == np.float32 and data.y_test.dtype == np.int64
    np.testing.assert_array_equal(data.x_train[..., 0] * np.float32(255), IMAGES)
    np.testing.assert_array_equal(data.y_test, LABELS[:3])


def test_the_name_with_a_dot_is_found_too(tmp_path):
    for file in list(write_folder(tmp_path, bytes, "").iterdir()):
        file.rename(tmp_path / file.name.replace("-idx", ".idx"))
    assert len(load("mnist", folder=tmp_path).x_train) == 6


def test_folder_missing_or_without_a_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent: no such folder"):
        load("mnist", folder=tmp_path / "absent")
    (write_folder(tmp_path) / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match="t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte.gz") as error:
        load("mnist", folder=tmp_path)
    assert str(tmp_path) in str(error.value)


@pytest.mark.parametrize("file, array, cause", [
    ("train-labels-idx1-ubyte.gz", LABELS[:5], "holds 6 images, but .*train-labels.* holds 5 labels"),
    ("t10k-images-idx3-ubyte.gz", IMAGES[:3, :3], r"are \(4, 5\) pixels, test images \(3, 5\)"),
    ("train-images-idx3-ubyte.gz", IMAGES[:, :0], "holds no pixels"),
])
def test_files_that_do_not_belong_together(tmp_path, file, array, cause):
    (write_folder(tmp_path) / file).write_bytes(gzipped(idx_bytes(array)))
    with pytest.raises(ValueError, match=cause):
        load("mnist", folder=tmp_path)


def test_a_folder_stands_for_its_data_as_a_file_does(tmp_path):
    """Who has the files can train on them: --data FOLDER."""
    folder = tmp_path / "letters"
    folder.mkdir()
    with pytest.raises(ValueError, match="letters: is a folder; expected an .npz file, or a folder with the IDX files"):
        load(folder)
    data = load(str(write_folder(folder)))
    assert data.name == "letters" and data.x_train.shape == (6, 4, 5, 1) and list(data.y_test) == [0, 1, 2]
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match="t10k-labels"):
        load(folder)
