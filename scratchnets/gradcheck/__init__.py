"""Is a gradient right? Compare it with differences of values: the proof behind every backward pass here.

``gradcheck(layer, x)`` does it, differences.py holds the formulas, registry.py an example of every
public layer and loss for ``scratchnets gradcheck``.
"""
from scratchnets.gradcheck.check import gradcheck
from scratchnets.gradcheck.differences import central, complex_step, numerical_gradient, richardson
from scratchnets.gradcheck.report import Report, Row

__all__ = ["gradcheck", "numerical_gradient", "central", "richardson", "complex_step", "Report", "Row"]
