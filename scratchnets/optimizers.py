"""Optimisers: how parameters follow their gradients. Derived in docs/derivations/optimizers.md.

Each takes the parameters and the learning rate; ``step()`` updates every ``Parameter.data`` in
place from its ``grad``, and ``zero_grad()`` empties the gradients for the next batch.
"""
from scratchnets.arguments import fraction, positive
from scratchnets.backend import to_numpy, xp


class Optimizer:
    """What the optimisers share: the list of parameters, the learning rate, their saved state.

    A subclass lists in ``state`` the attributes that hold one array for each parameter.
    """

    state = ()

    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} got no parameters; pass network.parameters()")
        if len({id(p) for p in self.parameters}) < len(self.parameters):
            raise ValueError(f"{type(self).__name__} got a parameter twice and would update it twice; "
                             "network.parameters() lists shared ones once")
        self.lr = positive("lr", lr)
        self.steps = 0

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.zero_grad()

    def _zeros(self):
        return [xp.zeros_like(parameter.data) for parameter in self.parameters]

    def state_dict(self):
        """{name: NumPy array or number}: everything that the next step depends on."""
        saved = {"steps": self.steps, "lr": self.lr}
        for name in self.state:
            saved |= {f"{name}.{i}": to_numpy(array).copy() for i, array in enumerate(getattr(self, name))}
        return saved

    def load_state_dict(self, saved):
        """Take over what `state_dict` gave."""
        expected = self.state_dict()
        if saved.keys() != expected.keys():
            different = sorted(saved.keys() ^ expected.keys())
            raise ValueError(f"this state does not fit {type(self).__name__}: {', '.join(different[:5])} …")
        for name in self.state:
            for i, array in enumerate(getattr(self, name)):
                array[...] = xp.asarray(saved[f"{name}.{i}"].astype(array.dtype))
        self.steps, self.lr = int(saved["steps"]), float(saved["lr"])


class SGD(Optimizer):
    """Gradient descent with momentum:  v ← μ v + g,  θ ← θ − η v.

    Parameters
    ----------
    parameters : iterable of Parameter
    lr : float
        η, the learning rate.
    momentum : float
        μ in [0, 1): how much of the last step goes on. With 0, v = g. Polyak, 1964.
    """

    state = ("velocities",)

    def __init__(self, parameters, lr=0.01, momentum=0.0):
        super().__init__(parameters, lr)
        self.momentum = fraction("momentum", momentum)
        self.velocities = self._zeros()

    def step(self):
        for parameter, v in zip(self.parameters, self.velocities):
            v *= self.momentum
            v += parameter.grad
            parameter.data -= self.lr * v
        self.steps += 1


class Adam(Optimizer):
    """Adam: each number has its own step length, from the moments of its gradient.

    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,
    θ ← θ − η m̂ / (√v̂ + ε)   with   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ).

    m and v start at zero and are too small at first; the division by 1 − βᵗ makes up for that.

    Parameters
    ----------
    parameters : iterable of Parameter
    lr : float
        η: about the largest change of a number in one step.
    beta1, beta2 : float
        Memory of the first and of the second moment.
    epsilon : float
        Keeps the division finite where the gradient is zero.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", 2015.
    """

    state = ("m", "v")

    def __init__(self, parameters, lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(parameters, lr)
        self.beta1, self.beta2 = fraction("beta1", beta1), fraction("beta2", beta2)
        self.epsilon = positive("epsilon", epsilon)
        self.m, self.v = self._zeros(), self._zeros()

    def step(self):
        self.steps += 1
        correction1 = 1 - self.beta1 ** self.steps
        correction2 = 1 - self.beta2 ** self.steps
        for parameter, m, v in zip(self.parameters, self.m, self.v):
            g = parameter.grad
            m *= self.beta1
            m += (1 - self.beta1) * g
            v *= self.beta2
            v += (1 - self.beta2) * (g * g)
            parameter.data -= self.lr / correction1 * m / (xp.sqrt(v / correction2) + self.epsilon)


OPTIMIZERS = {"sgd": SGD, "adam": Adam}
