"""A two-layer network by hand: forward, loss, and every gradient."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import relu, relu_backward
from scratchnets.layers.dense import dense, dense_backward
from scratchnets.losses.reconstruction import squared_error


def draw(rng):
    n, d, k, m = sizes(rng, 4)
    x, target = rng.standard_normal((n, d)), rng.standard_normal((n, m))
    while True:
        W1, b1 = rng.standard_normal((d, k)), rng.standard_normal(k)
        a = dense(x, W1, b1)
        if np.abs(a).min() > 0.02 and (a > 0).any(axis=0).all():       # off the kink, and no unit always off
            break
    W2, b2 = rng.standard_normal((k, m)), rng.standard_normal(m)
    h = relu(a)
    y = dense(h, W2, b2)
    dy = (y - target) / n
    return {"x": x, "target": target, "W1": W1, "b1": b1, "W2": W2, "b2": b2,
            "a": a, "h": h, "y": y, "dy": dy, "dh": dy @ W2.T, "n": n}


def network(x, target, W1, b1, W2, b2):
    """Forward, one step a line; then backward, the same steps in the opposite order."""
    a = dense(x, W1, b1)                            # (N, K)
    h = relu(a)                                     # (N, K)
    y = dense(h, W2, b2)                            # (N, M)
    value, dy = squared_error(y, target)            # dy (N, M)
    dh, dW2, db2 = dense_backward(dy, h, W2)        # dh (N, K)
    da = relu_backward(dh, h)                       # (N, K)
    _, dW1, db1 = dense_backward(da, x, W1)
    return value, dW1, db1, dW2, db2


def first_layer(da, x):
    """The first layer's gradients for another da."""
    return {"dW1": x.T @ da, "db1": da.sum(axis=0)}


exercise = Exercise(
    name="two_layer_network", lecture=0, place=13, derivation="docs/derivations/dense.md",
    title="A two-layer network by hand",
    task="""
    Forward and backward through a whole network with the squared error:

        a = x W₁ + b₁        h = max(a, 0)        y = h W₂ + b₂
        L = 1/N Σₙ ½ ‖yₙ − targetₙ‖²

    Return L and the gradients with respect to the four parameters. Give each step a line and each
    gradient a name: dy, dh, da.
    """,
    takes={"x": "(N, D)  the input", "target": "(N, M)  what y is to "
                                               "be", "W1": "(D, K)  weights of the first layer",
           "b1": "(K,)  its biases", "W2": "(K, M)  weights of the second layer", "b2": "(M,)  its biases"},
    returns={"value": "the loss", "dW1": "(D, K)  ∂L/∂W₁", "db1": "(K,)  ∂L/∂b₁", "dW2": "(K, M)  ∂L/∂W₂",
             "db2": "(M,)  ∂L/∂b₂"},
    draw=draw, reference=network,
    objective=lambda x, target, W1, b1, W2, b2: squared_error(
        dense(relu(dense(x, W1, b1)), W2, b2), target)[0],
    hints=(
        "Write the forward pass first and keep a, h and y. Backward visits the same steps in the opposite "
        "order: loss, second layer, ReLU, first layer. Each turns the gradient of its output into that of "
        "its input.",
        "dy = (y − target)/N. The second layer's input is h: dW2 = hᵀ dy, and dh = dy W₂ᵀ. The ReLU lets "
        "dh through where a > 0. The first layer's input is x.",
        "da = dh · (a > 0); dW1 = xᵀ da, db1 = Σₙ da; dW2 = hᵀ dy, db2 = Σₙ dy.",
    ))


@exercise.mutant
def relu_forgotten_backward(dh, x):
    """The ReLU is missing on the way back: where it was off, a does not reach L, and da is 0 there. Multiply
    dh with the mask a > 0 before it goes to W₁ and b₁."""
    return first_layer(dh, x)


@exercise.mutant
def relu_forgotten_forward(x, target, W1, b1, W2, b2, n):
    """The ReLU is missing on the way forward (and back): y = (x W₁ + b₁) W₂ + b₂ is one linear map. Put
    h = max(a, 0) between the layers."""
    a = dense(x, W1, b1)
    value, dy = squared_error(dense(a, W2, b2), target)
    return {"value": value, **first_layer(dy @ W2.T, x), "dW2": a.T @ dy, "db2": dy.sum(axis=0)}


@exercise.mutant
def linear_gradient_of_second_layer(a, dy):
    """dW2 uses a in place of h. The second layer's input is h, what the ReLU let through."""
    return {"dW2": a.T @ dy}


@exercise.mutant
def relu_on_the_gradient(dh, x):
    """On the way back you apply the ReLU to dh itself, which drops negative gradients. What counts is where a
    was positive on the way forward."""
    return first_layer(np.maximum(dh, 0), x)


@exercise.mutant
def multiplied_by_h(dh, h, x):
    """On the way back you multiply dh with h. The slope of the ReLU is 1 where it is on: use the mask h >
    0."""
    return first_layer(dh * h, x)


@exercise.mutant
def slope_of_the_sigmoid(dh, h, x):
    """On the way back there is h (1 − h), the slope of a sigmoid. Here the activation is a ReLU: the mask
    h > 0."""
    return first_layer(dh * h * (1 - h), x)


@exercise.mutant
def slope_of_tanh(dh, h, x):
    """On the way back there is 1 − h², the slope of tanh. Here the activation is a ReLU: the mask h > 0."""
    return first_layer(dh * (1 - h * h), x)


@exercise.mutant
def relu_on_the_output(x, target, h, y, W2, a, n):
    """The output goes through a ReLU as well. The last layer is linear: a target may be negative."""
    value, dy = squared_error(relu(y), target)
    dy = dy * (y > 0)
    return {"value": value, **first_layer((dy @ W2.T) * (a > 0), x), "dW2": h.T @ dy, "db2": dy.sum(axis=0)}


@exercise.mutant
def value_not_averaged(y, target):
    """The value is summed over the batch. It is the average: divide by N."""
    return {"value": 0.5 * ((y - target) ** 2).sum()}


@exercise.mutant
def value_without_half(y, target, n):
    """The ½ of the value is missing: it is what cancels the 2 of the square in dy = (y − target)/N."""
    return {"value": ((y - target) ** 2).sum() / n}


@exercise.mutant
def value_averaged_over_outputs(y, target):
    """The value is the mean over all N·M entries; it is summed over the outputs and averaged over N."""
    return {"value": 0.5 * ((y - target) ** 2).mean()}


@exercise.mutant
def gradient_not_averaged(x, a, h, dh, dy, n):
    """The gradients lack the 1/N of the loss: dy = (y − target)/N, and from there it is carried through."""
    return {"dW1": n * x.T @ (dh * (a > 0)), "db1": n * (dh * (a > 0)).sum(axis=0),
            "dW2": n * h.T @ dy, "db2": n * dy.sum(axis=0)}


@exercise.mutant
def target_minus_output(x, a, h, dh, dy):
    """dy has the sign the wrong way round, target − y, and all gradients with it. The loss grows when y moves
    away from the target: dy = (y − target)/N."""
    return {"dW1": -x.T @ (dh * (a > 0)), "db1": -(dh * (a > 0)).sum(axis=0),
            "dW2": -h.T @ dy, "db2": -dy.sum(axis=0)}


@exercise.mutant
def biases_averaged(a, dh, dy, n):
    """The bias gradient is averaged over the batch. The 1/N is already in dy: sum."""
    return {"db1": (dh * (a > 0)).mean(axis=0), "db2": dy.mean(axis=0)}


@exercise.mutant
def h_summed_for_the_bias(h):
    """db1 adds up h. A bias gets the sum of the gradient at its place, da, over the batch."""
    return {"db1": h.sum(axis=0)}


def forward_without(x, target, W1, b1, W2, b2):
    """The network with one bias set to 0, and every gradient of it."""
    return dict(zip(exercise.returns, network(x, target, W1, b1, W2, b2)))


@exercise.mutant
def second_bias_forgotten(x, target, W1, b1, W2, b2):
    """b₂ is missing from y = h W₂ + b₂. The loss is then that of another network, and so are its gradients,
    right as the way back may be."""
    return forward_without(x, target, W1, b1, W2, np.zeros_like(b2))


@exercise.mutant
def first_bias_forgotten(x, target, W1, b1, W2, b2):
    """b₁ is missing from a = x W₁ + b₁. The loss is then that of another network, and so are its gradients,
    right as the way back may be."""
    return forward_without(x, target, W1, np.zeros_like(b1), W2, b2)
