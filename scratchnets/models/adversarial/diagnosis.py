"""How a training goes: what to measure on the way, and what the end looks like, in plain words."""
import numpy as np

from scratchnets.arguments import positive_integer
from scratchnets.backend import asarray, to_numpy
from scratchnets.clipping import global_norm
from scratchnets.layers.activations import sigmoid
from scratchnets.models.adversarial.freezing import frozen

STARVED_D = 0.02            # D(G(z)) below: every sample is found out
STARVED_GRADIENT = 0.01     # of the largest gradient norm so far
BALANCED = 0.1              # how far D may be from ½ when it cannot tell data from samples
POOR = 0.7                  # share of high-quality samples below which a game is not over
SWINGING = 0.5              # oscillation index above which nothing settles,
VISIBLE = 0.03              # where D's output swings by at least this much


def snapshot(gan, x, most=512):
    """What both players pay, what D says, and how large the gradients are, in evaluation mode.

    Takes nothing from the model's random streams and moves nothing; the gradients are emptied.

    Parameters
    ----------
    gan : GAN
    x : array (N, …)
        Data; the first `most` are used.

    Returns
    -------
    dict
        loss and generator_loss; d_real and d_fake, D's mean output on data and samples; d_gradient and
        g_gradient, the norm of each player's gradient over all its parameters.
    """
    x = gan.whole_packs(x[:most])
    z = gan.prior.sample(len(x), np.random.default_rng(0))
    modes = [(layer, layer.training) for layer in gan.walk()]
    gan.eval().zero_grad()
    try:
        loss, generator_loss = gan.discriminator_gradients(x, z), gan.generator_gradients(len(x), z)
        norms = [global_norm(player.parameters()) for player in (gan.discriminator, gan.generator)]
        gan.forget()
    finally:
        gan.zero_grad()
        for layer, training in modes:
            layer.training = training
    d_real, d_fake = (float(decision(gan, each).mean()) for each in (x, gan.generator.predict(z)))
    return {"loss": float(loss), "generator_loss": float(generator_loss), "d_real": d_real, "d_fake": d_fake,
            "d_gradient": norms[0], "g_gradient": norms[1]}


def sample_gradients(gan, z):
    """The samples G(z), and for each the direction in which the generator's loss falls, both (N, …).

    −N ∂L/∂G(z), N the logits: the arrow of one sample does not depend on how many there are. Samples that
    make no whole pack are left out.
    """
    z = gan.whole_packs(z)
    with gan.inference():
        fake = gan.generator.forward(z)
    modes = [(layer, layer.training) for layer in gan.discriminator.walk()]
    gan.discriminator.eval()
    with frozen(gan.discriminator):
        _, dlogits = gan.loss.generator(gan.discriminator.forward(fake))
        dfake = gan.discriminator.backward(dlogits)
    for layer, training in modes:
        layer.training = training
    return fake, -len(dlogits) * dfake


def decision(gan, x):
    """D(x) = σ(a), (N,); one a pack, where D judges packs."""
    return sigmoid(gan.discriminator.predict(x, batch_size=4096 // gan.packing * gan.packing)).reshape(-1)


def view(x):
    """Half the side of a square around the origin that holds the data, with a margin."""
    return 1.3 * float(abs(x).max())


def plane(gan, low, high, points=50):
    """D on an even grid of the square [low, high]², (points, points); row by row from below.

    Where D judges packs, it is shown m times the same point.
    """
    points = positive_integer("points", points)
    axis = np.linspace(low, high, points)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    return to_numpy(decision(gan, asarray(grid.repeat(gan.packing, axis=0)))).reshape(points, points)


def manifold(gan, lines=17):
    """G of a net laid over the noise, (lines, lines, D): how the generator bends the plane of z.

    The net has equal shares of the prior in each mesh, in the first two numbers of z; the others are 0.
    """
    lines = positive_integer("lines", lines)
    at = gan.prior.quantile((np.arange(lines) + 0.5) / lines)
    z = np.zeros((lines * lines, gan.prior.dimension))
    z[:, 0] = np.repeat(at, lines)
    if gan.prior.dimension > 1:
        z[:, 1] = np.tile(at, lines)
    return to_numpy(gan.generator.predict(asarray(z))).reshape(lines, lines, -1)


def oscillation_index(series):
    """How much of the early swing is left: the spread about a straight line, second half over first half.

    Each half has its own line, fitted by least squares, so that a drift is no swing. A swing that dies out
    gives nearly 0, one that goes on as it was 1, one that grows more.

    Parameters
    ----------
    series : sequence of float
        One number at equal intervals, at least 8: a loss, D's mean output, a parameter.
    """
    series = np.asarray(series, dtype="float64")
    if series.ndim != 1 or len(series) < 8 or not np.isfinite(series).all():
        raise ValueError("oscillation_index takes at least 8 finite numbers in a row, "
                         f"got shape {series.shape}")
    first, second = (_spread(half) for half in np.array_split(series, 2))
    return float(second / first) if first > 0 else (0.0 if second == 0 else float("inf"))


def verdict(history, coverage=None):
    """How a training ended: one sentence that begins with a word.

    Parameters
    ----------
    history : list of dict
        Snapshots at equal intervals, with d_real, d_fake and g_gradient.
    coverage : Coverage, optional
        Of the samples at the end, where the data have modes.

    Returns
    -------
    str
        "starved: …", "collapsed: …", "oscillating: …", "converged: …" or "unfinished: …": the first
        that fits.
    """
    if not history:
        return "unfinished: it has not begun"
    last = history[-max(1, len(history) // 10):]
    real, fake, gradient = (float(np.mean([record[name] for record in last]))
                            for name in ("d_real", "d_fake", "g_gradient"))
    largest = max(record["g_gradient"] for record in history)
    if fake < STARVED_D and gradient < STARVED_GRADIENT * largest:
        return (f"starved: the discriminator finds out every sample (D = {fake:.2g}), and the generator's "
                f"gradient is {gradient / largest:.1%} of what it was; train D less, or use a loss that does "
                "not saturate")
    if coverage is not None and coverage.covered < coverage.modes:
        return (f"collapsed: the samples cover {coverage.covered} of {coverage.modes} modes; "
                f"{coverage.high_quality:.0%} of them lie in a mode")
    outputs = [record["d_fake"] for record in history]
    if len(outputs) >= 8:
        index, swing = oscillation_index(outputs), _spread(np.array(outputs[len(outputs) // 2:]))
        if index > SWINGING and swing > VISIBLE:
            return (f"oscillating: D's output on samples still swings by ±{swing:.2f}, {index:.1f} times as "
                    "much as in the first half")
    if abs(real - 0.5) < BALANCED and abs(fake - 0.5) < BALANCED:
        told = f"the discriminator cannot tell data (D = {real:.2f}) from samples (D = {fake:.2f})"
        if coverage is None:
            return f"converged: {told}"
        where = f"the samples cover all {coverage.modes} modes, and {coverage.high_quality:.0%} lie in one"
        if coverage.high_quality < POOR:
            return f"unfinished: {told}, but {where}"
        return f"converged: {told}; {where}"
    return f"unfinished: D says {real:.2f} to data and {fake:.2f} to samples, and neither player is lost"


def _spread(values):
    """Standard deviation about the straight line of least squares."""
    t = np.arange(len(values)) - (len(values) - 1) / 2
    centred = values - values.mean()
    spread = float((centred - t * (t @ centred) / (t @ t)).std())
    return spread if spread > 1e-12 * abs(values).max() else 0.0          # what rounding leaves of a line
