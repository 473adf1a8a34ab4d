"""Validation: examples kept back from training, which epoch did best on them, and when to stop.

What is known about the past stands in the records of the epochs alone, so a training that goes on
from a checkpoint judges as if it had never stopped.
"""
from scratchnets.arguments import number, positive_integer


def hold_out(count, share, generator):
    """Indices of the examples to train on, and of those kept back, each in their old order.

    Parameters
    ----------
    count : int
        How many examples there are.
    share : float
        In [0, 1): which part of them is kept back.
    generator : numpy.random.Generator
        Draws them.
    """
    kept_back = round(number("the validation share", share, at_least=0, below=1) * count)
    if share and not 0 < kept_back < count:
        raise ValueError(f"a validation share of {share:g} keeps back {kept_back} of {count} examples; "
                         "both parts need at least one")
    order = generator.permutation(count)
    order[:kept_back].sort()
    order[kept_back:].sort()
    return order[kept_back:], order[:kept_back]


def best(records, key="validation_loss"):
    """The record with the smallest loss, the first of equals; None where there is none."""
    return min(records, key=lambda record: record[key], default=None)


def stalled(records, patience, key="validation_loss"):
    """Whether the last `patience` epochs brought no smaller loss: time to stop early."""
    patience = positive_integer("patience", patience)
    return bool(records) and records[-1]["epoch"] - best(records, key)["epoch"] >= patience
