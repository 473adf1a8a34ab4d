"""Convolutional and dense networks on the digits: what is structure worth, at equally many parameters?

"conv", "dense" and "large_dense" are autoencoders, "judge" is a convolutional classifier. A row is one
evaluation of one training on the test digits: squared error summed over an image (without the ½), accuracy as
a fraction. Adam at 1e-3, batches of 128, three seeds. "pytorch" trains the convolutional networks in PyTorch,
from the same weights in the same order: what is left of a difference is rounding, grown over the epochs.
"""
from functools import partial

import numpy as np

from scratchnets.backend import asarray
from scratchnets.experiments.digits import SEEDS, digits, fit, x, x_test, y, y_test
from scratchnets.experiments.trial import Trial
from scratchnets.metrics import accuracy, sum_squared_error
from scratchnets.models.autoencoder import autoencoder, conv_autoencoder
from scratchnets.models.classifier import classifier

LECTURE = 12


def trials():
    for part, build, latents, at in (("conv", conv_autoencoder, (10, 30), (20,)),
                                     ("dense", dense_autoencoder, (10, 30), (20, 100, 320)),
                                     ("large_dense", large_dense_autoencoder, (30,), (20, 100))):
        for latent in latents:
            for seed in SEEDS:
                yield Trial(part, {"network": build.__name__, "latent": latent, "seed": seed},
                            partial(copies, build, latent, seed, at))
    for seed in SEEDS:
        yield Trial("judge", {"network": "classifier", "seed": seed}, partial(judge, seed), quick=seed == 0)
    for latent in (10, 30):
        for seed in SEEDS:
            yield Trial("pytorch", {"network": "conv_autoencoder", "latent": latent, "seed": seed},
                        partial(copies_in_pytorch, latent, seed), needs="torch")
    for seed in SEEDS:
        yield Trial("pytorch", {"network": "classifier", "seed": seed}, partial(judge_in_pytorch, seed),
                    needs="torch")


def dense_autoencoder(shape, latent, generator):
    """One hidden layer on each side, so wide that it has as many parameters as `conv_autoencoder`."""
    return autoencoder(shape, latent, hidden=({10: 83, 30: 158}[latent],), loss="cross-entropy",
                       generator=generator)


def large_dense_autoencoder(shape, latent, generator):
    """784-512-256-k and back: four times the parameters at k = 30."""
    return autoencoder(shape, latent, loss="cross-entropy", generator=generator)


def looks(model, seed, at, *arrays):
    """Train, and stop for a look after so many epochs."""
    size = sum(parameter.size for parameter in model.parameters())
    for record in fit(model, seed, *arrays, epochs=max(at)):
        if record["epoch"] in at:
            yield {"parameters": size, "epochs": record["epoch"], "train_loss": record["loss"]}


def copies(build, latent, seed, at):
    model = build(digits.example_shape, latent, generator=seed)
    for look in looks(model, seed, at, x):
        yield {"squared_error": sum_squared_error(model.reconstruct(x_test), x_test)} | look


def judge(seed):
    model = classifier(digits.example_shape, generator=seed)
    for look in looks(model, seed, (12,), x, y):
        yield {"accuracy": accuracy(model.classify(x_test), y_test)} | look


def copies_in_pytorch(latent, seed):
    import torch

    from scratchnets.benchmarks.torch_layers import module, tensor
    model, images = conv_autoencoder(digits.example_shape, latent, generator=seed), tensor(torch, x)
    net = torch.nn.Sequential(module(model.encoder, torch), module(model.decoder, torch))
    entropy = partial(torch.nn.functional.binary_cross_entropy_with_logits, reduction="sum")
    logits = fit_in_pytorch(torch, net, seed, 20,
                            lambda batch: entropy(net(images[batch]), images[batch]) / len(batch))
    yield {"epochs": 20, "squared_error": sum_squared_error(model.link.predict(logits), x_test)}


def judge_in_pytorch(seed):
    import torch

    from scratchnets.benchmarks.torch_layers import module, tensor
    model = classifier(digits.example_shape, generator=seed)
    images, classes = tensor(torch, x), tensor(torch, y)
    net = torch.nn.Sequential(module(model.features, torch), module(model.head, torch))
    logits = fit_in_pytorch(torch, net, seed, 12, lambda batch: torch.nn.functional.cross_entropy(
        net(images[batch]), classes[batch]))
    yield {"epochs": 12, "accuracy": accuracy(logits.argmax(axis=1), y_test)}


def fit_in_pytorch(torch, net, seed, epochs, loss_of):
    """What `fit` does, by PyTorch's gradients; the outputs for the test digits."""
    from scratchnets.benchmarks.torch_layers import tensor
    optimizer, order = torch.optim.Adam(net.parameters(), lr=1e-3), np.random.default_rng(100 + seed)
    for _ in range(epochs):
        for batch in np.split(order.permutation(len(x)), range(128, len(x), 128)):
            optimizer.zero_grad()
            loss_of(batch).backward()
            optimizer.step()
    with torch.no_grad():
        return asarray(net(tensor(torch, x_test)).cpu().numpy())
