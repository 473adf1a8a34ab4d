"""The training steps of our models in PyTorch, as somebody who uses it would write them."""
from functools import singledispatch

from scratchnets.benchmarks.torch_layers import NoTwin, module, tensor
from scratchnets.losses import binary_cross_entropy_with_logits, squared_error
from scratchnets.losses.adversarial import ADVERSARIAL
from scratchnets.models import GAN, Autoencoder, VariationalAutoencoder
from scratchnets.models.adversarial import GaussianPrior
from scratchnets.models.classifier import Classifier
from scratchnets.models.variational.likelihoods import Bernoulli


@singledispatch
def training_step(model, torch, batch, make_optimizer):
    """A function that takes one training step on the batch and returns the loss.

    Parameters
    ----------
    model : Layer
        Its network and weights are copied.
    torch : module
    batch : list of array
    make_optimizer : callable
        ``make_optimizer(torch, parameters)``

    Raises
    ------
    NoTwin
    """
    raise NoTwin(f"a {type(model).__name__} has no twin in PyTorch here")


def descent(optimizer, loss_of):
    """The usual step: down the gradient of one loss."""
    def step():
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


@training_step.register
def _(model: Autoencoder, torch, batch, make_optimizer):
    linear, x = {}, tensor(torch, *batch)
    net = torch.nn.Sequential(*(module(part, torch, linear)
                                for part in (model.corruption, model.encoder, model.decoder)))
    losses = {squared_error: lambda prediction: 0.5 * ((prediction - x) ** 2).sum() / len(x),
              binary_cross_entropy_with_logits: lambda logits: bernoulli(torch, logits, x)}
    if model.loss not in losses:
        raise NoTwin(f"the loss {model.loss.__name__} has no twin in PyTorch here")
    weights = [parameter for name, parameter in net.named_parameters() if name.endswith("weight")]

    def loss_of():
        loss = losses[model.loss](net(x))
        for inner in net.modules():
            loss = loss + getattr(inner, "penalty", 0.0)
        return loss + 0.5 * model.weight_decay * sum((weight ** 2).sum() for weight in weights)

    return descent(make_optimizer(torch, net.parameters()), loss_of)


@training_step.register
def _(model: Classifier, torch, batch, make_optimizer):
    x, labels = (tensor(torch, array) for array in batch)
    net = torch.nn.Sequential(module(model.features, torch), module(model.head, torch))
    return descent(make_optimizer(torch, net.parameters()),
                   lambda: torch.nn.functional.cross_entropy(net(x), labels))


@training_step.register
def _(model: VariationalAutoencoder, torch, batch, make_optimizer):
    usual = type(model.likelihood) is Bernoulli and not model.warm_up
    if not usual or model.binarization.kind == "fixed":
        raise NoTwin("this variational autoencoder has no twin in PyTorch here")
    x, *labels = (tensor(torch, array) for array in batch)
    columns = [torch.nn.functional.one_hot(label, model.classes).to(x.dtype) for label in labels]
    net = torch.nn.ModuleDict({name: module(getattr(model, name), torch)
                               for name in ("encoder", "mean", "log_var", "decoder")})

    def loss_of():
        image = (torch.rand_like(x) < x).to(x.dtype) if model.binarization.kind == "dynamic" else x
        h = torch.cat([net["encoder"](image), *columns], dim=1)
        mean, log_var = net["mean"](h), net["log_var"](h)
        z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
        kl = -0.5 * (1 + log_var - mean ** 2 - torch.exp(log_var)).sum() / len(x)
        logits = net["decoder"](torch.cat([z, *columns], dim=1))
        return bernoulli(torch, logits, image) + model.beta * kl

    return descent(make_optimizer(torch, net.parameters()), loss_of)


@training_step.register
def _(model: GAN, torch, batch, make_optimizer):
    usual = model.loss is ADVERSARIAL["non-saturating"] and model.updates == "alternating" and model.k == 1
    if not usual or not isinstance(model.prior, GaussianPrior):
        raise NoTwin("this GAN has no twin in PyTorch here")
    x, softplus = tensor(torch, *batch), torch.nn.functional.softplus
    generator, discriminator = module(model.generator, torch), module(model.discriminator, torch)
    d_optimizer = make_optimizer(torch, discriminator.parameters())
    g_optimizer = make_optimizer(torch, generator.parameters())
    average = moving_average(torch, generator, model.average.decay) if model.average else None

    def noise():
        return torch.randn(len(x), model.prior.dimension, device=x.device)

    def step():
        d_optimizer.zero_grad()
        fake = generator(noise()).detach()
        loss = softplus(-discriminator(x)).mean() + softplus(discriminator(fake)).mean()
        loss.backward()
        d_optimizer.step()
        g_optimizer.zero_grad()
        softplus(-discriminator(generator(noise()))).mean().backward()
        g_optimizer.step()
        if average:
            average.update_parameters(generator)
        return loss.detach()

    return step


def moving_average(torch, generator, decay):
    """PyTorch's own, over parameters and buffers."""
    averaging = torch.optim.swa_utils
    return averaging.AveragedModel(generator, multi_avg_fn=averaging.get_ema_multi_avg_fn(decay),
                                   use_buffers=True)


def bernoulli(torch, logits, x):
    """−log p(x) of independent pixels, averaged over the batch."""
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
