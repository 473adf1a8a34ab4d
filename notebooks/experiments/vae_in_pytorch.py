"""The same networks in PyTorch, with its own initialisation and autograd: what lecture 14 compares with.

    pip install torch
    python notebooks/experiments/vae_in_pytorch.py             # both parts, some ten minutes
    python notebooks/experiments/vae_in_pytorch.py dense       # one of them

784-400-20-400-784 and its convolutional relative, ReLU, Bernoulli pixels, dynamic binarisation, Adam at
1e-3, batches of 128, as in vae_on_digits.py. Of scratchnets it uses the embedded digits alone. It writes
the rows of a part into vae_in_pytorch.json, next to this file: figures in nats an image, on the test digits.
"""
import json
import math
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from scratchnets.data import load

FILE = Path(__file__).with_name("vae_in_pytorch.json")
SEEDS, LATENT, BATCH = (0, 1, 2), 20, 128
digits = load("mnist5k")
x, x_test = (torch.tensor(images).reshape(-1, 1, 28, 28) for images in (digits.x_train, digits.x_test))


class VAE(nn.Module):
    """q(z|x) and p(x|z) as PyTorch's distributions."""

    def __init__(self, encoder, features, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.mean, self.log_var = nn.Linear(features, LATENT), nn.Linear(features, LATENT)

    def posterior(self, x):
        h = self.encoder(x)
        return Independent(Normal(self.mean(h), torch.exp(0.5 * self.log_var(h))), 1)

    def log_likelihood(self, x, z):
        return Bernoulli(logits=self.decoder(z)).log_prob(x).flatten(1).sum(dim=1)


PRIOR = Independent(Normal(torch.zeros(LATENT), torch.ones(LATENT)), 1)


def dense():
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
    decoder = nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784),
                            nn.Unflatten(1, (1, 28, 28)))
    return VAE(encoder, 400, decoder)


def conv():
    encoder = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
                            nn.Flatten())
    decoder = nn.Sequential(nn.Linear(LATENT, 64 * 49), nn.Unflatten(1, (64, 7, 7)), nn.ReLU(),
                            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(),
                            nn.ConvTranspose2d(32, 1, 4, 2, 1))
    return VAE(encoder, 64 * 49, decoder)


def terms(model, x):
    """(reconstruction, KL) of zeros and ones that are drawn now, with one z each."""
    x = torch.bernoulli(x)
    q = model.posterior(x)
    return -model.log_likelihood(x, q.rsample()).mean(), kl_divergence(q, PRIOR).mean()


@torch.no_grad()
def weighted(model, x, samples=1000):
    """The importance-weighted bound, image by image."""
    total = 0.0
    for image in torch.bernoulli(x):
        q = model.posterior(image[None].expand(samples, -1, -1, -1))
        z = q.sample()
        log_w = model.log_likelihood(image, z) + PRIOR.log_prob(z) - q.log_prob(z)
        total += torch.logsumexp(log_w, dim=0).item() - math.log(samples)
    return total / len(x)


def runs(name, build, at):
    for seed in SEEDS:
        torch.manual_seed(seed)
        began, model = time.perf_counter(), build()
        adam = torch.optim.Adam(model.parameters(), lr=1e-3)
        for epoch in range(1, max(at) + 1):
            for rows in torch.randperm(len(x)).split(BATCH):
                adam.zero_grad()
                sum(terms(model, x[rows])).backward()
                adam.step()
            if epoch in at:
                with torch.no_grad():
                    drawn = zip(*(terms(model, x_test) for _ in range(10)))
                    reconstruction, kl = (sum(term) / 10 for term in drawn)
                row = {"seed": seed, "epochs": epoch, "elbo": -(reconstruction + kl).item(),
                       "reconstruction": reconstruction.item(), "kl": kl.item(), "torch": torch.__version__}
                if epoch == max(at):
                    row["weighted_500"] = weighted(model, x_test[:500])
                print(name, row, f"{time.perf_counter() - began:.0f} s", flush=True)
                yield row


PARTS = {"dense": (dense, (50, 200)), "conv": (conv, (50,))}


if __name__ == "__main__":
    stored = json.loads(FILE.read_text()) if FILE.exists() else {}
    for name in sys.argv[1:] or PARTS:
        stored[name] = list(runs(name, *PARTS[name]))
        FILE.write_text(json.dumps(stored, indent=1) + "\n")
