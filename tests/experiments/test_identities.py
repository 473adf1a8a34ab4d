"""Each identity holds: to rounding, or to four standard errors where ours is a mean over random draws."""
from pathlib import Path

import pytest

from scratchnets import backend
from scratchnets.experiments.catalogue import get, identities
from scratchnets.experiments.identities import identities_of, sentence

ROOT = Path(__file__).parents[2]
ALL = [pytest.param(identity, id=identity.__name__)
       for module in identities.TOPICS.values() for identity in identities_of(module)]


# tests/test_registry.py checks all gradients one by one; all at once takes as long as everything else here.
ONE_BY_ONE = [param for param in ALL if param.id != "every_gradient_is_that_of_its_forward_pass"]


@pytest.mark.parametrize("identity", ONE_BY_ONE)
def test_it_holds(identity):
    row, = identities.compared(identity)
    if "standard_error" in row:
        assert row["difference"] < 4 * row["standard_error"]
        assert row["standard_error"] < 0.02 * abs(row["exact"]), "a mean so rough proves little"
    else:
        assert row["difference"] <= 1e-9 * max(1, abs(row["exact"]))


@pytest.mark.parametrize("identity", ALL)
def test_its_derivation_is_there(identity):
    assert identity.derivation is None or (ROOT / identity.derivation).exists()


def test_each_is_a_trial_of_its_own():
    trials = get("identities").trials
    assert len(trials) == len(ALL) == len({sentence(param.values[0]) for param in ALL})
    assert all(trial.quick for trial in trials)


def test_float64_is_theirs_alone():
    with backend.use(backend.name(), dtype="float32"):
        list(identities.compared(ALL[0].values[0]))
        assert backend.default_dtype() == "float32"
