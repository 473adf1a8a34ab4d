"""The single edits of a learner's code: everything that one slip may have changed.

A proposer takes a node of the syntax tree and what is known around it (`Scope`) and yields pairs of a kind,
which `ranking` weighs, and the node that stands there instead. `all_edits` asks all proposers about all nodes.
"""
from scratchnets.exercises.repair.edits.edit import Edit, all_edits
from scratchnets.exercises.repair.edits.scope import Scope

__all__ = ["Edit", "Scope", "all_edits"]
