"""The test of the tests: whatever backward pass is broken, something notices.

``python tests/mutations`` prints how many of how many.
"""
import pytest
from mutations.equivalent import EQUIVALENT, STALE_WITHOUT_HARM
from mutations.hunt import callers, hunt, noticed_by_checks, stale_classes, stale_is_noticed, targets
from mutations.mutants import mutants, swapped_in

from scratchnets.gradcheck import registry
from scratchnets.layers import activations, dense

LISTS = "tests/mutations/equivalent.py"


@pytest.mark.parametrize("name", targets())
def test_every_mutant_is_noticed(name):
    assert targets()[name].__code__ in callers(), \
        f"no example runs {name}: add a line to EXAMPLES in scratchnets/gradcheck/registry.py"
    everyone, survivors = hunt(name)
    assert everyone, "no mutant: is this function a backward pass?"
    for function, mutant, times, _ in EQUIVALENT:
        alike = [survivor for survivor in survivors if survivor.startswith(mutant)]
        if function == name:
            assert len(alike) == times, f"{mutant} is listed {times} times in {LISTS}, found {len(alike)}"
            survivors = [survivor for survivor in survivors if survivor not in alike]
    assert not survivors, (
        "nobody noticed:\n" + "\n".join(survivors) + f"\nAn example of {name} in scratchnets/gradcheck/registry.py has "
        f"to show it, or loops in tests/reference.py. What no gradient can tell is listed, with a reason, in {LISTS}")


@pytest.mark.parametrize("name", [name for name in stale_classes() if name not in STALE_WITHOUT_HARM])
def test_a_cache_that_is_not_renewed_is_noticed(name):
    assert stale_is_noticed(name), (
        f"{name} that keeps for ever what it kept first passes the check: if it keeps nothing that matters, say so in "
        f"STALE_WITHOUT_HARM of {LISTS}")


def test_what_is_listed_as_equivalent_exists():
    assert {function for function, *_ in EQUIVALENT} <= set(targets())
    assert set(STALE_WITHOUT_HARM) <= set(stale_classes())


def test_the_classic_mistakes_are_among_the_mutants():
    layer = {str(mutant) for mutant in mutants(dense.Dense.backward)}
    pure = {(mutant.before, mutant.after) for mutant in mutants(dense.dense_backward)}
    masks = {(mutant.before, mutant.after) for mutant in mutants(activations.relu_backward)}
    assert "self.W.grad += dW → self.W.grad = dW" in layer                        # forgotten accumulation
    assert ("W.T", "W") in pure                                                   # forgotten transpose
    assert ("dy.sum(axis=0)", "dy") in pure                                       # forgotten sum
    assert ("dy.sum(axis=0)", "dy.mean(axis=0)") in pure                          # mean for sum
    assert ("return (dx, dW, db)", "return (dx, dW, -db)") in pure                # sign
    assert ("dy * (y > 0)", "dy") in masks                                        # forgotten mask


def test_a_mutant_is_in_force_only_within_its_context():
    mutant = next(mutants(activations.tanh_backward))
    assert not noticed_by_checks("Tanh")
    with swapped_in(activations.tanh_backward, mutant):
        assert noticed_by_checks("Tanh") and noticed_by_checks("tanh") and not noticed_by_checks("Sigmoid")
    assert not noticed_by_checks("Tanh")


def test_nothing_is_noticed_where_nothing_is_broken():
    assert not [name for name in registry.names() if noticed_by_checks(name)]
