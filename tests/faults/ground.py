"""The files that cases spoil: data, runs of several kinds, a folder of exercises; made once."""
from pathlib import Path
from unittest.mock import patch

import numpy as np

from scratchnets.cli import main
from scratchnets.exercises.workspace import Workspace

RUNS = {"ae": ["autoencoder", "--latent", "2"], "va": ["tied", "--latent", "2", "--validation", "0.2"],
        "vae": ["vae", "--latent", "2"], "gan": ["gan", "--batch-size", "8"], "cl": ["classifier"]}


def tiles(count=40, side=8, channels=None, seed=0):
    """Images as bytes, and labels of three classes."""
    rng = np.random.default_rng(seed)
    shape = (count, side, side) + ((channels,) if channels else ())
    return {"images": rng.integers(0, 256, shape, dtype="uint8"), "labels": np.arange(count) % 3}


def lay(folder):
    """Make all of it in a folder."""
    folder = Path(folder)
    np.savez(folder / "tiny.npz", **tiles())
    data = str(folder / "tiny.npz")
    # Their pictures would take most of the time, and nothing reads them.
    with patch("scratchnets.pictures.gallery.draw", lambda *_, **__: []), \
            patch("scratchnets.pictures.games.write_film", lambda *_: "film.gif"):
        for name, (model, *options) in RUNS.items():
            status = main(["train", model, "--data", data, "--epochs", "2", "--batch-size", "8", *options,
                           "--out", str(folder / name)])
            assert status == 0
    Workspace(folder / "exercises").start(["dense_backward", "tanh_backward"])
    Workspace(folder / "exercises").remember("dense_backward", hints=1)
    (folder / "words.txt").write_text("the cat sat on the mat. " * 20)
    return folder
