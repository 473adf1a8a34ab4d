"""Optimisers: how parameters follow their gradients. Derived in docs/derivations/optimizers.md.

The formula of each stands once as a pure function, ``adam_update(θ, g, …)`` → new values, for
numbers and arrays alike, and once in the ``step()`` of its class, which computes the same in place, up to
rounding: products come in the formula's order, so that what overflows in one does in the other. Tests hold
the two together.

An optimiser takes the parameters and the learning rate; ``step()`` updates every ``Parameter.data``
from its ``grad``, and ``zero_grad()`` empties the gradients for the next batch. All of them take a
weight decay λ, which acts on whatever parameters they are given, biases included.
"""
import math

from scratchnets.arguments import fraction, integer, number, positive
from scratchnets.backend import name as backend_name, to_numpy, xp
from scratchnets.parameter import Parameter

BLOCK = 32_768          # numbers: a block of float32, with its moments and temporaries, fits a 1 MB cache


class Optimizer:
    """What the optimisers share: the list of parameters, the learning rate, their saved state.

    A subclass lists in ``state`` the attributes that hold one array for each parameter.
    """

    state = ()
    decoupled = False           # whether weight decay stays out of the gradient (AdamW)

    def __init__(self, parameters, lr, weight_decay):
        self.parameters = _parameters(type(self).__name__, parameters)
        self.lr = positive("lr", lr)
        self.weight_decay = number("weight_decay", weight_decay, at_least=0)
        self.steps = 0
        for name in self.state:
            setattr(self, name, [xp.zeros_like(parameter.data) for parameter in self.parameters])

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.zero_grad()

    def blocks(self):
        """Yield (θ, g, *state) for one block of numbers after the other, to be updated in place.

        A formula of ten operations reads and writes its arrays ten times. In blocks that stay in the
        processor's cache only the first time costs. The weight decay is already in.
        """
        for parameter, *state in zip(self.parameters, *(getattr(self, name) for name in self.state)):
            for block in _blocks(parameter.data):
                theta, g = parameter.data[block], parameter.grad[block]
                if self.weight_decay and self.decoupled:
                    theta *= 1 - self.lr * self.weight_decay
                elif self.weight_decay:
                    g = g + self.weight_decay * theta
                yield theta, g, *(array[block] for array in state)

    def state_dict(self):
        """{name: NumPy array or number}: everything that the next step depends on."""
        saved = {"steps": self.steps, "lr": self.lr}
        for name in self.state:
            saved |= {f"{name}.{i}": to_numpy(array).copy() for i, array in enumerate(getattr(self, name))}
        return saved

    def load_state_dict(self, saved):
        """Take over what `state_dict` gave. Nothing changes unless all of it fits."""
        arrays = {f"{name}.{i}": array for name in self.state for i, array in enumerate(getattr(self, name))}
        different = sorted(saved.keys() ^ {"steps", "lr", *arrays})
        different += [f"{name} of shape {saved[name].shape} for {arrays[name].shape}" for name in arrays
                      if name in saved and saved[name].shape != arrays[name].shape]
        if different:
            raise ValueError(f"this state does not fit {type(self).__name__}: {', '.join(different[:5])}"
                             + (" …" if len(different) > 5 else ""))
        for name, array in arrays.items():
            array[...] = xp.asarray(saved[name].astype(array.dtype))
        self.steps = integer("steps", int(saved["steps"]))
        self.lr = number("lr", float(saved["lr"]), at_least=0)         # 0 at the end of a schedule


def momentum_update(theta, grad, velocity, lr, momentum):
    """v ← μ v + g,  θ ← θ − η v;  returns the new θ, v. With μ = 0 plain gradient descent."""
    velocity = momentum * velocity + grad
    return theta - lr * velocity, velocity


def nesterov_update(theta, grad, velocity, lr, momentum):
    """v ← μ v + g,  θ ← θ − η (g + μ v);  returns the new θ, v.

    A step along the velocity *and* along what it will be: the gradient enters once more, undamped.
    """
    velocity = momentum * velocity + grad
    return theta - lr * (grad + momentum * velocity), velocity


class SGD(Optimizer):
    """Gradient descent with momentum:  v ← μ v + g,  θ ← θ − η v.

    Parameters
    ----------
    parameters : iterable of Parameter
    lr : float
        η, the learning rate.
    momentum : float
        μ in [0, 1): how much of the last step goes on. With 0, v = g. Polyak, 1964.
    nesterov : bool
        θ ← θ − η (g + μ v) instead. Nesterov, 1983, in the form of Sutskever, Martens, Dahl and
        Hinton, 2013, where θ stands for their look-ahead point. It needs a smaller η: along a curvature
        c it diverges from η c = (2 + 2μ)/(1 + 2μ) on, 1.36 at μ = 0.9, where plain descent stands until 2
        and momentum until 2 (1 + μ).
    weight_decay : float
        λ: g + λ θ takes the place of g, the gradient of L + ½ λ ‖θ‖².
    """

    def __init__(self, parameters, lr=0.01, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.momentum, self.nesterov = fraction("momentum", momentum), bool(nesterov)
        if self.nesterov and not self.momentum:
            raise ValueError("SGD: nesterov needs a momentum above 0, such as 0.9")
        self.state = ("velocities",) if self.momentum else ()
        super().__init__(parameters, lr, weight_decay)

    def step(self):
        self.steps += 1
        for theta, g, *velocity in self.blocks():
            if velocity:
                v, = velocity
                v *= self.momentum
                v += g
                g = g + self.momentum * v if self.nesterov else v
            theta -= self.lr * g


def rmsprop_update(theta, grad, v, lr, beta, epsilon):
    """v ← β v + (1 − β) g²,  θ ← θ − η g / (√v + ε₀);  returns the new θ, v.

    (1 − β) g · g in this order: g² alone would overflow before the formula does.
    """
    v = beta * v + (1 - beta) * grad * grad
    return theta - lr * grad / (v ** 0.5 + epsilon), v


class RMSProp(Optimizer):
    """Each number's step is measured by the root of its gradient's mean square.

    v ← β v + (1 − β) g²,   θ ← θ − η g / (√v + ε₀).

    v starts at zero and is too small at first, so the first step is η/√(1 − β) long, ten times η at β = 0.99;
    so long is any step whose gradient is far larger than those before. Adam corrects the first.

    A factor in front of all gradients changes nothing (as long as √v is far above ε₀), so clipping their
    norm shortens no step by itself: it helps against single gradients that stand out.

    Parameters
    ----------
    parameters : iterable of Parameter
    lr : float
        η.
    beta : float
        Memory of the mean square, in [0, 1).
    epsilon : float
        ε₀: keeps the division finite where the gradient is zero.
    weight_decay : float
        λ: g + λ θ takes the place of g.

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5: RMSProp", Neural networks for machine learning, 2012.
    """

    state = ("v",)

    def __init__(self, parameters, lr=1e-3, beta=0.99, epsilon=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.beta, self.epsilon = fraction("beta", beta), positive("epsilon", epsilon)

    def step(self):
        self.steps += 1
        for theta, g, v in self.blocks():
            v *= self.beta
            v += (1 - self.beta) * g * g
            theta -= self.lr * g / (xp.sqrt(v) + self.epsilon)


def adam_update(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    """One step of Adam, the t-th, t = 1, 2, …;  returns the new θ, m, v.

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,
    m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ),   θ ← θ − η m̂ / (√v̂ + ε₀).

    (1 − β₂) g · g in this order, and √v̂ as √v / √(1 − β₂ᵗ): at t = 1, v̂ is g², which overflows before v does.
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1 ** t)
    root = v ** 0.5 / (1 - beta2 ** t) ** 0.5
    return theta - lr * m_hat / (root + epsilon), m, v


class Adam(Optimizer):
    """Adam: each number has its own step length, from the moments of its gradient.

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,
    θ ← θ − η m̂ / (√v̂ + ε₀)   with   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ).

    m and v start at zero and are too small at first; the division by 1 − βᵗ makes up for that.

    Parameters
    ----------
    parameters : iterable of Parameter
    lr : float
        η: about the change of a number in one step while its gradients are alike; it is less where they change
        sign. The largest there can be is η (1 − β₁)/√(1 − β₂), 3.2 η as set here, where a gradient stands
        out from all before (Kingma and Ba, section 2.1).
    beta1, beta2 : float
        Memory of the first and of the second moment, in [0, 1).
    epsilon : float
        ε₀: keeps the division finite where the gradient is zero.
    weight_decay : float
        λ: g + λ θ takes the place of g. The division by √v̂ then scales the decay as well; see `AdamW`.

    Notes
    -----
    A factor in front of all gradients cancels in m̂/√v̂ (as long as √v̂ is far above ε₀). Clipping the norm to a
    bound that every step meets therefore changes nothing; it helps against gradients that stand out. In float32
    v overflows from |g| of about 5e20 on, and a parameter whose v is infinite stands still.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", 2015.
    """

    state = ("m", "v")

    def __init__(self, parameters, lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.beta1, self.beta2 = fraction("beta1", beta1), fraction("beta2", beta2)
        self.epsilon = positive("epsilon", epsilon)

    def step(self):
        self.steps += 1
        # Both corrections are numbers: √v̂ + ε₀ = (√v + ε₀ √c₂) / √c₂ moves them out of the arrays.
        c1, c2 = 1 - self.beta1 ** self.steps, 1 - self.beta2 ** self.steps
        lr, epsilon = self.lr * math.sqrt(c2) / c1, self.epsilon * math.sqrt(c2)
        for theta, g, m, v in self.blocks():
            m *= self.beta1
            m += (1 - self.beta1) * g
            v *= self.beta2
            v += (1 - self.beta2) * g * g
            theta -= lr * m / (xp.sqrt(v) + epsilon)


class AdamW(Adam):
    """Adam, with the weight decay beside the gradient instead of in it:  θ ← (1 − η λ) θ, then Adam.

    In Adam's g + λ θ the decay is divided by √v̂, so that weights with large gradients decay least.
    Here all decay at one rate. (For plain gradient descent the two are the same.)

    Parameters
    ----------
    parameters, lr, beta1, beta2, epsilon
        As for `Adam`.
    weight_decay : float
        λ.

    References
    ----------
    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """

    decoupled = True

    def __init__(self, parameters, lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.01):
        super().__init__(parameters, lr, beta1, beta2, epsilon, weight_decay)


def _parameters(optimizer, parameters):
    """The parameters as a list of distinct ones."""
    if hasattr(parameters, "parameters"):
        raise TypeError(f"{optimizer} takes parameters, got a {type(parameters).__name__}; "
                        "pass network.parameters()")
    parameters = list(parameters)
    if not parameters:
        raise ValueError(f"{optimizer} got no parameters; pass network.parameters()")
    for parameter in parameters:
        if not isinstance(parameter, Parameter):
            raise TypeError(f"{optimizer} takes parameters, got a {type(parameter).__name__} among them; "
                            "pass network.parameters()")
    if len({id(parameter) for parameter in parameters}) < len(parameters):
        raise ValueError(f"{optimizer} got a parameter twice and would update it twice; "
                         "network.parameters() lists shared ones once")
    return parameters


def _blocks(array):
    """Indices of the array's blocks of rows, of about BLOCK numbers each.

    On a GPU there is one block: to start an operation costs more there than the cache saves.
    """
    if array.size <= BLOCK or backend_name() != "numpy":
        return [...]
    rows = max(1, BLOCK * len(array) // array.size)
    return [slice(start, start + rows) for start in range(0, len(array), rows)]


OPTIMIZERS = {"sgd": SGD, "rmsprop": RMSProp, "adam": Adam, "adamw": AdamW}
