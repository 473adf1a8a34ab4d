"""scratchnets train MODEL: train a model, leave a folder with figures and pictures."""
import argparse
import os
import shlex
import signal
import sys
import time
from contextlib import closing, contextmanager

import numpy as np

from scratchnets import backend
from scratchnets.arguments import choice, fraction, integer, number, positive
from scratchnets.backend import asarray
from scratchnets.commands.remedies import REMEDIES, add_arguments, asked_for
from scratchnets.commands.signals import Stopped, abandon_output, answered, leave, reader_gone, say, words
from scratchnets.data import load
from scratchnets.data.registry import ENTRIES
from scratchnets.models import GAN
from scratchnets.models.adversarial import dcgan, gan
from scratchnets.models.recipes import RECIPES, build
from scratchnets.optimizers import OPTIMIZERS
from scratchnets.training import DivergedError
from scratchnets.training.configuration import LARGEST
from scratchnets.training.frames import keep_frame
from scratchnets.training.interruption import READER_GONE, Interruption
from scratchnets.training.loop import expect_batches
from scratchnets.training.origin import fingerprints, note_change
from scratchnets.training.pretraining import greedy_layerwise, pairs
from scratchnets.training.requirements import LEAST, expect_learnable, expect_memory
from scratchnets.training.run import SCHEDULES, Run, new_folder
from scratchnets.training.validation import best, hold_out, stalled

OF_THE_MODEL = ("latent", "loss", "weight_decay", "weight", "rho", "corruption", "amount", "likelihood",
                "binarization", "beta", "kl_warm_up", "k", "prior", "updates", "architecture",
                "batch_norm", "average")       # its own options


def add_parser(subparsers):
    models = "\n".join(f"  {name:18}{recipe.summary}" for name, recipe in RECIPES.items())
    parser = subparsers.add_parser(
        "train", help="train a model and draw what it learned", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f"Train a model and leave a folder with its figures and pictures.\n\n"
                    f"models (D numbers an example, 784 of a digit; k in its code):\n{models}",
        epilog="examples:\n"
               "  scratchnets train autoencoder --latent 2 --epochs 50 --seed 1 --out runs/plane\n"
               "  scratchnets train autoencoder --validation 0.1 --patience 5 --schedule cosine\n"
               "  scratchnets train stacked --latent 2 --pretrain 5\n"
               "  scratchnets train denoising --corruption gaussian --amount 0.4\n"
               "  scratchnets train vae --latent 2 --beta 1 --binarization dynamic\n"
               "  scratchnets train gan --data ring --k 2\n"
               "  scratchnets train gan --data ring --r1 0.1 --packing 2 --d-lr 5e-4\n"
               "  scratchnets train dcgan --architecture upsample --no-batch-norm\n"
               "  scratchnets train --resume runs/plane --epochs 80")
    parser.add_argument("model", metavar="MODEL", nargs="?", help=f"one of: {', '.join(RECIPES)}")
    parser.add_argument("--data", metavar="NAME",
                        help="a dataset (see: scratchnets data) or FILE.npz with images of your own "
                             "(default: mnist5k); with --resume, where the run's data lie now")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the data (default: the model's)")
    parser.add_argument("--batch-size", type=int, metavar="N", help="examples a step (default: the model's)")
    parser.add_argument("--lr", type=float, metavar="RATE", help="learning rate (default: the model's)")
    parser.add_argument("--schedule", metavar="NAME",
                        help="how the learning rate changes over the run, one of: "
                             f"{', '.join(SCHEDULES)} (default: constant)")
    parser.add_argument("--warm-up", type=int, metavar="STEPS",
                        help="let the learning rate rise over the first steps")
    parser.add_argument("--optimizer", metavar="NAME", help=f"one of: {', '.join(OPTIMIZERS)}")
    parser.add_argument("--latent", type=int, metavar="K", help="numbers in the code (default: the model's)")
    parser.add_argument("--loss", metavar="NAME", help="squared-error or cross-entropy; of a gan, "
                        "minimax, non-saturating, least-squares, wasserstein or hinge")
    parser.add_argument("--weight-decay", type=float, metavar="W",
                        help="of an autoencoder: W/2 times the sum of its squared weights joins the loss")
    parser.add_argument("--weight", type=float, metavar="W", help="of a sparse code's penalty")
    parser.add_argument("--rho", type=float, metavar="R", help="mean activity that sparse-kl aims at")
    parser.add_argument("--corruption", metavar="NAME",
                        help="of denoising's images: masking, gaussian or salt-and-pepper")
    parser.add_argument("--amount", type=float, metavar="A",
                        help="of it: the share of pixels, or the noise's standard deviation")
    parser.add_argument("--pretrain", type=int, metavar="N",
                        help="first train a deep autoencoder layer by layer, N epochs each")
    parser.add_argument("--likelihood", metavar="NAME",
                        help="of a variational model's pixels: bernoulli or gaussian")
    parser.add_argument("--binarization", metavar="NAME",
                        help="of grey images: dynamic (drawn anew each time), fixed (once), or none")
    parser.add_argument("--beta", type=float, metavar="B",
                        help="weight of a variational model's KL (default: the model's; 1 is the ELBO)")
    parser.add_argument("--kl-warm-up", type=int, metavar="STEPS",
                        help="let the weight of the KL rise over the first steps")
    parser.add_argument("--k", type=int, metavar="N",
                        help="steps of a gan's discriminator for one of its generator")
    parser.add_argument("--prior", metavar="NAME", help="of a gan's noise: gaussian or uniform")
    parser.add_argument("--updates", metavar="NAME", help="of a gan's players: alternating or simultaneous")
    parser.add_argument("--architecture", metavar="NAME",
                        help="of a dcgan's generator: transpose, upsample or dense")
    parser.add_argument("--batch-norm", action=argparse.BooleanOptionalAction,
                        help="of a dcgan: normalise over the batch (default: yes)")
    parser.add_argument("--average", type=float, metavar="DECAY",
                        help="of a dcgan: sample from the generator's moving average with this decay, or 0 "
                             "for the generator itself")
    add_arguments(parser)
    parser.add_argument("--beta1", type=float, metavar="B",
                        help="memory of Adam's first moment (default: the model's)")
    parser.add_argument("--validation", type=float, metavar="SHARE",
                        help="keep back this share of the training examples, and keep the weights that do "
                             "best on it")
    parser.add_argument("--patience", type=int, metavar="N",
                        help="stop when N epochs have brought no better validation loss")
    parser.add_argument("--seed", type=int,
                        help="of weights, order of data and all else that is drawn (default: 0)")
    parser.add_argument("--backend", metavar="NAME",
                        help="numpy or cupy (default: SCRATCHNETS_BACKEND, or numpy)")
    parser.add_argument("--dtype", metavar="NAME", help="float32 or float64 (default: float32)")
    parser.add_argument("--out", metavar="DIR", help="the run's folder (default: a new one under runs/)")
    parser.add_argument("--resume", metavar="RUN",
                        help="go on with the run in this folder, to the bit where NumPy, BLAS, processor and number "
                             "of threads are the same; with --epochs N for longer than it planned "
                             "(a cosine schedule is then stretched). All other settings are the run's own")
    parser.add_argument("--save-every", type=float, default=60, metavar="SECONDS",
                        help="save within long epochs too, at this interval (default: 60); "
                             "at the end of an epoch it always does")
    return parser


def run(arguments):
    save_every = positive("--save-every", arguments.save_every)
    folder = Run.open(arguments.resume).folder if arguments.resume else start(arguments).folder
    run = None
    try:
        with Run.held(folder):
            run = reopen(arguments) if arguments.resume else Run.open(folder)
            with _resumable(run):
                return carry_out(run, arguments, save_every)
    except Exception:
        if not (arguments.resume or run is None or run.last.exists()):
            run.discard()                   # nothing was learned: the next try begins where this one did
        raise


def carry_out(run, arguments, save_every):
    """Train a run that this process alone writes, from wherever it stands; returns the exit status."""
    run.expect_own_files()
    config, data = run.config, run.data(arguments.data if arguments.resume else None)
    training, validation = run.training(data)
    if arguments.resume:
        if arguments.data is not None:
            config |= source(arguments.data)
        note_change(config)
        run.resume(training)
        print(f"going on after {position(training)} of {config['epochs']} epochs")
    model = training.model
    print(f"training {config['model']} on {data.name}: {len(training.arrays[0]):,} examples, "
          f"{sum(p.size for p in model.parameters()):,} parameters, "
          f"{config['epochs']} epochs, backend {backend.name()}, {config['dtype']}")
    if training.left_out:
        print(f"of each epoch the last {training.left_out} of these, drawn anew each time, are left out: too few for a "
              "batch of this model")
    if not run.last.exists():
        if config.get("pretrain"):
            greedy_layerwise(model, *training.arrays, epochs=config["pretrain"], lr=config["lr"],
                             batch_size=config["batch_size"], generator=run.streams()[3], progress=True)
        run.save(training)          # a full disk shows now, not after an hour
    test = [asarray(array) for array in run.recipe.arrays(data, "test")]
    stopped = train(run, training, test, validation, save_every)
    return 128 + stopped if stopped else finish(run, data)


def train(run, training, test, validation, save_every):
    """Train, log and save; 0 when all is done, else the number of the signal that stopped it.

    `test` and `validation` are lists of what the model learns from: examples, perhaps labels.
    """
    config, saved = run.config, time.monotonic()
    done = config.get("patience") and stalled(run.history, config["patience"])      # when it is resumed
    with Interruption() as interruption:
        def pause():
            return bool(interruption.asked) or time.monotonic() - saved > save_every

        epochs = training.epochs(training.epoch if done else config["epochs"], pause=pause,
                                 progress=interruption.output(sys.stderr))
        with closing(epochs), _keeping(run):
            for record in epochs:
                if record is not None:
                    log(run, training, record, test, validation)
                run.save(training)
                saved = time.monotonic()
                if interruption.asked or config.get("patience") and stalled(run.history, config["patience"]):
                    break
    if interruption.asked:
        said = "the reader has gone" if interruption.asked == READER_GONE else words(interruption.asked)
        say(f"{said}, and saved after {position(training)}. "
            f"Go on with: scratchnets train --resume {shlex.quote(str(run.folder))}")
        if interruption.asked == READER_GONE:
            abandon_output()
        return interruption.asked
    if training.epoch < config["epochs"]:
        print(f"stopped early, after {position(training)}: the last {config['patience']} brought no better "
              "validation loss")
    return 0


@contextmanager
def _resumable(run):
    """When something from outside stops the command, say what is kept, and how to go on."""
    def line(said):
        kept = "what is trained is saved" if run.last.exists() else "nothing is trained yet"
        return f"{said}; {kept}. Go on with: scratchnets train --resume {shlex.quote(str(run.folder))}"

    try:
        with answered(lambda number, frame: leave(number, line=line(words(number)))):
            yield
    except (KeyboardInterrupt, OSError) as stop:
        if not (isinstance(stop, KeyboardInterrupt) or reader_gone(stop)):
            raise
        number = signal.SIGINT if isinstance(stop, KeyboardInterrupt) else READER_GONE
        say("\n" + line("the reader has gone" if number == READER_GONE else words(number)))
        if number == READER_GONE:
            abandon_output()
        raise Stopped(number, told=True) from None


@contextmanager
def _keeping(run):
    """When training goes wrong, say what is left of it."""
    try:
        yield
    except DivergedError as error:
        raise DivergedError(f"{error}.\nThe last checkpoint before is kept: {run.last}") from None


def log(run, training, record, test, validation):
    """Add the losses of an epoch to the run's history, and keep the weights if they are the best so far."""
    with np.errstate(all="ignore"):          # a loss that overflows stands in the record; the next step explains it
        record |= {f"test_{name}": float(value) for name, value in terms(training.model, test).items()}
        if validation is not None:
            record["validation_loss"] = float(training.model.loss_of(*validation))
    run.log(record)
    if isinstance(training.model, GAN):
        keep_frame(run.folder, training.model, *test, record["epoch"], run.config["epochs"])
    if validation is not None and best(run.history) is record:
        run.save_best(training.model)


def terms(model, batch):
    """{"loss": …} of the model on a batch, with the terms that it is the sum of, where it has several."""
    return model.terms_of(*batch) if hasattr(model, "terms_of") else {"loss": model.loss_of(*batch)}


def position(training):
    """How far a training has come, in words."""
    epochs = f"{training.epoch} epoch{'' if training.epoch == 1 else 's'}"
    return f"{epochs} and {training.batch} steps" if training.batch else epochs


def start(arguments):
    """A new run, in a new folder."""
    if arguments.model is None:
        raise ValueError(f"name a MODEL to train ({', '.join(RECIPES)}), "
                         "or a run to go on with: --resume RUN")
    backend.use(arguments.backend or backend.name(), arguments.dtype)
    config = configure(arguments)
    return Run.create(arguments.out or new_folder(arguments.model), config)


def reopen(arguments):
    """The run to go on with; its settings are its own."""
    run = Run.open(arguments.resume)
    given = [f"--{name.replace('_', '-')}" for name in
             ("batch_size", "lr", "schedule", "warm_up", "optimizer", *OF_THE_MODEL, *REMEDIES, "d_lr",
              "pretrain", "beta1", "validation", "seed", "dtype", "out") if getattr(arguments, name) is not None]
    if given:
        raise ValueError(f"--resume goes on with the run's own settings; leave out {', '.join(given)}, "
                         "or start a new run without --resume")
    if arguments.model not in (None, run.config["model"]):
        raise ValueError(f"{run.folder} holds a run of the model {run.config['model']!r}, "
                         f"not {arguments.model!r}")
    run.use_backend(arguments.backend)
    changed = {}
    if arguments.epochs is not None:
        changed["epochs"] = integer("--epochs", arguments.epochs, at_most=LARGEST)
    if arguments.patience is not None:
        changed["patience"] = patience(arguments, run.config.get("validation"))
    run.config |= changed
    return run


def configure(arguments):
    """The configuration of a new run, every default filled in."""
    recipe = RECIPES[choice("model", arguments.model, RECIPES)]
    options = recipe.options()
    for name in OF_THE_MODEL:
        if getattr(arguments, name) is not None:
            options[name] = getattr(arguments, name)
    game = recipe.build in (gan, dcgan)
    if asked_for(arguments):
        if "remedies" not in options:
            raise ValueError(f"--{next(iter(asked_for(arguments))).replace('_', '-')} is a remedy for a gan; "
                             f"the model {arguments.model} takes none")
        options["remedies"] = asked_for(arguments)
    validation = number("--validation", arguments.validation or 0, at_least=0, below=1)
    name = arguments.data or "mnist5k"
    config = {
        "model": arguments.model,
        "options": options,
        **source(name),
        "epochs": integer("--epochs", recipe.epochs if arguments.epochs is None else arguments.epochs,
                          at_most=LARGEST),
        "batch_size": integer("--batch-size", recipe.batch_size if arguments.batch_size is None
                              else arguments.batch_size, at_least=1, at_most=LARGEST),
        "optimizer": choice("optimizer", arguments.optimizer or recipe.optimizer, OPTIMIZERS),
        "lr": positive("--lr", recipe.lr if arguments.lr is None else arguments.lr),
        "schedule": choice("schedule", arguments.schedule or recipe.schedule, SCHEDULES),
        "warm_up": integer("--warm-up", arguments.warm_up or 0, at_most=LARGEST),
        "validation": validation,
        "patience": patience(arguments, validation),
        "seed": integer("--seed", arguments.seed or 0),
        "backend": backend.name(),
        "dtype": backend.default_dtype().name,
    }
    if arguments.d_lr is not None:
        if not game:
            raise ValueError("--d-lr is the learning rate of a gan's discriminator; "
                             f"{arguments.model} has none; leave it out")
        config["d_lr"] = positive("--d-lr", arguments.d_lr)
    if validation and game:
        raise ValueError("--validation keeps the weights of the lowest loss; "
                         "in a game of two no loss is the lower the better. Leave it out")
    optimizer_options = _optimizer_options(recipe, config["optimizer"], arguments.beta1)
    if optimizer_options:
        config["optimizer_options"] = optimizer_options
    data = load(name)
    expect_learnable(data, recipe, arguments.model)
    arrays = recipe.arrays(data, "train")
    if "y" in recipe.learns_from:
        options["classes"] = data.classes
    model = build(arguments.model, data.example_shape, options, generator=0)     # a bad option shows here,
    if arguments.pretrain is not None:                                          # before there is a folder
        config["pretrain"] = integer("--pretrain", arguments.pretrain, at_least=1, at_most=LARGEST)
        try:
            pairs(model)
        except (TypeError, ValueError) as error:
            raise ValueError(f"--pretrain: {error}; leave it out") from None
    if game and len(model.whole_packs(data.x_test)) < LEAST * model.packing:
        raise ValueError(f"--packing {model.packing}: {len(data.x_test)} examples to test make fewer than {LEAST} "
                         "packs; take a smaller --packing, or more data")
    kept, _ = hold_out(len(arrays[0]), validation, np.random.default_rng(0))
    expect_batches(model, config["batch_size"], len(kept))
    expect_memory(model, data, arrays, config["batch_size"])
    return config | {"example_shape": list(data.example_shape)} | fingerprints(recipe, data)


def source(name):
    """{"data", "data_at"}: the data as they were named, and where that file lies, seen from any folder."""
    return {"data": name} | ({} if name in ENTRIES else {"data_at": os.path.abspath(name)})


def _optimizer_options(recipe, optimizer, beta1):
    """What the optimiser takes beside the learning rate: the recipe's settings, or the user's β₁."""
    options = dict(recipe.optimizer_options) if optimizer == recipe.optimizer else {}
    if beta1 is not None:
        if optimizer not in ("adam", "adamw"):
            raise ValueError(f"--beta1 belongs to adam and adamw; the optimizer here is {optimizer}")
        options["beta1"] = fraction("--beta1", beta1)
    return options


def patience(arguments, validation):
    """How many epochs to wait for a better validation loss, or None."""
    if arguments.patience is None:
        return None
    if not validation:
        raise ValueError("--patience needs --validation SHARE: when to stop is judged on examples kept back")
    return integer("--patience", arguments.patience, at_least=1, at_most=LARGEST)


def finish(run, data):
    """Figures and pictures of the trained model."""
    from scratchnets.commands.evaluate import describe
    from scratchnets.evaluation.figures import evaluate
    from scratchnets.evaluation.judge import beside
    from scratchnets.pictures.gallery import draw  # matplotlib only now
    if run.best.exists():
        chosen = best(run.history)
        print(f"the best of {len(run.history)} epochs is number {chosen['epoch']}, "
              f"validation loss {chosen['validation_loss']:.4g}; its weights are used from here on")
    model = run.model()
    more = beside(run, model, data)
    print(describe(evaluate(model, data, **more)))
    for path in draw(run, model, data, **more):
        print(f"  {path}")
    if isinstance(model, GAN) and run.history:
        from scratchnets.evaluation.games import ending
        from scratchnets.pictures.games import write_film
        print(f"  {write_film(run, data)}")
        print(ending(model, data, run.history))
    sample = f"   scratchnets sample {run.folder}" if hasattr(model, "decode") else ""
    print(f"go on with: scratchnets evaluate {run.folder}{sample}")
    return 0
