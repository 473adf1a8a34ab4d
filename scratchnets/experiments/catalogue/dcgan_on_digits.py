"""Convolutional GANs on digits of MNIST: what structure buys, scored by one judge.

A row of "samples" is one evaluation of one training, of 1,000 samples: "raw" those of the generator itself,
the others those of its moving averages, by decay. The part "real" has the same figures of the 1,000 test
images. "nearest" is the mean squared distance to the nearest training image, "least_nearest" the smallest,
and "checkerboard" the share of the variance that lies between even and odd rows and columns.
"confidence" is how sure the judge is, "frechet" the distance from real digits by its features; "class_entropy"
is 2.303 where all classes come up equally often. The pictures kept are those of seed 0.
"""
from functools import partial

import numpy as np

from scratchnets.backend import asarray, to_numpy
from scratchnets.evaluation.judge import nearest
from scratchnets.experiments.digits import as_bytes, digits, the_judge, x, x_test
from scratchnets.experiments.trial import Trial
from scratchnets.models.adversarial import MovingAverage, dcgan, gan
from scratchnets.optimizers import Adam
from scratchnets.training.players import TwoPlayers

LECTURE = 18
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


def trials():
    yield Trial("real", {"of": "test images"}, yardstick, quick=True)
    for seed in SEEDS:
        for variant in VARIANTS:
            yield Trial("samples", {"variant": variant, "seed": seed}, partial(training, variant, seed))


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


def figures(images):
    """The judge's scores, and what can be measured without it."""
    distance = nearest(images, x)[1]
    return the_judge().scores(images) | {
        "classes": the_judge().classes(images).tolist(), "checkerboard": checkerboard(images),
        "nearest": float(distance.mean()), "least_nearest": float(distance.min())}


def yardstick():
    """What real images get."""
    yield {"accuracy": the_judge().accuracy} | figures(x_test)


def walks(network, prior):
    """Images on straight ways from one z to the next: (WALKS, STEPS, 28, 28, 1)."""
    start, end = to_numpy(prior.sample(2 * WALKS, np.random.default_rng(3))).reshape(2, WALKS, 1, -1)
    share = np.linspace(0, 1, STEPS)[:, np.newaxis]
    z = (1 - share) * start + share * end
    return network.predict(asarray(z.reshape(WALKS * STEPS, -1))).reshape(WALKS, STEPS, *digits.example_shape)


def training(variant, seed):
    """Train once; a row at each of the epochs asked for."""
    at, model = EVALUATED.get((variant, seed), SHORT), VARIANTS[variant](digits.example_shape, generator=seed)
    players = [Adam(player.parameters(), lr=2e-4, beta1=0.5)
               for player in (model.discriminator, model.generator)]
    followed = Followed(model, players, x, batch_size=64, generator=np.random.default_rng(100 + seed))
    z = model.prior.sample(len(x_test), np.random.default_rng(200 + seed))
    for record in followed.epochs(max(at)):
        epoch = record["epoch"]
        if epoch not in at:
            continue
        row = {"epochs": epoch, "parameters": sum(p.size for p in model.generator.parameters()),
               "raw": figures(model.generator.predict(z))}
        for decay, average in followed.averages.items():
            measured = figures if decay == 0.98 else the_judge().scores
            row[str(decay)] = measured(average.predict(z))
        if seed == 0:
            drawn = followed.averages[0.98 if at == SHORT else 0.99]        # a long training, a long memory
            pictures = {f"{variant}, epoch {epoch}": drawn.predict(z)[:SHOWN]}
            if variant == "transposed convolutions" and epoch == 50:
                pictures["walks"] = walks(drawn, model.prior)
            row["arrays"] = {name: as_bytes(images) for name, images in pictures.items()}
        yield row
