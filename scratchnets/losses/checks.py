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
    expect_ours(loss, name, array)
    if array.dtype.kind != "f":
        raise TypeError(f"{loss}: {name} must hold floating-point values, got dtype {array.dtype}")
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{loss}: {name} must hold at least one example, got shape {array.shape}")
    if not is_finite(array):
        raise ValueError(f"{loss}: {name} holds values that are not finite (NaN or infinity)")


def expect_ours(loss, name, array):
    """Refuse what is not an array of the library in use."""
    if not isinstance(array, xp.ndarray):
        raise TypeError(f"{loss}: {name} must be an array of the backend in use, got "
                        f"{type(array).__module__}.{type(array).__name__}; "
                        "move host values with scratchnets.backend.asarray")


def expect_unit_interval(loss, name, array):
    """Refuse values outside [0, 1]: they are read as probabilities."""
    low, high = float(array.min()), float(array.max())
    if low < 0 or high > 1:
        causes = {"target": "scale pixels first, x / 255",
                  "prediction": "it is a probability: squash it with a sigmoid or softmax first"}
        raise ValueError(f"{loss}: {name} must lie in [0, 1], got values from {low:g} to {high:g}; "
                         f"{causes.get(name, 'it is read as a probability')}")


def expect_possible(loss, likelihood, stable):
    """Refuse a prediction that gives what the target shows no probability: its loss is infinite."""
    if float(likelihood.min()) < float(xp.finfo(likelihood.dtype).tiny):
        raise ValueError(f"{loss}: a prediction gives probability 0 to something that its target shows, "
                         "which costs infinitely many nats. A sigmoid or softmax rounds to exactly 0 or 1 "
                         f"when its logits are large; give the logits themselves to {stable}")
