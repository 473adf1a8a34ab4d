"""Pictures of a game of two networks, in the layers of GAN Lab (Kahng et al., 2019), and its film.

What the pictures show is computed in models/adversarial/diagnosis.py.
"""
import io

import numpy as np
from matplotlib.figure import Figure

from scratchnets.backend import asarray, to_numpy
from scratchnets.evaluation.judge import nearest
from scratchnets.files import atomic_write
from scratchnets.models.adversarial.diagnosis import manifold, plane, sample_gradients, view
from scratchnets.pictures.plots import COLOURS, curves, image_grid, image_rows
from scratchnets.training.frames import frames

REAL, FAKE = COLOURS[2], COLOURS[3]


def game_picture(gan, x, samples=300, arrows=60, title=""):
    """Data, samples, D as a map, G as a bent net, and the arrows that the samples follow.

    Parameters
    ----------
    gan : GAN
        Of points in the plane.
    x : array (N, 2)
        Data.
    samples, arrows : int
        How many samples and gradients are drawn.
    """
    x, bound = to_numpy(x)[:samples], view(x)
    z = gan.prior.sample(samples, np.random.default_rng(0))
    fake, directions = (to_numpy(values) for values in sample_gradients(gan, z))
    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    axis = figure.subplots()
    image = heat_map(axis, plane(gan, -bound, bound), bound)
    figure.colorbar(image, ax=axis, label="D(x): 0 says sample, 1 says data")
    net = manifold(gan)
    for lines in (net, net.swapaxes(0, 1)):
        for line in lines:
            axis.plot(*line.T, color="black", linewidth=0.5, alpha=0.35)
    axis.plot([], [], color="black", linewidth=0.5, label="G of a net of z")
    points(axis, x, fake)
    longest = np.linalg.norm(directions[:arrows], axis=1).max()
    axis.quiver(*fake[:arrows].T, *(directions[:arrows].T * 0.15 * bound / max(longest, 1e-12)), angles="xy",
                scale_units="xy", scale=1, width=0.003, color="black",
                label=f"−∂L/∂G(z), longest {longest:.2g}")
    axis.set(title=title or f"{gan.loss}: data, samples, and what each is told", xlabel="x₁", ylabel="x₂")
    axis.legend(loc="upper right", fontsize="x-small", framealpha=0.8)
    return figure


def heat_map(axis, heat, bound):
    """D over the square [−bound, bound]²."""
    axis.set(xlim=(-bound, bound), ylim=(-bound, bound), aspect="equal")
    return axis.imshow(heat, origin="lower", extent=(-bound, bound, -bound, bound), vmin=0, vmax=1,
                       cmap="PuOr", alpha=0.8, interpolation="bilinear")


def points(axis, x, fake):
    """Data as rings and samples as crosses: told apart without colour."""
    axis.scatter(*x.T, s=14, facecolors="none", edgecolors=REAL, linewidths=0.7, label="data")
    axis.scatter(*fake.T, s=12, marker="x", color=FAKE, linewidths=0.8, label="samples")


def film(frames, x, milliseconds=120):
    """A GIF of the training: bytes.

    Parameters
    ----------
    frames : list of dict
        In order: title, samples and, of points in the plane, heat, D over the square of `view`.
    x : array (N, …)
        Data, to be drawn with every frame of points in the plane.
    milliseconds : int
        A frame; the last one stays for two seconds.
    """
    from PIL import Image
    if not frames:
        raise ValueError("a film needs at least one frame")
    x = to_numpy(x)
    pictures = []
    for frame in frames:
        figure = (_flat_frame(frame, x) if x.ndim == 2
                  else image_grid(frame["samples"], columns=8, title=frame["title"]))
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=64)
        opaque = Image.open(buffer).convert("RGB")          # with an alpha channel the palettes come out wrong
        pictures.append(opaque.convert("P", palette=Image.Palette.ADAPTIVE, colors=64))
    gif = io.BytesIO()
    pictures[0].save(gif, format="GIF", save_all=True, append_images=pictures[1:], loop=0,
                     duration=[milliseconds] * (len(pictures) - 1) + [2000])
    return gif.getvalue()


def _flat_frame(frame, x):
    figure, bound = Figure(figsize=(4.4, 4.6)), view(x)
    axis = figure.add_axes((0.1, 0.07, 0.87, 0.86))
    heat_map(axis, frame["heat"], bound)
    points(axis, x[:300], frame["samples"])
    axis.set_title(frame["title"], fontsize="medium")
    return figure


def game_pictures(model, data, history, judge=None):
    """{file name: Figure} of a trained GAN; with a judge, of images, more of these."""
    x = asarray(data.x_test)
    drawn = {"players.png": what_the_players_say(history), "gradients.png": gradient_norms(history)}
    if data.example_shape == (2,):
        drawn["game.png"] = game_picture(model, x)
    elif len(data.example_shape) == 3:
        samples = model.sample(len(x))
        drawn["generated.png"] = image_grid(samples[:100], title="samples")
        drawn["nearest.png"] = nearest_training_images(samples[:12], data.x_train)
        if judge is not None:
            drawn["classes.png"] = class_histogram(judge.classes(samples), judge.classes(x))
    return drawn


def nearest_training_images(samples, x_train):
    """Samples above the training images that they are nearest to: does the generator only remember?"""
    index, distance = nearest(samples, x_train)
    figure = image_rows({"sample": samples, "nearest\ntraining image": x_train[index]},
                        captions=[f"{squared:.0f}" for squared in distance])
    figure.supxlabel("squared distance, summed over the pixels", fontsize="small")
    return figure


def class_histogram(of_samples, of_data):
    """How many of the samples, and of as many test images, a judge takes for each class."""
    figure = Figure(figsize=(5.6, 3.2), layout="constrained")
    axis, at = figure.subplots(), np.arange(len(of_samples))
    axis.bar(at - 0.2, of_data, 0.4, color=REAL, label="test images")
    axis.bar(at + 0.2, of_samples, 0.4, color=FAKE, hatch="//", edgecolor="white", label="samples")
    axis.set(xticks=at, xlabel="class, as the judge sees it", ylabel="images")
    axis.legend(frameon=False)
    return figure


def what_the_players_say(history):
    """D's mean output on data and on samples over the epochs."""
    return _curves(history, {"on data": "test_d_real", "on samples": "test_d_fake"}, "mean output of D")


def gradient_norms(history):
    """The norm of each player's gradient over the epochs."""
    return _curves(history, {"discriminator": "test_d_gradient", "generator": "test_g_gradient"},
                   "norm of the gradient", log=True)


def _curves(history, columns, ylabel, log=False):
    epochs = [record["epoch"] for record in history]
    series = {label: (epochs, [record[name] for record in history]) for label, name in columns.items()}
    return curves(series, ylabel=ylabel, log=log)


def write_film(run, data):
    """Draw the run's frames into film.gif, in its folder; returns the path."""
    gif, path = film(list(frames(run.folder, run.history, data.example_shape)), data.x_test), run.folder / "film.gif"
    with atomic_write(path, within=run.folder) as file:
        file.write(gif)
    return path
