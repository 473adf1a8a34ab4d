"""One step of gradient descent with momentum."""
from scratchnets.exercises.exercise import Exercise
from scratchnets.exercises.problems import sizes
from scratchnets.optimizers import momentum_update


def draw(rng):
    shape = sizes(rng, 2)
    return {"theta": rng.standard_normal(shape), "grad": rng.standard_normal(shape),
            "velocity": rng.standard_normal(shape), "lr": float(rng.uniform(0.1, 0.2)),
            "momentum": float(rng.uniform(0.6, 0.8))}


exercise = Exercise(
    name="momentum_update", lecture=0, place=11, derivation="docs/derivations/optimizers.md",
    title="A step with momentum",
    task="""
    One step of gradient descent with momentum is

        v ← μ v + g
        θ ← θ − η v

    with the gradient g, the learning rate η and the momentum μ. Return the new θ and the new v.
    """,
    takes={"theta": "(D, M)  θ, the parameters", "grad": "(D, M)  g, their gradient",
           "velocity": "(D, M)  v, from the step before", "lr": "η, the learning rate",
           "momentum": "μ, a number in (0, 1)"},
    returns={"new_theta": "(D, M)  θ after the step", "new_velocity": "(D, M)  v after the step"},
    draw=draw, reference=momentum_update,
    hints=(
        "There are two lines, in this order. Which v stands in the second one?",
        "The second line uses the v that the first one has just made. η stands in front of all of v.",
        "new_velocity = momentum * velocity + grad, new_theta = theta - lr * new_velocity.",
    ))


@exercise.parts_of("new_velocity")
def of_velocity(grad, velocity, momentum):
    return {"μ v": momentum * velocity, "g": grad}


@exercise.parts_of("new_theta")
def of_theta(theta, grad, velocity, lr, momentum):
    return {"θ": theta, "−η μ v": -lr * momentum * velocity, "−η g": -lr * grad}


@exercise.mutant
def uphill(theta, grad, velocity, lr, momentum):
    """θ goes uphill: the gradient points to where the loss grows, so the step is subtracted."""
    return {"new_theta": theta + lr * (momentum * velocity + grad)}


@exercise.mutant
def old_velocity(theta, velocity, lr):
    """θ moves with the old v. First v takes up the gradient, then θ moves with the new v; otherwise each
    gradient comes one step late."""
    return {"new_theta": theta - lr * velocity}


@exercise.mutant
def plain_descent(theta, grad, lr):
    """θ moves with the gradient alone: the velocity is kept and not used. Move with the new v."""
    return {"new_theta": theta - lr * grad}


@exercise.mutant
def learning_rate_in_velocity(theta, grad, velocity, lr, momentum):
    """v takes up η g, and θ moves by v. That is the other usual form, v ← μ v − η g without η in the second
    line, up to the sign; here v adds up bare gradients, and η stands in front of all of v."""
    v = momentum * velocity + lr * grad
    return {"new_theta": theta - v, "new_velocity": v}


@exercise.mutant
def velocity_points_downhill(theta, grad, velocity, lr, momentum):
    """v takes up −η g, and θ moves by +v: the other usual form. Here v adds up gradients as they are, and
    the second line subtracts η v. The two differ where a velocity is handed on, or η changes."""
    v = momentum * velocity - lr * grad
    return {"new_theta": theta + v, "new_velocity": v}


@exercise.mutant
def moving_average(theta, grad, velocity, lr, momentum):
    """v is a moving average, μ v + (1 − μ) g, as in Adam. Here the gradient enters in full: with a constant
    g, v grows to g/(1 − μ), which is what makes momentum fast."""
    v = momentum * velocity + (1 - momentum) * grad
    return {"new_theta": theta - lr * v, "new_velocity": v}


@exercise.mutant
def momentum_on_gradient(theta, grad, velocity, lr, momentum):
    """μ stands in front of g. It is the memory of v: μ v + g."""
    v = velocity + momentum * grad
    return {"new_theta": theta - lr * v, "new_velocity": v}


@exercise.mutant
def momentum_on_both(theta, grad, velocity, lr, momentum):
    """μ stands in front of v and of g. It damps the old v alone; g enters in full."""
    v = momentum * (velocity + grad)
    return {"new_theta": theta - lr * v, "new_velocity": v}


@exercise.mutant
def no_friction(theta, grad, velocity, lr):
    """v forgets nothing: μ is missing in front of it. It would add up all gradients since the beginning."""
    v = velocity + grad
    return {"new_theta": theta - lr * v, "new_velocity": v}


@exercise.mutant
def gradient_subtracted(theta, grad, velocity, lr, momentum):
    """v takes up −g, and θ then moves against it: uphill. The minus stands in the second line alone."""
    v = momentum * velocity - grad
    return {"new_theta": theta - lr * v, "new_velocity": v}


@exercise.mutant
def nesterov(theta, grad, velocity, lr, momentum):
    """θ moves by g + μ v with the new v: that is Nesterov's form, which looks one step ahead. Plain momentum
    moves by v."""
    v = momentum * velocity + grad
    return {"new_theta": theta - lr * (grad + momentum * v)}


@exercise.mutant
def learning_rate_missing(theta, grad, velocity, momentum):
    """θ moves by all of v: η is missing."""
    return {"new_theta": theta - (momentum * velocity + grad)}


@exercise.mutant
def velocity_is_the_step(grad, velocity, lr, momentum):
    """The v that you return is the step η v. Keep v itself: η is applied when θ moves, so that it may change
    from step to step."""
    return {"new_velocity": lr * (momentum * velocity + grad)}


@exercise.follows_from("new_theta")
def theta_from(new_velocity, theta, lr):
    return theta - lr * new_velocity
