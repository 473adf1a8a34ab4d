"""An alternating step of the bilinear game, and what it conserves."""
import numpy as np

from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes


def draw(rng):
    n, = sizes(rng, 1)
    theta, phi = ((0.4 + rng.random(n)) * np.where(rng.random(n) < 0.5, -1, 1) for _ in range(2))
    return {"theta": theta, "phi": phi, "h": float(rng.uniform(0.3, 0.8))}


def alternate(theta, phi, h):
    """D first, then G, which sees where D is; and the quadratic form that neither of them changes."""
    new_phi = phi + h * theta
    new_theta = theta - h * new_phi
    return new_theta, new_phi, theta ** 2 + phi ** 2 + h * theta * phi


exercise = Exercise(
    name="alternating_step", lecture=16, place=1, derivation="docs/derivations/dirac-gan.md",
    title="The quantity that an alternating step conserves",
    task="""
    The bilinear game min over θ, max over φ, of V = θφ, for N starts (θ, φ) at once. The maximiser moves
    first, as the discriminator does in the notes: one step of length h up its gradient. Then the minimiser
    moves, one step down its own, from where the game now stands.

    Return both new positions, and the quantity Q = θ² + φ² + c θφ that is the same before and after the step:
    find c. It depends on h.
    """,
    takes={"theta": "(N,)  θ", "phi": "(N,)  φ", "h": "the length of a step"},
    returns={"new_theta": "(N,)  θ after the step", "new_phi": "(N,)  φ after the step",
             "conserved": "(N,)  Q, before or after: it is the same"},
    draw=draw, reference=alternate,
    hints=(
        "∂V/∂φ = θ and ∂V/∂θ = φ. One goes up, the other down; the second one uses the new value of "
        "the first.",
        "φ' = φ + hθ and θ' = θ − hφ'. Write θ² + φ² + cθφ in θ and φ', put φ = φ' − hθ in; write "
        "θ'² + φ'² + cθ'φ' in "
        "θ and φ' as well; compare the factors of θ².",
        "The factors of θ² are 1 + h² − ch and 1: c = h. So Q = θ² + φ² + hθφ.",
    ),
    lesson="""
    Q is positive except at the origin (for h < 2), so the game can neither arrive nor escape: it stays on an
    ellipse. Moving at the same time multiplies θ² + φ² by 1 + h² instead.
    """)


@exercise.mutant
def at_the_same_time(theta, phi, h):
    """The minimiser uses the old φ: both move at the same time. In an alternating step it answers to the new
    φ'."""
    return {"new_theta": theta - h * phi}


@exercise.mutant
def minimiser_climbs(theta, phi, h):
    """The minimiser goes up: θ is to make θφ smaller, θ' = θ − hφ'."""
    return {"new_theta": theta + h * (phi + h * theta)}


@exercise.mutant
def maximiser_descends(theta, phi, h):
    """The maximiser goes down: φ is to make θφ larger, φ' = φ + hθ. And θ' follows from it."""
    return {"new_phi": phi - h * theta, "new_theta": theta - h * (phi - h * theta)}


@exercise.mutant
def minimiser_first(theta, phi, h):
    """The minimiser moves first here. The task has the maximiser first, as the notes' discriminator."""
    new_theta = theta - h * phi
    return {"new_theta": new_theta, "new_phi": phi + h * new_theta}


@exercise.mutant
def along_its_own_variable(theta, phi, h):
    """Each follows its own variable. The derivative of θφ with respect to φ is θ, and with respect to θ it
    is φ."""
    return {"new_phi": phi + h * phi, "new_theta": theta - h * theta}


@exercise.mutant
def step_forgotten(theta, phi):
    """The length h of a step is missing: φ' = φ + hθ, θ' = θ − hφ'."""
    return {"new_phi": phi + theta, "new_theta": -phi}


@exercise.mutant
def radius(theta, phi):
    """Q is the squared radius here, which a step does change. Add a mixed term c θφ."""
    return {"conserved": theta ** 2 + phi ** 2}


@exercise.mutant
def other_order(theta, phi, h):
    """This Q, with −hθφ, is conserved when the minimiser moves first. Here the maximiser does: c = h."""
    return {"conserved": theta ** 2 + phi ** 2 - h * theta * phi}


@exercise.mutant
def h_forgotten(theta, phi):
    """The mixed term of Q lacks the length of the step: c = h, and for h → 0 only the circle is left."""
    return {"conserved": theta ** 2 + phi ** 2 + theta * phi}


@exercise.mutant
def h_squared(theta, phi, h):
    """The mixed term of Q has h² where h belongs: compare the factors of θ² once more."""
    return {"conserved": theta ** 2 + phi ** 2 + h * h * theta * phi}


@exercise.mutant
def between_the_moves(theta, phi, h):
    """Q is made of the old θ and the new φ′, a place between the two moves. There c would be −h; take both
    before the step, or both after it."""
    moved = phi + h * theta
    return {"conserved": theta ** 2 + moved ** 2 + h * theta * moved}


@exercise.mutant
def other_order_after_the_step(theta, phi, h):
    """This Q, with −hθ′φ′, is conserved when the minimiser moves first. Here the maximiser does: c = h."""
    new_theta, new_phi, _ = alternate(theta, phi, h)
    return {"conserved": new_theta ** 2 + new_phi ** 2 - h * new_theta * new_phi}


@exercise.mutant
def radius_after_the_step(theta, phi, h):
    """Q is the squared radius after the step, which is not that before it. Add a mixed term c θφ."""
    new_theta, new_phi, _ = alternate(theta, phi, h)
    return {"conserved": new_theta ** 2 + new_phi ** 2}


@exercise.follows_from("new_theta")
def theta_from(new_phi, theta, h):
    return theta - h * new_phi


@exercise.follows_from("conserved")
def conserved_from(new_theta, new_phi, h):
    return new_theta ** 2 + new_phi ** 2 + h * new_theta * new_phi
