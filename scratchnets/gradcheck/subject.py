"""What can be checked, brought to one form: a point, a value there, and the gradients it claims.

Whatever is checked becomes a scalar function. A layer's output y is multiplied by a random upstream
gradient dy: of L = Σ dy · y + penalties, ∂L/∂y is dy, and backward(dy) must return ∂L/∂x. With ones
for dy, a batch normalisation that forgets its path through the variance would pass.
"""
import inspect
from contextlib import nullcontext

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.gradcheck.still import away_from_zero


class Subject:
    """A scalar function of named arrays, and the gradients that a backward pass claims.

    Attributes
    ----------
    name : str
    point : dict
        {"dx": x, "dW": W, …}: the arrays, float64, by the name of their gradient.
    notes : list of str
        What `faults` looks at.
    """

    notes = ()

    def value(self, point):
        """L at this point, where `point` holds arrays like `self.point`."""
        raise NotImplementedError

    def gradients(self):
        """{"dx": array, …} at `self.point`."""
        raise NotImplementedError

    def faults(self):
        """What is wrong beside the numbers, as (gradient, verdict, detail)."""
        return []

    def batch_size(self):
        """The extent of the first array's first axis; 0 when there is none."""
        arrays = self.inputs.values() if isinstance(self.inputs, dict) else self.inputs
        return next((len(x) for x in arrays if is_array(x)), 0)

    def complex_numbers(self):
        """A context in which `value` takes complex arrays, as far as the formulas do."""
        return nullcontext()


# ---- arguments and results ------------------------------------------------------------------------

def is_array(value):
    return isinstance(value, xp.ndarray)


def float64(value):
    """Floating-point arrays in float64 on the library in use, also inside tuples, lists, dictionaries."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(float64, value))
    if isinstance(value, dict):
        return {key: float64(entry) for key, entry in value.items()}
    if not hasattr(value, "dtype") or not hasattr(value, "shape") or value.shape == ():
        return value
    return asarray(value)[...].copy()          # the default dtype is float64 while a check runs


def float64_arguments(function, inputs):
    """{name: argument} of a call, defaults included."""
    signature = inspect.signature(function)
    try:
        bound = signature.bind(**inputs) if isinstance(inputs, dict) else signature.bind(*inputs)
    except TypeError as error:
        raise TypeError(f"gradcheck cannot call {getattr(function, '__qualname__', function)}{signature} "
                        f"with these {len(inputs)} inputs: {error}") from None
    bound.apply_defaults()
    return {name: float64(value) for name, value in bound.arguments.items()}


def differentiable(inputs, constants):
    """The names of the floating-point arrays among the inputs, less those held still."""
    return [name for name, value in inputs.items()
            if is_array(value) and value.dtype.kind == "f" and name not in constants]


def upstream(y, seeded, name):
    """A random gradient of y's shape."""
    if not is_array(y):
        raise TypeError(f"{name} must return one array, got {type(y).__name__}")
    return asarray(away_from_zero(y.shape, seeded))


def named_gradients(title, returned, names, inputs):
    """{"dx": gradient, …}: what came back, in the order of the differentiable arguments.

    An argument that was not given (a bias that is None) may have a place of its own, which is skipped.
    """
    gradients = returned if isinstance(returned, tuple) else (returned,)
    places = [name for name, value in inputs.items() if name in names or value is None]
    if all(gradient is None for gradient in gradients):
        return {f"d{name}": None for name in names}
    if len(gradients) == len(names):
        places = names
    elif len(gradients) != len(places):
        raise ValueError(f"{title} returned {len(gradients)} gradient{'s'[len(gradients) == 1:]} for the "
                         f"{len(names)} floating-point array{'s'[len(names) == 1:]} {', '.join(names)}; "
                         "those that are no variables are named in constants=(…)")
    return {f"d{name}": gradient for name, gradient in zip(places, gradients) if name in names}


def same(a, b, exactly=False):
    """Whether two arrays agree, to rounding or to the bit."""
    a, b = to_numpy(a), to_numpy(b)
    if a.shape != b.shape:
        return False
    distance, size = abs(a - b).max(initial=0), (abs(a) + abs(b)).max(initial=0)
    return bool(distance <= (0 if exactly else 1e-10 * size))
