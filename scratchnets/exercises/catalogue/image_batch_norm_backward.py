"""Batch normalisation over images, backwards."""

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.layers.normalization import batch_norm, batch_norm_backward, standardize


def draw(rng):
    n, h, w, c = sizes(rng, 4)
    epsilon = float(rng.uniform(0.1, 0.4))                  # large, so that leaving it out is seen
    x = 1 + rng.uniform(0.5, 2, c) * rng.standard_normal((n, h, w, c))
    x += rng.standard_normal((1, h, w, c)) + rng.standard_normal((n, 1, 1, c))      # pixels and images differ
    u, r = standardized(x, (0, 1, 2), epsilon)
    return {"dy": rng.standard_normal((n, h, w, c)), "x": x, "gamma": rng.uniform(0.5, 2, c),
            "epsilon": epsilon, "beta": rng.standard_normal(c), "u": u, "r": r}


def standardized(x, axes, epsilon):
    u, r, _, _ = standardize(x, axes, epsilon)
    return u, r


def pixels(x):
    return x.reshape(-1, x.shape[-1])


def reference(dy, x, gamma, epsilon):
    """Every pixel of every image is an example of its channels."""
    dx, dgamma, dbeta = batch_norm_backward(pixels(dy), pixels(x), gamma, epsilon)
    return dx.reshape(x.shape), dgamma, dbeta


def along(axes, dy, x, gamma, epsilon):
    """dx and dγ, had mean and variance been taken along these axes."""
    u, r = standardized(x, axes, epsilon)
    du = dy * gamma
    corrections = du.mean(axis=axes, keepdims=True) + u * (du * u).mean(axis=axes, keepdims=True)
    return {"dx": r * (du - corrections), "dgamma": (dy * u).sum(axis=(0, 1, 2))}


exercise = Exercise(
    name="image_batch_norm_backward", lecture=12, place=5,
    derivation="docs/derivations/batch-normalization.md",
    title="Batch normalisation over images, backwards",
    task="""
    In a convolutional network one feature is a channel, and every pixel of every image is an example of it:

        μ[c] = mean of x[n, h, w, c] over n, h and w          σ²[c] = mean of (x − μ)² over n, h and w
        u = (x − μ) r                                         r = 1 / √(σ² + ε)
        y = γ u + β                                           γ, β: one number a channel

    Return the gradients with respect to x, γ and β. If you have solved batch_norm_backward, ask what is the
    batch here.
    """,
    takes={"dy": "(N, H, W, C)  ∂L/∂y, what comes from above", "x": "(N, H, W, C)  the images",
           "gamma": "(C,)  γ", "epsilon": "ε, a positive number"},
    returns={"dx": "(N, H, W, C)  ∂L/∂x", "dgamma": "(C,)  ∂L/∂γ", "dbeta": "(C,)  ∂L/∂β"},
    draw=draw, reference=reference, solution=(reference, batch_norm_backward),
    objective=lambda dy, x, gamma, beta, epsilon: (
        pixels(dy) * batch_norm(pixels(x), gamma, beta, epsilon)).sum(),
    hints=(
        "Which numbers does μ[c] depend on? All of them send a gradient through μ[c] and σ²[c] to each "
        "other.",
        "x.reshape(N·H·W, C) has one row a pixel, without moving a number. On it, this is the batch "
        "normalisation that you know, with N·H·W examples.",
        "With all means and sums over the axes (0, 1, 2), du = γ dy: dx = r (du − mean(du) − u · mean(du · "
        "u)), dγ = Σ dy u, dβ = Σ dy.",
    ))


@exercise.mutant
def statistics_over_the_batch_only(dy, x, gamma, epsilon):
    """μ and σ² are taken over the images alone, axis 0: another mean for each pixel. The pixels of a channel
    share one mean and one variance, so that the layer treats all places alike, as the convolution does:
    axes (0, 1, 2)."""
    return along((0,), dy, x, gamma, epsilon)


@exercise.mutant
def statistics_of_each_image(dy, x, gamma, epsilon):
    """μ and σ² are taken over the pixels of each image by itself, axes (1, 2). That is instance
    normalisation; a *batch* normalisation takes its images together."""
    return along((1, 2), dy, x, gamma, epsilon)


@exercise.mutant
def statistics_of_each_pixel(dy, x, gamma, epsilon):
    """μ and σ² are taken over the channels of each pixel. That is layer normalisation; here each channel
    has its own mean."""
    return along((3,), dy, x, gamma, epsilon)


@exercise.mutant
def statistics_over_everything(dy, x, gamma, epsilon):
    """μ and σ² are single numbers, taken over the channels as well. Each channel has its own: axes (0, 1, 2),
    and the last one stays."""
    return along((0, 1, 2, 3), dy, x, gamma, epsilon)


@exercise.mutant
def divided_by_the_images(dy, gamma, u, r):
    """The two corrections are sums over all pixels divided by N, the number of images. The means of forward
    run over N·H·W numbers, and each of them has a share of 1/(N·H·W)."""
    du = dy * gamma
    n = len(dy)
    sums = du.sum(axis=(0, 1, 2)) / n + u * (du * u).sum(axis=(0, 1, 2)) / n
    return {"dx": r * (du - sums)}


@exercise.mutant
def statistics_held_constant(dy, gamma, r):
    """μ and σ² are taken as constants. Each pixel moves the mean and the variance of its channel, and through
    them all pixels of all images: two more paths. (Right for evaluation mode, with its running averages.)"""
    return {"dx": dy * gamma * r}


@exercise.mutant
def variance_path_missing(dy, gamma, r):
    """The path through the variance is missing, −u·mean(du·u). A larger σ² shrinks the whole channel."""
    du = dy * gamma
    return {"dx": r * (du - du.mean(axis=(0, 1, 2)))}


@exercise.mutant
def mean_path_missing(dy, gamma, u, r):
    """The path through the mean is missing, −mean(du). A constant added to a channel changes no output, so
    dx has to sum to 0 over n, h and w; yours does not."""
    du = dy * gamma
    return {"dx": r * (du - u * (du * u).mean(axis=(0, 1, 2)))}


@exercise.mutant
def corrections_of_each_image(dy, gamma, u, r):
    """The corrections are means over each image, axes (1, 2), though μ and σ² were those of the whole
    batch. What forward has averaged over n, h and w, backward has to average over n, h and w."""
    du = dy * gamma
    means = du.mean(axis=(1, 2), keepdims=True) + u * (du * u).mean(axis=(1, 2), keepdims=True)
    return {"dx": r * (du - means)}


@exercise.mutant
def gamma_missing(dy, u, r):
    """dx lacks γ: what reaches u is du = γ dy."""
    return {"dx": r * (dy - dy.mean(axis=(0, 1, 2)) - u * (dy * u).mean(axis=(0, 1, 2)))}


@exercise.mutant
def dgamma_without_u(dy):
    """dγ lacks u: ∂y/∂γ = u, so dγ is the sum of dy·u. The plain sum of dy is dβ."""
    return {"dgamma": dy.sum(axis=(0, 1, 2))}


@exercise.mutant
def dgamma_for_each_pixel(dy, u):
    """dγ is summed over the batch only and has an entry for each pixel. One γ[c] scales all pixels of its
    channel: sum over axes 0, 1 and 2."""
    return {"dgamma": (dy * u).sum(axis=0)}


@exercise.mutant
def dgamma_averaged(dy, u):
    """dγ is averaged over the pixels of an image. γ acts on all of them, and their gradients add up."""
    return {"dgamma": (dy * u).mean(axis=(1, 2)).sum(axis=0)}


@exercise.mutant
def dbeta_for_each_pixel(dy):
    """dβ is summed over the batch only. One β[c] is added to all pixels: sum over axes 0, 1 and 2."""
    return {"dbeta": dy.sum(axis=0)}


@exercise.mutant
def dbeta_averaged(dy):
    """dβ is averaged over the pixels of an image. β is added to each of them, and their gradients add up."""
    return {"dbeta": dy.mean(axis=(1, 2)).sum(axis=0)}


@exercise.mutant
def means_for_sums(dy, u):
    """It is the mean over all images and pixels, where a sum is due: γ and β act on every one of them, and
    what these send back adds up."""
    return {"dgamma": (dy * u).mean(axis=(0, 1, 2)), "dbeta": dy.mean(axis=(0, 1, 2))}
