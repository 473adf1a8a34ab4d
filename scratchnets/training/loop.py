"""The training loop: it reads as the algorithm, and there is only this one."""
import time

from tqdm import tqdm

from scratchnets.arguments import integer, positive_integer
from scratchnets.backend import asarray


def minibatches(arrays, batch_size, generator):
    """Yield tuples of at most `batch_size` examples, each example once, in an order drawn anew.

    Parameters
    ----------
    arrays : tuple of array (N, …)
        Examples, and whatever goes with them (labels), in the same order.
    batch_size : int
        The last batch holds the rest.
    generator : numpy.random.Generator
        Draws the order on the host: the same on every backend.
    """
    order = generator.permutation(len(arrays[0]))
    for start in range(0, len(order), batch_size):
        chosen = asarray(order[start:start + batch_size])
        yield tuple(array[chosen] for array in arrays)


def train(model, optimizer, *arrays, epochs, batch_size, generator, start=0, progress=False):
    """Train, one epoch after the other, and hand out a record after each.

    A generator function: between two epochs the caller is in charge. To log, to save, to change the
    learning rate or to stop early are a few lines in the caller's ``for`` loop, not settings here.

    Parameters
    ----------
    model
        Has ``loss_and_gradients(*batch)``, which returns the loss and adds up the gradients.
    optimizer : Optimizer
    *arrays : array (N, …)
        The training examples, and labels where the model takes some.
    epochs, start : int
        Train from epoch ``start + 1`` to ``epochs``.
    batch_size : int
    generator : numpy.random.Generator
        Draws the order of the examples.
    progress : bool
        Show a progress bar: epoch, loss, examples a second.

    Yields
    ------
    dict
        epoch, loss (the mean over the epoch's examples, as they were seen), seconds.

    Examples
    --------
    >>> for record in train(model, Adam(model.parameters()), x, epochs=10, batch_size=128,
    ...                     generator=np.random.default_rng(0)):      # doctest: +SKIP
    ...     print(record["epoch"], record["loss"])
    """
    epochs, start = integer("epochs", epochs), integer("start", start)
    batch_size = positive_integer("batch_size", batch_size)
    n = len(arrays[0])
    if any(len(array) != n for array in arrays):
        raise ValueError(f"the arrays to train on hold {', '.join(str(len(array)) for array in arrays)} "
                         "examples; they must be equally many")
    with tqdm(total=epochs * n, initial=start * n, unit=" examples", disable=not progress) as bar:
        for epoch in range(start + 1, epochs + 1):
            bar.set_description(f"epoch {epoch}/{epochs}")
            began, total = time.perf_counter(), 0.0
            for batch in minibatches(arrays, batch_size, generator):
                optimizer.zero_grad()
                loss = model.loss_and_gradients(*batch)
                optimizer.step()
                total = total + loss * len(batch[0])         # stays on the device: no waiting
                bar.update(len(batch[0]))
            record = {"epoch": epoch, "loss": float(total) / n, "seconds": time.perf_counter() - began}
            bar.set_postfix(loss=f"{record['loss']:.4g}")
            yield record
