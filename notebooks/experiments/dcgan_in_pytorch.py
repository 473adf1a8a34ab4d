"""The convolutional GAN of dcgan_on_digits.py in PyTorch, scored by the same judge.

    pip install torch
    python notebooks/experiments/dcgan_in_pytorch.py         # about ten minutes

Both start from the same weights and see the data in the same order; the noise is drawn by each for itself.
Each run goes into dcgan_in_pytorch.json, next to this file; runs that are there already are skipped.
"""
import json
from pathlib import Path

import numpy as np
import torch

from scratchnets.backend import asarray
from scratchnets.benchmarks.torch_layers import module
from scratchnets.data import load
from scratchnets.judge import judge
from scratchnets.models.adversarial import dcgan
from scratchnets.training import minibatches

FILE = Path(__file__).with_suffix(".json")
SEEDS, AT, BATCH = (0, 1), (5, 10, 25), 64
softplus = torch.nn.functional.softplus


def run(seed):
    """Train once; yields a row at each of the epochs AT."""
    model, order = dcgan(digits.example_shape, generator=seed), np.random.default_rng(100 + seed)
    generator, discriminator = module(model.generator, torch), module(model.discriminator, torch)
    optimizers = [torch.optim.Adam(player.parameters(), lr=2e-4, betas=(0.5, 0.999))
                  for player in (discriminator, generator)]
    torch.manual_seed(seed)
    for epoch in range(1, max(AT) + 1):
        for batch, in minibatches((digits.x_train,), BATCH, order):
            step(torch.from_numpy(batch), generator, discriminator, *optimizers)
        if epoch in AT:
            yield {"seed": seed, "epochs": epoch} | judged.scores(samples(generator, seed))


def step(x, generator, discriminator, d_optimizer, g_optimizer):
    d_optimizer.zero_grad()
    fake = generator(torch.randn(len(x), 64)).detach()
    loss = softplus(-discriminator(x)).mean() + softplus(discriminator(fake)).mean()
    loss.backward()
    d_optimizer.step()
    g_optimizer.zero_grad()
    softplus(-discriminator(generator(torch.randn(len(x), 64)))).mean().backward()
    g_optimizer.step()


def samples(generator, seed):
    """As many as there are test images, in evaluation mode, from the noise of dcgan_on_digits.py."""
    z = np.random.default_rng(200 + seed).standard_normal((len(digits.x_test), 64)).astype("float32")
    generator.eval()
    with torch.no_grad():
        made = generator(torch.from_numpy(z)).numpy()
    generator.train()
    return asarray(made)


if __name__ == "__main__":
    digits = load("mnist5k")
    judged = judge(digits)
    rows = json.loads(FILE.read_text()) if FILE.exists() else []
    for seed in SEEDS:
        if seed not in {row["seed"] for row in rows}:
            for row in run(seed):
                print(row, flush=True)
                rows.append(row)
            FILE.write_text(json.dumps(rows, indent=1) + "\n")
