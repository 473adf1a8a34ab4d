"""How wide is the one hidden layer that costs as much as a stack? Counting before comparing."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes


def draw(rng):
    """Stacks whose parameters leave room for most of another unit, but not for a whole one."""
    return drawn(rng, lambda left, unit, k: unit - k < left < unit - 2)


def drawn(rng, wanted):
    """A stack for which ``wanted(left over, price of a unit, k)`` holds."""
    while True:
        found = stack(rng)
        d, k = found["d"], found["k"]
        unit = 2 * d + 2 * k + 2
        if wanted((count(found["widths"]) - d - k) % unit, unit, k):
            return found


def stack(rng):
    layers, = sizes(rng, 1)
    # D, then wide and narrower, then k: all different, k well below D.
    middle = np.sort(rng.choice(np.arange(20, 90), layers - 2, replace=False))[::-1]
    widths = np.array([rng.integers(40, 80), *middle, rng.integers(2, 9)])
    return {"widths": widths, "d": int(widths[0]), "k": int(widths[-1]),
            "inner": int((widths[:-1] * widths[1:]).sum()), "ends": int(widths[0] + widths[-1])}


def count(widths):
    """Weights and biases of the widths down and, mirrored, back up."""
    return int(2 * (widths[:-1] * widths[1:]).sum() + widths[:-1].sum() + widths[1:].sum())


def match_parameters(widths):
    """P of the stack, the largest m at which D-m-k-m-D has no more, and how many D-k-D has."""
    d, k = int(widths[0]), int(widths[-1])
    stacked = count(widths)
    return stacked, (stacked - d - k) // (2 * d + 2 * k + 2), count(np.array([d, k]))


exercise = Exercise(
    name="match_parameters", lecture=8, place=5, derivation="docs/derivations/dense.md",
    title="How wide is one hidden layer that costs as much as a stack?",
    task="""
    A stacked autoencoder of dense layers goes down from D pixels to a code of k,

        D → w₁ → w₂ → … → k

    and back up through the same widths, mirrored, to D. Every layer has weights and a bias, and
    nothing is tied. To ask whether *depth* helps, compare it with a network of equal size. Return

        parameters   of the stack, down and up
        width        the largest m for which D → m → k → m → D has no more parameters than the stack
        one_layer    parameters of the plain D → k → D, the same bottleneck without the layer of width m
    """,
    takes={"widths": "(T,)  D, w₁, w₂, …, k: the way down, whole numbers"},
    returns={"parameters": "of the stack", "width": "m, a whole number", "one_layer": "of D → k → D"},
    draw=draw, reference=match_parameters,
    lesson="784-1000-500-250-30 has 2.8 million parameters, and 784-30-784 has 48 thousand. Who compares "
           "the two compares sizes, not depths.",
    hints=(
        "A dense layer n → m has n·m weights and m biases: the bias sits at the *output*. On the way up, "
        "what was the input's width is the output's.",
        "P = 2 Σ wᵢ wᵢ₊₁ + (all widths but D) + (all widths but k). For D-m-k-m-D that is linear in m.",
        "P(m) = m (2D + 2k + 2) + D + k, so m = (P − D − k) // (2D + 2k + 2).",
    ))


def width_for(parameters, d, k):
    return (parameters - d - k) // (2 * d + 2 * k + 2)


@exercise.mutant
def biases_forgotten(inner, d, k):
    """The biases are missing. A dense layer n → m has n·m weights *and* m biases."""
    return {"parameters": 2 * inner, "one_layer": 2 * d * k}


@exercise.mutant
def decoder_forgotten(widths, inner, d, k):
    """Only the way down is counted. The decoder mirrors it, with weights and biases of its own."""
    return {"parameters": inner + int(widths[1:].sum()), "one_layer": d * k + k}


@exercise.mutant
def encoder_twice(widths, inner, d, k):
    """You counted the encoder and doubled it. The weights are as many on the way up, but the biases sit at
    the outputs: there are D of them at the end, and the k of the code are only counted once."""
    return {"parameters": 2 * (inner + int(widths[1:].sum())), "one_layer": 2 * (d * k + k)}


@exercise.mutant
def biases_at_the_input(widths, inner, d, k):
    """You gave each layer as many biases as it has inputs, and doubled. A bias is added to the output."""
    return {"parameters": 2 * (inner + int(widths[:-1].sum())), "one_layer": 2 * (d * k + d)}


@exercise.mutant
def tied(widths, inner, d, k):
    """The weights are counted once, as if the decoder used the encoder's. Here nothing is tied: the way up
    has its own."""
    biases = int(widths[:-1].sum() + widths[1:].sum())
    return {"parameters": inner + biases, "one_layer": d * k + d + k}


@exercise.mutant
def a_bias_for_every_width(widths, inner, d, k):
    """You counted every width's biases twice, D and k too. The input has no bias, it is no layer's output
    until the very end, and the code is the output of one layer, not of two."""
    return {"parameters": 2 * inner + 2 * int(widths.sum()), "one_layer": 2 * d * k + 2 * (d + k)}


@exercise.mutant
def ends_alone(inner, ends):
    """The biases of the hidden layers are missing: you added D and k, as for a net with one layer. Each
    hidden width is the output of a layer twice, once down and once up."""
    return {"parameters": 2 * inner + ends}


@exercise.mutant
def rounded_up(widths, d, k):
    """The width is rounded up. Then the one-layer network is larger than the stack; asked for is the largest
    m that is *not*."""
    return {"width": width_for(count(widths), d, k) + 1}


@exercise.mutant
def mean_of_the_hidden_widths(widths):
    """You took the mean of the hidden widths. Parameters grow with *products* of neighbouring widths; set the
    two counts equal and solve for m."""
    return {"width": int(widths[1:-1].mean())}


@exercise.mutant
def sum_of_the_hidden_widths(widths):
    """You took the sum of the hidden widths: equally many hidden units, not parameters. Units cost differently
    much, by how wide their neighbours are."""
    return {"width": int(widths[1:-1].sum())}


@exercise.mutant
def width_without_decoder(widths, d, k):
    """The width spends all parameters on the way down, P/(D + k + 1). The one-layer network is mirrored as
    well: each hidden unit is paid for twice."""
    return {"width": (count(widths) - k) // (d + k + 1)}


@exercise.mutant
def width_of_the_code(widths, d):
    """The width is that of D → m → D, a code of m numbers. It keeps no bottleneck: the code must stay k, with
    the m units before and behind it."""
    return {"width": (count(widths) - d) // (2 * d + 1)}


@exercise.follows_from("width")
def width_from(parameters, d, k):
    return width_for(parameters, d, k)


@exercise.case
def an_exact_fit(rng):
    """Right where parameters are left over, and not where a width spends them to the last one. That width has
    no more parameters than the stack: ≤, not <."""
    return drawn(rng, lambda left, unit, k: left == 0)


@exercise.case
def two_parameters_short(rng):
    """Right in general, and not where the next wider layer would cost only two parameters more than the stack
    has. Count every bias, and round down."""
    return drawn(rng, lambda left, unit, k: left == unit - 2)
