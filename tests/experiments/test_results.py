"""The book's stored figures: complete, and in agreement with figures from elsewhere."""
import numpy as np
import pytest

from scratchnets.experiments import BOOK, stored
from scratchnets.experiments.catalogue import get, names
from scratchnets.experiments.store import Store

every_experiment = pytest.mark.parametrize("name", names())


@every_experiment
def test_trials_are_told_apart_by_their_keys(name):
    keys = [(trial.part, tuple(sorted(trial.key.items()))) for trial in get(name).trials]
    assert keys and len(set(keys)) == len(keys)


@every_experiment
def test_each_stored_row_belongs_to_one_trial(name):
    trials = get(name).trials
    owners = [[str(trial) for trial in trials if trial.part == part and trial.owns(row)]
              for part, rows in stored(name).items() for row in rows]
    assert owners and [each for each in owners if len(each) != 1] == [], \
        f"delete the rows of scratchnets/experiments/results/{name}.json that no trial yields, or more than one"


@every_experiment
def test_the_book_has_run_each_trial(name):
    book = Store(BOOK, name)
    missing = [str(trial) for trial in get(name).trials if not book.of(trial)]
    assert missing == [], f"run: scratchnets reproduce {name} --out scratchnets/experiments/results"


@every_experiment
def test_it_says_what_it_is_about(name):
    experiment = get(name)
    assert len(experiment.title) > 20 and experiment.title.endswith((".", "?"))
    assert 0 <= experiment.lecture <= 19


# Squared errors an image on the test digits, from the same networks in PyTorch with its own initialisation.
IN_PYTORCH = {("autoencoder", 2, "squared-error"): 34.1, ("autoencoder", 10, "squared-error"): 15.1,
              ("autoencoder", 30, "squared-error"): 9.8, ("autoencoder", 2, "cross-entropy"): 33.9,
              ("autoencoder", 10, "cross-entropy"): 14.6, ("autoencoder", 30, "cross-entropy"): 9.4,
              ("tied", 30, None): 29.5}


@pytest.mark.parametrize("network", IN_PYTORCH, ids=str)
def test_autoencoders_end_where_those_in_pytorch_do(network):
    ends = [row["test"][-1] for rows in stored("autoencoders_on_digits").values() for row in rows
            if (row["model"], row["latent"], row.get("loss")) == network]
    assert len(ends) == 3
    assert np.mean(ends) == pytest.approx(IN_PYTORCH[network], rel=0.03)
