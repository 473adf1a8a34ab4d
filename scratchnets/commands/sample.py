"""scratchnets sample RUN: draw new images, reconstruct test images, or decode codes, as a picture."""
import argparse
import math
from pathlib import Path

import numpy as np

from scratchnets import memory
from scratchnets.arguments import brief, integer
from scratchnets.backend import asarray, to_numpy
from scratchnets.commands.words import expect_picture
from scratchnets.files import atomic_write
from scratchnets.training.run import Run

MOST_IMAGES, MOST_POINTS = 500, 100_000     # that a picture shows


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "sample", help="draw, reconstruct or decode images with a trained model", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Draw what a trained model makes: by default new images, where it is a model of images, "
                    "else\nreconstructions of test images.",
        epilog="examples:\n"
               "  scratchnets sample runs/autoencoder --count 16 --seed 3\n"
               "  scratchnets sample runs/autoencoder --decode\n"
               "  scratchnets sample runs/vae --count 40\n"
               "  scratchnets sample runs/plane --code 0.5,-1.2")
    parser.add_argument("run_folder", metavar="RUN", help="the folder that train left")
    parser.add_argument("--count", type=int, default=12, metavar="N", help="how many images (default: 12)")
    parser.add_argument("--seed", type=int, default=0, help="chooses the images, or draws the codes (default: 0)")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--reconstruct", action="store_true", help="reconstruct test images")
    kind.add_argument("--decode", action="store_true",
                      help="decode codes drawn from a Gaussian with the mean and covariance of the training codes")
    kind.add_argument("--code", metavar="A,B,…", help="decode this code, its numbers separated by commas")
    parser.add_argument("--data", metavar="NAME", help="where the run's data lie now, or other data than its own")
    parser.add_argument("--backend", metavar="NAME", help="numpy or cupy (default: the run's)")
    parser.add_argument("--out", metavar="FILE.png", help="the picture (default: samples.png in the run's folder)")
    return parser


def run(arguments):
    run = Run.open(arguments.run_folder)
    run.use_backend(arguments.backend)
    model = run.model()
    if not hasattr(model, "decode"):
        raise ValueError(f"a {type(model).__name__} draws nothing; see scratchnets evaluate {run.folder}")
    path = Path(arguments.out or run.folder / "samples.png")
    expect_picture(path)
    figure = picture(model, run, arguments)
    with atomic_write(path, within=None if arguments.out else run.folder) as file:
        figure.savefig(file, format=path.suffix[1:].lower(), dpi=120)
    print(path)
    return 0


def picture(model, run, arguments):
    """The Figure that was asked for; the data are loaded only where it shows some, or learns from them."""
    from scratchnets.pictures import plots
    latent, shape = run.options["latent"], run.config["example_shape"]
    flat = len(shape) == 1
    count = integer("--count", arguments.count, at_least=1, at_most=MOST_POINTS if flat else MOST_IMAGES)
    memory.expect(3 * 8 * count * math.prod(shape), f"--count {count}: to draw so many images",
                  "take a smaller --count")
    generator = np.random.default_rng(integer("--seed", arguments.seed))
    if not hasattr(model, "encode") and (arguments.decode or arguments.reconstruct):
        raise ValueError(f"a {type(model).__name__} has no encoder, so there is nothing to reconstruct or to "
                         "learn codes from; leave out --decode and --reconstruct")
    if flat:
        return points(model, arguments, latent, count, generator)
    if arguments.code is not None:
        code = given_code(arguments.code, latent)
        return plots.image_rows({"decoded": model.decode(code, *conditions(model, [0]))})
    in_turn = conditions(model, np.arange(count))
    if hasattr(model, "sample") and not (arguments.reconstruct or arguments.decode):
        return plots.image_grid(model.sample(count, *in_turn, generator=generator), columns=12)
    data = run.data(arguments.data, other=True)
    if arguments.decode:
        codes = gaussian_codes(model, data, count, generator)
        return plots.image_rows({"decoded": model.decode(codes, *in_turn)})
    chosen = generator.permutation(len(data.x_test))[:count]
    x = asarray(data.x_test[chosen])
    known = conditions(model, data.y_test[chosen]) if data.y_test is not None else []
    return plots.image_rows({"original": x, "reconstructed": model.reconstruct(x, *known)})


def conditions(model, labels):
    """The labels as a model takes them that is conditional on one, each class in turn; else nothing."""
    classes = getattr(model, "classes", 0)
    return [asarray(np.asarray(labels) % classes)] if classes else []


def points(model, arguments, latent, count, generator):
    """Samples of a model of points in the plane."""
    from scratchnets.pictures import plots
    x = (model.sample(count, generator=generator) if arguments.code is None
         else model.decode(given_code(arguments.code, latent)))
    return plots.latent_map(x, names=("x₁", "x₂"), title=f"{len(x)} samples")


def given_code(text, latent):
    """The code that the user wrote, (1, k)."""
    try:
        code = [float(number) for number in text.split(",")]
    except ValueError:
        code = [math.nan]
    if not all(map(math.isfinite, code)):
        raise ValueError(f"--code expected numbers separated by commas, got {brief(repr(text))}")
    if len(code) != latent:
        raise ValueError(f"--code expected {latent} numbers, as many as this model's code has, got {len(code)}")
    return asarray([code])


def gaussian_codes(model, data, count, generator):
    """Codes (count, k) from the Gaussian that has the training codes' mean and covariance.

    A plain autoencoder was never asked to make sense of such codes: some decode to no digit at all.
    """
    known = conditions(model, data.y_train) if data.y_train is not None else []
    codes = to_numpy(model.encode(asarray(data.x_train), *known)).astype("float64")
    covariance = np.cov(codes, rowvar=False).reshape(codes.shape[1], -1)
    return asarray(generator.multivariate_normal(codes.mean(axis=0), covariance, size=count))
