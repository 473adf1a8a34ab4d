"""Variational autoencoders in PyTorch: those of `vae_on_digits`, with its own initialisation and autograd.

784-400-20-400-784 and its convolutional relative, ReLU, Bernoulli pixels, dynamic binarisation, Adam at
1e-3, batches of 128. Of scratchnets it uses digits of MNIST alone. A row is one evaluation of one
training: figures in nats an image, on the test digits.
"""
import math
from functools import partial

from scratchnets.experiments.digits import SEEDS, digits
from scratchnets.experiments.trial import Trial

LECTURE = 14
LATENT, BATCH = 20, 128


def trials():
    for build, at in ((dense, (50, 200)), (conv, (50,))):
        for seed in SEEDS:
            yield Trial(build.__name__, {"seed": seed}, partial(training, build, seed, at), needs="torch")


class VAE:
    """q(z|x) and p(x|z) as PyTorch's distributions."""

    def __init__(self, encoder, features, decoder):
        from torch import nn
        self.encoder, self.decoder = encoder, decoder
        self.mean, self.log_var = nn.Linear(features, LATENT), nn.Linear(features, LATENT)

    def parameters(self):
        parts = self.encoder, self.decoder, self.mean, self.log_var
        return [parameter for part in parts for parameter in part.parameters()]

    def posterior(self, x):
        h = self.encoder(x)
        return normal(self.mean(h), (0.5 * self.log_var(h)).exp())

    def log_likelihood(self, x, z):
        from torch.distributions import Bernoulli
        return Bernoulli(logits=self.decoder(z)).log_prob(x).flatten(1).sum(dim=1)


def normal(mean, std):
    from torch.distributions import Independent, Normal
    return Independent(Normal(mean, std), 1)


def prior():
    import torch
    return normal(torch.zeros(LATENT), torch.ones(LATENT))


def dense():
    from torch import nn
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
    decoder = nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784),
                            nn.Unflatten(1, (1, 28, 28)))
    return VAE(encoder, 400, decoder)


def conv():
    from torch import nn
    encoder = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
                            nn.Flatten())
    decoder = nn.Sequential(nn.Linear(LATENT, 64 * 49), nn.Unflatten(1, (64, 7, 7)), nn.ReLU(),
                            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(),
                            nn.ConvTranspose2d(32, 1, 4, 2, 1))
    return VAE(encoder, 64 * 49, decoder)


def terms(model, x):
    """(reconstruction, KL) of zeros and ones that are drawn now, with one z each."""
    from torch.distributions import kl_divergence
    x = x.bernoulli()
    q = model.posterior(x)
    return -model.log_likelihood(x, q.rsample()).mean(), kl_divergence(q, prior()).mean()


def weighted(model, x, samples=1000):
    """The importance-weighted bound, image by image."""
    total = 0.0
    for image in x.bernoulli():
        q = model.posterior(image[None].expand(samples, -1, -1, -1))
        z = q.sample()
        log_w = model.log_likelihood(image, z) + prior().log_prob(z) - q.log_prob(z)
        total += log_w.logsumexp(dim=0).item() - math.log(samples)
    return total / len(x)


def training(build, seed, at):
    """Train once; a row after each of so many epochs."""
    import torch
    x, x_test = (torch.tensor(images).reshape(-1, 1, 28, 28) for images in (digits.x_train, digits.x_test))
    torch.manual_seed(seed)
    model = build()
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(1, max(at) + 1):
        for chosen in torch.randperm(len(x)).split(BATCH):
            adam.zero_grad()
            sum(terms(model, x[chosen])).backward()
            adam.step()
        if epoch in at:
            with torch.no_grad():
                drawn = zip(*(terms(model, x_test) for _ in range(10)))
                reconstruction, kl = (sum(term) / 10 for term in drawn)
                row = {"epochs": epoch, "elbo": -(reconstruction + kl).item(),
                       "reconstruction": reconstruction.item(), "kl": kl.item(), "torch": torch.__version__}
                if epoch == max(at):
                    row["weighted_500"] = weighted(model, x_test[:500])
            yield row
