"""What every classical model asks of its arguments."""
from scratchnets.backend import is_finite, xp


def expect_points(model, x, features=None, at_least=1):
    """Refuse what is not a finite floating-point array (N, D) with N ≥ `at_least`, D = `features`."""
    who = type(model).__name__
    if not isinstance(x, xp.ndarray):
        raise TypeError(f"{who} expected an array of the backend in use, got {type(x).__module__}."
                        f"{type(x).__name__}; move host values with scratchnets.backend.asarray")
    if x.dtype.kind != "f":
        raise TypeError(f"{who} expected floating-point values, got dtype {x.dtype}; "
                        "scale images to [0, 1]: x / 255")
    if x.ndim != 2:
        raise ValueError(f"{who} expected points (N, D), got shape {x.shape}; "
                         "flatten images first: x.reshape(len(x), -1)")
    if x.shape[1] == 0 or (features is not None and x.shape[1] != features):
        raise ValueError(f"{who} expected points of {features or 'one or more'} features, "
                         f"got shape {x.shape}")
    if len(x) < at_least:
        raise ValueError(f"{who} needs at least {at_least} point{'s' * (at_least > 1)}, got {len(x)}")
    if not is_finite(x):
        raise ValueError(f"{who} got values that are not finite (NaN or infinity); look at the data")


def expect_fitted(model, attribute):
    """Refuse to predict with a model that has not been fitted."""
    if not hasattr(model, attribute):
        raise RuntimeError(f"{type(model).__name__} has not been fitted; call fit(x) first")


def expect_labels(model, y, count):
    """`y` as int64; refused where it is not one integer label for each of `count` points."""
    who = type(model).__name__
    if not isinstance(y, xp.ndarray):
        raise TypeError(f"{who} expected labels as an array of the backend in use, got {type(y).__module__}."
                        f"{type(y).__name__}; move host values with scratchnets.backend.asarray")
    if y.dtype.kind not in "iu":
        raise TypeError(f"{who} expected integer labels, got dtype {y.dtype}")
    if y.shape != (count,):
        raise ValueError(f"{who} expected one label for each of {count} points, got shape {y.shape}")
    return y.astype("int64")
