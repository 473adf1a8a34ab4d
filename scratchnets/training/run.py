"""A run: one folder with the configuration, the history, the last checkpoint and the pictures."""
import csv
import io
import json
from pathlib import Path

import numpy as np

from scratchnets import __version__, backend
from scratchnets.data import load as load_data
from scratchnets.files import write_text
from scratchnets.models.recipes import build
from scratchnets.optimizers import OPTIMIZERS
from scratchnets.training import checkpoint


class Run:
    """The folder of one training.

    Parameters
    ----------
    folder : Path
    config : dict
        Everything that the run depends on: model, options, data, seed, … as in ``config.json``.
    """

    def __init__(self, folder, config):
        self.folder, self.config = Path(folder), config
        self.history = []

    @classmethod
    def create(cls, folder, config):
        """Start a run in a new folder; one that already holds a run is refused, nothing is overwritten."""
        folder = Path(folder)
        if (folder / "config.json").exists():
            raise FileExistsError(f"{folder} already holds a run; choose another folder with --out, "
                                  "or delete this one")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(f"{folder} is a file; --out names a folder") from None
        run = cls(folder, config | {"scratchnets": __version__, "numpy": np.__version__})
        write_text(folder / "config.json", json.dumps(run.config, indent=2, ensure_ascii=False) + "\n")
        return run

    @classmethod
    def open(cls, folder):
        """Open the run in a folder that `create` made."""
        folder = Path(folder)
        if not (folder / "config.json").exists():
            raise FileNotFoundError(f"{folder} holds no run (there is no config.json in it)")
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{folder / 'config.json'} is damaged: {error}") from error
        run = cls(folder, config)
        history = folder / "history.csv"
        if history.exists():
            with open(history, newline="", encoding="utf-8") as file:
                run.history = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
        return run

    def use_backend(self, library=None, dtype=None):
        """Compute as the run did, unless told otherwise."""
        return backend.use(library or self.config["backend"], dtype or self.config["dtype"])

    def data(self, name=None):
        """The data of the run, or other data of the same shape."""
        data = load_data(name or self.config["data"])
        if list(data.example_shape) != self.config["example_shape"]:
            raise ValueError(f"{data.name} has examples of shape {data.example_shape}; this run's model "
                             f"was built for {tuple(self.config['example_shape'])}")
        return data

    def streams(self):
        """Three independent generators that follow from the seed: weights, order of data, the rest."""
        return np.random.default_rng(self.config["seed"]).spawn(3)

    def model(self, trained=True):
        """The model; with the weights of the last checkpoint, or as it started."""
        shape = tuple(self.config["example_shape"])
        model = build(self.config["model"], shape, self.config["options"], generator=self.streams()[0])
        if trained:
            groups, _ = checkpoint.load(self.folder / "checkpoint.npz")
            model.load_state_dict(groups["model"])
        return model

    def optimizer(self, model):
        return OPTIMIZERS[self.config["optimizer"]](model.parameters(), lr=self.config["lr"])

    def log(self, record):
        """Add one epoch's record to ``history.csv``."""
        self.history.append(record)
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(record), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.history)
        write_text(self.folder / "history.csv", text.getvalue())

    def save(self, model, optimizer):
        """Write ``checkpoint.npz``, whole or not at all."""
        checkpoint.save(self.folder / "checkpoint.npz",
                        {"model": model.state_dict(), "optimizer": optimizer.state_dict()},
                        {"config": self.config, "epoch": self.history[-1]["epoch"] if self.history else 0})


def new_folder(name, parent="runs"):
    """runs/name, or runs/name-2, runs/name-3, … where that exists."""
    folder, number = Path(parent) / name, 1
    while folder.exists():
        number += 1
        folder = Path(parent) / f"{name}-{number}"
    return folder
