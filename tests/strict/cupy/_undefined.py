"""Where CuPy raises nothing, and its result is undefined or silently differs from NumPy's."""
import numpy as np


class Undefined(RuntimeError):
    """Code that does this works with NumPy and not with CuPy, where nothing tells."""


def picks(key):
    """Whether the key picks by position: holds an array or list of integers."""
    return any(array.dtype != bool for array in arrays_in(key))


def arrays_in(key):
    return [np.asarray(part) for part in (key if type(key) is tuple else (key,))
            if isinstance(part, (np.ndarray, list))]


def loud(error):
    """For an error of NumPy, the one to raise: where CuPy says nothing, one that no code waits for."""
    if type(error) is IndexError and "out of bounds" in str(error):
        return Undefined(f"CuPy wraps positions out of range around: {error}")
    if isinstance(error, np.linalg.LinAlgError) and "dimension" not in str(error):
        return Undefined(f"CuPy returns NaN or nonsense here: {error}")
    return error


def refuse_undefined_order(host, key, source):
    """Refuse an assignment of several values whose outcome hangs on which thread comes first."""
    by_array = bool(arrays_in(key))
    if picks(key):
        refuse_duplicates(host.shape, key)
    if owner(host) is not owner(source):
        return
    target = host if by_array else host[key]
    # CuPy copies the values aside first, except here: elements that arrays pick are written one by
    # one, and blocks of equal layout are copied as they lie.
    in_place = by_array or (target.flags.c_contiguous and target.dtype == source.dtype
                            and (target.shape, target.strides) == (source.shape, source.strides))
    identical = not by_array and target.__array_interface__ == source.__array_interface__
    if in_place and not identical:
        refuse_overlap(target, source)


def refuse_duplicates(shape, key):
    written = np.zeros(shape, bool)
    written[key] = True
    if np.count_nonzero(written) < written[key].size:
        raise Undefined("an index occurs twice, and which of its values CuPy keeps is undefined; "
                        "to add the values up, use xp.add.at")


def refuse_overlap(target, source):
    if source.size > 1 and np.may_share_memory(target, source):
        raise Undefined("the values overlap with the part that is assigned to: copy them first")


def owner(host):
    return host if host.base is None else host.base
