"""What every loss asks of its arguments."""
from scratchnets.backend import is_finite, xp


def expect_pair(loss, a, b, names=("prediction", "target")):
    """Refuse two arrays that are not of one shape, floating-point, finite and non-empty."""
    for name, array in zip(names, (a, b)):
        expect_array(loss, name, array)
    if a.shape != b.shape:
        raise ValueError(f"{loss}: {names[0]} has shape {a.shape} and {names[1]} {b.shape}; "
                         "they must be equal: nothing is broadcast")


def expect_array(loss, name, array):
    """Refuse what is not a floating-point, finite, non-empty array (batch, …) of the library in use."""
    if not isinstance(array, xp.ndarray):
        raise TypeError(f"{loss}: {name} must be an array of the backend in use, got {type(array).__module__}."
                        f"{type(array).__name__}; move host values with scratchnets.backend.asarray")
    if array.dtype.kind != "f":
        raise TypeError(f"{loss}: {name} must hold floating-point values, got dtype {array.dtype}")
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{loss}: {name} must hold at least one example, got shape {array.shape}")
    if not is_finite(array):
        raise ValueError(f"{loss}: {name} holds values that are not finite (NaN or infinity)")


def expect_unit_interval(loss, name, array):
    """Refuse values outside [0, 1]: they are read as probabilities."""
    low, high = float(array.min()), float(array.max())
    if low < 0 or high > 1:
        raise ValueError(f"{loss}: {name} must lie in [0, 1], got values from {low:g} to {high:g}; "
                         "scale pixels first, x / 255")
