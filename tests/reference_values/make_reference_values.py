"""Compute, with PyTorch's automatic differentiation, the numbers that test_reference_values.py compares with.

Run it only to add a case, where PyTorch is installed (the tests do not need it), with the names of what is new::

    python tests/reference_values/make_reference_values.py GELU

Without a name it computes all. It writes reference_values.npz: float64 arrays named ``case/array``, such as
``Dense/dW``. The inputs are drawn here and stored with the results, for each case by a generator of its own,
seeded by the case's name: a new line, wherever it stands, changes no other number. Gradients are those of Σ dy · y
with a random dy, or of a loss. Nothing here is computed by scratchnets; of it the script uses the embedded digits
alone.
"""
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from scratchnets.data import load

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)                                 # a sum in another order has another last digit
CASES = {}                                               # {case: a function that returns {name: array}}


def generator_of(case):
    """The random numbers of one case and of no other."""
    return np.random.default_rng([*case.encode()])


# What is drawn is said by functions of a generator.

def normal(*shape):
    return lambda rng: rng.standard_normal(shape)


def uniform(*shape, low=0.0, high=1.0):
    return lambda rng: rng.uniform(low, high, shape)


def away_from_zero(*shape):
    return lambda rng: rng.uniform(0.1, 2, shape) * rng.choice([-1.0, 1.0], shape)


def distribution(*shape):
    def draw(rng):
        weights = rng.uniform(0.2, 1, shape)
        return weights / weights.sum(axis=-1, keepdims=True)
    return draw


def integers(*shape, below):
    return lambda rng: rng.integers(0, below, shape)


def as_tensors(values):
    """Tensors; floating-point ones are leaves that gather gradients."""
    return {name: torch.tensor(value, requires_grad=np.asarray(value).dtype.kind == "f")
            for name, value in values.items()}


def gradients(tensors):
    return {f"d{name}": tensor.grad for name, tensor in tensors.items() if tensor.grad is not None}


def recorded_as(case):
    """Marks what computes a case that needs more than a line: ``function(rng)`` returns {name: array}."""
    def add(function):
        CASES[case] = lambda: function(generator_of(case))
        return function
    return add


# ---- layers ------------------------------------------------------------------------------------------------

def layer(case, function, **inputs):
    """A case: what function(*inputs) gives, y, or y and a penalty that joins the loss."""
    CASES[case] = lambda: through(function, generator_of(case), **inputs)


def through(function, rng, **inputs):
    """Inputs, y, a random dy and the gradients of Σ dy · y (+ the penalty, if there is one)."""
    inputs = {name: value(rng) if callable(value) else value for name, value in inputs.items()}
    tensors = as_tensors(inputs)
    y = function(*tensors.values())
    y, penalty = y if isinstance(y, tuple) else (y, None)
    dy = rng.standard_normal(y.shape)
    total = (torch.tensor(dy) * y).sum() + (0 if penalty is None else penalty)
    total.backward()
    return inputs | {"y": y, "dy": dy} | gradients(tensors) | ({} if penalty is None else {"penalty": penalty})


def batch_norm(case, training, *shape):
    """A case of batch normalisation over all axes but the last; PyTorch has the features second."""
    def compute():
        rng, d = generator_of(case), shape[-1]
        running = {"running_mean": rng.standard_normal(d), "running_var": rng.uniform(0.5, 2, d)}
        after = {f"after_{name}": torch.tensor(value) for name, value in running.items()}

        def function(x, gamma, beta):
            return F.batch_norm(x.movedim(-1, 1), *after.values(), gamma, beta,
                                training=training, momentum=0.1, eps=1e-5).movedim(1, -1)

        return running | through(function, rng, x=normal(*shape), gamma=normal(d), beta=normal(d)) | after
    CASES[case] = compute


def channels_second(x):
    """(N, H, W, C) → (N, C, H, W), as PyTorch has images."""
    return x.permute(0, 3, 1, 2)


def images(y):
    """(N, C, H, W) → (N, H, W, C), as we have them."""
    return y.permute(0, 2, 3, 1)


def convolution(x, W, b):
    """W is (kh, kw, C_in, C_out) here and (C_out, C_in, kh, kw) in PyTorch."""
    return images(F.conv2d(channels_second(x), W.permute(3, 2, 0, 1), b, stride=(2, 1), padding=(1, 2)))


def transposed_convolution(x, W, b):
    """W is (kh, kw, C_out, C_in) here and (C_in, C_out, kh, kw) in PyTorch."""
    return images(F.conv_transpose2d(channels_second(x), W.permute(3, 2, 0, 1), b, stride=(2, 3),
                                     padding=(1, 0), output_padding=(1, 2)))


def pooled_and_back(x):
    pooled, places = F.max_pool2d(channels_second(x), (2, 3), return_indices=True)
    return images(F.max_unpool2d(pooled, places, (2, 3), output_size=x.shape[1:3]))


def sparsity(x, rho=0.3, weight=0.7):
    mean = x.mean(dim=0)
    bernoulli = [torch.distributions.Bernoulli(probs=p) for p in (torch.full_like(mean, rho), mean)]
    return x, weight * torch.distributions.kl_divergence(*bernoulli).sum()


layer("Dense", lambda x, W, b: F.linear(x, W.T, b), x=normal(3, 4), W=normal(4, 5), b=normal(5))
layer("Dense, no bias", lambda x, W: F.linear(x, W.T), x=normal(3, 4), W=normal(4, 5))
layer("TiedDense", lambda x, W, b: F.linear(x, W, b), x=normal(3, 4), W=normal(5, 4), b=normal(5))
layer("Embedding", lambda x, W: F.embedding(x, W), x=integers(3, 5, below=7), W=normal(7, 4))
layer("Sigmoid", torch.sigmoid, x=normal(3, 4))
layer("Tanh", torch.tanh, x=normal(3, 4))
layer("ReLU", F.relu, x=away_from_zero(3, 4))
layer("LeakyReLU", lambda x: F.leaky_relu(x, 0.2), x=away_from_zero(3, 4))
layer("ELU", F.elu, x=away_from_zero(3, 4))
layer("Softplus", lambda x: F.softplus(x, threshold=1e9), x=normal(3, 4))
layer("Softmax", lambda x: F.softmax(x, dim=-1), x=normal(3, 4))
batch_norm("BatchNorm", True, 5, 4)
batch_norm("BatchNorm, images", True, 3, 2, 4, 2)
batch_norm("BatchNorm, evaluation", False, 5, 4)
layer("LayerNorm", lambda x, gamma, beta: F.layer_norm(x, (4,), gamma, beta, eps=1e-5),
      x=normal(3, 2, 4), gamma=normal(4), beta=normal(4))
layer("Conv2D", convolution, x=normal(3, 5, 4, 2), W=normal(3, 2, 2, 4), b=normal(4))
layer("ConvTranspose2D", transposed_convolution, x=normal(3, 2, 3, 4), W=normal(4, 3, 2, 4), b=normal(2))
layer("MaxPool2D", lambda x: images(F.max_pool2d(channels_second(x), (3, 2), stride=(2, 1), padding=(1, 0))),
      x=normal(3, 5, 4, 2))
layer("AvgPool2D", lambda x: images(F.avg_pool2d(channels_second(x), (3, 2), stride=(2, 1), padding=(1, 0))),
      x=normal(3, 5, 4, 2))
layer("MaxUnpool2D", pooled_and_back, x=normal(3, 4, 6, 2))
layer("Upsample2D", lambda x: images(F.interpolate(channels_second(x), scale_factor=(2, 3), mode="nearest")),
      x=normal(3, 2, 4, 2))
layer("Flatten", lambda x: x.flatten(1), x=normal(3, 2, 4, 2))
layer("Reshape", lambda x: x.unflatten(1, (2, 4, 1)), x=normal(3, 8))
layer("L1Activity", lambda x: (x, 0.7 / 3 * x.abs().sum()), x=away_from_zero(3, 4))
layer("KLSparsity", sparsity, x=uniform(3, 4, low=0.2, high=0.8))
layer("Pack", lambda x: torch.cat([x[0::2], x[1::2]], dim=-1), x=normal(6, 3, 2, 2))


@recorded_as("MinibatchStd")
def minibatch_std(rng, strength=0.7, epsilon=1e-8):
    def function(x):
        deviation = (x.var(dim=0, unbiased=False) + epsilon).sqrt().mean()
        return torch.cat([x, (strength * deviation).expand(*x.shape[:-1], 1)], dim=-1)

    arrays, running = through(function, rng, x=normal(4, 3, 2, 2)), rng.uniform(0.5, 2)
    return arrays | {"running_std": running,
                     "after_running_std": 0.9 * running + 0.1 * arrays["y"][0, 0, 0, -1].item()}


@recorded_as("SpectralNorm")
def spectral_norm(rng):
    W = rng.standard_normal((4, 5))
    leading = np.linalg.svd(W)[2][0]
    arrays = through(lambda x, W, b: F.linear(x, (W / torch.linalg.matrix_norm(W, 2)).T, b), rng,
                     **{"x": normal(3, 4), "layer.W": W, "layer.b": normal(5)})
    return arrays | {"v": leading, "after_v": leading}


# ---- losses ------------------------------------------------------------------------------------------------

def loss(case, function, target=None, **inputs):
    """A case: inputs, target, the value, and the gradients of all inputs. PyTorch averages nothing here."""
    def compute():
        rng = generator_of(case)
        drawn = {name: draw(rng) for name, draw in inputs.items()}
        tensors = as_tensors(drawn)
        constants = {} if target is None else {"target": target(rng)}
        value = function(*tensors.values(), *map(torch.tensor, constants.values()))
        value = value / len(next(iter(drawn.values())))
        value.backward()
        return drawn | constants | {"value": value} | gradients(tensors)
    CASES[case] = compute


loss("squared_error", lambda prediction, x: 0.5 * F.mse_loss(prediction, x, reduction="sum"),
     normal(3, 4), prediction=normal(3, 4))
loss("cross_entropy", lambda prediction, x: -torch.xlogy(x, prediction).sum(),
     distribution(3, 4), prediction=distribution(3, 4))
loss("binary_cross_entropy", lambda p, x: F.binary_cross_entropy(p, x, reduction="sum"),
     uniform(3, 4), prediction=uniform(3, 4, low=0.1, high=0.9))
loss("binary_cross_entropy_with_logits",
     lambda a, x: F.binary_cross_entropy_with_logits(a, x, reduction="sum"),
     uniform(3, 4), logits=lambda rng: 3 * rng.standard_normal((3, 4)))
loss("gaussian_nll", lambda mean, log_var, x: F.gaussian_nll_loss(mean, x, log_var.exp(), full=True, eps=0,
                                                                  reduction="sum"),
     normal(3, 4), mean=normal(3, 4), log_var=normal(3, 4))
loss("softmax_cross_entropy", lambda a, labels: F.cross_entropy(a, labels, reduction="sum"),
     lambda rng: np.array([2, 0, 3]), logits=normal(3, 4))
loss("softmax_cross_entropy, probabilities", lambda a, x: F.cross_entropy(a, x, reduction="sum"),
     distribution(3, 4), logits=normal(3, 4))


def normal_kl(mean, log_var, prior_mean=torch.tensor(0.0), prior_log_var=torch.tensor(0.0)):
    posterior = torch.distributions.Normal(mean, (0.5 * log_var).exp())
    prior = torch.distributions.Normal(prior_mean, (0.5 * prior_log_var).exp())
    return torch.distributions.kl_divergence(posterior, prior).sum()


loss("gaussian_kl", normal_kl, mean=normal(3, 4), log_var=normal(3, 4))
loss("gaussian_kl, prior", normal_kl, mean=normal(3, 4), log_var=normal(3, 4), prior_mean=normal(3, 4),
     prior_log_var=normal(3, 4))


def against(label):
    """The binary cross-entropy of all logits with one label."""
    return lambda a: F.binary_cross_entropy_with_logits(a, torch.full_like(a, label), reduction="sum")


def half_square(label):
    return lambda a: 0.5 * F.mse_loss(a, torch.full_like(a, label), reduction="sum")


# Each loss's parts real, fake and generator, as the papers have them.
GAMES = {
    "minimax": (against(1), against(0), lambda a: torch.log(1 - torch.sigmoid(a)).sum()),
    "non_saturating": (against(1), against(0), against(1)),
    "least_squares": (half_square(1), half_square(0), half_square(1)),
    "wasserstein": (lambda a: -a.sum(), torch.sum, lambda a: -a.sum()),
    "hinge": (lambda a: F.relu(1 - a).sum(), lambda a: F.relu(1 + a).sum(), lambda a: -a.sum()),
}
for game, parts in GAMES.items():
    for part, function in zip(("real", "fake", "generator"), parts):
        loss(f"{game}.{part}", function, logits=lambda rng: 2 * rng.standard_normal((5, 1)))


# ---- optimisers ------------------------------------------------------------------------------------------

def optimizer(case, make, steps=20):
    """A case: a start, one gradient for each step, and where the optimiser goes."""
    def compute():
        rng = generator_of(case)
        start, grads = rng.standard_normal((3, 2)), rng.standard_normal((steps, 3, 2))
        theta = torch.nn.Parameter(torch.tensor(start))
        stepper, path = make([theta]), []
        for grad in grads:
            theta.grad = torch.tensor(grad)
            stepper.step()
            path.append(theta.detach().numpy().copy())
        return {"start": start, "grads": grads, "path": np.array(path)}
    CASES[case] = compute


optimizer("SGD", lambda p: torch.optim.SGD(p, lr=0.1))
optimizer("SGD, momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1))
optimizer("SGD, nesterov", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True))
optimizer("RMSProp", lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.9, eps=1e-3, weight_decay=0.1))
optimizer("Adam", lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1))
optimizer("AdamW", lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1))


# ---- a training ------------------------------------------------------------------------------------------

WIDTHS = (784, 512, 256, 10, 256, 512, 784)


def initial_weights():
    """W and b of each dense layer, U(−1/√D, 1/√D). NumPy promises that RandomState never changes."""
    random = np.random.RandomState(0)
    for n_in, n_out in zip(WIDTHS[:-1], WIDTHS[1:]):
        bound = n_in ** -0.5
        yield random.uniform(-bound, bound, (n_in, n_out)), random.uniform(-bound, bound, n_out)


@recorded_as("training")
def train(_, steps=200, batch_size=128):
    """200 steps of Adam on the digits, with ½ squared error: the loss of each step, the norms at the end."""
    x = torch.tensor(load("mnist5k").x_train.reshape(-1, 784).astype("float64"))
    parameters = [torch.nn.Parameter(torch.tensor(array)) for pair in initial_weights() for array in pair]
    adam, losses = torch.optim.Adam(parameters, lr=1e-3), []
    batches = len(x) // batch_size
    for step in range(steps):
        start = batch_size * (step % batches)
        batch = h = x[start:start + batch_size]
        for position, (W, b) in enumerate(zip(parameters[::2], parameters[1::2])):
            h = h @ W + b
            if position in (0, 1, 3, 4):
                h = torch.relu(h)
        loss = 0.5 * ((torch.sigmoid(h) - batch) ** 2).sum() / batch_size
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return {"losses": losses, "norms": [parameter.norm().item() for parameter in parameters]}


# ---- the file --------------------------------------------------------------------------------------------

def chosen(names):
    """The cases of these names, variants and parts included: "Dense" stands for "Dense, no bias", too."""
    known = {name: [case for case in CASES if name in (case, case.split(",")[0], case.split(".")[0])] for name in names}
    unknown = [name for name, cases in known.items() if not cases]
    if unknown:
        sys.exit(f"no case of {', '.join(unknown)}: first add a line to this file, such as "
                 f'layer("{unknown[0]}", F.…, x=normal(3, 4))')
    return {case for cases in known.values() for case in cases}


def main(names):
    path = Path(__file__).with_name("reference_values.npz")
    asked, arrays = chosen(names) if names else set(CASES), {}
    with np.load(path) as file:
        stored = dict(file)
    for case, compute in CASES.items():
        if case in asked:
            arrays |= {f"{case}/{name}": as_array(value) for name, value in compute().items()}
        else:
            arrays |= {name: value for name, value in stored.items() if name.startswith(f"{case}/")}
    np.savez_compressed(path, **arrays)
    print(f"{len(asked)} of {len(CASES)} cases computed by PyTorch {torch.__version__.split('+')[0]}")


def as_array(value):
    return value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


if __name__ == "__main__":
    main(sys.argv[1:])
