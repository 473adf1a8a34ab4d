"""The long trainings behind lecture 12: convolutional and dense networks on the digits, three seeds each.

    python notebooks/experiments/convolution_on_digits.py            # all, about a quarter of an hour
    python notebooks/experiments/convolution_on_digits.py conv       # one part
    python notebooks/experiments/convolution_on_digits.py summary    # the table of what is stored

Each part writes its rows into convolution_on_digits.json, next to this file, in place of those that it had
there. A row is one evaluation of one training on the test digits: squared error summed over an image,
accuracy as a fraction. The part "pytorch" trains the same networks in PyTorch, where that is installed,
from the same weights in the same order: what is left of a difference is rounding, grown over the epochs.
"""
import json
import sys
from functools import partial
from pathlib import Path

import numpy as np

from scratchnets.backend import asarray
from scratchnets.data import load
from scratchnets.metrics import accuracy, sum_squared_error
from scratchnets.models.autoencoder import autoencoder, conv_autoencoder
from scratchnets.models.classifier import classifier
from scratchnets.optimizers import Adam
from scratchnets.training import train

FILE = Path(__file__).with_name("convolution_on_digits.json")
SEEDS = (0, 1, 2)
digits = load("mnist5k")
x, labels = asarray(digits.x_train), asarray(digits.y_train)
x_test, labels_test = asarray(digits.x_test), asarray(digits.y_test)

def dense_autoencoder(shape, latent, generator):
    """One hidden layer on each side, so wide that it has as many parameters as `conv_autoencoder`."""
    return autoencoder(shape, latent, hidden=({10: 83, 30: 158}[latent],), loss="cross-entropy",
                       generator=generator)


def large_dense_autoencoder(shape, latent, generator):
    """784-512-256-k and back: four times the parameters at k = 30."""
    return autoencoder(shape, latent, loss="cross-entropy", generator=generator)


def trained(model, seed, at, *arrays):
    """Train with Adam at 1e-3 and batches of 128; a row of settings after so many epochs."""
    training = train(model, Adam(model.parameters(), lr=1e-3), *arrays, epochs=max(at), batch_size=128,
                     generator=np.random.default_rng(100 + seed))
    for record in training:
        if record["epoch"] in at:
            yield {"seed": seed, "parameters": sum(parameter.size for parameter in model.parameters()),
                   "epochs": record["epoch"], "train_loss": record["loss"]}


def autoencoders(build, latents, at):
    for latent in latents:
        for seed in SEEDS:
            model = build(digits.example_shape, latent, generator=seed)
            for row in trained(model, seed, at, x):
                error = sum_squared_error(model.reconstruct(x_test), x_test)
                yield {"network": build.__name__, "latent": latent, "squared_error": error} | row


def conv():
    yield from autoencoders(conv_autoencoder, (10, 30), at=(20,))


def dense():
    yield from autoencoders(dense_autoencoder, (10, 30), at=(20, 100, 320))


def large_dense():
    yield from autoencoders(large_dense_autoencoder, (30,), at=(20, 100))


def judge():
    for seed in SEEDS:
        model = classifier(digits.example_shape, generator=seed)
        for row in trained(model, seed, (12,), x, labels):
            yield {"network": "classifier", "accuracy": accuracy(model.classify(x_test), labels_test)} | row


def pytorch():
    """The convolutional networks once more: same weights, same order of digits, PyTorch's gradients."""
    import torch

    from scratchnets.benchmarks.torch_layers import module, tensor

    def fit(net, seed, epochs, loss_of):
        optimizer, order = torch.optim.Adam(net.parameters(), lr=1e-3), np.random.default_rng(100 + seed)
        for _ in range(epochs):
            for batch in np.split(order.permutation(len(x)), range(128, len(x), 128)):
                optimizer.zero_grad()
                loss_of(batch).backward()
                optimizer.step()
        with torch.no_grad():
            return asarray(net(images_test).numpy())

    images, images_test, classes = (tensor(torch, array) for array in (x, x_test, labels))
    for latent in (10, 30):
        for seed in SEEDS:
            model = conv_autoencoder(digits.example_shape, latent, generator=seed)
            net = torch.nn.Sequential(module(model.encoder, torch), module(model.decoder, torch))
            entropy = partial(torch.nn.functional.binary_cross_entropy_with_logits, reduction="sum")
            logits = fit(net, seed, 20, lambda batch: entropy(net(images[batch]), images[batch]) / len(batch))
            yield {"network": "conv_autoencoder", "latent": latent, "seed": seed, "epochs": 20,
                   "squared_error": sum_squared_error(model.link.predict(logits), x_test)}
    for seed in SEEDS:
        model = classifier(digits.example_shape, generator=seed)
        net = torch.nn.Sequential(module(model.features, torch), module(model.head, torch))
        logits = fit(net, seed, 12,
                     lambda batch: torch.nn.functional.cross_entropy(net(images[batch]), classes[batch]))
        yield {"network": "classifier", "seed": seed, "epochs": 12,
               "accuracy": accuracy(logits.argmax(axis=1), labels_test)}


PARTS = {part.__name__: part for part in (conv, dense, large_dense, judge, pytorch)}


def summary():
    """Mean ± standard error over the seeds, with PyTorch's beside it where that was trained as well."""
    stored = json.loads(FILE.read_text())
    twins = groups(stored.get("pytorch", []))
    for (network, latent, epochs), values in groups(row for part in stored if part != "pytorch"
                                                    for row in stored[part]).items():
        unit = "accuracy" if latent is None else "squared error"
        size = f"k = {latent}" if latent else ""
        line = f"{network:<24} {size:<7} {epochs:>3} epochs   {unit} {shown(values)}"
        if (network, latent, epochs) in twins:
            theirs = twins[network, latent, epochs]
            error = np.hypot(*(np.std(v, ddof=1) / np.sqrt(len(v)) for v in (values, theirs)))
            apart = (np.mean(values) - np.mean(theirs)) / error
            line += f"   PyTorch {shown(theirs)}, {apart:+.1f} standard errors"
        print(line)


def groups(rows):
    """{(network, latent, epochs): figures of all seeds}; accuracies in per cent."""
    found = {}
    for row in rows:
        value = row["squared_error"] if "squared_error" in row else 100 * row["accuracy"]
        found.setdefault((row["network"], row.get("latent"), row["epochs"]), []).append(value)
    return found


def shown(values):
    return f"{np.mean(values):6.2f} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.2f}"


if __name__ == "__main__":
    for name in sys.argv[1:] or [*PARTS, "summary"]:
        if name == "summary":
            summary()
            continue
        rows = []
        for row in PARTS[name]():
            rows.append(row)
            print(name, row, flush=True)
        stored = json.loads(FILE.read_text()) if FILE.exists() else {}
        FILE.write_text(json.dumps(stored | {name: rows}, indent=1) + "\n")
