"""Train a variational autoencoder with PyTorch's autograd, for test_vae_trajectory.py to follow.

Run it only to record anew, where PyTorch is installed (the test does not need it)::

    python tests/reference_values/make_vae_trajectory.py

It writes vae_trajectory.npz: both terms of the loss at every step, and the norms of all parameters at the
end. Distributions and divergences are PyTorch's; of scratchnets it uses the embedded digits alone.
"""
from pathlib import Path

import numpy as np
import torch
import vae_setting as setting
from torch.distributions import Bernoulli, Normal, kl_divergence

torch.set_default_dtype(torch.float64)


def train():
    """(reconstruction of each step, KL of each step, norms)."""
    weights = {place: [torch.nn.Parameter(torch.tensor(array)) for array in pair]
               for place, pair in setting.initial_weights().items()}
    parameters = [parameter for pair in weights.values() for parameter in pair]

    def dense(place, x):
        W, b = weights[place]
        return x @ W + b

    adam, reconstructions, kls = torch.optim.Adam(parameters, lr=setting.LR), [], []
    for x, noise in setting.batches():
        x, noise = torch.tensor(x), torch.tensor(noise)
        h = torch.relu(dense("encoder.1", x))
        q = Normal(dense("mean", h), torch.sqrt(torch.exp(dense("log_var", h))))
        z = q.mean + q.stddev * noise
        p = Bernoulli(logits=dense("decoder.2", torch.relu(dense("decoder.0", z))))
        reconstruction = -p.log_prob(x).sum(dim=1).mean()
        kl = kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1).mean()
        adam.zero_grad()
        (reconstruction + kl).backward()
        adam.step()
        reconstructions.append(reconstruction.item())
        kls.append(kl.item())
    return reconstructions, kls, [parameter.norm().item() for parameter in parameters]


if __name__ == "__main__":
    arrays = dict(zip(("reconstruction", "kl", "norms"), map(np.array, train())))
    np.savez_compressed(Path(__file__).with_name("vae_trajectory.npz"), **arrays)
    print(f"wrote {len(arrays)} arrays, computed by PyTorch {torch.__version__}")
