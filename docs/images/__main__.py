"""Draw the four pictures of the front page again:  python docs/images [NAME …]

reconstructions and ring are made by commands of the package, in a folder that is thrown away; digits trains the model
that draws best on lecture 19's scoreboard; verdict lets the judge read a wrong answer. About two minutes in all.
"""
import io
import sys
import tempfile
from pathlib import Path

from matplotlib.figure import Figure
from tqdm import tqdm

from scratchnets.cli import main as scratchnets
from scratchnets.exercises.catalogue import get
from scratchnets.exercises.judge import judge
from scratchnets.exercises.rendering import as_text
from scratchnets.experiments import stored

HERE = Path(__file__).resolve().parent


def reconstructions(folder):
    """What `scratchnets train autoencoder` leaves behind."""
    scratchnets(["train", "autoencoder", "--out", str(folder / "autoencoder")])
    return {"reconstructions.png": (folder / "autoencoder" / "reconstructions.png").read_bytes()}


def ring(folder):
    """The film of `scratchnets train gan --data ring`: every second frame of it, so that a page stays light."""
    from scratchnets.data import load
    from scratchnets.pictures.games import film
    from scratchnets.training.frames import frames
    from scratchnets.training.run import Run
    scratchnets(["train", "gan", "--data", "ring", "--out", str(folder / "ring")])
    run = Run.open(folder / "ring")
    kept = list(frames(run.folder, run.history))
    return {"ring.gif": film(kept[::2], load("ring").x_test, milliseconds=160)}


def best():
    """The name of the model whose digits are nearest to real ones, by the stored Fréchet distances of all seeds."""
    distances = {}
    for row in stored("scoreboard")["models"]:
        if row.get("frechet") is not None:
            distances.setdefault(row["model"], []).append(row["frechet"])
    return min(distances, key=lambda model: sum(distances[model]) / len(distances[model]))


def digits(folder):
    """Forty new digits by the best of the scoreboard, as its first seed draws them."""
    from scratchnets.experiments.catalogue.scoreboard import MODELS
    from scratchnets.pictures.plots import image_grid
    figure = image_grid(MODELS[best()](0).sample(40), columns=8)
    return {"digits.png": png(figure)}


def averaged_twice(dy, x, W):
    """The commonest mistake in a dense layer's backward pass."""
    return dy @ W.T, x.T @ dy / len(x), dy.sum(axis=0)


def verdict(folder):
    """What the judge says about `averaged_twice`, set as a terminal sets it."""
    text = as_text(judge(get("dense_backward"), averaged_twice)).split("\n\nRead:")[0]
    lines = ["$ scratchnets exercises check dense_backward", "", *text.split("\n")]
    figure = Figure(figsize=(8.6, 0.2 * len(lines) + 0.3), facecolor="#16181d")
    for row, line in enumerate(lines):
        colour = next((colour for word, colour in {"wrong": "#ff8a80", "right": "#8bd49c"}.items()
                       if f" {word}" in line and row < 7), "#e6e6e6")
        figure.text(0.02, 1 - (row + 1) / (len(lines) + 1), line, family="monospace", size=9, color=colour, va="center")
    return {"verdict.png": png(figure, dpi=130)}


def png(figure, dpi=110):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, facecolor=figure.get_facecolor(), bbox_inches="tight",
                   pad_inches=0.05)
    return buffer.getvalue()


PICTURES = {"reconstructions": reconstructions, "ring": ring, "digits": digits, "verdict": verdict}


def main(*names):
    unknown = [name for name in names if name not in PICTURES]
    if unknown:
        return f"there is no picture {', '.join(unknown)}; choose from {', '.join(PICTURES)}"
    for name in tqdm(names or PICTURES, desc="pictures"):
        with tempfile.TemporaryDirectory() as folder:
            for file, data in PICTURES[name](Path(folder)).items():
                (HERE / file).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
