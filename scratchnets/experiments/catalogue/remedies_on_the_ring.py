"""GANs on a ring of eight modes: remedies against two failures, cell by cell.

The ring: eight Gaussians of standard deviation 0.02 on a circle of radius 2. Both players are 2 × 128
ReLU units, the batches 256, the optimisers Adam, 4,000 steps of the generator. The strengths are usual
ones and were not tuned. "hasty" is a game that collapses (Adam with β₁ = 0.9, both players at 1e-3, a z of two
numbers), "starved" one whose D is too slow (at a tenth of G's rate); "nothing" is the game without a remedy. A row is
one game, ten seeds a cell. Counts are of 2,500 samples at the end; a mode is covered with 20 samples within three
standard deviations ("covered"), or with one ("touched"). "high_quality" is the share
of samples within three standard deviations of some mode, "reverse_kl" how unevenly those are spread over the
modes, in nats; "path" has the modes covered on the way.
"""
from functools import partial

import numpy as np

from scratchnets.backend import asarray
from scratchnets.data.toy import ring
from scratchnets.experiments.trial import Trial
from scratchnets.metrics import mode_coverage
from scratchnets.models.adversarial import gan
from scratchnets.optimizers import Adam

LECTURE = 17
SEEDS = range(11, 21)
STEPS = 4000
FAILURES = {
    "hasty": dict(latent=2, beta1=0.9, d_lr=1e-3, g_lr=1e-3),               # collapses
    "starved": dict(latent=16, beta1=0.5, d_lr=1e-4, g_lr=1e-3)}            # the discriminator is too slow
CELLS = {
    ("hasty", "nothing"): {},
    ("hasty", "R1, γ 0.1"): {"remedies": {"r1": 0.1}},
    ("hasty", "packing of 2"): {"remedies": {"packing": 2}},
    ("hasty", "instance noise 0.5 → 0"): {"remedies": {"instance_noise": 0.5, "noise_steps": 3000}},
    ("hasty", "spectral norm, hinge"): {"loss": "hinge", "remedies": {"spectral_norm": True}},
    ("hasty", "WGAN, penalty λ 1"): {"loss": "wasserstein", "remedies": {"gradient_penalty": 1.0}},
    ("hasty", "two rates, G 2e-4"): {"g_lr": 2e-4},
    ("hasty", "smoothing 0.1"): {"remedies": {"smoothing": 0.1}},
    ("hasty", "least squares"): {"loss": "least-squares"},
    ("hasty", "minibatch std"): {"remedies": {"minibatch_std": 1.0}},
    ("starved", "nothing"): {},
    ("starved", "R1, γ 0.1"): {"remedies": {"r1": 0.1}},
    ("starved", "packing of 2"): {"remedies": {"packing": 2}},
    ("starved", "k = 5"): {"k": 5},
    ("starved", "two rates, D 1e-3"): {"d_lr": 1e-3},
}
QUICK = ("hasty", "nothing"), ("hasty", "two rates, G 2e-4")
points = ring(std=0.02)


def trials():
    """All cells with the first seed, then with the second, and so on."""
    for seed in SEEDS:
        for failure, remedy in CELLS:
            yield Trial("games", {"failure": failure, "remedy": remedy, "seed": seed},
                        partial(outcome, failure, remedy, seed),
                        quick=seed == SEEDS[0] and (failure, remedy) in QUICK)


def train(seed, latent, beta1, d_lr, g_lr, k=1, steps=STEPS, watch=None, **options):
    """A game of so many steps of the generator; `watch(step, game)` is called ten times on the way."""
    game, rng = gan((2,), latent=latent, k=k, generator=seed, **options), np.random.default_rng(1000 + seed)
    d = Adam(game.discriminator.parameters(), d_lr, beta1=beta1)
    g = Adam(game.generator.parameters(), g_lr, beta1=beta1)
    for step in range(1, steps * k + 1):
        game.step(asarray(points.sample(256, rng)), d, g)
        if watch is not None and step % (steps * k // 10) == 0:
            watch(step // k, game)
    return game


def outcome(failure, remedy, seed):
    """Where one game ended, and the modes covered on the way."""
    path = []
    game = train(seed, **FAILURES[failure] | CELLS[failure, remedy],
                 watch=lambda step, game: path.append((step, coverage(game).covered)))
    end = coverage(game)
    yield {"covered": end.covered, "touched": int((end.counts > 0).sum()), "high_quality": end.high_quality,
           "reverse_kl": end.reverse_kl, "path": path}


def coverage(game):
    return mode_coverage(game.sample(2500), points.centres, points.std)
