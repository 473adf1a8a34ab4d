"""A player that holds still while the other one's gradient passes through."""
from contextlib import contextmanager


@contextmanager
def frozen(layer):
    """Freeze a layer for a while; what was frozen before stays so."""
    thaw = [each for each in layer.walk() if not each.frozen]
    layer.freeze()
    try:
        yield layer
    finally:
        for each in thaw:
            each.frozen = False
