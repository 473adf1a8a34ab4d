"""scratchnets train MODEL: train a model, leave a folder with figures and pictures."""
import argparse

from scratchnets import backend
from scratchnets.arguments import choice, integer, positive, positive_integer
from scratchnets.backend import asarray
from scratchnets.data import load
from scratchnets.models.recipes import RECIPES
from scratchnets.optimizers import OPTIMIZERS
from scratchnets.training import train
from scratchnets.training.run import Run, new_folder


def add_parser(subparsers):
    models = "\n".join(f"  {name:14}{recipe.summary}" for name, recipe in RECIPES.items())
    parser = subparsers.add_parser(
        "train", help="train a model and draw what it learned", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f"Train a model and leave a folder with its figures and pictures.\n\nmodels:\n{models}",
        epilog="example:\n  scratchnets train autoencoder --latent 2 --epochs 50 --seed 1 --out runs/plane")
    parser.add_argument("model", metavar="MODEL", help=f"one of: {', '.join(RECIPES)}")
    parser.add_argument("--data", default="mnist5k", metavar="NAME",
                        help="a dataset (see: scratchnets data) or FILE.npz with images of your own "
                             "(default: mnist5k)")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the data (default: the model's)")
    parser.add_argument("--batch-size", type=int, metavar="N", help="examples a step (default: the model's)")
    parser.add_argument("--lr", type=float, metavar="RATE", help="learning rate (default: the model's)")
    parser.add_argument("--optimizer", metavar="NAME", help=f"one of: {', '.join(OPTIMIZERS)}")
    parser.add_argument("--latent", type=int, metavar="K", help="numbers in the code (default: the model's)")
    parser.add_argument("--loss", metavar="NAME", help="squared-error or cross-entropy")
    parser.add_argument("--seed", type=int, default=0, help="of weights and order of data (default: 0)")
    parser.add_argument("--backend", metavar="NAME", help="numpy or cupy (default: SCRATCHNETS_BACKEND, or numpy)")
    parser.add_argument("--dtype", metavar="NAME", help="float32 or float64 (default: float32)")
    parser.add_argument("--out", metavar="DIR", help="the run's folder (default: a new one under runs/)")
    return parser


def run(arguments):
    backend.use(arguments.backend or backend.name(), arguments.dtype)
    config, data = configure(arguments)
    run = Run.create(arguments.out or new_folder(arguments.model), config)
    _, order, _ = run.streams()
    model = run.model(trained=False)
    optimizer = run.optimizer(model)
    print(f"training {arguments.model} on {data.name}: {len(data.x_train):,} examples, "
          f"{sum(p.size for p in model.parameters()):,} parameters, "
          f"{config['epochs']} epochs, backend {config['backend']}, {config['dtype']}")

    x, x_test = asarray(data.x_train), asarray(data.x_test)
    for record in train(model, optimizer, x, epochs=config["epochs"], batch_size=config["batch_size"],
                        generator=order, progress=True):
        run.log(record | {"test_loss": float(model.loss_of(x_test))})
        run.save(model, optimizer)
    return finish(run, model, data)


def configure(arguments):
    """The configuration of the run, every default filled in, and the data it will see."""
    recipe = RECIPES[choice("model", arguments.model, RECIPES)]
    options = recipe.options()
    for name in ("latent", "loss"):
        if getattr(arguments, name) is not None:
            options[name] = getattr(arguments, name)
    config = {
        "model": arguments.model,
        "options": options,
        "data": arguments.data,
        "epochs": integer("--epochs", recipe.epochs if arguments.epochs is None else arguments.epochs),
        "batch_size": positive_integer("--batch-size", recipe.batch_size if arguments.batch_size is None
                                       else arguments.batch_size),
        "optimizer": choice("optimizer", arguments.optimizer or recipe.optimizer, OPTIMIZERS),
        "lr": positive("--lr", recipe.lr if arguments.lr is None else arguments.lr),
        "seed": integer("--seed", arguments.seed),
        "backend": backend.name(),
        "dtype": backend.default_dtype().name,
    }
    data = load(arguments.data)
    return config | {"example_shape": list(data.example_shape)}, data


def finish(run, model, data):
    """Figures and pictures of the trained model."""
    from scratchnets.evaluation import evaluate
    from scratchnets.gallery import draw          # matplotlib only now
    from scratchnets.commands.evaluate import describe
    print(describe(evaluate(model, data)))
    for path in draw(run, model, data):
        print(f"  {path}")
    print(f"go on with: scratchnets evaluate {run.folder}   scratchnets sample {run.folder}")
    return 0
