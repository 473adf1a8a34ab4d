"""The smallest change of a learner's own code that makes a wrong value right.

`source` finds the code as syntax trees, `effects` says whether it may be run again and again, `edits` lists
everything that one slip may have changed, `ranking` puts the likeliest first, `search` tries them.
"""
