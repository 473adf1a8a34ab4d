"""The convolutional GAN in PyTorch: that of `dcgan_on_digits`, scored by the same judge.

Both start from the same weights and see the data in the same order; the noise is drawn by each for itself.
A row is one evaluation of one training, of 1,000 samples of the generator itself.
"""
from functools import partial

import numpy as np

from scratchnets.backend import asarray
from scratchnets.benchmarks.torch_layers import module
from scratchnets.experiments.digits import digits, the_judge
from scratchnets.experiments.trial import Trial
from scratchnets.models.adversarial import dcgan
from scratchnets.training import minibatches

LECTURE = 18
SEEDS, AT, BATCH = (0,), (5, 10, 25), 64


def trials():
    for seed in SEEDS:
        yield Trial("trainings", {"seed": seed}, partial(training, seed), needs="torch")


def training(seed):
    """Train once; a row at each of the epochs AT."""
    import torch
    model, order = dcgan(digits.example_shape, generator=seed), np.random.default_rng(100 + seed)
    generator, discriminator = module(model.generator, torch), module(model.discriminator, torch)
    optimizers = [torch.optim.Adam(player.parameters(), lr=2e-4, betas=(0.5, 0.999))
                  for player in (discriminator, generator)]
    torch.manual_seed(seed)
    for epoch in range(1, max(AT) + 1):
        for batch, in minibatches((digits.x_train,), BATCH, order):
            step(torch.from_numpy(batch), generator, discriminator, *optimizers)
        if epoch in AT:
            yield {"epochs": epoch} | the_judge().scores(samples(generator, seed))


def step(x, generator, discriminator, d_optimizer, g_optimizer):
    import torch
    softplus = torch.nn.functional.softplus
    d_optimizer.zero_grad()
    fake = generator(torch.randn(len(x), 64)).detach()
    loss = softplus(-discriminator(x)).mean() + softplus(discriminator(fake)).mean()
    loss.backward()
    d_optimizer.step()
    g_optimizer.zero_grad()
    softplus(-discriminator(generator(torch.randn(len(x), 64)))).mean().backward()
    g_optimizer.step()


def samples(generator, seed):
    """As many as there are test images, in evaluation mode, from the noise of dcgan_on_digits."""
    import torch
    z = np.random.default_rng(200 + seed).standard_normal((len(digits.x_test), 64)).astype("float32")
    generator.eval()
    with torch.no_grad():
        made = generator(torch.from_numpy(z)).numpy()
    generator.train()
    return asarray(made)
