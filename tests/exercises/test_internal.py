"""Whatever comes back, a verdict comes of it; and where the engine itself fails, it says that it was the engine.

Every exercise is asked about answers of every shape and kind: none may make a probe fall over.
"""
import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from scratchnets.exercises import catalogue, check, judge as judging, probes
from scratchnets.exercises.internal import DIAGNOSIS
from scratchnets.exercises.judge import judge
from scratchnets.exercises.process import check_file

# ---- answers of every kind -----------------------------------------------------------------------------

SHAPES = {
    "right": lambda shape, rng: shape,
    "backwards": lambda shape, rng: shape[::-1],
    "last axes swapped": lambda shape, rng: (*shape[:-2], *shape[-2:][::-1]),
    "an axis gone": lambda shape, rng: shape[1:],
    "the last axis gone": lambda shape, rng: shape[:-1],
    "an axis more": lambda shape, rng: (int(rng.integers(1, 5)), *shape),
    "an axis of one": lambda shape, rng: (*shape, 1),
    "one entry more": lambda shape, rng: (*shape[:-1], shape[-1] + 1) if shape else (2,),
    "one entry less": lambda shape, rng: (shape[0] - 1, *shape[1:]) if shape else (),
    "a number": lambda shape, rng: (),
    "nothing": lambda shape, rng: (0, *shape[1:]),
    "any": lambda shape, rng: tuple(rng.integers(0, 5, rng.integers(0, 5))),
}

NUMBERS = {
    "random": lambda right, shape, rng: rng.standard_normal(shape),
    "zeros": lambda right, shape, rng: np.zeros(shape),
    "whole numbers": lambda right, shape, rng: rng.integers(-2, 3, shape),
    "truth values": lambda right, shape, rng: rng.random(shape) < 0.5,
    "enormous": lambda right, shape, rng: 1e300 * rng.standard_normal(shape),
    "not finite in places": lambda right, shape, rng: np.where(rng.random(shape) < 0.3, np.nan, 1.0),
    "infinite": lambda right, shape, rng: np.full(shape, -np.inf),
    "right in places": lambda right, shape, rng: np.where(rng.random(shape) < 0.5, fitted(right, shape), 1.0),
    "right with a factor for each": lambda right, shape, rng: fitted(right, shape) * rng.standard_normal(shape),
    "right, moved along": lambda right, shape, rng: np.roll(fitted(right, shape), 1),
    "right, in another order": lambda right, shape, rng: rng.permutation(fitted(right, shape).ravel()).reshape(shape),
    "right to a few digits": lambda right, shape, rng: fitted(right, shape).astype("float16"),
    "all the same": lambda right, shape, rng: np.full(shape, 0.7),
}


def fitted(right, shape):
    """The right numbers, repeated or cut, in another shape."""
    return np.resize(right, shape) if np.size(right) else np.zeros(shape)


def answer_of(exercise, shapes, numbers, seed):
    """A function that gives the same to the same inputs: some of its values wrong in these two ways."""
    def answer(*arguments):
        given = dict(zip(exercise.takes, arguments))
        key = [seed, *(byte for value in arguments for byte in np.asarray(value).tobytes()[:64])]
        rng, values = np.random.default_rng(key), {}
        right = judging.problems(exercise)[0].reference(given)
        for place, (name, value) in enumerate(right.items()):
            shape = SHAPES[shapes](value.shape, rng)
            wrong = (seed >> place) & 1 or len(right) == 1
            with np.errstate(all="ignore"):
                values[name] = NUMBERS[numbers](value, shape, rng) if wrong else value
        return values
    return answer


KINDS = list(itertools.product(SHAPES, NUMBERS))
SHARE = 6               # of these an exercise is asked every sixth; its neighbours are asked the others


@pytest.mark.long
@pytest.mark.parametrize("number, exercise", list(enumerate(catalogue.all_exercises())),
                         ids=[exercise.name for exercise in catalogue.all_exercises()])
def test_no_answer_makes_a_probe_fall_over(number, exercise):
    for seed, (shapes, numbers) in enumerate(KINDS[number % SHARE::SHARE]):
        verdict = judge(exercise, answer_of(exercise, shapes, numbers, 2 * seed + 1))
        said = {verdict.diagnosis, *verdict.diagnoses.values()}
        assert DIAGNOSIS not in said, f"{shapes}, {numbers}\n{verdict.message}"
        assert verdict.text() and verdict._repr_html_() and verdict.to_json()


@pytest.mark.parametrize("moved", ["the second largest", "mirrored", "one short"])
def test_a_gradient_that_lands_on_another_pixel_is_a_wrong_answer_and_no_error(moved):
    def answer(dy, x, kernel, stride):
        dx = np.zeros_like(x)
        for n, u, v, c in np.ndindex(*dy.shape):
            size = kernel - (moved == "one short")
            window = x[n, stride * u:stride * u + size, stride * v:stride * v + size, c]
            place = np.argsort(window.ravel())[-2 if moved == "the second largest" else -1]
            i, j = divmod(int(place), size)
            if moved == "mirrored":
                i, j = kernel - 1 - i, kernel - 1 - j
            dx[n, stride * u + i, stride * v + j, c] += dy[n, u, v, c]
        return dx
    verdict = check("max_pool2d_backward", answer)
    assert verdict.status == "wrong" and DIAGNOSIS not in verdict.diagnoses.values()


# ---- the engine's own faults ------------------------------------------------------------------------------

def broken(*_):
    raise IndexError("index 2744 is out of bounds")


def test_a_probe_that_fails_is_the_engines_fault_and_the_numbers_are_shown(monkeypatch):
    monkeypatch.setattr(probes, "VALUE_PROBES", (broken,))
    verdict = check("dense_backward", lambda dy, x, W: (np.sin(dy @ W.T), x.T @ dy, dy.mean(axis=0)))
    assert verdict.diagnoses == {"dx": DIAGNOSIS, "db": "db-averaged"} and verdict.diagnosis == "db-averaged"
    assert "a fault in scratchnets, not in your code" in verdict.message
    assert "IndexError: index 2744" in verdict.message and "test_internal.py" in verdict.message
    assert len(verdict.corners) == 2 and "dx[" in verdict.text()


@pytest.mark.parametrize("part", ["recognise", "corner", "problems", "argument_count_fits"])
def test_wherever_the_engine_fails_it_says_so(monkeypatch, part):
    monkeypatch.setattr(judging, part, broken)
    verdict = check("relu_backward", lambda dy, y: dy)
    assert verdict.diagnosis == DIAGNOSIS and "not in your code" in verdict.message
    assert verdict.status == ("wrong" if part in ("recognise", "corner") else "not judged")
    assert "not judged" in verdict.text() or verdict.gradients == {"dx": False}


def test_an_answer_is_not_called_wrong_because_reading_it_has_failed(monkeypatch):
    monkeypatch.setattr("scratchnets.exercises.answers.read", broken)
    verdict = check("relu_backward", lambda dy, y: dy * (y > 0))
    assert (verdict.status, verdict.diagnosis) == ("not judged", DIAGNOSIS) and "may well be right" in verdict.next


def test_an_object_that_no_array_can_be_made_of_is_an_answer_and_no_error():
    class Stubborn:
        def __array__(self, *_, **__):
            raise TypeError("never")
    verdict = check("relu_backward", lambda dy, y: Stubborn())
    assert (verdict.status, verdict.diagnosis) == ("wrong", "not-numbers") and "Stubborn" in verdict.message


def test_what_the_learners_code_raises_stays_the_learners():
    assert check("relu_backward", lambda dy, y: broken()).diagnosis == "IndexError"


@pytest.mark.parametrize("fails", ["probe", "start"])
def test_the_child_process_tells_the_same(tmp_path, monkeypatch, fails):
    path = tmp_path / "relu_backward.py"
    path.write_text("import numpy as np\ndef relu_backward(dy, y):\n    return np.sin(dy)\n")
    site = tmp_path / "site"
    site.mkdir()
    # Python runs this file at its start: it breaks the engine in the child.
    (site / "sitecustomize.py").write_text({
        "start": "import scratchnets\nraise SystemExit(1)\n",
        "probe": "from scratchnets.exercises import judge\n"
                 "def broken(*_): raise IndexError('broken on purpose')\n"
                 "judge.probe = judge.problems = broken\n"}[fails])
    folders = [str(site), str(Path(judging.__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folder for folder in folders if folder))
    verdict = check_file(path, "relu_backward")
    assert (verdict.status, verdict.diagnosis) == ("not judged", DIAGNOSIS), verdict
    assert "fault in scratchnets" in verdict.message and "Your code ended" not in verdict.message
