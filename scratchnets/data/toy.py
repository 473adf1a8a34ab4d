"""Densities in the plane: a ring, a grid, moons, a spiral, a Swiss roll.

All five are mixtures of equal Gaussians, so all have an exact density and an exact score. The curves
are chains of components no further than one standard deviation apart: what that leaves of ripples
is below 1e-8 of the density (2 exp(−2π² s²/h²) for spacing h), no sample could ever show it.
"""
import numpy as np

from scratchnets import arguments
from scratchnets.data.dataset import Dataset, last_fifth
from scratchnets.data.mixture import GaussianMixture

SMALLEST_STD = 0.002        # on a curve: thousands of components, as many as one wants to wait for


def ring(modes=8, radius=2.0, std=0.1):
    """`modes` Gaussians, evenly on a circle."""
    modes = arguments.integer("modes", modes, at_least=2)
    radius = arguments.positive("radius", radius)
    angle = 2 * np.pi * np.arange(modes) / modes            # the last stops one step before the first
    centres = radius * np.column_stack([np.cos(angle), np.sin(angle)])
    return _separate("ring", centres, std, gap=2 * radius * np.sin(np.pi / modes))


def grid(side=5, spacing=1.0, std=0.1):
    """`side` × `side` Gaussians on a square grid around the origin."""
    side = arguments.integer("side", side, at_least=2)
    spacing = arguments.positive("spacing", spacing)
    axis = spacing * (np.arange(side) - (side - 1) / 2)
    centres = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    return _separate("grid", centres, std, gap=spacing)


def moons(std=0.1):
    """Two half circles of radius 1 that interlock, centred; the classes are the halves."""
    t = np.linspace(0, np.pi, 500)
    upper = np.column_stack([np.cos(t) - 0.5, np.sin(t) - 0.25])
    return _curves([upper, -upper], std)


def spiral(turns=1.5, std=0.05):
    """Two arms that wind out to radius 2; the classes are the arms."""
    turns = arguments.positive("turns", turns)
    t = np.linspace(0.1, 1, 2000)
    angle = 2 * np.pi * turns * t
    arm = 2 * t[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _curves([arm, -arm], std)


def swiss_roll(std=0.05):
    """One line, rolled up: angle from 3π/2 to 9π/2, radius growing with it to 2."""
    angle = np.linspace(1.5 * np.pi, 4.5 * np.pi, 2000)
    radius = 2 * angle / angle[-1]
    return _curves([radius[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])], std)


def load_ring(count=10_000, seed=0, modes=8, radius=2.0, std=0.1):
    """`count` points of `ring`, the last fifth to test; labels say which mode."""
    return _dataset("ring", ring(modes, radius, std), count, seed)


def load_grid(count=10_000, seed=0, side=5, spacing=1.0, std=0.1):
    """`count` points of `grid`, the last fifth to test; labels say which mode."""
    return _dataset("grid", grid(side, spacing, std), count, seed)


def load_moons(count=10_000, seed=0, std=0.1):
    """`count` points of `moons`, the last fifth to test; labels say which moon."""
    return _dataset("moons", moons(std), count, seed)


def load_spiral(count=10_000, seed=0, turns=1.5, std=0.05):
    """`count` points of `spiral`, the last fifth to test; labels say which arm."""
    return _dataset("spiral", spiral(turns, std), count, seed)


def load_swiss_roll(count=10_000, seed=0, std=0.05):
    """`count` points of `swiss_roll`, the last fifth to test; no labels."""
    return _dataset("swiss-roll", swiss_roll(std), count, seed)


def _separate(name, centres, std, gap):
    """A mixture whose components stay apart, so that each centre is a peak of the density."""
    std = arguments.positive("std", std)
    # Two equal Gaussians have two peaks as soon as they are 2 std apart; at 4 std there is a clear valley.
    if gap <= 4 * std:
        raise ValueError(f"{name}: with std {std:g} the modes run together; neighbours are {gap:.3g} apart, "
                         f"which allows std below {gap / 4:.3g}")
    return GaussianMixture(centres, std, modes=centres)


def _curves(curves, std):
    """Each curve as a chain of Gaussians, evenly along its length; one class a curve."""
    std = arguments.number("std", std, at_least=SMALLEST_STD)
    chains = [_evenly(curve, std) for curve in curves]
    labels = np.repeat(np.arange(len(curves)), [len(chain) for chain in chains])
    return GaussianMixture(np.concatenate(chains), std, labels)


def _evenly(curve, spacing):
    """Points along a polyline (P, 2), at equal steps of at most `spacing`."""
    step = np.hypot(*np.diff(curve, axis=0).T)
    length = np.concatenate([[0], np.cumsum(step)])
    at = np.linspace(0, length[-1], 1 + int(np.ceil(length[-1] / spacing)))
    return np.column_stack([np.interp(at, length, curve[:, axis]) for axis in (0, 1)])


def _dataset(name, density, count, seed):
    count = arguments.integer("count", count, at_least=2)
    x, y = density.sample_labelled(count, arguments.integer("seed", seed))
    if density.labels.max() == 0:
        y = None                            # a single class says nothing
    n_train = last_fifth(count)
    return Dataset(name, x[:n_train], y[:n_train] if y is not None else None,
                   x[n_train:], y[n_train:] if y is not None else None,
                   description=f"{count:,} points from {len(density.centres)} Gaussians, std {density.std:g}",
                   licence="none: drawn here", source=f"scratchnets.data.toy, seed {seed}",
                   distribution=density)
