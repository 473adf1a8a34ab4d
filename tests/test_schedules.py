"""Schedules: their values at the steps that matter, and that they remember nothing."""
import math

import numpy as np
import pytest

from scratchnets.optimizers import SGD
from scratchnets.parameter import Parameter
from scratchnets.schedules import constant, cosine, exponential, step_decay, warm_up

EXAMPLES = {
    "constant": (constant(0.5), {0: 0.5, 1: 0.5, 10 ** 9: 0.5}),
    "step_decay": (step_decay(0.8, every=10, factor=0.5),
                   {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2, 35: 0.1}),
    "exponential": (exponential(0.8, half_life=10), {0: 0.8, 5: 0.8 / math.sqrt(2), 10: 0.4, 30: 0.1}),
    "cosine": (cosine(0.8, steps=12, final=0.2),
               {0: 0.8, 4: 0.65, 6: 0.5, 8: 0.35, 12: 0.2, 13: 0.2, 10 ** 9: 0.2}),
    "cosine to zero": (cosine(0.8, steps=12), {0: 0.8, 6: 0.4, 12: 0}),
    "warm_up": (warm_up(constant(0.8), steps=4), {0: 0.2, 1: 0.4, 2: 0.6, 3: 0.8, 4: 0.8, 100: 0.8}),
    "warm_up before a stair": (warm_up(step_decay(0.8, every=4, factor=0.5), steps=4),
                               {0: 0.2, 3: 0.8, 4: 0.4}),
}


@pytest.mark.parametrize("schedule, values", EXAMPLES.values(), ids=EXAMPLES)
def test_values_in_any_order(schedule, values):
    for step, lr in [*values.items(), *reversed(values.items())]:
        assert schedule(step) == pytest.approx(lr, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("schedule", [step_decay(1, 3), exponential(1, 3), cosine(1, 30, final=0.1)])
def test_they_fall(schedule):
    rates = [schedule(step) for step in range(40)]
    assert rates == sorted(rates, reverse=True) and rates[0] == 1 > rates[-1] > 0


def test_the_cosine_ends_flat():
    schedule = cosine(1.0, steps=1000)
    assert schedule(0) - schedule(1) < 1e-5 and schedule(999) - schedule(1000) < 1e-5
    assert schedule(500) - schedule(501) == pytest.approx(math.pi / 2000, rel=1e-3)


def test_training_that_goes_on_from_a_saved_optimizer_has_the_same_rates():
    schedule = warm_up(cosine(0.1, steps=20), steps=5)

    def rates(optimizer, steps):
        for _ in range(steps):
            optimizer.lr = schedule(optimizer.steps)
            yield optimizer.lr
            optimizer.step()

    whole = list(rates(SGD([Parameter(np.ones(2))]), 12))
    first = SGD([Parameter(np.ones(2))])
    begun = list(rates(first, 7))
    second = SGD([Parameter(np.ones(2))])
    second.load_state_dict(first.state_dict())
    assert begun + list(rates(second, 5)) == whole == [schedule(step) for step in range(12)]


@pytest.mark.parametrize("make, words", [
    (lambda: constant(0), "lr must be above 0"),
    (lambda: step_decay(0.1, every=0), "every must be at least 1"),
    (lambda: step_decay(0.1, every=2, factor=1.5), "factor must be above 0 and at most 1"),
    (lambda: exponential(0.1, half_life=0), "half_life must be above 0"),
    (lambda: cosine(0.1, steps=2.5), "steps must be a whole number"),
    (lambda: cosine(0.1, steps=3, final=-1), "final must be at least 0"),
    (lambda: warm_up(0.1, steps=3), r"warm_up takes a schedule, such as constant\(1e-3\), got 0.1"),
    (lambda: warm_up(constant(0.1), steps=0), "steps must be at least 1"),
    (lambda: cosine(0.1, steps=3)(-1), "step of a schedule must be at least 0"),
    (lambda: warm_up(constant(0.1), steps=3)(0.5), "step of a schedule must be a whole number"),
])
def test_bad_arguments_are_refused_by_name(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()
