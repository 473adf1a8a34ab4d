"""The long trainings behind lecture 18: convolutional GANs on the embedded digits, scored by one judge.

    python notebooks/experiments/dcgan_on_digits.py                  # every run, the better part of an hour
    python notebooks/experiments/dcgan_on_digits.py "no batch norm"  # the runs of one variant

What a run finds goes into dcgan_on_digits.json, next to this file, as it comes; runs that are complete there
are skipped. A row is one evaluation of one training: 1,000 samples, or, in
the part "real", the 1,000 test images. Pictures of the runs with seed 0 go into dcgan_on_digits.npz.
"""
import json
import sys
from functools import partial
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.data import load
from scratchnets.judge import judge, nearest
from scratchnets.models.adversarial import MovingAverage, dcgan, gan
from scratchnets.optimizers import Adam
from scratchnets.training.players import TwoPlayers

FILE = Path(__file__).with_name("dcgan_on_digits.json")
PICTURES = FILE.with_suffix(".npz")
CONVOLUTIONAL = partial(dcgan, average=0)
VARIANTS = {"transposed convolutions": CONVOLUTIONAL,
            "no batch norm": partial(CONVOLUTIONAL, batch_norm=False),
            "upsampling": partial(CONVOLUTIONAL, architecture="upsample"),
            "dense": partial(CONVOLUTIONAL, architecture="dense"),
            "dense, and so is D": partial(gan, latent=64, hidden=(400, 400))}
SEEDS = (0, 1)
SHORT, LONG = (5, 10), (5, 10, 25, 50)          # evaluated after so many epochs: short, but for these
EVALUATED = {("transposed convolutions", 0): LONG, ("dense", 0): (5, 10, 25),
             ("dense, and so is D", 0): LONG, ("dense, and so is D", 1): LONG}
DECAYS = (0.9, 0.98, 0.99, 0.995, 0.998, 0.999)
SHOWN, WALKS, STEPS = 40, 6, 10


class Followed(TwoPlayers):
    """A training with several moving averages of its generator."""

    def __init__(self, model, *arguments, **settings):
        super().__init__(model, *arguments, **settings)
        self.averages = {decay: MovingAverage(model.generator, decay) for decay in DECAYS}

    def step(self, x):
        loss = super().step(x)
        for average in self.averages.values():
            average.follow(self.model.generator)
        return loss


def checkerboard(x):
    """How much an image depends on whether row and column are even or odd: a share of its variance.

    The variance of the four means over pixels of one parity, over that of all pixels.
    """
    x = to_numpy(x)[..., 0].astype("float64")
    means = np.stack([x[:, i::2, j::2].mean(axis=(1, 2)) for i in (0, 1) for j in (0, 1)])
    return float(means.var(axis=0).mean() / x.var(axis=(1, 2)).mean())


def evaluation(network, z):
    """One row of figures, and the samples that they are of."""
    samples = network.predict(z)
    distance = nearest(samples, x)[1]
    more = {"classes": judged.classes(samples).tolist(), "checkerboard": checkerboard(samples),
            "nearest": float(distance.mean()), "least_nearest": float(distance.min())}
    return judged.scores(samples) | more, samples


def walks(network, prior):
    """Images on straight ways from one z to the next: (WALKS, STEPS, 28, 28, 1)."""
    start, end = to_numpy(prior.sample(2 * WALKS, np.random.default_rng(3))).reshape(2, WALKS, 1, -1)
    share = np.linspace(0, 1, STEPS)[:, np.newaxis]
    z = (1 - share) * start + share * end
    return network.predict(asarray(z.reshape(WALKS * STEPS, -1))).reshape(WALKS, STEPS, *digits.example_shape)


def run(variant, seed):
    """Train once; yields, at the epochs asked for, a row and pictures by name."""
    at, model = EVALUATED.get((variant, seed), SHORT), VARIANTS[variant](digits.example_shape, generator=seed)
    players = [Adam(player.parameters(), lr=2e-4, beta1=0.5)
               for player in (model.discriminator, model.generator)]
    training = Followed(model, players, x, batch_size=64, generator=np.random.default_rng(100 + seed))
    z, seconds = model.prior.sample(len(x_test), np.random.default_rng(200 + seed)), 0.0
    for record in training.epochs(max(at)):
        seconds += record["seconds"]
        if record["epoch"] not in at:
            continue
        row = {"variant": variant, "seed": seed, "epochs": record["epoch"], "seconds": seconds,
               "parameters": sum(p.size for p in model.generator.parameters())}
        row["raw"], _ = evaluation(model.generator, z)
        for decay, average in training.averages.items():
            row[str(decay)] = judged.scores(average.predict(z))
        row["0.98"], _ = evaluation(training.averages[0.98], z)
        drawn = training.averages[0.98 if at == SHORT else 0.99]            # a long training, a long memory
        pictures = {f"{variant}, epoch {record['epoch']}": drawn.predict(z)[:SHOWN]}
        if variant == "transposed convolutions" and record["epoch"] == 50:
            pictures["walks"] = walks(drawn, model.prior)
        print(json.dumps(row), flush=True)
        yield row, pictures


def store(row, pictures):
    stored = {"rows": known()}
    stored["judge"] = {"accuracy": judged.accuracy, "real": judged.floor | {
        "classes": judged.classes(x_test).tolist(), "checkerboard": checkerboard(x_test),
        "nearest": float(nearest(x_test, x)[1].mean()), "least_nearest": float(nearest(x_test, x)[1].min())}}
    stored["rows"] = [old for old in stored["rows"] if place(old) != place(row)] + [row]
    FILE.write_text(json.dumps(stored, indent=1) + "\n")
    if pictures:
        kept = dict(np.load(PICTURES)) if PICTURES.exists() else {}
        pixels = {name: (to_numpy(images) * 255).round().astype("uint8") for name, images in pictures.items()}
        np.savez_compressed(PICTURES, **kept | pixels)


def place(row):
    return row["variant"], row["seed"], row["epochs"]


def known():
    return json.loads(FILE.read_text())["rows"] if FILE.exists() else []


if __name__ == "__main__":
    digits = load("mnist5k")
    x, x_test = asarray(digits.x_train), asarray(digits.x_test)
    judged = judge(digits)
    print(f"judge: {judged.accuracy:.1%} of the test images right; real images: {judged.floor}", flush=True)
    for seed in SEEDS:
        for variant in sys.argv[1:] or VARIANTS:
            if (variant, seed, max(EVALUATED.get((variant, seed), SHORT))) not in map(place, known()):
                for row, pictures in run(variant, seed):
                    store(row, pictures if seed == 0 else {})
