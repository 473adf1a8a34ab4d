"""A parameter: the numbers that learning changes, and the gradient that says how."""
from scratchnets.backend import asarray, xp


class Parameter:
    """Trainable numbers and their gradient.

    Parameters
    ----------
    data : array_like
        The initial values; moved to the backend in use, in its default dtype.
    name : str
        ``"W"``, ``"b"``, ``"gamma"``, … as in the layer's formula.

    Attributes
    ----------
    data, grad : array
        Of one shape. ``grad`` is ∂L/∂data, *added up* since the last `zero_grad`: a parameter that
        is used twice receives the sum of both paths, which is what the chain rule asks for.
    """

    def __init__(self, data, name=""):
        self.data = xp.array(asarray(data))     # a copy: training must not write into the caller's array
        self.grad = xp.zeros_like(self.data)
        self.name = name

    @property
    def shape(self):
        return self.data.shape

    @property
    def size(self):
        return self.data.size

    def zero_grad(self):
        self.grad.fill(0)

    def __repr__(self):
        return f"Parameter({self.name}, shape={self.data.shape})"
