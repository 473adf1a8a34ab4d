"""The families of bad input, one file each."""
import itertools

from families import archives, configurations, images, options, places, runs, surroundings, texts, workspaces

FAMILIES = (images, archives, options, configurations, runs, places, texts, workspaces, surroundings)


def every_case(ground):
    """All cases; `ground` is the folder that `ground.lay` made."""
    return list(itertools.chain.from_iterable(family.cases(ground) for family in FAMILIES))
