"""The pictures of a variational autoencoder. Each names how the images were binarised."""
import numpy as np

from scratchnets.backend import asarray
from scratchnets.models.variational.bounds import unit_activity
from scratchnets.models.variational.codes import grid, traverse
from scratchnets.pictures import plots


def known(model, data):
    """What the model knows of the test examples: the images, and their labels if it is conditional."""
    return [asarray(data.x_test)] + ([asarray(data.y_test)] if model.classes else [])


def variational_pictures(model, data, history, shown):
    """{file name: Figure}.

    Parameters
    ----------
    model : VariationalAutoencoder
    data : Dataset
    history : list of dict
        The records of its training.
    shown : int
        How many examples a picture shows.
    """
    words, batch = model.binarization.words, known(model, data)
    drawn = {"reconstructions.png": reconstructions(model, [array[:shown] for array in batch], words),
             "generated.png": generated(model, words),
             "loss.png": terms_of_the_bound(history, words)}
    if model.latent == 2 and not model.classes:
        drawn["manifold.png"] = plots.image_grid(
            model.decode(grid(20)), columns=20, scale=0.3,
            title=f"the plane of codes, in equal steps of probability; {words}")
    else:
        drawn["traversals.png"] = traversals(model, batch, words)
    return drawn


def reconstructions(model, batch, words):
    """Test images, as they are and as the model sees them, over what their codes decode to."""
    x, *label = batch
    rows = {"original": x}
    if model.binarization.kind != "none":
        rows["as seen"] = model.binarization.forward(x, generator=0)
    rows["reconstructed"] = model.reconstruct(list(rows.values())[-1], *label)
    return _titled(plots.image_rows(rows), f"test images, before and after; {words}")


def generated(model, words, rows=10):
    """New images; of a conditional model, a row for each class, the first twenty."""
    if not model.classes:
        return plots.image_grid(model.sample(10 * rows, generator=0),
                                title=f"z from N(0, 1), decoded; {words}")
    classes = min(model.classes, plots.FEW)
    labels = asarray(np.repeat(np.arange(classes), 10))
    images = model.sample(len(labels), labels, generator=0)
    return _titled(plots.image_rows({f"class {label}": images[10 * label:10 * (label + 1)]
                                     for label in range(classes)}),
                   f"z from N(0, 1), decoded for each class; {words}")


def traversals(model, batch, words, most=8, values=np.linspace(-2.5, 2.5, 11)):
    """One row for each of the most active units: the code of the first image, with this unit moved."""
    activity = unit_activity(model, *batch)
    units = np.argsort(-activity, kind="stable")[:most]
    x, *label = [array[:1] for array in batch]
    codes = traverse(model.encode(x, *label)[0], units, values)
    images = model.decode(codes, *(array.repeat(len(codes)) for array in label))
    rows = {f"unit {unit} ({activity[unit]:.2f})": images[row * len(values):(row + 1) * len(values)]
            for row, unit in enumerate(units)}
    title = f"one unit of a code, from −2.5 to 2.5 (in brackets: its activity); {words}"
    return _titled(plots.image_rows(rows), title)


def terms_of_the_bound(history, words):
    """Both terms of the bound on the test images, and their sum, over the epochs."""
    epochs = [record["epoch"] for record in history]
    terms = {"−ELBO": "test_loss", "reconstruction": "test_reconstruction", "KL": "test_kl"}
    series = {label: (epochs, [record[name] for record in history]) for label, name in terms.items()}
    return plots.curves(series, ylabel="nats an image", title=f"test images; {words}")


def _titled(figure, title):
    figure.suptitle(title, fontsize="medium")
    return figure
