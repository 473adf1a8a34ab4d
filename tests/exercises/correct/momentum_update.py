import numpy as np


def direct(theta, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return theta - lr * velocity, velocity


def in_place_on_copies(theta, grad, velocity, lr, momentum):
    theta, v = theta.copy(), velocity.copy()
    v *= momentum
    v += grad
    theta -= lr * v
    return {"new_theta": theta, "new_velocity": v}


def loops(theta, grad, velocity, lr, momentum):
    new_theta, new_velocity = np.zeros_like(theta), np.zeros_like(velocity)
    for index in np.ndindex(theta.shape):
        new_velocity[index] = momentum * velocity[index] + grad[index]
        new_theta[index] = theta[index] - lr * new_velocity[index]
    return new_theta, new_velocity


def two_terms(theta, grad, velocity, lr, momentum):
    return [theta - lr * momentum * velocity - lr * grad, np.add(grad, np.multiply(momentum, velocity))]


def step_first(theta, grad, velocity, lr, momentum):
    step = -lr * (grad + momentum * velocity)
    return theta + step, -step / lr


def in_single_precision(theta, grad, velocity, lr, momentum):
    theta, grad, velocity = (a.astype(np.float32) for a in (theta, grad, velocity))
    v = np.float32(momentum) * velocity + grad
    return theta - np.float32(lr) * v, v
