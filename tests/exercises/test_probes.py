"""Mistakes that no mutant foresaw, and what is said of them."""
import numpy as np
import pytest

from scratchnets.exercises import check
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.judge import judge
from scratchnets.exercises.problems import problems, sizes


def dense(dy, x, W):
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)


def dense_with(**changes):
    """The dense layer's backward pass with some values replaced: ``dx=lambda dy, x, W, right: …``."""
    def answer(dy, x, W):
        values = dict(zip(("dx", "dW", "db"), dense(dy, x, W)))
        return values | {name: change(dy, x, W, values[name]) for name, change in changes.items()}
    return answer


def norm_with(**changes):
    """The same for batch normalisation."""
    def answer(dy, x, gamma, epsilon):
        r = 1 / np.sqrt(x.var(axis=0) + epsilon)
        u = (x - x.mean(axis=0)) * r
        du = dy * gamma
        values = {"dx": r * (du - du.mean(axis=0) - u * (du * u).mean(axis=0)),
                  "dgamma": (dy * u).sum(axis=0), "dbeta": dy.sum(axis=0)}
        return values | {name: change(dy, x, gamma, epsilon, u, values[name])
                         for name, change in changes.items()}
    return answer


def without_last_row(array):
    array = array.copy()
    array[-1] = 0
    return array


MISTAKES = [
    # shapes
    ("order", "dx", "dense_backward", lambda dy, x, W: (x.T @ dy, dy @ W.T, dy.sum(axis=0))),
    ("transposed", "dx", "dense_backward", dense_with(dx=lambda dy, x, W, dx: dx.T)),
    ("transposed-shape", "dx", "dense_backward", dense_with(dx=lambda dy, x, W, dx: np.sin(dx).T)),
    ("not-summed-over-batch", "dbeta", "batch_norm_backward", norm_with(dbeta=lambda dy, *_: dy)),
    ("leading-batch-axis", "dgamma", "batch_norm_backward", norm_with(dgamma=lambda dy, x, *_: dy * x)),
    ("extra-axis", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: dy.sum(axis=0, keepdims=True))),
    ("extra-axis", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db[:, None])),
    ("summed-over-everything", "dbeta", "batch_norm_backward", norm_with(dbeta=lambda dy, *_: dy.sum())),
    ("summed-too-far", "dx", "dense_backward", dense_with(dx=lambda dy, x, W, dx: dx.sum(axis=0))),
    ("summed-too-far", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW.mean(axis=1))),
    ("shape", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: 2 * x)),
    # factors
    ("sign", "dx", "batch_norm_backward", norm_with(dx=lambda *a: -a[-1])),
    ("averaged", "dx", "dense_backward", dense_with(dx=lambda dy, x, W, dx: dx / len(x))),
    ("times-n", "dx", "dense_backward", dense_with(dx=lambda dy, x, W, dx: dx * len(x))),
    ("twice", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW + dW)),
    ("half", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW / 2)),
    ("extent-factor", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW / dW.size)),
    ("extent-factor", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: -dW / len(x))),
    ("constant-factor", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: 0.3 * db)),
    ("varying-factor", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db * x[0, 0])),
    ("argument-factor", "dx", "leaky_relu_backward", lambda dy, y, a: np.where(y > 0, dy, a * dy) / a),
    ("averaged", "value", "squared_error",
     lambda p, t: (((p - t) ** 2).sum() / 2 / len(p) ** 2, (p - t) / len(p))),
    ("extra-factor", "dx", "layer_norm_backward", lambda dy, x, g, e: _layer_norm(dy, x, g, e, times=g)),
    ("extra-factor", "dx", "relu_backward", lambda dy, y: dy * (y > 0) * dy),
    ("missing-factor", "dgamma", "batch_norm_backward",
     norm_with(dgamma=lambda dy, x, g, e, u, dgamma: dgamma / g)),
    # a mutant and a factor
    ("statistics-held-constant", "dx", "batch_norm_backward",
     norm_with(dx=lambda dy, x, g, e, u, dx: dy * g / np.sqrt(x.var(axis=0) + e) / e)),
    # places
    ("all-zero", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: np.zeros_like(W))),
    ("passed-on", "dx", "batch_norm_backward", norm_with(dx=lambda dy, *_: dy)),
    ("plus-argument", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: W + dW)),
    ("plus-argument", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW - W)),
    ("constant-offset", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db + 1)),
    ("offset", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db - dy.mean())),
    ("signs", "dx", "relu_backward", lambda dy, y: np.abs(dy) * (y > 0)),
    ("zero-in-places", "dx", "dense_backward", dense_with(dx=lambda dy, x, W, dx: without_last_row(dx))),
    ("right-in-places", "dW", "dense_backward",
     dense_with(dW=lambda dy, x, W, dW: np.where(np.arange(len(W))[:, None] == 0, dW, dW + W))),
    ("other-input", "dx", "leaky_relu_backward", lambda dy, y, a: np.where(y > 0, dy, a ** 2 * dy)),
    ("right-in-places", "dx", "leaky_relu_backward", lambda dy, y, a: np.where(y > 0, dy, a ** 3 * dy)),
    ("not-zero-in-places", "dx", "relu_backward", lambda dy, y: np.where(y > 0, dy, 7.5 * dy)),
    ("reshaped", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: (dy.T @ x).reshape(W.shape))),
    ("rearranged", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db[::-1])),
    ("one-example", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: dy[-1])),
    ("one-example", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: np.outer(x[0], dy[0]))),
    ("example-left-out", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: dy[1:].sum(axis=0))),
    ("example-left-out", "value", "squared_error",
     lambda p, t: (((p - t)[:-1] ** 2).sum() / 2 / len(p), (p - t) / len(p))),
    ("same-everywhere", "dx", "dense_backward",
     dense_with(dx=lambda dy, x, W, dx: np.tile(dx.mean(axis=0), (len(x), 1)))),
    # behaviour
    ("some-inputs-only", "dx", "leaky_relu_backward", lambda dy, y, a: np.where(y > 0, dy, max(a, 0.3) * dy)),
    ("ignores-W", "dx", "dense_backward",
     dense_with(dx=lambda dy, x, W, dx: dy.sum(axis=1, keepdims=True) * x)),
    ("ignores-dy", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: np.cos(W) * x.sum())),
    ("not-proportional", "dx", "tanh_backward", lambda dy, y: dy * (1 - y * dy)),
    ("divided", "dx", "tanh_backward", lambda dy, y: dy / (1 - y * y)),
    ("part", "dx", "batch_norm_backward", norm_with(
        dx=lambda dy, x, g, e, u, dx: dx - u * (dy * g * u).mean(axis=0) / np.sqrt(x.var(axis=0) + e))),
    ("part", "value", "binary_cross_entropy_with_logits", lambda a, x: (
        (np.maximum(a, 0) + x * a + np.log1p(np.exp(-abs(a)))).sum() / len(a),
        (1 / (1 + np.exp(-a)) - x) / len(a))),
    ("logarithm", "value", "softmax_cross_entropy", lambda a, t: (
        -np.log2(_softmax(a)[np.arange(len(t)), t]).mean(), (_softmax(a) - np.eye(a.shape[1])[t]) / len(t))),
    ("not-averaged", "value", "squared_error",
     lambda p, t: (0.5 * ((p - t) ** 2).sum(axis=1), (p - t) / len(p))),
    ("reach", "dx", "sigmoid_backward", lambda dy, y: dy * y * (1 - y).sum()),
    ("reach", "dx", "softmax_backward", lambda dy, y: dy * y * (2 - y)),
    ("slope", "dx", "tanh_backward", lambda dy, y: dy * (1 - 2 * y * y)),
    ("few-digits", "dx", "sigmoid_backward", lambda dy, y: np.round(dy * y * (1 - y), 4)),
    ("few-digits", "dx", "sigmoid_backward", lambda dy, y: (dy * y * (1 - y)).astype(np.float16)),
    ("left-out", "dx", "softmax_backward", lambda dy, y: _softmax_by_loops(dy, y, over=True)),
    ("left-out", "dx", "softmax_backward", lambda dy, y: -y * (dy * y)[:, 1:].sum(axis=1)[:, None]),
    ("wrong-shares", "dW", "embedding_backward", lambda dy, tokens, W: _scattered(dy, tokens[:, ::-1], W)),
    # nothing fits
    ("", "dx", "softmax_backward", lambda dy, y: _mixed(dy, y)),
]


def _softmax(a):
    return np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)


def _mixed(dy, y):
    """Linear in dy, row by row, and nothing that has a name."""
    return np.sin(y) * (dy - (dy * np.cos(3 * y)).sum(axis=1, keepdims=True))


def _softmax_by_loops(dy, y, over):
    """The whole Jacobian, entry by entry: `over` writes over the sum in place of adding to it."""
    dx = np.zeros_like(dy)
    for n, i, j in np.ndindex(*dy.shape, dy.shape[1]):
        term = dy[n, j] * y[n, i] * ((i == j) - y[n, j])
        dx[n, i] = term if over else dx[n, i] + term
    return dx


def _scattered(dy, tokens, W):
    dW = np.zeros_like(W)
    np.add.at(dW, tokens, dy)
    return dW


def _layer_norm(dy, x, gamma, epsilon, times=1):
    r = 1 / np.sqrt(x.var(axis=1, keepdims=True) + epsilon)
    u = (x - x.mean(axis=1, keepdims=True)) * r
    du = dy * gamma
    dx = r * (du - du.mean(axis=1, keepdims=True) - u * (du * u).mean(axis=1, keepdims=True))
    return dx * times, (dy * u).sum(axis=0), dy.sum(axis=0)


@pytest.mark.parametrize("diagnosis, name, exercise, answer", MISTAKES,
                         ids=[f"{n}-{mistake[0] or 'unknown'}" for n, mistake in enumerate(MISTAKES)])
def test_a_mistake_without_a_mutant_is_told_what_it_is(diagnosis, name, exercise, answer):
    verdict = check(exercise, answer)
    assert verdict.status == "wrong" and verdict.gradients[name] is False
    assert verdict.diagnoses[name] == diagnosis, verdict
    assert diagnosis not in get(exercise).mutants or "times" in verdict.message


def test_where_nothing_fits_it_says_so_and_shows_the_numbers():
    verdict = check("softmax_backward", _mixed)
    assert "I do not know" in verdict.message and verdict.diagnosis == ""
    corner, = verdict.corners
    assert np.shape(corner.yours) == np.shape(corner.expected) == np.shape(corner.ratio) == (3, 3)
    assert np.allclose(np.array(corner.yours) / np.array(corner.expected), corner.ratio)


def test_a_sum_with_a_wrong_part_is_told_which_part_and_how():
    def answer(weights):
        def backward(dy, x, gamma, epsilon):
            r = 1 / np.sqrt(x.var(axis=0) + epsilon)
            u = (x - x.mean(axis=0)) * r
            du = dy * gamma
            parts = du, -du.mean(axis=0), -u * (du * u).mean(axis=0)
            dx = r * sum(weight(len(x)) * part for weight, part in zip(weights, parts))
            return dx, (dy * u).sum(axis=0), dy.sum(axis=0)
        return check("batch_norm_backward", backward).message

    one, minus, n, half = lambda n: 1, lambda n: -1, lambda n: n, lambda n: 0.5
    assert "In yours the path through μ, −r·mean(du) has the wrong sign." in answer((one, minus, one))
    assert "the path through σ², −r·u·mean(du·u) comes with the factor ½." in answer((one, one, half))
    assert "μ, −r·mean(du) comes with the factor N, and the path through σ²" in answer((one, n, minus))
    assert "the direct path r·du is missing" in answer((lambda n: 0, one, one))


def test_a_single_number_with_a_wrong_part_is_told_which_part_and_how():
    def message(sign, weight):
        def answer(a, x):
            terms = np.maximum(a, 0) - sign * x * a + weight * np.log1p(np.exp(-abs(a)))
            return terms.sum() / len(a), (1 / (1 + np.exp(-a)) - x) / len(a)
        return check("binary_cross_entropy_with_logits", answer).message
    assert "In yours −Σ x a / N has the wrong sign." in message(-1, 1)
    assert "In yours −Σ x a / N is missing." in message(0, 1)
    assert "In yours Σ log(1 + e^−|a|) / N comes with the factor 2." in message(1, 2)


def test_what_is_rightly_the_same_for_all_examples_is_not_held_against_an_answer():
    def answer(x, rho, weight):
        p = x.mean(axis=0)
        value = weight * (rho * np.log(rho / p) + (1 - rho) * np.log((1 - rho) / (1 - p))).sum()
        return value, np.tile(np.sin(p) / len(x), (len(x), 1))
    assert check("kl_sparsity", answer).diagnosis != "same-everywhere"


def test_an_argument_that_is_heard_a_little_is_not_called_ignored():
    def answer(logits, labels):
        value = np.logaddexp.reduce(logits, axis=1).sum() * (2.0 + labels[0])
        return value, (_softmax(logits) - np.eye(logits.shape[1])[labels]) / len(labels)
    for seed in range(20):
        assert check("softmax_cross_entropy", answer, seed).diagnosis != "ignores-labels"


# ---- where a probe would mislead, it is silent -------------------------------------------------------

SEEDS = range(4)


def test_a_sum_that_is_written_over_names_the_entry_that_is_left():
    verdict = check("softmax_backward", lambda dy, y: _softmax_by_loops(dy, y, over=True))
    assert "Of dy only the last entry along K has an effect on yours" in verdict.message
    assert check("softmax_backward", lambda dy, y: _softmax_by_loops(dy, y, over=False)).passed


def test_an_argument_is_ignored_in_all_problems_or_not_at_all():
    def answer(dy, mask, rate):             # 0 wherever the first column of the mask is: then dy has no say
        return dy * mask[:, :1] / (1 - rate)
    for seed in SEEDS:
        assert not check("dropout_backward", answer, seed).diagnosis.startswith("ignores")


def test_no_entry_is_said_to_be_left_out_where_the_answer_is_zero():
    for seed in SEEDS:                      # a gate that is shut hears nothing, and that proves nothing
        verdict = check("relu_backward", lambda dy, y: np.where(np.arange(len(dy))[:, None] > 0, dy, 0)
                        * (y > 0.5) * y, seed)
        assert verdict.diagnosis not in ("left-out", "reach"), verdict


def test_a_place_that_is_zero_in_both_does_not_count_as_right():
    def answer(dy, tokens, W):              # the last token never occurs: its row is 0 whatever one does
        return np.sin(3 * _scattered(dy, tokens, W))
    for seed in SEEDS:
        assert check("embedding_backward", answer, seed).diagnosis == "not-proportional"


def test_reach_is_silent_where_a_change_is_too_small_to_be_seen():
    def answer(x, weights, means, variances):
        r = _joint(x, 0.7 * weights ** 2, means, 0.3 * variances)
        return r / r.sum(axis=1, keepdims=True), np.log(r.sum(axis=1))
    for seed in SEEDS:
        assert "reach" not in check("responsibilities", answer, seed).diagnoses.values()


def test_reach_names_the_number_that_it_has_changed():
    assert "Change dy[1, 1] alone" in check("softmax_backward", lambda dy, y: dy * y * (2 - y)).message


def test_right_sums_are_no_news_where_they_are_always_zero():
    for seed in SEEDS:                      # the rows of dx sum to 0, and so do these
        verdict = check("softmax_backward", lambda dy, y: y ** 2 * (dy - (dy * y ** 2).sum(1, keepdims=True)
                                                                   / (y ** 2).sum(1, keepdims=True)), seed)
        assert verdict.diagnosis != "wrong-shares"


def test_right_sums_are_no_news_of_probabilities():
    def answer(x, weights, means, variances):
        r = _joint(x, np.sqrt(weights), means, 2 * variances)
        return r / r.sum(axis=1, keepdims=True), np.log(r.sum(axis=1))
    for seed in SEEDS:
        assert check("responsibilities", answer, seed).diagnoses["r"] != "wrong-shares"


def test_an_argument_that_never_came_in_is_ignored_and_not_subtracted():
    def draw(rng):
        shape = sizes(rng, 2)
        return {"x": rng.standard_normal(shape), "c": rng.standard_normal(shape)}
    text = "(N, D)  numbers"
    shifted = Exercise(name="shifted", lecture=0, title="", task="", takes={"x": text, "c": text}, draw=draw,
                       returns={"y": text}, reference=lambda x, c: np.tanh(x) + c, hints=(), derivation="")
    assert judge(shifted, lambda x, c: np.tanh(x)).diagnosis == "ignores-c"
    assert judge(shifted, lambda x, c: np.tanh(x) + 2 * c).diagnosis == "plus-argument"


def test_a_term_forgotten_forward_is_missing_and_not_too_many():
    def answer(x, target, W1, b1, W2, b2):
        h = np.maximum(x @ W1 + b1, 0)
        dy = (h @ W2 - 0.5 * target) / len(x)
        da = dy @ W2.T * (h > 0)
        return 0.5 * (dy ** 2).sum() * len(x), x.T @ da, da.sum(axis=0), h.T @ dy, dy.sum(axis=0)
    verdict = check("two_layer_network", answer)
    assert set(verdict.diagnoses.values()) == {"ignores-b2"}
    assert verdict.message.count("does not depend on b2") == 1
    assert "a term W that belongs there is missing" in check(
        "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW - W)).message


def test_a_known_mistake_with_a_factor_comes_before_the_places():
    def answer(dy, tokens, W):
        dW = np.zeros_like(W)
        dW[tokens] = dy
        return dW / len(dy)
    for seed in SEEDS:
        assert check("embedding_backward", answer, seed).diagnosis == "last-occurrence-only"


def _joint(x, weights, means, variances):
    squares = (x[:, None] - means) ** 2 / variances
    return weights * np.exp(-0.5 * (squares + np.log(2 * np.pi * variances)).sum(axis=-1))


# ---- one wrong value makes another --------------------------------------------------------------------

def test_the_derivative_of_a_wrong_value_is_said_to_be_that():
    def answer(mean, log_var):              # σ for σ², and rightly differentiated
        n, sigma = len(mean), np.exp(0.5 * log_var)
        return 0.5 * (mean ** 2 + sigma - 1 - log_var).sum() / n, mean / n, 0.5 * (0.5 * sigma - 1) / n
    verdict = check("gaussian_kl", answer)
    assert verdict.diagnoses == {"value": "deviation-for-variance", "dlog_var": "derivative-of-yours"}
    assert "dlog_var is the derivative of the value that you return" in verdict.message


def test_the_value_is_told_before_its_derivative_even_where_nothing_is_known_of_it():
    def answer(prediction, target):
        n = len(target)
        return ((prediction - target) ** 4).sum() / n, 4 * (prediction - target) ** 3 / n
    verdict = check("mend_cross_entropy", answer)
    assert verdict.diagnosis == verdict.diagnoses["dprediction"] == "derivative-of-yours"
    value_first = verdict.message.index("value: It is wrong")
    assert value_first < verdict.message.index("dprediction: dprediction is the derivative")


def test_a_bias_in_front_of_the_code_with_the_sum_of_dy_is_no_mere_swap():
    def answer(dy, x, h, W, swap=False):
        dh = dy @ W
        return dh @ W.T, x.T @ dh + dy.T @ h, dy.sum(axis=0), (dh if swap else dy).sum(axis=0)
    assert check("tied_dense_backward", answer).diagnoses == {"db": "db-is-dc"}
    swapped = check("tied_dense_backward", lambda *given: answer(*given, swap=True))
    assert swapped.diagnoses == dict.fromkeys(("db", "dc"), "db-and-dc-swapped")


@pytest.mark.parametrize("diagnosis", ["target-rounded", "logarithm-of-a-mixture"])
def test_two_readings_of_grey_are_recognised_in_the_value_alone(diagnosis):
    def answer(x_hat, x):
        right = ((1 - x) / (1 - x_hat) - x / x_hat) / len(x)
        if diagnosis == "target-rounded":
            x = np.round(x)
            return -(x * np.log(x_hat) + (1 - x) * np.log(1 - x_hat)).sum() / len(x), right
        return -np.log(x * x_hat + (1 - x) * (1 - x_hat)).sum() / len(x), right
    assert check("mend_cross_entropy", answer).diagnoses == {"value": diagnosis}


def test_a_derivative_of_neither_value_is_not_said_to_be_that_of_yours():
    def answer(mean, log_var):
        n, sigma = len(mean), np.exp(0.5 * log_var)
        return 0.5 * (mean ** 2 + sigma - 1 - log_var).sum() / n, mean / n, 0.5 * (0.6 * sigma - 1) / n
    assert check("gaussian_kl", answer).diagnoses["dlog_var"] != "derivative-of-yours"


def two_heads(change=lambda **gradients: {}):
    """The exercise elbo_two_heads, with some of the gradients at the two heads changed."""
    def answer(h, W_m, b_m, W_s, b_s, noise, V, c, x):
        n, mean, log_var = len(h), h @ W_m + b_m, h @ W_s + b_s
        sigma = np.exp(0.5 * log_var)
        z = mean + sigma * noise
        a = z @ V + c
        value = (np.logaddexp(0, a) - x * a).sum() + 0.5 * (mean ** 2 + sigma ** 2 - 1 - log_var).sum()
        dz = (1 / (1 + np.exp(-a)) - x) / n @ V.T
        parts = {"dm_z": dz, "dm_kl": mean / n,
                 "ds_z": 0.5 * dz * sigma * noise, "ds_kl": 0.5 * (sigma ** 2 - 1) / n}
        parts |= change(**parts, z=z)
        dm, ds = parts["dm_z"] + parts["dm_kl"], parts["ds_z"] + parts["ds_kl"]
        dh_m, dh_s = parts.get("dh_m", dm), parts.get("dh_s", ds)
        return value / n, h.T @ dm, h.T @ ds, dh_m @ W_m.T + dh_s @ W_s.T
    return answer


@pytest.mark.parametrize("wrong, change", [
    ("dW_s", lambda ds_z, **_: {"ds_z": 0 * ds_z}), ("dW_s", lambda ds_kl, **_: {"ds_kl": 2 * ds_kl}),
    ("dW_m", lambda dm_kl, **_: {"dm_kl": 2 * dm_kl}),
    ("dW_m and dW_s", lambda dm_kl, ds_kl, **_: {"dm_kl": 0.3 * dm_kl, "ds_kl": 0.3 * ds_kl})])
def test_what_is_made_of_a_known_mistake_waits_for_it(wrong, change):
    assert check("elbo_two_heads", two_heads()).passed
    verdict = check("elbo_two_heads", two_heads(change))
    assert verdict.diagnoses["dh"] == "follows" and f"Mend {wrong} first" in verdict.message
    assert "I do not know" not in verdict.message and not verdict.message.startswith("dh")


def test_nothing_is_said_to_follow_from_what_is_right_or_unknown():
    def change(dm_z, ds_z, **_):
        return {"dh_m": np.sin(3 * dm_z), "dh_s": np.cos(ds_z)}
    assert check("elbo_two_heads", two_heads(change)).diagnoses["dh"] == ""
    verdict = check("elbo_two_heads", two_heads(lambda dm_z, **_: {"dm_z": np.sin(3 * dm_z)}))
    assert set(verdict.diagnoses.values()) == {""} and "I do not know" in verdict.message


def test_what_was_left_out_on_the_way_to_h_alone_is_not_asked_for_where_it_stands():
    verdict = check("elbo_two_heads", two_heads(lambda dm_z, ds_z, **_: {"dh_m": dm_z, "dh_s": ds_z}))
    assert verdict.diagnoses == {"dh": "kl-path-dropped-on-the-way-to-h"} and "Add" not in verdict.message


def test_beside_a_value_that_is_not_finite_the_known_mistake_is_named():
    def answer(mean, log_var):              # the logarithm of the variance taken for the variance
        n = len(mean)
        value = 0.5 * (mean ** 2 + log_var - 1 - np.log(log_var)).sum() / n
        return value, mean / n, 0.5 * (1 - 1 / log_var) / n
    verdict = check("gaussian_kl", answer)
    assert verdict.diagnosis == "not-finite" and verdict.diagnoses == {"dlog_var": "logarithm-for-variance"}
    assert "value holds NaN" in verdict.message and "dlog_var: log_var stands where" in verdict.message


# ---- several at once ---------------------------------------------------------------------------------

def test_two_mistakes_in_two_gradients_are_both_named():
    verdict = check("dense_backward", lambda dy, x, W: (dy @ W.T, x.T @ dy / len(x), dy))
    assert verdict.diagnoses == {"dW": "dw-averaged", "db": "db-not-summed"}
    assert verdict.gradients == {"dx": True, "dW": False, "db": False}
    assert "dW: " in verdict.message and "db: " in verdict.message


def test_a_known_mistake_comes_before_an_unknown_one():
    answer = dense_with(dx=lambda dy, x, W, dx: np.exp(np.sin(dx)) + dy.sum(),
                        db=lambda dy, x, W, db: dy.mean(axis=0))
    verdict = check("dense_backward", answer)
    assert verdict.diagnosis == "db-averaged" and verdict.gradients["dW"] is True
    assert verdict.message.index("db: ") < verdict.message.index("dx: ")


# ---- what went in, what was cut, what only follows ------------------------------------------------------------

SIMPLE = [
    # integer arrays
    ("integers", "dW", "dense_backward", lambda dy, x, W: (dy @ W.T, np.int64(x.T @ dy), dy.sum(axis=0))),
    ("integers", "dW", "embedding_backward", lambda dy, tokens, W: _added_to_integers(dy, tokens, W)),
    ("other-input", "dx", "relu_backward", lambda dy, y: dy * (y.astype(int) > 0)),
    # another input
    ("other-input", "dW", "embedding_backward", lambda dy, tokens, W: _scattered(dy, tokens - 1, W)),
    ("other-input", "dW", "embedding_backward", lambda dy, tokens, W: _scattered(dy, tokens[::-1], W)),
    ("other-input", "value", "softmax_cross_entropy", lambda a, t: _cross_entropy(a, t - 1)),
    ("other-input", "dlogits", "softmax_cross_entropy", lambda a, t: _cross_entropy(a, t - 1)),
    ("other-input", "value", "gaussian_kl", lambda m, s: (
        0.5 * (m ** 2 + s ** 2 - 1 - np.log(s ** 2)).sum() / len(m), m / len(m), (s - 1 / s) / len(m))),
    ("other-input", "dx", "softmax_backward", lambda dy, y: _row_by_row(dy, y ** 2)),
    ("other-argument", "dx", "tanh_backward", lambda dy, y: y * (1 - dy * dy)),
    ("argument-order", "dx", "tanh_backward", lambda y, dy: dy * (1 - y * y)),
    ("other-argument", "dx", "tanh_backward", lambda first, second: second * (1 - first * first)),
    ("argument-order", "dx", "dropout_backward", lambda first, second, third: second * third / (1 - first)),
    # factors with a name
    ("extent-factor", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db * len(W) / len(x))),
    ("extent-factor", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db / np.sqrt(len(x)))),
    ("two-factors", "dx", "leaky_relu_backward", lambda dy, y, a: np.where(y > 0, a * dy, -a * dy)),
    # a function of the right one, the right ones elsewhere
    ("function-of-it", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW ** 2)),
    ("rearranged", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: np.roll(db, 1))),
    ("rearranged", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: np.append(db[1:], 7.0))),
    # shapes
    ("entries", "share", "averaged_weights", lambda first, weights, d: (first, np.append(d, _shares(weights, d)))),
    ("entries", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db[:-1])),
    ("transposed", "dW", "dense_backward", dense_with(dW=lambda dy, x, W, dW: dW.T / len(x))),
    ("axes-permuted", "dx", "pack_backward", lambda dy, x, m: np.moveaxis(_unpacked(dy, m), -1, 1)),
    ("empty", "db", "dense_backward", dense_with(db=lambda dy, x, W, db: db[:0])),
    # randomness of its own
    ("own-random-numbers", "dW", "dense_backward",
     dense_with(dW=lambda dy, x, W, dW: dW + np.random.default_rng(1).random(dW.shape))),
    ("own-random-numbers", "dW", "dense_backward",
     dense_with(dW=lambda dy, x, W, dW: dW + np.random.RandomState(1).rand(*dW.shape))),
    # parts of an argument that are not heard
    ("left-out", "db", "conv2d_backward", lambda dy, x, W, s, p: (0 * x, 0 * W, dy[:, :-2].sum(axis=(0, 1, 2)))),
    # the broken code that was given
    ("as-given", "dx", "mend_tanh", lambda x, dy: (np.sinh(x) / np.cosh(x), dy - dy * x * x)),
    ("as-given", "dx", "mend_tanh", lambda x, dy: (np.tanh(2 * x), dy * (1 - x * x))),
]


def _cross_entropy(a, t):
    rows = np.arange(len(t))
    return -np.log(_softmax(a)[rows, t]).mean(), (_softmax(a) - np.eye(a.shape[1])[t]) / len(t)


def _added_to_integers(dy, tokens, W):
    dW = np.zeros(W.shape, int)
    for place in np.ndindex(tokens.shape):
        dW[tokens[place]] += dy[place].astype(int)
    return dW


def _row_by_row(dy, y):
    return y * (dy - (dy * y).sum(axis=1, keepdims=True))


def _shares(weights, decay):
    return (1 - decay) * decay ** np.arange(len(weights) - 1, -1, -1)


def _unpacked(dy, m):
    k, h, w, _ = dy.shape
    return dy.reshape(k, h, w, m, -1).transpose(0, 3, 1, 2, 4).reshape(k * m, h, w, -1)


@pytest.mark.parametrize("diagnosis, name, exercise, answer", SIMPLE,
                         ids=[f"{n}-{mistake[0]}" for n, mistake in enumerate(SIMPLE)])
def test_the_place_of_the_mistake_is_named(diagnosis, name, exercise, answer):
    verdict = check(exercise, answer)
    assert verdict.status == "wrong" and verdict.gradients[name] is False
    assert verdict.diagnoses.get(name, verdict.diagnosis) == diagnosis, verdict


# ---- a mutant has to be seen in all its values ----------------------------------------------------------------

def test_a_mistake_that_shows_in_one_value_and_not_in_the_others_is_told_with_that_reserve():
    verdict = check("averaged_weights", lambda first, weights, d: (
        _averaged(first, weights, d), _shares(weights, d)[::-1]))
    assert verdict.diagnoses == {"share": "the-wrong-way-round"}
    assert "Taken by itself, share is what comes out with this mistake" in verdict.message
    both = check("averaged_weights", lambda first, weights, d: (
        _averaged(first, weights[::-1], d), _shares(weights, d)[::-1]))
    assert both.diagnoses == dict.fromkeys(("average", "share"), "the-wrong-way-round")
    assert "Taken by itself" not in both.message


def _averaged(first, weights, d):
    average = first
    for now in weights:
        average = d * average + (1 - d) * now
    return average


def test_the_opposite_question_is_told_only_where_every_answer_is_the_opposite():
    right = np.array([1, 1, 1, 1, 0])
    assert check("find_the_bug", lambda: tuple(1 - right)).diagnosis == "question-reversed"
    for wrong in ((0, 4), (1, 2), (0, 1, 2), (2, 4)):
        given = right.copy()
        given[list(wrong)] = 1 - given[list(wrong)]
        verdict = check("find_the_bug", lambda given=given: tuple(given))
        assert "question-reversed" not in verdict.diagnoses.values(), verdict
        assert len(set(verdict.diagnoses.values())) == len(wrong) and "" not in verdict.diagnoses.values()


@pytest.mark.parametrize("exercise, name, answer", [
    ("count_modes", "covered", lambda samples, centres, std, least: _counted(samples, centres, 2 * std, least)),
    ("perfect_copier", "copy", lambda x, gain: _copied(x, gain)),
    ("mend_tanh", "dx", lambda x, dy: (np.tanh(2 * x), dy * (1 - np.tanh(2 * x) ** 2))),
    ("momentum_update", "new_theta", lambda theta, grad, v, lr, mu: (theta - lr * (np.sin(v) + grad),
                                                                     np.sin(v) + grad)),
])
def test_what_only_follows_from_a_wrong_value_is_said_to_follow(exercise, name, answer):
    verdict = check(exercise, answer)
    assert verdict.diagnoses[name] == "consequence", verdict
    assert f"{name} is rightly made of" in verdict.message and verdict.diagnosis != "consequence"


def _counted(samples, centres, radius, least):
    apart = np.linalg.norm(samples[:, None] - centres, axis=-1)
    nearest = apart.argmin(axis=1)
    good = apart.min(axis=1) <= radius
    counts = np.bincount(nearest[good], minlength=len(centres))
    q = np.bincount(nearest, minlength=len(centres)) / len(samples)
    return counts, (counts >= least).sum(), good.mean(), (q * np.log(q * len(q))).sum()


def _copied(x, gain):
    eye = np.eye(x.shape[1])
    W, V = np.hstack([eye, -eye]) * gain, np.vstack([eye, -eye]) / gain[:, None] ** 1.5
    h = np.maximum(x @ W, 0)
    return W, V, h, h @ V


# ---- what the texts no longer guess ------------------------------------------------------------------------------

def test_what_is_no_gradient_is_told_nothing_of_gradients_or_forward_passes():
    transposed = check("lda_weights", lambda weights, means, covariance: (
        np.linalg.solve(covariance, means.T).T, np.log(weights)))
    assert transposed.diagnoses["W"] == "transposed" and "gradient" not in transposed.message
    ignored = check("kmeans_update", lambda x, labels, centers: np.sin(centers) * x.sum())
    assert ignored.diagnosis == "ignores-labels" and "forward" not in ignored.message
    assert "chain rule" not in ignored.message


def test_a_whole_number_that_fits_by_chance_is_said_to_do_so():
    fits = float(problems(get("paired_differences"))[0].right["stops"])
    verdict = check("paired_differences", lambda a, b: (
        (a - b).mean(1), (a - b).std(1, ddof=1) / np.sqrt(a.shape[1]), fits))
    assert verdict.diagnoses == {"stops": "some-inputs-only"}
    assert "may fit by chance" in verdict.message and "constant" not in verdict.message


def test_a_label_that_means_nothing_to_a_learner_is_not_shown_in_the_sentence():
    verdict = check("embedding_backward", lambda dy, tokens, W: 2 * W + 2 * _scattered(dy, tokens, W))
    assert verdict.diagnosis == "added-to-w" and "Two mistakes at once. Yours is 2 times" in verdict.message
    assert "factor)" not in verdict.message


def test_two_mistakes_in_one_value_are_both_told():
    verdict = check("dense_backward", dense_with(dW=lambda dy, x, W, dW: dW.T * np.sqrt(len(x))))
    assert "dW is transposed" in verdict.message and "√N times the right one" in verdict.message
