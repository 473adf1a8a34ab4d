"""Our layers as PyTorch modules, with copies of their weights.

This file and torch_models.py are the only ones that know PyTorch, which nothing in the package needs:
where it is installed, the module ``torch`` is handed in as an argument. What has no twin here is timed
without one.
"""
from functools import singledispatch

from scratchnets import backend
from scratchnets.backend import to_numpy
from scratchnets.layers import (
    ELU,
    BatchNorm,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Flatten,
    GaussianNoise,
    Identity,
    KLSparsity,
    L1Activity,
    LeakyReLU,
    MaskingNoise,
    MaxPool2D,
    ReLU,
    Reshape,
    SaltAndPepper,
    Sequential,
    Sigmoid,
    Softplus,
    Tanh,
    TiedDense,
    Upsample2D,
)


class NoTwin(NotImplementedError):
    """A layer, loss or model that is not known here."""


@singledispatch
def module(layer, torch, linear=None):
    """The PyTorch module that computes what `layer` does.

    Parameters
    ----------
    layer : Layer
    torch : module
    linear : dict, optional
        {W: torch.nn.Linear}, filled on the way, for a layer that borrows the weights of another.
    """
    raise NoTwin(f"{layer!r} has no twin in PyTorch here")


@module.register
def _(layer: Sequential, torch, linear=None):
    linear = {} if linear is None else linear
    return torch.nn.Sequential(*(module(inner, torch, linear) for inner in layer.layers))


@module.register
def _(layer: Dense, torch, linear=None):
    made = torch.nn.Linear(layer.n_in, layer.n_out, bias=layer.b is not None, device=device())
    with torch.no_grad():
        made.weight.copy_(tensor(torch, layer.W.data).T)
        if layer.b is not None:
            made.bias.copy_(tensor(torch, layer.b.data))
    if linear is not None:
        linear[layer.W] = made
    return made


@module.register
def _(layer: TiedDense, torch, linear=None):
    class Tied(torch.nn.Module):
        def __init__(self, owner, b):
            super().__init__()
            self.weight, self.bias = owner.weight, torch.nn.Parameter(b)

        def forward(self, h):
            return torch.nn.functional.linear(h, self.weight.T, self.bias)

    return Tied(linear[layer.W], tensor(torch, layer.b.data))


@module.register(Conv2D)
@module.register(ConvTranspose2D)
def _(layer, torch, linear=None):
    transposed = isinstance(layer, ConvTranspose2D)
    kind = torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d
    options = {"output_padding": layer.output_padding} if transposed else {}
    made = kind(layer.c_in, layer.c_out, layer.kernel, layer.stride, layer.padding, bias=layer.b is not None,
                device=device(), **options).to(memory_format=torch.channels_last)
    with torch.no_grad():
        made.weight.copy_(tensor(torch, layer.W.data).permute(3, 2, 0, 1))
        if layer.b is not None:
            made.bias.copy_(tensor(torch, layer.b.data))
    return channels_last(torch, made)


@module.register
def _(layer: BatchNorm, torch, linear=None):
    class OfRowsOrImages(torch.nn.BatchNorm2d):
        """Takes rows (N, D) and images (N, H, W, C), as ours does."""

        def forward(self, x):
            if x.ndim == 2:
                return super().forward(x[:, :, None, None])[:, :, 0, 0]
            return super().forward(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)

    made = OfRowsOrImages(layer.features, eps=layer.epsilon, momentum=layer.momentum, device=device())
    state = {"weight": layer.gamma.data, "bias": layer.beta.data, "running_mean": layer.running_mean,
             "running_var": layer.running_var}
    with torch.no_grad():
        for name, array in state.items():
            getattr(made, name).copy_(tensor(torch, array))
    return made


@module.register
def _(layer: Upsample2D, torch, linear=None):
    return channels_last(torch, torch.nn.Upsample(scale_factor=layer.factor))


@module.register
def _(layer: MaxPool2D, torch, linear=None):
    return channels_last(torch, torch.nn.MaxPool2d(layer.kernel, layer.stride, layer.padding))


def channels_last(torch, made):
    """The module for (N, H, W, C), PyTorch's channels_last: its fastest order here, and no copies."""
    class ChannelsLast(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = made

        def forward(self, x):
            return self.inner(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)

    return ChannelsLast()


@module.register
def _(layer: LeakyReLU, torch, linear=None):
    return torch.nn.LeakyReLU(layer.slope)


@module.register
def _(layer: Reshape, torch, linear=None):
    return torch.nn.Unflatten(1, layer.shape)


for _layer, _name in ((Flatten, "Flatten"), (Identity, "Identity"), (Sigmoid, "Sigmoid"), (Tanh, "Tanh"),
                      (ReLU, "ReLU"), (ELU, "ELU"), (Softplus, "Softplus")):
    module.register(_layer, lambda layer, torch, linear=None, name=_name: getattr(torch.nn, name)())


@module.register(L1Activity)
@module.register(KLSparsity)
def _(layer, torch, linear=None):
    class Penalty(torch.nn.Module):
        """Lets x pass and remembers what that costs."""

        def forward(self, x):
            if isinstance(layer, L1Activity):
                self.penalty = layer.weight * x.abs().sum() / len(x)
            else:
                rho, rho_hat = layer.rho, x.mean(dim=0)
                self.penalty = layer.weight * (rho * torch.log(rho / rho_hat)
                                               + (1 - rho) * torch.log((1 - rho) / (1 - rho_hat))).sum()
            return x

    return Penalty()


@module.register(MaskingNoise)
@module.register(GaussianNoise)
@module.register(SaltAndPepper)
def _(layer, torch, linear=None):
    class Noise(torch.nn.Module):
        def forward(self, x):
            if isinstance(layer, GaussianNoise):
                return x + layer.std * torch.randn_like(x)
            struck = torch.rand_like(x) < layer.rate
            if isinstance(layer, MaskingNoise):
                return x.masked_fill(struck, 0)
            return torch.where(struck, (torch.rand_like(x) < 0.5).to(x.dtype), x)

    return Noise()


def forward(torch, layer, x):
    """A function that takes one forward pass, and records for backward as ours does."""
    made, x = module(layer, torch), tensor(torch, x)
    return lambda: made(x)


def backward(torch, layer, x, dy):
    """A function that takes one backward pass: gradients of input and parameters, added up as ours are."""
    made, x, dy = module(layer, torch), tensor(torch, x).requires_grad_(), tensor(torch, dy)
    y = made(x)
    return lambda: y.backward(dy, retain_graph=True)


def both(torch, layer, x, dy):
    """A function that takes one forward and one backward pass."""
    made, x, dy = module(layer, torch), tensor(torch, x).requires_grad_(), tensor(torch, dy)
    return lambda: made(x).backward(dy)


def device():
    """Where PyTorch computes: where we do."""
    return "cuda" if backend.name() == "cupy" else "cpu"


def tensor(torch, array):
    """A copy of our array."""
    return torch.tensor(to_numpy(array), device=device())
