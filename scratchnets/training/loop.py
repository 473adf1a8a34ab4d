"""The training loop: it reads as the algorithm, and there is only this one."""
import math
import time

import numpy as np
from tqdm import tqdm

from scratchnets.arguments import integer, number, positive_integer
from scratchnets.backend import asarray, xp
from scratchnets.training.nonfinite import Watch


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
    return _in_order(arrays, generator.permutation(len(arrays[0])), positive_integer("batch_size", batch_size))


def _in_order(arrays, order, batch_size, least=1):
    for start in range(0, len(order), batch_size):
        if len(order) - start < least:
            return
        chosen = asarray(order[start:start + batch_size])
        yield tuple(array[chosen] for array in arrays)


def least_batch(model):
    """How many examples a batch must have at least, for the layer of the model that asks for most."""
    return max(getattr(layer, "least_batch", 1) for layer in model.walk())


def expect_batches(model, batch_size, count):
    """`least_batch`; refused where batches of so many, of so many examples, are always smaller."""
    least, most = least_batch(model), min(batch_size, count)
    if most < least:
        asks = next(layer for layer in model.walk() if getattr(layer, "least_batch", 1) == least)
        raise ValueError(f"this model learns from batches of at least {least} examples, because of its {asks!r}; got "
                         f"a batch size of {batch_size}, and {count} examples")
    return least


def train(model, optimizer, *arrays, epochs, batch_size, generator, schedule=None, progress=False):
    """Train, one epoch after the other, and hand out a record after each.

    A generator function: between two epochs the caller is in charge. To log, to save or to stop early
    are a few lines in the caller's ``for`` loop, not settings here. Training that has to be saved in
    the middle, and go on another day, is a `Training`.

    Parameters
    ----------
    model, optimizer, *arrays, batch_size, generator, schedule
        As for `Training`.
    epochs : int
        Passes over the examples.
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
    training = Training(model, optimizer, *arrays, batch_size=batch_size, generator=generator,
                        schedule=schedule)
    return training.epochs(epochs, progress=progress)


class Training:
    """A training under way. Stopped after any step, it goes on later as if it had never been stopped.

    Parameters
    ----------
    model : Layer
        Has ``loss_and_gradients(*batch)``, which returns the loss and adds up the gradients.
    optimizer : Optimizer
    *arrays : array (N, …)
        The training examples, and labels where the model takes some.
    batch_size : int
    generator : numpy.random.Generator
        Draws the order of the examples.
    schedule : callable, optional
        From the number of steps done to the learning rate: see `scratchnets.schedules`.

    Attributes
    ----------
    epoch : int
        How many epochs are finished.
    batch : int
        How many batches of the epoch after those.
    left_out : int
        Examples, other ones in each epoch, that are left over behind the last whole batch and too few for the model:
        one alone has no variance for a `BatchNorm`, and makes no pack for a `Pack`.
    """

    def __init__(self, model, optimizer, *arrays, batch_size, generator, schedule=None):
        self.model, self.optimizer, self.schedule = model, optimizer, schedule
        self.arrays, self.generator = arrays, generator
        self.batch_size = positive_integer("batch_size", batch_size)
        counts = [len(array) for array in arrays]
        if len(set(counts)) != 1 or counts[0] == 0:
            raise ValueError(f"the arrays to train on hold {', '.join(map(str, counts)) or 'no'} examples; "
                             "they must be equally many, and at least one")
        self.least = expect_batches(model, self.batch_size, counts[0])
        rest = counts[0] % self.batch_size
        self.left_out = rest if rest < self.least else 0
        self.epoch = self.batch = 0
        self.total = self.seconds = 0.0       # of the epoch that is running: loss of its examples, time
        self._order = np.empty(0, dtype="int64")

    # ---- the algorithm -----------------------------------------------------------------------------

    def step(self, *batch):
        """One step down the gradient of one batch's loss; returns the loss."""
        self.optimizer.zero_grad()
        loss = self.model.loss_and_gradients(*batch)
        if self.schedule is not None:
            self.optimizer.lr = self.schedule(self.optimizer.steps)
        self.optimizer.step()
        return loss

    def epochs(self, last, pause=None, progress=False):
        """Train to the end of epoch number `last`; a generator, as `train` is.

        Parameters
        ----------
        last : int
        pause : callable, optional
            Asked after each step. When it answers True, the loop hands out None in the middle of an
            epoch, so that the caller can save, or stop.
        progress : bool or stream
            Show a progress bar, on stderr or another stream.

        Yields
        ------
        dict or None
            The record of an epoch that is over; None at a pause.

        Raises
        ------
        DivergedError
            When loss or parameters are no longer finite: says where it began. The training then
            stands as it did before that step.
        """
        n, last = len(self.arrays[0]) - self.left_out, integer("epochs", last)
        watch = Watch(self)
        done = self.epoch * n + self.batch * self.batch_size
        with tqdm(total=last * n, initial=done, unit=" examples", disable=not progress,
                  file=None if progress is True else progress or None) as bar:
            while self.epoch < last:
                bar.set_description(f"epoch {self.epoch + 1}/{last}")
                began = time.perf_counter()
                for batch in self.batches():
                    watch.advance(batch)
                    bar.update(len(batch[0]))
                    if pause is not None and pause():
                        watch.look()
                        self.seconds += time.perf_counter() - began
                        yield None
                        began = time.perf_counter()
                watch.look()
                self.seconds += time.perf_counter() - began
                record = self._finish_epoch()
                bar.set_postfix(loss=f"{record['loss']:.4g}")
                yield record

    def batches(self):
        """What is left of the running epoch, or all of a new one, in an order drawn anew."""
        if self.batch == 0:
            self._order = self.generator.permutation(len(self.arrays[0]))
        return _in_order(self.arrays, self._order[self.batch * self.batch_size:], self.batch_size, self.least)

    def advance(self, batch):
        """One step, and count it."""
        loss = self.step(*batch)
        self.total = self.total + loss * len(batch[0])           # stays on the device: no waiting
        self.batch += 1

    def _finish_epoch(self):
        self.epoch += 1
        record = {"epoch": self.epoch, "loss": float(self.total) / (len(self.arrays[0]) - self.left_out),
                  "seconds": self.seconds}
        if self.schedule is not None:
            record["lr"] = self.optimizer.lr
        self.batch, self.total, self.seconds = 0, 0.0, 0.0
        return record

    # ---- all that the next step depends on -----------------------------------------------------------

    def parts(self):
        """{name: object with ``state_dict()``}: the model and the optimiser."""
        return {"model": self.model, "optimizer": self.optimizer}

    def generators(self):
        """{name: numpy Generator} of the order of the examples and of the layers that draw."""
        return {"order": self.generator} | {f"model.{path}": generator
                                            for path, generator in self.model.generators().items()}

    def state_dict(self):
        """(groups of arrays, facts) for `checkpoint.save`."""
        groups = {name: part.state_dict() for name, part in self.parts().items()}
        groups["loop"] = {"order": self._order.copy()}
        return groups, {"epoch": self.epoch, "batch": self.batch,
                        "total": float(self.total),
                        "generators": {name: generator.bit_generator.state
                                       for name, generator in self.generators().items()}}

    def load_state_dict(self, groups, facts):
        """Take over what `state_dict` gave."""
        epoch, batch = (integer(name, facts[name], at_most=10 ** 9) for name in ("epoch", "batch"))
        total, order, n = number("total", facts["total"]), groups["loop"]["order"], len(self.arrays[0])
        if len(order) and not np.array_equal(np.sort(order, axis=None), np.arange(n)):
            raise ValueError(f"the order of its running epoch does not hold each of the {n:,} examples once")
        if batch and (not len(order) or (batch - 1) * self.batch_size >= n):
            raise ValueError(f"batch {batch:,} of its running epoch is beyond the {n:,} examples")
        generators = self.generators()
        if facts["generators"].keys() != generators.keys():
            different = ", ".join(sorted(facts["generators"].keys() ^ generators.keys()))
            raise ValueError(f"this state does not fit: its generators differ in {different}")
        for name, part in self.parts().items():
            part.load_state_dict(groups[name])
        for name, state in facts["generators"].items():
            generators[name].bit_generator.state = state
        self._order = order.astype("int64")
        self.epoch, self.batch, self.total = epoch, batch, total

    def is_finite(self):
        """Whether the loss and all parameters are finite. On a GPU this waits for the device."""
        return (math.isfinite(float(self.total))
                and all(bool(xp.isfinite(parameter.data).all()) for parameter in self.model.parameters()))
