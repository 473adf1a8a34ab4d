"""A run: one folder with the configuration, the history, the last checkpoint and the pictures."""
import json
import math
import os
import sys
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np

from scratchnets import __version__, backend, schedules
from scratchnets.arguments import brief, choice
from scratchnets.data import load as load_data
from scratchnets.files import remove_leftovers, write_text
from scratchnets.locks import locked
from scratchnets.models import GAN, VariationalAutoencoder
from scratchnets.models.recipes import RECIPES, build
from scratchnets.optimizers import OPTIMIZERS
from scratchnets.training import checkpoint, configuration, history as history_file
from scratchnets.training.checkpoint import CheckpointError
from scratchnets.training.configuration import from_file
from scratchnets.training.loop import Training
from scratchnets.training.origin import fingerprints, here, place
from scratchnets.training.players import TwoPlayers
from scratchnets.training.validation import hold_out

SCHEDULES = {"constant": lambda lr, steps: schedules.constant(lr), "cosine": schedules.cosine}
# Of the configuration: where a run is computed, and from where its data come. What they hold is in data_sha256.
PLACES = {"data", "data_at", "machines"}
MAY_CHANGE = {"epochs", "patience", "scratchnets", "numpy"} | PLACES        # from one resumption to the next
LOCK = ".lock"
WAIT = 5.0              # seconds for another process that is just making the same folder


class Run:
    """The folder of one training.

    Parameters
    ----------
    folder : Path
    config : dict
        Everything that the run depends on: model, options, data, seed, … as in ``config.json``.

    Attributes
    ----------
    history : list of dict
        The records of the epochs so far, as in ``history.csv``.
    """

    def __init__(self, folder, config):
        self.folder, self.config = Path(folder), config

    @cached_property
    def history(self):
        return history_file.read(self.folder / "history.csv")

    @property
    def last(self):
        """The checkpoint to go on from."""
        return self.folder / "checkpoint.npz"

    @property
    def best(self):
        """The weights with the lowest validation loss, where the run has validation."""
        return self.folder / "best.npz"

    # ---- the folder --------------------------------------------------------------------------------

    @classmethod
    def create(cls, folder, config):
        """Start a run in a new folder; one that already holds a run is refused, nothing is overwritten."""
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(f"{folder} is a file; --out names a folder") from None
        except OSError as error:
            raise type(error)(f"cannot make the folder {brief(folder)}: {error.strerror}") from error
        config = config | {"scratchnets": __version__, "numpy": np.__version__, "machines": [here()]}
        run = cls(folder, json.loads(json.dumps(config)))        # as it will be read back: lists for tuples
        run.history = []
        with locked(folder / LOCK, folder, wait=WAIT):           # of many who try at once, one succeeds
            if (folder / "config.json").exists():
                raise FileExistsError(f"{folder} already holds a run; go on with it (--resume {folder}), choose "
                                      "another folder with --out, or delete this one")
            run._write_config()
        return run

    @classmethod
    def open(cls, folder):
        """Open the run in a folder that `create` made."""
        folder = Path(folder)
        path = folder / "config.json"
        if not path.exists():
            raise FileNotFoundError(f"{folder} holds no run (there is no config.json in it); name the folder that "
                                    "train left")
        config = configuration.read(path)
        remove_leftovers(folder)
        remove_leftovers(folder / "frames")
        return cls(folder, config)

    def _write_config(self):
        write_text(self.folder / "config.json", json.dumps(self.config, indent=2, ensure_ascii=False) + "\n",
                   within=self.folder)

    @staticmethod
    def held(folder):
        """A context in which this process alone writes into the folder; a second one is told who does."""
        return locked(Path(folder) / LOCK, f"the run {folder}")

    def expect_own_files(self):
        """Refuse a link that leads out of the folder now, and not when it is its turn to be written."""
        inside = Path(os.path.realpath(self.folder))
        for path in (*self.folder.iterdir(), *self.folder.glob("frames/*")):
            if path.is_symlink() and inside not in Path(os.path.realpath(path)).parents:
                raise OSError(f"{path} leads to {os.path.realpath(path)}, out of the run's folder, where nothing is "
                              "written; delete the link")

    def discard(self):
        """Undo `create`, of a run that never began: its next try gets the same folder."""
        (self.folder / "config.json").unlink(missing_ok=True)
        try:
            self.folder.rmdir()
        except OSError:                     # not empty: somebody else's files
            pass

    # ---- what the configuration says ---------------------------------------------------------------

    def use_backend(self, library=None, dtype=None):
        """Compute as the run did, unless told otherwise."""
        return backend.use(library or self.config["backend"], dtype or self.config["dtype"])

    def data(self, name=None, other=False):
        """The data of the run, wherever they lie now, or other data of the same shape.

        Parameters
        ----------
        name : str, optional
            Where they lie, if not where the run found them.
        other : bool
            Whether a `name` may stand for data that are not the run's own; it is noted.
        """
        at = name or place(self.folder, self.config)
        data = load_data(at)
        if list(data.example_shape) != self.config["example_shape"]:
            raise ValueError(f"{data.name} has examples of shape {data.example_shape}; this run's model "
                             f"was built for {tuple(self.config['example_shape'])}; name data of that shape with "
                             "--data")
        if not self.is_own(data):
            if not (name and other):
                raise ValueError(f"{at} does not hold the examples that {self.folder} began with (their SHA-256 "
                                 "differs); put the old ones back, or say where they lie: --data FILE")
            print(f"note: {at} holds other examples than those that {self.folder} began with (their SHA-256 "
                  "differs)", file=sys.stderr)
        return data

    def is_own(self, data):
        """Whether these are the data that the run began with, training and test examples."""
        return all(self.config.get(key, found) == found for key, found in fingerprints(self.recipe, data).items())

    def streams(self):
        """Independent generators that follow from the seed: weights, order of data, the rest, pre-training."""
        return np.random.default_rng(self.config["seed"]).spawn(4)

    def model(self, trained=True):
        """The model: as it started, or trained: as it was in its best epoch, or else in its last."""
        shape = tuple(self.config["example_shape"])
        with from_file(self.folder / "config.json"):
            model = build(self.config["model"], shape, self.config["options"], generator=self.streams()[0])
        if trained:
            path = self.best if self.best.exists() else self.last
            groups, _ = self._read(path)
            with _naming(path):
                model.load_state_dict(groups["model"])
                if not all(backend.is_finite(parameter.data) for parameter in model.parameters()):
                    raise ValueError("its weights are not all finite")
        return model

    @property
    def recipe(self):
        return RECIPES[choice("model", self.config["model"], RECIPES)]

    @property
    def options(self):
        """{name: value} of the model's options, all of them."""
        return self.recipe.options() | self.config["options"]

    def optimizer(self, network, lr="lr"):
        """The optimiser of a network; `lr` names its learning rate, else it is the run's one."""
        options = self.config.get("optimizer_options", {})
        rate = self.config.get(lr, self.config["lr"])
        with from_file(self.folder / "config.json"):
            return OPTIMIZERS[self.config["optimizer"]](network.parameters(), lr=rate, **options)

    def schedule(self, steps):
        """The learning rate as a function of the step, for so many steps; None where it is constant."""
        name, ramp = self.config.get("schedule", "constant"), self.config.get("warm_up", 0)
        if name == "constant" and not ramp:
            return None
        with from_file(self.folder / "config.json"):
            schedule = SCHEDULES[choice("schedule", name, SCHEDULES)](self.config["lr"], steps)
        return schedules.warm_up(schedule, ramp) if ramp else schedule

    def training(self, data):
        """The training at its start, and the arrays kept back for validation (None where none are)."""
        arrays, validation = self.recipe.arrays(data, "train"), None
        _, order, rest, _ = self.streams()
        if self.config.get("validation"):
            kept, held_out = hold_out(len(arrays[0]), self.config["validation"], rest)
            validation = [backend.asarray(array[held_out]) for array in arrays]
            arrays = [array[kept] for array in arrays]
        model, batch_size = self.model(trained=False), self.config["batch_size"]
        steps = max(1, self.config["epochs"] * math.ceil(len(arrays[0]) / batch_size))
        settings = {"batch_size": batch_size, "generator": order, "schedule": self.schedule(steps)}
        if isinstance(model, GAN):
            players = self.optimizer(model.discriminator, "d_lr"), self.optimizer(model.generator)
            training = TwoPlayers(model, players, *map(backend.asarray, arrays), **settings)
        else:
            training = Training(model, self.optimizer(model), *map(backend.asarray, arrays), **settings)
        return training, validation

    # ---- what a training leaves behind -------------------------------------------------------------

    def log(self, record):
        """Add one epoch's record to ``history.csv``; comes before the checkpoint of that epoch."""
        self.history.append(record)
        path = self.folder / "history.csv"
        with self._saying_how_to_go_on():
            write_text(path, history_file.text_of(path, self.history), within=self.folder)

    def columns(self, model):
        """Of the history: those that are read again."""
        terms = (("test_d_real", "test_d_fake", "test_d_gradient", "test_g_gradient") if isinstance(model, GAN) else
                 ("test_loss", "test_reconstruction", "test_kl") if isinstance(model, VariationalAutoencoder) else ())
        return ("loss", *terms, *["validation_loss"] * bool(self.config.get("validation")))

    def save(self, training):
        """Write all that the rest of the training depends on: ``checkpoint.npz``, whole or not at all.

        It holds no clock times: two runs of the same configuration leave the same bytes.
        """
        groups, facts = training.state_dict()
        with self._saying_how_to_go_on():
            checkpoint.save(self.last, groups, facts | {"config": self._identity()}, within=self.folder)

    def save_best(self, model):
        """Write the weights of the best epoch so far: ``best.npz``."""
        with self._saying_how_to_go_on():
            checkpoint.save(self.best, {"model": model.state_dict()},
                            {"epoch": self.history[-1]["epoch"], "config": self._identity()},
                            within=self.folder)

    def _identity(self):
        """The configuration without the places: the same run elsewhere leaves the same bytes."""
        return {key: value for key, value in self.config.items() if key not in PLACES}

    def resume(self, training):
        """Bring the training to where the last checkpoint left it."""
        if self.last.exists():              # else it was stopped before the first one
            groups, facts = self._read(self.last)
            with _naming(self.last):
                training.load_state_dict(groups, facts)
        # A run that was killed between an epoch's record and its checkpoint repeats that epoch.
        self.history = self.history[:training.epoch]
        if [record.get("epoch") for record in self.history] != list(range(1, training.epoch + 1)):
            raise ValueError(f"{self.folder / 'history.csv'} does not hold the {training.epoch} epochs "
                             f"that {self.last} has behind it; put it back as it was")
        history_file.expect_columns(self.folder / "history.csv", self.history, self.columns(training.model))
        if training.epoch + (training.batch > 0) > self.config["epochs"]:
            raise ValueError(f"{self.folder} has already trained for more than {self.config['epochs']} epochs; "
                             "name more with --epochs")
        self._write_config()                # it may go on for longer than it was told at first

    @contextmanager
    def _saying_how_to_go_on(self):
        try:
            yield
        except OSError as error:
            kept = f". The checkpoint before it is whole: go on with scratchnets train --resume {self.folder}"
            raise type(error)(f"{error}{kept if self.last.exists() else ''}") from error

    def _read(self, path):
        groups, facts = checkpoint.load(path)
        theirs = facts.get("config")
        if not isinstance(theirs, dict):
            raise CheckpointError(f"{path} does not say which run it belongs to; put it back as it was")
        for key in sorted((theirs.keys() | self.config.keys()) - MAY_CHANGE):
            if theirs.get(key) != self.config.get(key):
                raise CheckpointError(f"{path} belongs to another run: its {key} is {brief(repr(theirs.get(key)))}, "
                                      f"here config.json says {brief(repr(self.config.get(key)))}; put the two "
                                      "back that belong together")
        return groups, facts


@contextmanager
def _naming(path):
    """Name the file from which something was taken over that does not fit."""
    try:
        yield
    except KeyError as error:
        raise CheckpointError(f"{path} does not fit this run: it lacks {error}; put it back as training wrote it"
                              ) from error
    except (TypeError, AttributeError, ValueError, IndexError, ArithmeticError) as error:
        raise CheckpointError(f"{path} does not fit this run: {brief(error, 400)}; put it back as training wrote it"
                              ) from error




def new_folder(name, parent="runs"):
    """Make runs/name, or runs/name-2, runs/name-3, … where that exists; of many who ask at once, each gets its own."""
    folder, number = Path(parent) / name, 1
    while True:
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            if Path(parent).exists() and not Path(parent).is_dir():
                raise NotADirectoryError(f"{parent} is a file; runs are kept in a folder of that name: --out names "
                                         "another") from None
        number += 1
        folder = Path(parent) / f"{name}-{number}"
