"""What is saved comes back; what was cut short, flipped, exchanged or is foreign is refused."""
import errno
import os

import numpy as np
import pytest

from scratchnets.training import checkpoint
from scratchnets.training.checkpoint import CheckpointError

GROUPS = {"model": {"0.W": np.arange(12, dtype="float32").reshape(3, 4), "0.b": np.zeros(0, dtype="float32")},
          "optimizer": {"steps": 7, "lr": 0.1}}
FACTS = {"epoch": 3, "config": {"name": "Käthe"},
         "generators": {"order": np.random.default_rng(0).bit_generator.state}}


@pytest.fixture
def saved(tmp_path):
    checkpoint.save(tmp_path / "checkpoint.npz", GROUPS, FACTS)
    return tmp_path / "checkpoint.npz"


def rewritten(path, **changes):
    """The same archive with some arrays changed, added, or (None) taken out; every CRC is right again."""
    arrays = {name: array for name, array in (dict(np.load(path)) | changes).items() if array is not None}
    np.savez(path, **arrays)
    return path


def test_what_was_saved_comes_back(saved):
    groups, facts = checkpoint.load(saved)
    assert facts == FACTS
    assert groups["optimizer"]["steps"] == 7 and groups["optimizer"]["lr"] == 0.1
    for name, array in GROUPS["model"].items():
        assert groups["model"][name].dtype == array.dtype
        np.testing.assert_array_equal(groups["model"][name], array)


@pytest.mark.parametrize("bits", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_the_state_of_any_generator_comes_back(bits, tmp_path):
    generator, other = (np.random.Generator(getattr(np.random, bits)(seed)) for seed in (0, 1))
    generator.integers(5, dtype="int32")           # leaves half a word behind, which is state too
    checkpoint.save(tmp_path / "c.npz", {}, {"state": generator.bit_generator.state})
    other.bit_generator.state = checkpoint.load(tmp_path / "c.npz")[1]["state"]
    assert np.array_equal(generator.integers(9, size=50, dtype="int32"),
                          other.integers(9, size=50, dtype="int32"))


def test_the_same_contents_give_the_same_bytes(saved, tmp_path):
    checkpoint.save(tmp_path / "second.npz", GROUPS, FACTS)
    assert saved.read_bytes() == (tmp_path / "second.npz").read_bytes()


def test_a_file_cut_short_anywhere_is_refused(saved):
    whole = saved.read_bytes()
    for length in range(0, len(whole), 97):
        saved.write_bytes(whole[:length])
        with pytest.raises(CheckpointError, match="checkpoint.npz"):
            checkpoint.load(saved)


def test_a_flipped_bit_never_passes_unnoticed(saved):
    """Where a bit means nothing to the archive (a time, an attribute), the contents come back unchanged."""
    whole = saved.read_bytes()
    refused = 0
    for position in range(0, len(whole), 7):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << position % 8
        saved.write_bytes(flipped)
        try:
            groups, facts = checkpoint.load(saved)
        except CheckpointError as error:
            assert "checkpoint.npz" in str(error)
            refused += 1
        else:
            assert facts == FACTS and all(np.array_equal(groups["model"][name], array)
                                          for name, array in GROUPS["model"].items())
    assert refused > len(whole) / 7 / 2


@pytest.mark.parametrize("changes", [
    {"model/0.W": np.ones((3, 4), dtype="float32")},
    {"model/0.W": np.arange(12, dtype="float32").reshape(4, 3)},
    {"model/0.W": np.arange(12, dtype="float32").view("int32").reshape(3, 4)},
    {"model/0.b": None},
    {"model/1.W": np.ones(1)},
])
def test_an_exchanged_array_is_refused(saved, changes):
    with pytest.raises(CheckpointError, match="changed after it was written"):
        checkpoint.load(rewritten(saved, **changes))


def test_foreign_files_are_refused(saved, tmp_path):
    np.savez(tmp_path / "images.npz", images=np.zeros(3))
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "folder.npz").mkdir()
    for name, words in (("images.npz", "no scratchnets checkpoint"), ("one.npy", "no checkpoint"),
                        ("text.npz", "no checkpoint"), ("empty.npz", "no checkpoint"),
                        ("folder.npz", "no checkpoint")):
        with pytest.raises(CheckpointError, match=words) as refusal:
            checkpoint.load(tmp_path / name)
        assert name in str(refusal.value)
    with pytest.raises(FileNotFoundError, match="there is no checkpoint"):
        checkpoint.load(tmp_path / "nowhere.npz")


def test_python_objects_are_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "sprung"),))

    np.savez(tmp_path / "trap.npz", allow_pickle=True, **{"model/0.W": np.array([Trap()], dtype=object)})
    with pytest.raises(CheckpointError, match="damaged"):
        checkpoint.load(tmp_path / "trap.npz")
    assert not (tmp_path / "sprung").exists()


def test_another_format_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "FORMAT", "scratchnets checkpoint 99")
    checkpoint.save(tmp_path / "new.npz", GROUPS, FACTS)
    monkeypatch.undo()
    with pytest.raises(CheckpointError, match="another version"):
        checkpoint.load(tmp_path / "new.npz")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fills_up_leaves_the_last_good_checkpoint(saved, call, monkeypatch):
    before = saved.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="cannot write .*checkpoint.npz: No space left on device"):
        checkpoint.save(saved, GROUPS, {"epoch": 4})
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["checkpoint.npz"]


def test_a_limit_on_file_sizes_leaves_the_last_good_checkpoint(saved):
    resource = pytest.importorskip("resource")
    before = saved.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(OSError, match="cannot write .*checkpoint.npz: File too large"):
            checkpoint.save(saved, {"model": {"0.W": np.zeros(100_000)}}, {"epoch": 4})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["checkpoint.npz"]
