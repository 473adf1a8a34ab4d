"""The verdict on answers that are absent, broken, unreadable, right with a remark."""
import warnings

import numpy as np
import pytest

from scratchnets import backend
from scratchnets.exercises import Verdict, check, names
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.stubs import describe
from scratchnets.exercises.verdict import STATUSES


def right(dy, x, W):
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)


def test_a_right_answer_passes_and_is_told_what_was_tried():
    verdict = check("dense_backward", right)
    assert verdict.status == "passed" and verdict.passed and verdict.diagnosis == ""
    assert verdict.gradients == {"dx": True, "dW": True, "db": True}
    assert "4 random inputs" in verdict.message and verdict.next


# ---- not there, or not all ---------------------------------------------------------------------------

def only_said(dy, x, W):
    """To be done."""


@pytest.mark.parametrize("empty", [
    only_said,
    lambda dy, x, W: None, lambda dy, x, W: ..., lambda dy, x, W: (None, None, None),
    lambda dy, x, W: (..., ..., ...), lambda dy, x, W: {}, lambda dy, x, W: [None, ..., None]])
def test_nothing_there_yet_is_not_attempted(empty):
    verdict = check("dense_backward", empty)
    assert (verdict.status, verdict.diagnosis) == ("not attempted", "")


def bare_return(dy, x, W):
    dx, dW, db = right(dy, x, W)
    return


@pytest.mark.parametrize("answer", [lambda *arrays: print(right(*arrays)), bare_return])
def test_a_forgotten_return_is_said_to_be_missing(answer):
    verdict = check("dense_backward", answer)
    assert (verdict.status, verdict.diagnosis) == ("wrong", "no-return")
    assert "returned None: is the return missing?" in verdict.message and "dx, dW, db" in verdict.message
    assert check("relu_backward", lambda dy, y: print(dy)).diagnosis == "no-return"


def test_none_on_the_first_input_only_is_a_forgotten_branch():
    shapes = []

    def answer(dy, y):
        shapes.append(y.shape)
        return dy * (y > 0) if y.shape != shapes[0] else None
    assert check("relu_backward", answer).diagnosis == "none-sometimes"


def test_not_implemented_is_not_attempted():
    def answer(dy, x, W):
        raise NotImplementedError
    assert check("dense_backward", answer).status == "not attempted"


def test_a_part_is_judged_while_the_rest_is_missing():
    verdict = check("dense_backward", lambda dy, x, W: (dy @ W.T, ..., None))
    assert (verdict.status, verdict.diagnosis) == ("not attempted", "incomplete")
    assert verdict.gradients == {"dx": True, "dW": None, "db": None} and "dx is right" in verdict.message
    verdict = check("dense_backward", lambda dy, x, W: (-dy @ W.T, ..., ...))
    assert (verdict.status, verdict.diagnosis) == ("wrong", "sign")
    assert verdict.gradients == {"dx": False, "dW": None, "db": None}


def test_none_for_some_inputs_only_is_a_forgotten_branch():
    def answer(dy, x, W):
        if x.shape[0] > 7:
            return right(dy, x, W)
        return dy @ W.T, x.T @ dy, None
    assert check("dense_backward", answer).diagnosis == "none-sometimes"


# ---- what cannot be read -----------------------------------------------------------------------------

@pytest.mark.parametrize("answer, diagnosis, words", [
    (lambda dy, x, W: (dy @ W.T, x.T @ dy), "count", "returns 2 values; expected 3"),
    (lambda dy, x, W: (*right(dy, x, W), x), "count", "returns 4 values; expected 3"),
    (lambda dy, x, W: dy @ W.T, "count", "an array of shape"),
    (lambda dy, x, W: {"dx": dy @ W.T, "dw": x.T @ dy}, "count", "did you mean 'dW'"),
    (lambda dy, x, W: ("a", "b", "c"), "not-numbers", "no real numbers"),
    (lambda dy, x, W: (dy @ W.T, x.T @ dy, [[1, 2], [3]]), "not-numbers", "different lengths"),
    (lambda dy, x, W: (dy @ W.T * 1j, x.T @ dy, 0), "not-numbers", "complex"),
    (lambda dy, x, W: (print, x.T @ dy, 0), "not-numbers", "no real numbers"),
])
def test_unreadable_answers_are_wrong_and_say_what_came(answer, diagnosis, words):
    verdict = check("dense_backward", answer)
    assert (verdict.status, verdict.diagnosis) == ("wrong", diagnosis)
    assert words in verdict.message


def test_a_wrong_number_of_arguments_shows_both_signatures():
    verdict = check("dense_backward", lambda dy, x: None)
    assert (verdict.status, verdict.diagnosis) == ("raised", "signature")
    assert "dy, x, W" in verdict.message


@pytest.mark.parametrize("mistake", [3, "right", (np.ones(3),), None])
def test_something_that_is_no_function_is_said_to_be_none(mistake):
    assert check("dense_backward", mistake).diagnosis == "not-a-function"


def test_an_unknown_exercise_is_an_error_with_the_nearest_name():
    with pytest.raises(ValueError, match="did you mean 'relu_backward'"):
        check("relu_backwards", right)
    assert "relu_backward" in names()


# ---- what raises -----------------------------------------------------------------------------------

def test_an_error_is_shown_with_its_line_and_the_shapes():
    def answer(dy, x, W):
        dx = dy @ W                         # the mistake
        return dx, x.T @ dy, dy.sum(axis=0)
    verdict = check("dense_backward", answer)
    assert (verdict.status, verdict.diagnosis) == ("raised", "ValueError")
    assert "dx = dy @ W" in verdict.message and "in answer" in verdict.message
    assert "dy (" in verdict.message and "W (" in verdict.message


def test_a_place_left_empty_and_used_is_said_to_be_empty():
    def answer(dy, x, W):
        dh = ...
        return dh @ W.T, x.T @ dy, dy.sum(axis=0)
    assert "(dh is still ..., to be filled in.)" in check("dense_backward", answer).message


@pytest.mark.parametrize("leave", [lambda *_: exit(), lambda *_: (_ for _ in ()).throw(SystemExit(3))])
def test_leaving_the_program_is_a_verdict(leave):
    verdict = check("dense_backward", leave)
    assert (verdict.status, verdict.diagnosis) == ("raised", "exit")


def test_an_endless_recursion_is_a_verdict():
    def answer(dy, x, W):
        return answer(dy, x, W)
    assert check("dense_backward", answer).diagnosis == "RecursionError"


def test_an_interrupt_comes_through():
    def answer(dy, x, W):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        check("dense_backward", answer)


# ---- what cannot be trusted ----------------------------------------------------------------------------

def test_nan_says_where_and_what_numpy_warned_of():
    def answer(dy, x, W):
        return dy @ W.T / np.zeros(len(W)), x.T @ dy, dy.sum(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verdict = check("dense_backward", answer)
    assert (verdict.status, verdict.diagnosis) == ("wrong", "not-finite")
    assert "dx holds NaN or infinity" in verdict.message and "divide by zero" in verdict.message
    assert verdict.gradients == {"dx": False, "dW": True, "db": True}


@pytest.mark.parametrize("name, change", [
    ("dy", lambda dy, x, W: dy.fill(0)), ("x", lambda dy, x, W: x.sort()),
    ("W", lambda dy, x, W: W.__imul__(2))])
def test_writing_into_the_inputs_is_noticed_even_if_the_answer_is_right(name, change):
    def answer(dy, x, W):
        values = right(dy, x, W)
        change(dy, x, W)
        return values
    verdict = check("dense_backward", answer)
    assert (verdict.status, verdict.diagnosis) == ("wrong", "inputs-modified")
    assert f"writes into {name}. The caller still needs it" in verdict.message and all(verdict.gradients.values())


def test_right_on_the_first_call_only():
    total = []

    def answer(dy, x, W, kept={}):  # noqa: B006
        dW = kept.get(x.shape, 0) + x.T @ dy            # a default argument that survives
        kept[x.shape] = dW
        total.append(1)
        return dy @ W.T, dW, dy.sum(axis=0)
    assert check("dense_backward", answer).diagnosis == "first-call-only"
    assert len(total) >= 5


def test_an_answer_that_draws_random_numbers_is_not_repeatable():
    verdict = check("dropout_backward",
                    lambda dy, mask, rate: dy * (np.random.random(dy.shape) > rate) / (1 - rate))
    assert verdict.diagnosis == "not-repeatable"


def test_a_buffer_that_is_used_again_and_again_is_no_mistake():
    buffer = np.empty(1000)

    def answer(dy, x, W):
        dx = buffer[:x.size].reshape(x.shape)
        np.matmul(dy, W.T, out=dx)
        return dx, x.T @ dy, dy.sum(axis=0)
    assert check("dense_backward", answer).passed


# ---- prints, precision, backends -----------------------------------------------------------------------

def test_the_prints_of_the_first_call_are_shown_and_no_others(capsys):
    def answer(dy, x, W):
        print("shape", x.shape)
        return right(dy, x, W)
    assert check("dense_backward", answer).passed
    assert capsys.readouterr().out.count("shape") == 1


def test_float32_passes_with_a_gentle_remark():
    verdict = check("dense_backward", lambda *arrays: right(*(a.astype(np.float32) for a in arrays)))
    assert verdict.passed and "float32" in verdict.message


def test_float32_mistakes_are_recognised_as_well():
    def answer(dy, x, W):
        dy, x, W = (a.astype(np.float32) for a in (dy, x, W))
        return dy @ W.T, x.T @ dy, dy.mean(axis=0)
    assert check("dense_backward", answer).diagnosis == "db-averaged"


def test_an_epsilon_inside_is_not_taken_for_rounding():
    def answer(a, x):
        p = 1 / (1 + np.exp(-a))
        value = -(x * np.log(p + 1e-5) + (1 - x) * np.log(1 - p + 1e-5)).sum() / len(a)
        return value, (p - x) / len(a)
    verdict = check("binary_cross_entropy_with_logits", answer)
    assert verdict.status == "wrong" and verdict.gradients["value"] is False


def test_overflow_is_found_in_the_special_case():
    def answer(a, x):
        value = (np.log(1 + np.exp(a)) - a * x).sum() / len(a)
        return value, (1 / (1 + np.exp(-a)) - x) / len(a)
    verdict = check("binary_cross_entropy_with_logits", answer)
    assert (verdict.status, verdict.diagnosis) == ("wrong", "overflows")
    assert verdict.gradients == {"value": False, "dlogits": True}
    assert "overflow encountered" in verdict.message


@pytest.mark.parametrize("probability, diagnosis", [
    (lambda p: p + 1e-12, "logarithm-held-up"), (lambda p: np.clip(p, 1e-15, 1), "logarithm-held-up"),
    (lambda p: p, "overflows")])
def test_an_epsilon_in_the_logarithm_is_told_from_an_overflow(probability, diagnosis):
    def answer(logits, labels):
        rows = np.arange(len(labels))
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        value = -np.log(probability(p)[rows, labels]).mean()
        p[rows, labels] -= 1
        return value, p / len(p)
    verdict = check("softmax_cross_entropy", answer)
    assert (verdict.status, verdict.diagnosis) == ("wrong", diagnosis)
    assert verdict.gradients == {"value": False, "dlogits": True}


def test_a_constant_in_the_logarithms_of_a_binary_loss_is_told_as_well():
    def answer(a, x):
        p = 1 / (1 + np.exp(-a))
        value = -(x * np.log(p + 1e-14) + (1 - x) * np.log(1 - p + 1e-14)).sum() / len(a)
        return value, (p - x) / len(a)
    assert check("binary_cross_entropy_with_logits", answer).diagnosis == "logarithm-held-up"


def test_learners_get_numpy_arrays_whatever_the_backend():
    seen = []

    def answer(dy, x, W):
        seen.append((type(x), x.dtype))
        return right(dy, x, W)
    with backend.use(backend.name(), dtype="float32"):
        assert check("dense_backward", answer).passed
        assert backend.default_dtype() == "float32"
    assert set(seen) == {(np.ndarray, np.dtype("float64"))}


def test_another_seed_gives_other_inputs():
    seen = {}
    for seed in (0, 0, 1):
        check("relu_backward", lambda dy, y: seen.setdefault(seed, []).append(dy.copy()), seed=seed)
    first, again, other = seen[0][0], seen[0][len(seen[0]) // 2], seen[1][0]
    assert np.array_equal(first, again) and not (first.shape == other.shape and np.array_equal(first, other))


def test_verdicts_have_one_of_four_statuses_and_survive_json():
    verdict = check("dense_backward", lambda dy, x, W: (dy @ W.T, x.T @ dy, dy))
    assert verdict.status in STATUSES
    assert Verdict.from_json(verdict.to_json()).text() == verdict.text()


# ---- what the function says of itself ------------------------------------------------------------------------

def test_arguments_in_another_order_are_named_before_anything_else():
    def answer(x, dy, W):
        return dy @ W.T, x.T @ dy, dy.sum(axis=0)
    verdict = check("dense_backward", answer)
    assert verdict.diagnosis == "argument-order" and verdict.status in ("wrong", "raised")
    assert "calls its arguments x, dy, W" in verdict.message and "what you call x is dy" in verdict.message


def test_other_names_in_the_right_order_are_nobodys_mistake():
    def renamed(g, h, V):
        return g @ V.T, h.T @ g, g.mean(axis=0)
    assert check("dense_backward", renamed).diagnosis == "db-averaged"

    def one_name_of_another(x, dx, W):                  # calls dy x, and no harm is done
        return x @ W.T, dx.T @ x, x.sum(axis=0)
    assert check("dense_backward", one_name_of_another).passed


def test_one_array_with_as_many_rows_as_values_is_read_as_the_values():
    verdict = check("momentum_update", lambda theta, grad, v, lr, mu: np.array(
        [theta - lr * (mu * v + grad), mu * v + grad]))
    assert verdict.passed
    assert check("alternating_step", lambda t, p, h: np.stack(
        [t - h * (p + h * t), p + h * t, t * t + p * p + h * t * p])).passed
    assert check("beta_of_a_mean", lambda *given: np.zeros(2)).diagnosis == "count"


def test_several_arguments_that_are_written_into_are_spoken_of_as_several():
    def answer(dy, x, W):
        values = right(dy, x, W)
        dy *= 0
        x *= 0
        return values
    assert "writes into dy and x. The caller still needs them" in check("dense_backward", answer).message


def test_beside_what_is_written_into_the_known_mistakes_are_named():
    def answer(dy, tokens, W):
        np.add.at(W, tokens, dy)
        return W
    verdict = check("embedding_backward", answer)
    assert verdict.diagnosis == "inputs-modified" and verdict.diagnoses == {"dW": "added-to-w"}
    assert "Start from np.zeros_like(W)" in verdict.message


def test_every_task_with_arrays_says_that_they_are_to_be_left_as_they_are():
    for name in names():
        exercise = get(name)
        arrays = any(text.startswith("(") for text in exercise.takes.values())
        assert ("Leave the arguments as they are" in describe(exercise)) == arrays, name


def test_an_answer_that_calls_the_library_passes_with_a_remark():
    from scratchnets.layers.dense import dense_backward
    verdict = check("dense_backward", dense_backward)
    assert verdict.passed and verdict.borrowed == ["scratchnets.layers.dense.dense_backward"]
    assert "which this book has written for you" in verdict.message

    def helper(*arguments):
        return dense_backward(*arguments)
    assert check("dense_backward", lambda dy, x, W: helper(dy, x, W)).borrowed == verdict.borrowed
    assert check("dense_backward", right).borrowed == []
    assert Verdict.from_json(verdict.to_json()).borrowed == verdict.borrowed


def test_importing_it_inside_is_noticed_and_a_task_that_hands_it_out_makes_no_remark():
    def answer(dy, x, W):
        from scratchnets.layers import dense
        return dense.dense_backward(dy, x, W)
    assert check("dense_backward", answer).borrowed == ["scratchnets.layers"]
    verdict = check("image_generator_step", get("image_generator_step").reference)
    assert verdict.passed and verdict.borrowed and "One remark" not in verdict.message


def test_what_was_changed_without_effect_is_not_called_unattempted():
    def rewritten(x, dy):
        y = np.sinh(x) / np.cosh(x)
        return y, dy * (1 - x * x)
    verdict = check("mend_tanh", rewritten)
    assert (verdict.status, verdict.diagnosis) == ("wrong", "as-given")
    assert verdict.gradients == {"y": True, "dx": False}
    assert check("mend_tanh", get("mend_tanh").given).status == "not attempted"


def test_the_engine_warns_of_nothing(recwarn):
    for name in ("gaussian_kl", "mend_sampler", "responsibilities"):
        check(name, lambda *given: {value: np.float64(1e200) for value in get(name).returns})
    assert [str(entry.message) for entry in recwarn] == []
