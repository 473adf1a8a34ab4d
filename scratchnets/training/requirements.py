"""What data and model must have before the first epoch: all that training, figures and pictures will ask for later."""
import math
import tracemalloc

import numpy as np

from scratchnets import memory
from scratchnets.arguments import listed
from scratchnets.backend import asarray
from scratchnets.models import GAN

LEAST = 2               # examples in each part: a variance, a principal direction, a Fréchet distance need two
EXAMPLES = 4            # on which the memory of a batch is measured
REMEDY = "take smaller images, fewer classes, a smaller --latent or --batch-size, or conv-autoencoder"


def expect_learnable(data, recipe, name):
    """Refuse data that a model of this recipe cannot learn from, or that could not be judged and drawn afterwards.

    Parameters
    ----------
    data : Dataset
    recipe : Recipe
    name : str
        Of the model.
    """
    where = data.source if data.source.endswith(".npz") else data.name
    _expect_examples(where, data, recipe, name)
    for part, x, remedy in (("train on", data.x_train, "'train'"), ("test", data.x_test, "'test'")):
        if len(x) < LEAST:
            raise ValueError(f"{where}: {len(x)} examples to {part}; it takes at least {LEAST}, for variances and "
                             f"distances: give more images, or more indices in {remedy} (without them every fifth "
                             "image tests)")
    recipe.arrays(data, "train")
    if "y" in recipe.learns_from:
        expect_classes(where, data)


def _expect_examples(where, data, recipe, name):
    shape = data.example_shape
    if not shape:
        raise ValueError(f"{where} is text, and the model {name} learns images or points; language models are trained "
                         "in lecture 03, from scratchnets.models.language; take images, or --data ring")
    takes_points = "points" in recipe.examples
    if len(shape) == 3 or shape == (2,) and takes_points:
        return
    width = shape[0]
    side = math.isqrt(width)
    remedy = (f"if they are images, store images.reshape(-1, {side}, {side}, 1)" if side * side == width > 1 else
              "if they are images, store images.reshape(-1, height, width, channels)")
    points = " or points of the plane, (N, 2)" if takes_points else ""
    raise ValueError(f"{where} holds rows of {width} numbers; the model {name} learns images of shape (H, W, C)"
                     f"{points}; {remedy}")


def expect_classes(where, data):
    """Refuse labels that are not the numbers 0 … K − 1, each of some example, with at least two of them."""
    found = np.unique(np.concatenate([data.y_train, data.y_test]))
    if len(found) < 2:
        raise ValueError(f"{where}: all labels are {found[0]}; to tell classes apart takes at least two of them")
    if found[-1] != len(found) - 1:
        raise ValueError(f"{where}: the labels are {listed(found)}, {len(found):,} classes; they must be numbered "
                         f"0 … {len(found) - 1}, without gaps: store numpy.unique(labels, return_inverse=True)[1]")


def expect_memory(model, data, arrays, batch_size):
    """Refuse a training that would take more memory than is allowed, for its weights, its batches or its test images.

    Parameters
    ----------
    model : Layer
        Is run on a few examples, and not to be used afterwards: its streams of noise have moved on.
    data : Dataset
    arrays : list of array
        What it learns from.
    batch_size : int
    """
    weights, batch = sum(parameter.size for parameter in model.parameters()), min(batch_size, len(arrays[0]))
    memory.expect(memory.BYTES_A_WEIGHT * weights, f"to train {weights:,} weights", REMEDY)
    measured = EXAMPLES * getattr(model, "packing", 1)
    few, more = (_peak(model, [asarray(np.resize(array, (count, *array.shape[1:]))) for array in arrays])
                 for count in (measured, 2 * measured))
    numbers = math.prod(data.example_shape) + (data.classes if len(arrays) > 1 else 0)
    needed = {f"{weights:,} weights": memory.BYTES_A_WEIGHT * weights,
              f"batches of {batch:,} examples": (more - few) / measured * max(batch, 64),
              f"{len(data.x_test):,} test examples": 16 * numbers * len(data.x_test)}
    largest = max(needed, key=needed.get)
    memory.expect(sum(needed.values()), f"to train on examples of shape {data.example_shape}, above all for {largest},",
                  REMEDY)


def _peak(model, batch):
    """Bytes that the gradient of a batch takes while it is computed; 0 where they lie on a GPU."""
    tracemalloc.start()
    try:
        with np.errstate(all="ignore"):
            if isinstance(model, GAN):
                model.discriminator_gradients(*batch)
                model.generator_gradients(len(batch[0]))
            else:
                model.loss_and_gradients(*batch)
        return tracemalloc.get_traced_memory()[1]
    except ValueError as error:
        raise ValueError(f"this model fails on its first batch already: {error}; look at the options that it was "
                         "given") from error
    finally:
        tracemalloc.stop()
