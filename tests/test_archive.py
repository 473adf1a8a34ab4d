"""What an .npz file says of itself is judged before it is unpacked."""
import io
import tracemalloc
import zipfile

import numpy as np
import pytest

from scratchnets import archive
from scratchnets.archive import ArchiveError


def written(path, *members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members:
            file.writestr(name, content)
    return path


def npy(array, **header):
    """The bytes of an array, with another header than its own where one is given."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    if header:
        own = np.lib.format.header_data_from_array_1_0(array)
        buffer = io.BytesIO()
        np.lib.format.write_array_header_1_0(buffer, own | header)
        buffer.write(array.tobytes())
    return buffer.getvalue()


def test_what_numpy_saved_is_read_again(tmp_path):
    arrays = {"a": np.arange(12.0).reshape(3, 4), "b": np.asfortranarray(np.arange(6).reshape(2, 3)), "c": np.array(7),
              "d/e": np.zeros((0, 3)), "f": np.array(["x", "yz"])}
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "x.npz", **arrays)
        found = archive.load(tmp_path / "x.npz")
        assert found.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == array.dtype


@pytest.mark.parametrize("content, cause", [
    (b"hello", "array images is no array of NumPy's, or damaged"), (b"", "no array of NumPy's"),
    (npy(np.zeros(3), shape=(10 ** 30,)), r"header says float64 of shape \(10{30},\), 24 bytes follow"),
    (npy(np.zeros(3), shape=(2,)), r"shape \(2,\), 24 bytes follow"), (npy(np.zeros(3), shape=(-3,)), "damaged"),
    (npy(np.zeros((0, 3)), shape=(0, 10 ** 30)), "header says the shape"), (npy(np.zeros(3))[:-1], "23 bytes follow"),
    (npy(np.zeros(3), descr="|O"), "holds Python objects.*never loaded; store plain numbers"),
])
def test_a_member_that_is_no_array_is_named(tmp_path, content, cause):
    path = written(tmp_path / "x.npz", ("images.npy", content))
    with pytest.raises(ArchiveError, match=f"x.npz: .*{cause}"):
        archive.load(path)


@pytest.mark.parametrize("members, cause", [
    ([("readme.txt", b"hello")], "'?readme.txt'? is no array"),
                                            ([("a.npy", npy(np.zeros(1)))] * 2, "the member a.npy twice"),
    ([(f"{number}.npy", b"") for number in range(20_000)], "holds 20,000 members; .* at most 5,000"),
])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_of_something_else_is_refused_in_a_line(tmp_path, members, cause):
    with pytest.raises(ArchiveError, match=cause) as error:
        archive.load(written(tmp_path / "x.npz", *members))
    assert len(str(error.value)) < 500


def test_what_would_unpack_to_more_than_is_allowed_is_refused_before(tmp_path, monkeypatch):
    """The headers alone are read: the memory at the peak is far below that of the array."""
    np.savez_compressed(tmp_path / "x.npz", a=np.zeros(40_000_000, "uint8"))
    monkeypatch.setenv("SCRATCHNETS_MEMORY", "0.03")
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"x.npz: .* about 0.04 GB of memory, and 0.03 GB are allowed here"):
        archive.load(tmp_path / "x.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
