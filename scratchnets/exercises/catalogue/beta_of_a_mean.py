"""Which β does a mean over pixels set? Reading the objective out of somebody else's code."""
from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import away_from_zero, sizes
from scratchnets.losses import binary_cross_entropy_with_logits, gaussian_kl


def draw(rng):
    n, d, k = sizes(rng, 3)
    drawn = {"logits": 2 * rng.standard_normal((n, d)), "x": (rng.random((n, d)) < 0.5).astype(float),
             "mean": 2 * rng.standard_normal((n, k)), "log_var": away_from_zero(rng, (n, k), 0.5),
             "weight": float(rng.uniform(0.2, 0.45)), "n": n, "d": d, "k": k}
    reconstruction = binary_cross_entropy_with_logits(drawn["logits"], drawn["x"])[0]
    return drawn | {"reconstruction": reconstruction, "kl": gaussian_kl(drawn["mean"], drawn["log_var"])[0]}


def beta_of_their_loss(logits, x, mean, log_var, weight):
    """ℓ = R/D + weight · KL/k = 1/D (R + weight · D/k · KL)."""
    d, k = x.shape[1], mean.shape[1]
    beta = weight * d / k
    reconstruction, _ = binary_cross_entropy_with_logits(logits, x)
    kl, _, _ = gaussian_kl(mean, log_var)
    return beta, 1 / d, reconstruction + beta * kl


def answer(beta, reconstruction, kl):
    """β with the loss that belongs to it."""
    return {"beta": beta, "loss": reconstruction + beta * kl}


exercise = Exercise(
    name="beta_of_a_mean", lecture=14, place=1, derivation="docs/derivations/elbo.md",
    title="Which β does a mean over pixels set?",
    task="""
    A program that you found computes its loss with means, as array libraries make easy:

        reconstruction = (log(1 + exp(logits)) − x · logits).mean()               over all N·D numbers
        kl             = ½ (mean² + exp(log_var) − 1 − log_var).mean()            over all N·k numbers
        loss           = reconstruction + weight · kl

    Its minimum is that of the β-VAE's loss in nats an image,

        L_β = 1/N Σₙ [ Σ_d (log(1 + eᵃ) − x a)  +  β Σ_k ½ (μ² + σ² − 1 − log σ²) ]

    for some β, as the program's loss is scale · L_β. Return this β, the scale, and the value of L_β.
    (Logits are small here; a plain log(1 + eᵃ) will do.)
    """,
    takes={"logits": "(N, D)  a", "x": "(N, D)  the image, zeros and ones", "mean": "(N, k)  μ",
           "log_var": "(N, k)  log σ²", "weight": "the program's weight, a number in (0, 1)"},
    returns={"beta": "β", "scale": "what L_β is multiplied with in the program",
             "loss": "L_β, in nats an image"},
    draw=draw, reference=beta_of_their_loss,
    lesson="For 28 × 28 pixels and 20 units of code a weight of 1 is β = 39, with means on both sides, "
           "and 784 if only the pixels are averaged: the code goes silent, and many a collapsed VAE is "
           "nothing else.",
    hints=(
        "A mean over N·D numbers is the sum over D, averaged over N, divided by D. Write both of the "
        "program's terms as such a sum, divided by something.",
        "loss = R/D + weight · KL/k, with R and KL in nats an image. Take 1/D out of both.",
        "loss = 1/D (R + weight · D/k · KL): scale = 1/D, beta = weight · D/k.",
    ))


@exercise.mutant
def weight_is_beta(weight, reconstruction, kl):
    """β is not the program's weight: that would be so if both terms were sums. Its reconstruction is D
    times too small, and its KL k times."""
    return answer(weight, reconstruction, kl)


@exercise.mutant
def upside_down(weight, d, k, reconstruction, kl):
    """The ratio is upside down: β = weight · k/D. A mean over many pixels makes the *reconstruction*
    small, so the KL weighs more, not less."""
    return answer(weight * k / d, reconstruction, kl)


@exercise.mutant
def mean_over_units_forgotten(weight, d, reconstruction, kl):
    """β = weight · D takes the KL for a sum over the units. The program averages it over them: divide by
    k."""
    return answer(weight * d, reconstruction, kl)


@exercise.mutant
def mean_over_pixels_forgotten(weight, k, reconstruction, kl):
    """β = weight/k takes the reconstruction for a sum over the pixels. The program averages it over them,
    which makes everything else D times as heavy."""
    return answer(weight / k, reconstruction, kl)


@exercise.mutant
def weight_forgotten(d, k, reconstruction, kl):
    """β = D/k leaves out the program's own weight, which stands in front of its KL."""
    return answer(d / k, reconstruction, kl)


@exercise.mutant
def pixels_divide(weight, d, reconstruction, kl):
    """β = weight/D has the mean over the pixels on the wrong side. The KL is not made smaller by it; the
    reconstruction is, and in proportion the KL grows."""
    return answer(weight / d, reconstruction, kl)


@exercise.mutant
def batch_counted_in(weight, n, d, k, reconstruction, kl):
    """β has a factor N. Both of the program's terms are averaged over the batch, as L_β is: N cancels."""
    return answer(weight * n * d / k, reconstruction, kl)


@exercise.mutant
def sizes_multiplied(weight, d, k, reconstruction, kl):
    """β = weight · D · k. The two means pull in opposite directions: the one over pixels makes the KL
    weigh D times more, the one over units k times less."""
    return answer(weight * d * k, reconstruction, kl)


@exercise.mutant
def scale_of_the_batch(n, d):
    """The scale is 1/(N·D). L_β is an average over the batch itself; only the mean over the D pixels is
    left."""
    return {"scale": 1 / (n * d)}


@exercise.mutant
def scale_upside_down(d):
    """The scale is D. The program's loss is the smaller one, scale · L_β with scale = 1/D."""
    return {"scale": float(d)}


@exercise.mutant
def scale_of_the_units(k):
    """The scale is 1/k, that of the KL. Take out what stands before the reconstruction, for in L_β it
    stands there with the factor 1."""
    return {"scale": 1 / k}


@exercise.mutant
def scale_of_the_kl(weight, k):
    """The scale is weight/k, that of the KL. Take out what stands before the reconstruction: 1/D."""
    return {"scale": weight / k}


@exercise.mutant
def the_programs_loss(weight, reconstruction, kl, d, k):
    """This is the loss as the program computes it. L_β is in nats an image: the program's, divided by the
    scale."""
    return {"loss": reconstruction / d + weight * kl / k}


@exercise.mutant
def plain_elbo(reconstruction, kl):
    """This is L with β = 1, the negative ELBO. The program weighs its KL otherwise: put your β in front
    of it."""
    return {"loss": reconstruction + kl}


@exercise.follows_from("loss")
def loss_from(beta, reconstruction, kl):
    return reconstruction + beta * kl
