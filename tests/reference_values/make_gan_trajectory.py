"""Train a game with PyTorch's automatic differentiation, for test_gan_trajectory.py to follow.

Run it only to record anew, where PyTorch is installed (the test does not need it)::

    python tests/reference_values/make_gan_trajectory.py

It writes gan_trajectory.npz: for each game the losses of both players at every step, and the norms of all
parameters at the end. Probabilities and cross-entropies are PyTorch's; nothing here is computed by scratchnets.
"""
from pathlib import Path

import gan_setting as setting
import numpy as np
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def network(arrays):
    return [torch.nn.Parameter(torch.tensor(array)) for array in arrays]


def forward(parameters, h):
    for position, (W, b) in enumerate(zip(parameters[::2], parameters[1::2])):
        h = F.linear(torch.relu(h) if position else h, W.T, b)
    return h


def ones(logits):
    return F.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def zeros(logits):
    return F.binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


GAMES = {
    "minimax": (ones, zeros, lambda logits: -zeros(logits)),
    "non-saturating": (ones, zeros, ones),
    "least-squares": (lambda a: 0.5 * F.mse_loss(a, torch.ones_like(a)), lambda a: 0.5 * F.mse_loss(a, 0 * a),
                      lambda a: 0.5 * F.mse_loss(a, torch.ones_like(a))),
}


def play(real, fake, generator):
    """Goodfellow's algorithm with k = 2: (losses of D, losses of G, norms)."""
    G = network(setting.initial_weights(setting.G_WIDTHS, 0))
    D = network(setting.initial_weights(setting.D_WIDTHS, 1))
    d_adam = torch.optim.Adam(D, lr=setting.D_LR, betas=(setting.BETA1, 0.999))
    g_adam = torch.optim.Adam(G, lr=setting.G_LR, betas=(setting.BETA1, 0.999))
    z = (torch.tensor(values) for values in setting.noise())
    d_losses, g_losses = [], []
    for step, x in enumerate(torch.tensor(setting.batches()), start=1):
        loss = real(forward(D, x)) + fake(forward(D, forward(G, next(z)).detach()))
        d_adam.zero_grad()
        loss.backward()
        d_adam.step()
        d_losses.append(loss.item())
        if step % setting.K == 0:
            loss = generator(forward(D, forward(G, next(z))))
            g_adam.zero_grad()
            loss.backward()
            g_adam.step()
            g_losses.append(loss.item())
    return d_losses, g_losses, [parameter.norm().item() for parameter in (*G, *D)]


if __name__ == "__main__":
    arrays = {f"{game}/{name}": np.array(values) for game, parts in GAMES.items()
              for name, values in zip(("d_losses", "g_losses", "norms"), play(*parts))}
    np.savez_compressed(Path(__file__).with_name("gan_trajectory.npz"), **arrays)
    print(f"wrote {len(arrays)} arrays, computed by PyTorch {torch.__version__}")
