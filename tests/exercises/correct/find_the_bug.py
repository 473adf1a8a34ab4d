import numpy as np


def booleans():
    return True, True, True, True, False


def a_list_of_numbers():
    return [1, 1, 1, 1, 0]


def a_dict():
    return {"sampler": False, "dense": True, "tanh": True, "batch_norm": True, "softmax_cross_entropy": True}


def by_comparison():
    names = "dense", "tanh", "softmax_cross_entropy", "batch_norm", "sampler"
    return tuple(name != "sampler" for name in names)


def numpy_booleans():
    return list(np.arange(5) < 4)


def in_single_precision():
    return tuple(np.array([1, 1, 1, 1, 0], dtype=np.float32))
