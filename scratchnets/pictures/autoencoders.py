"""Pictures for one kind of autoencoder or another: how sparse, how well mended, where the copy fails."""
import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Identity, KLSparsity
from scratchnets.layers.penalty import ActivityPenalty
from scratchnets.pictures import plots


def autoencoder_pictures(model, data, shown):
    """{file name: Figure}: the worst copies; the activities of a sparse code; what a denoising model mends.

    Parameters
    ----------
    model : Autoencoder
    data : Dataset
    shown : int
        Images in a row.
    """
    x = asarray(data.x_test)
    drawn = {"residuals.png": worst_residuals(model, x, shown)}
    penalties = [layer for layer in model.encoder.walk() if isinstance(layer, ActivityPenalty)]
    if penalties:
        drawn["activity.png"] = activities(penalties[-1], to_numpy(model.encode(x)))
    if not isinstance(model.corruption, Identity):
        drawn["mended.png"] = mended(model, x[:shown])
    return drawn


def worst_residuals(model, x, shown):
    """The images that are copied worst, over their copies and the differences: what an anomaly looks like."""
    scores = to_numpy(model.anomaly_score(x))
    worst = np.argsort(-scores, kind="stable")[:shown]
    images = x[asarray(worst)]
    copies = model.reconstruct(images)
    figure = plots.image_rows({"original": images, "copy": copies, "|difference|": abs(images - copies)})
    figure.suptitle(f"the worst copies of {len(x):,} test images: squared errors {scores[worst[0]]:.0f} to "
                    f"{scores[worst[-1]]:.0f}; their mean is {scores.mean():.1f}", fontsize="medium")
    return figure


def activities(penalty, codes):
    """How many units are how active: ρ̂ beside the ρ that is aimed at, or how often a unit is on at all.

    Parameters
    ----------
    penalty : ActivityPenalty
    codes : ndarray (N, k)
    """
    if isinstance(penalty, KLSparsity):
        return plots.histogram(codes.mean(axis=0), "mean activity ρ̂ of a unit over the test images", "units",
                               title=f"{len(codes.T):,} units under {penalty!r}", marks={"ρ": penalty.rho})
    on = (codes != 0).mean(axis=0)
    title = f"{len(codes.T):,} units under {penalty!r}: {(on == 0).sum():,} are never on"
    return plots.histogram(on, "share of the test images for which a unit is not 0", "units", title=title,
                           marks={"mean": on.mean()})


def mended(model, x):
    """Images, what the corruption makes of them, and what the model makes of that."""
    corrupted = model.corrupt(x)
    figure = plots.image_rows({"clean": x, "corrupted": corrupted, "mended": model.reconstruct(corrupted)})
    figure.suptitle(f"test images behind {model.corruption!r}", fontsize="medium")
    return figure
