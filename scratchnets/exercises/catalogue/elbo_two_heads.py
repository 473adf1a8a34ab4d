"""The ELBO through both heads of a variational autoencoder: two paths to each, two to what feeds them."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.activations import sigmoid
from scratchnets.layers.dense import dense, dense_backward
from scratchnets.layers.sampling import gaussian_sample, gaussian_sample_backward
from scratchnets.losses import binary_cross_entropy_with_logits, gaussian_kl


def moderate(rng, shape):
    """Of both signs, neither near 0 nor large: no pixel is so certain that its probability rounds to
    1."""
    return rng.uniform(0.2, 1.2, shape) * np.where(rng.random(shape) < 0.5, -1.0, 1.0)


def draw(rng):
    n, h, k, d = sizes(rng, 4)
    drawn = {"h": rng.standard_normal((n, h)), "x": (rng.random((n, d)) < 0.5).astype(float),
             "noise": moderate(rng, (n, k)), "V": rng.standard_normal((k, d)) / 2,
             "c": rng.standard_normal(d), "n": n, "d": d}
    for head in "ms":
        drawn |= {f"W_{head}": rng.standard_normal((h, k)) / h, f"b_{head}": moderate(rng, k)}
    return drawn | paths(**{name: drawn[name] for name in ARGUMENTS})


ARGUMENTS = ("h", "W_m", "b_m", "W_s", "b_s", "noise", "V", "c", "x")


def loss(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    mean, log_var = dense(h, W_m, b_m), dense(h, W_s, b_s)
    logits = dense(gaussian_sample(mean, log_var, noise), V, c)
    return binary_cross_entropy_with_logits(logits, x)[0] + gaussian_kl(mean, log_var)[0]


def paths(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    """Each of the two paths to each head, by itself."""
    mean, log_var = dense(h, W_m, b_m), dense(h, W_s, b_s)
    z = gaussian_sample(mean, log_var, noise)
    reconstruction, dlogits = binary_cross_entropy_with_logits(dense(z, V, c), x)
    kl, dm_kl, ds_kl = gaussian_kl(mean, log_var)
    dz = dlogits @ V.T
    dm_z, ds_z = gaussian_sample_backward(dz, log_var, noise)
    return {"log_var": log_var, "sigma": np.exp(0.5 * log_var), "z": z, "logits": dense(z, V, c),
            "reconstruction": reconstruction, "kl": kl, "dlogits": dlogits, "dz": dz,
            "dm_z": dm_z, "ds_z": ds_z, "dm_kl": dm_kl, "ds_kl": ds_kl}


def two_heads(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    """Forward, one step a line; then backward, with a sum wherever two paths meet."""
    mean = dense(h, W_m, b_m)                                   # (N, k)
    log_var = dense(h, W_s, b_s)                                # (N, k)
    z = gaussian_sample(mean, log_var, noise)                   # (N, k)
    logits = dense(z, V, c)                                     # (N, D)
    reconstruction, dlogits = binary_cross_entropy_with_logits(logits, x)
    kl, dm_kl, ds_kl = gaussian_kl(mean, log_var)
    dz, _, _ = dense_backward(dlogits, z, V)
    dm_z, ds_z = gaussian_sample_backward(dz, log_var, noise)
    dm, ds = dm_z + dm_kl, ds_z + ds_kl                         # through z, and through the KL
    dh_m, dW_m, _ = dense_backward(dm, h, W_m)
    dh_s, dW_s, _ = dense_backward(ds, h, W_s)
    return reconstruction + kl, dW_m, dW_s, dh_m + dh_s         # h feeds both heads


def backward(h, W_m, W_s, dm, ds):
    """The returned gradients for given gradients at the two heads."""
    return {"dW_m": h.T @ dm, "dW_s": h.T @ ds, "dh": dm @ W_m.T + ds @ W_s.T}


exercise = Exercise(
    name="elbo_two_heads", lecture=13, place=3, derivation="docs/derivations/elbo.md",
    title="The ELBO through both heads",
    task="""
    The inside of a variational autoencoder, from the features h to the loss:

        μ = h W_m + b_m          log σ² = h W_s + b_s         the two heads
        z = μ + exp(½ log σ²) ε                               the code
        a = z V + c                                           the decoder: logits of the pixels
        L = 1/N Σₙ [ Σ_d (log(1 + eᵃ) − x a)  +  Σ_j ½ (μ² + σ² − 1 − log σ²) ]

    Return L, the negative ELBO in nats an image, and its gradients with respect to the weights of both
    heads and to h. Before you begin, draw the graph and count the paths from L to μ, to log σ² and to h.
    (Logits are small here; a plain log(1 + eᵃ) will do.)
    """,
    takes={"h": "(N, H)  features, from the encoder's trunk", "W_m": "(H, k)  weights of the head for μ",
           "b_m": "(k,)  its biases", "W_s": "(H, k)  weights of the head for log σ²",
           "b_s": "(k,)  its biases", "noise": "(N, k)  ε", "V": "(k, D)  weights of the decoder",
           "c": "(D,)  its biases", "x": "(N, D)  the image, zeros and ones"},
    returns={"value": "the negative ELBO, in nats an image", "dW_m": "(H, k)  ∂L/∂W_m",
             "dW_s": "(H, k)  ∂L/∂W_s", "dh": "(N, H)  ∂L/∂h"},
    draw=draw, reference=two_heads, objective=loss,
    solution=(two_heads,), follows={"dh": ("dW_m", "dW_s")},
    lesson="Two paths to μ, two to log σ², two to h. Every + of the backward pass is a place where the "
           "forward pass used something twice.",
    hints=(
        "Go backwards from a: da = (σ(a) − x)/N, then dz = da Vᵀ. z is made of μ and of log σ²; and both "
        "of them also stand in the KL.",
        "dμ = dz + μ/N. d(log σ²) = ½ dz σ ε + ½ (σ² − 1)/N. Each head is a dense layer with h as its input.",
        "dW_m = hᵀ dμ;  dW_s = hᵀ d(log σ²);  dh = dμ W_mᵀ + d(log σ²) W_sᵀ: h feeds both heads, so the "
        "two add up.",
    ))


@exercise.parts_of("value")
def terms(reconstruction, kl):
    return {"the reconstruction": reconstruction, "the KL": kl}


@exercise.parts_of("dW_m")
def paths_to_the_mean(h, dm_z, dm_kl):
    return {"the path through z": h.T @ dm_z, "the path through the KL": h.T @ dm_kl}


@exercise.parts_of("dW_s")
def paths_to_the_variance(h, ds_z, ds_kl):
    return {"the path through z": h.T @ ds_z, "the path through the KL": h.T @ ds_kl}


@exercise.parts_of("dh")
def heads(W_m, W_s, dm_z, ds_z, dm_kl, ds_kl):
    return {"the head for μ": (dm_z + dm_kl) @ W_m.T, "the head for log σ²": (ds_z + ds_kl) @ W_s.T}


@exercise.mutant
def kl_path_dropped(h, W_m, W_s, dm_z, ds_z):
    """The gradients stop at z: the KL, in which μ and log σ² stand directly, sends none back. Add μ/N to
    dμ and ½ (σ² − 1)/N to d(log σ²), or the code is free and the prior means nothing."""
    return backward(h, W_m, W_s, dm_z, ds_z)


@exercise.mutant
def kl_path_dropped_on_the_way_to_h(W_m, W_s, dm_z, ds_z):
    """dh is made from the sampler's gradients alone. h moves the KL as well: take the whole dμ and
    d(log σ²), the ones that dW_m and dW_s are made of."""
    return {"dh": dm_z @ W_m.T + ds_z @ W_s.T}


@exercise.mutant
def only_the_kl(h, W_m, W_s, dm_kl, ds_kl):
    """The gradients know the KL alone: nothing comes back through z. So the heads never hear of the
    image, and learn the prior."""
    return backward(h, W_m, W_s, dm_kl, ds_kl)


@exercise.mutant
def kl_dropped_for_the_mean(h, W_m, W_s, dm_z, ds_z, ds_kl):
    """The KL reaches log σ² but not μ: μ² stands in it too. Its μ/N belongs to dμ, for W_m and for h."""
    right = backward(h, W_m, W_s, dm_z, ds_z + ds_kl)
    return {"dW_m": right["dW_m"], "dh": right["dh"]}


@exercise.mutant
def kl_dropped_for_the_variance(h, W_m, W_s, dm_z, ds_z, dm_kl):
    """The KL reaches μ but not log σ²: σ² and log σ² stand in it too. Its ½ (σ² − 1)/N belongs to
    d(log σ²), for W_s and for h."""
    right = backward(h, W_m, W_s, dm_z + dm_kl, ds_z)
    return {"dW_s": right["dW_s"], "dh": right["dh"]}


@exercise.mutant
def head_of_the_variance_dropped(W_m, dm_z, dm_kl):
    """dh comes from the head for μ alone. h also makes log σ², and moves L through it: add the two."""
    return {"dh": (dm_z + dm_kl) @ W_m.T}


@exercise.mutant
def head_of_the_mean_dropped(W_s, ds_z, ds_kl):
    """dh comes from the head for log σ² alone. h also makes μ, and moves L through it: add the two."""
    return {"dh": (ds_z + ds_kl) @ W_s.T}


@exercise.mutant
def heads_averaged(W_m, W_s, dm_z, dm_kl, ds_z, ds_kl):
    """dh is the mean of what the two heads send back. They are two effects of one change, and effects add
    up: no ½."""
    return {"dh": 0.5 * ((dm_z + dm_kl) @ W_m.T + (ds_z + ds_kl) @ W_s.T)}


@exercise.mutant
def heads_exchanged(W_m, W_s, dm_z, dm_kl, ds_z, ds_kl):
    """The gradients of the heads have changed places on their way to h: dμ belongs to W_m, d(log σ²) to
    W_s."""
    return {"dh": (dm_z + dm_kl) @ W_s.T + (ds_z + ds_kl) @ W_m.T}


@exercise.mutant
def half_forgotten_in_the_sampler(h, W_m, W_s, dm_z, dm_kl, ds_z, ds_kl):
    """The path from z to log σ² lacks the ½ that comes down from exp(½ log σ²)."""
    right = backward(h, W_m, W_s, dm_z + dm_kl, 2 * ds_z + ds_kl)
    return {"dW_s": right["dW_s"], "dh": right["dh"]}


@exercise.mutant
def half_forgotten_in_the_kl(h, W_m, W_s, dm_z, dm_kl, ds_z, ds_kl, reconstruction, kl):
    """The KL counts double: its ½ is missing, or has been undone. Doubled throughout it would be β = 2."""
    return {"value": reconstruction + 2 * kl} | backward(h, W_m, W_s, dm_z + 2 * dm_kl, ds_z + 2 * ds_kl)


@exercise.mutant
def noise_left_out(h, W_m, W_s, dm_z, dm_kl, ds_kl, dz, sigma):
    """The path from z to log σ² lacks ε. σ reaches z multiplied with it: ∂z/∂(log σ²) = ½ σ ε."""
    right = backward(h, W_m, W_s, dm_z + dm_kl, 0.5 * dz * sigma + ds_kl)
    return {"dW_s": right["dW_s"], "dh": right["dh"]}


@exercise.mutant
def kl_at_the_sample(h, W_m, W_s, z, dm_z, ds_z, ds_kl, n):
    """The KL sends z/N back to μ. Its closed form holds the mean itself, ½ μ², and no draw: μ/N."""
    right = backward(h, W_m, W_s, dm_z + z / n, ds_z + ds_kl)
    return {"dW_m": right["dW_m"], "dh": right["dh"]}


@exercise.mutant
def slope_of_the_sigmoid_kept(h, W_m, W_s, V, log_var, noise, logits, dlogits, dm_kl, ds_kl):
    """da has a factor σ(a) (1 − σ(a)) too much, as for a squared error behind a sigmoid. In the derivative
    of the cross-entropy it cancels: da = (σ(a) − x)/N."""
    da = dlogits * sigmoid(logits) * (1 - sigmoid(logits))
    dm_z, ds_z = gaussian_sample_backward(da @ V.T, log_var, noise)
    return backward(h, W_m, W_s, dm_z + dm_kl, ds_z + ds_kl)


@exercise.mutant
def logits_for_probabilities(h, W_m, W_s, V, x, log_var, noise, logits, dm_kl, ds_kl, n):
    """da is (a − x)/N: the logit stands where the probability belongs. The derivative of log(1 + eᵃ) is
    σ(a)."""
    dm_z, ds_z = gaussian_sample_backward((logits - x) / n @ V.T, log_var, noise)
    return backward(h, W_m, W_s, dm_z + dm_kl, ds_z + ds_kl)


@exercise.mutant
def variance_for_deviation(h, W_m, b_m, W_s, b_s, noise, V, c, x, log_var):
    """The noise is multiplied with exp(log σ²), the variance, in the place of the deviation exp(½ log
    σ²). Forward and backward agree about it, so no gradient check would have told you; the samples'
    variance would."""
    mean, scaled = dense(h, W_m, b_m), noise * np.exp(0.5 * log_var)
    reconstruction, dlogits = binary_cross_entropy_with_logits(
        dense(gaussian_sample(mean, log_var, scaled), V, c), x)
    kl, dm_kl, ds_kl = gaussian_kl(mean, log_var)
    dz = dlogits @ V.T
    ds_z = dz * np.exp(log_var) * noise
    return {"value": reconstruction + kl} | backward(h, W_m, W_s, dz + dm_kl, ds_z + ds_kl)


@exercise.mutant
def mean_over_pixels(h, W_m, W_s, dm_z, dm_kl, ds_z, ds_kl, reconstruction, kl, d):
    """The reconstruction is averaged over the pixels and not summed. Against the KL, which is summed over
    the units, it counts D times too little: you minimise the ELBO with β = D."""
    return {"value": reconstruction / d + kl} | backward(h, W_m, W_s, dm_z / d + dm_kl, ds_z / d + ds_kl)


@exercise.mutant
def kl_not_averaged(h, W_m, W_s, dm_z, dm_kl, ds_z, ds_kl, reconstruction, kl, n):
    """The KL is summed over the batch, the reconstruction averaged. Both terms are nats an image: divide
    both by N."""
    return {"value": reconstruction + n * kl} | backward(h, W_m, W_s, dm_z + n * dm_kl, ds_z + n * ds_kl)


@exercise.mutant
def not_averaged(h, W_m, W_s, dm_z, dm_kl, ds_z, ds_kl, reconstruction, kl, n):
    """The factor 1/N is missing. The loss is averaged over the N images, and its gradients carry the same
    1/N."""
    dm, ds = n * (dm_z + dm_kl), n * (ds_z + ds_kl)
    return {"value": n * (reconstruction + kl)} | backward(h, W_m, W_s, dm, ds)


@exercise.mutant
def kl_subtracted(h, W_m, W_s, dm_z, dm_kl, ds_z, ds_kl, reconstruction, kl):
    """The KL is subtracted. ELBO = E log p(x|z) − KL; its negative, the loss, has both as a price: add
    them."""
    return {"value": reconstruction - kl} | backward(h, W_m, W_s, dm_z - dm_kl, ds_z - ds_kl)


@exercise.mutant
def elbo_for_the_loss(h, W_m, W_s, dm_z, dm_kl, ds_z, ds_kl, reconstruction, kl):
    """This is the ELBO, which is to become large. Asked for is its negative, the loss, that goes down."""
    return {"value": -(reconstruction + kl)} | backward(h, W_m, W_s, -(dm_z + dm_kl), -(ds_z + ds_kl))
