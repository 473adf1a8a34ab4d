"""Figures of papers beside ours, at reduced size: 4,000 digits to learn from in place of 60,000.

They are not expected to agree. They tell whether what was found to be better is better here, and what the size costs.
Rows without a paper are ours alone, for comparison with the row above.
"""
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean

from scratchnets.experiments.store import Store, last
from scratchnets.experiments.tables import spread


@dataclass(frozen=True)
class Published:
    """One figure of a paper, and where ours is found.

    Attributes
    ----------
    paper, setup : str
        Who published it, and what was done.
    figure, theirs : str
        What was measured, and what they found.
    experiment, part : str
        Where our rows are.
    where : dict
        What they have in common.
    measured : callable
        Our figure in a row.
    otherwise : str
        What else is different with us.
    """

    paper: str
    setup: str
    figure: str
    theirs: str
    experiment: str
    part: str
    where: dict
    measured: Callable
    otherwise: str = ""

    def ours(self, folder):
        """``mean ± standard error`` over the seeds, or "" where the folder has no rows of it."""
        seeds = {}
        for row in Store(folder, self.experiment).rows.get(self.part, []):
            if self.where.items() <= row.items():
                seeds.setdefault(row["seed"], []).append(self.measured(row))
        return spread(list(map(mean, seeds.values())))


def field(name, times=1):
    """Reads a figure out of a row: of a curve its end."""
    return lambda row: times * last(row[name])


HINTON = "Hinton and Salakhutdinov, 2006"
BURDA = "Burda, Grosse and Salakhutdinov, 2016"
LIN = "Lin, Khetan, Fanti and Oh, 2018"
RUFF = "Ruff and others, 2018"
KINGMA = "Kingma, Rezende, Mohamed and Welling, 2014"
SQUARED = "squared error of a test digit"

PUBLISHED = [
    Published(HINTON, "PCA, 30 numbers", SQUARED, "13.87",
              "scoreboard", "models", {"model": "PCA"}, field("reconstruct")),
    Published(HINTON, "784-1000-500-250-30 and back, layer by layer first", SQUARED, "3.00",
              "stacked_on_digits", "trainings", {"name": "sigmoids, pair by pair first", "k": 30}, field("test"),
              "24 epochs; shallow autoencoders first instead of restricted Boltzmann machines"),
    Published("", "the same with ReLUs", SQUARED, "",
              "stacked_on_digits", "trainings", {"name": "stacked, pair by pair first", "k": 30}, field("test"),
              "24 epochs"),
    Published(BURDA, "VAE, 784-200-200-50", "−log p(x), 5,000 draws, nats", "86.76",
              "vae_on_digits", "burda", {}, field("weighted", -1),
              "ReLU instead of tanh; 500 test digits"),
    Published(LIN, "GAN on a ring of 8 Gaussians", "modes covered", "6.3 ± 0.5",
              "remedies_on_the_ring", "games", {"failure": "hasty", "remedy": "nothing"}, field("covered"),
              "a game that was made to collapse; covered means 20 samples"),
    Published(LIN, "the same, packing of 2", "modes covered", "7.9 ± 0.1",
              "remedies_on_the_ring", "games", {"failure": "hasty", "remedy": "packing of 2"}, field("covered")),
    Published(RUFF, "one digit against the rest: Deep SVDD", "mean AUROC", "0.948",
              "anomalies_on_digits", "one_class", {"model": "autoencoder", "k": 32}, field("auroc"),
              "an autoencoder with 32 numbers"),
    Published("", "the same", "mean AUROC", "",
              "anomalies_on_digits", "one_class", {"model": "PCA", "k": 32}, field("auroc"),
              "PCA with 32 numbers"),
    Published(KINGMA, "100 labels; a VAE's code and a transductive SVM", "test error, %", "11.82",
              "scoreboard", "models", {"model": "vae"}, field("label_error"),
              "softmax regression on the code"),
]


def table(folder):
    """Theirs and ours as a table in Markdown; only what the folder has rows for."""
    lines = ["| published by | set-up | figure | theirs | ours | otherwise with us |", "|---|---|---|--:|--:|---|"]
    for each in PUBLISHED:
        if ours := each.ours(folder):
            lines.append(f"| {each.paper} | {each.setup} | {each.figure} | {each.theirs} | {ours} "
                         f"| {each.otherwise} |")
    return "\n".join(lines) if len(lines) > 2 else ""
