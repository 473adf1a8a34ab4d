import numpy as np


def before(theta, phi, h):
    new_phi = phi + h * theta
    return theta - h * new_phi, new_phi, theta ** 2 + phi ** 2 + h * theta * phi


def after(theta, phi, h):
    new_phi = phi + h * theta
    new_theta = theta - h * new_phi
    return {"new_theta": new_theta, "new_phi": new_phi,
            "conserved": new_theta ** 2 + new_phi ** 2 + h * new_theta * new_phi}


def between(theta, phi, h):
    middle = phi + h * theta
    return theta - h * middle, middle, theta * theta + middle * middle - h * theta * middle


def as_a_matrix(theta, phi, h):
    step = np.array([[1 - h * h, -h], [h, 1.0]])
    form = np.array([[1, h / 2], [h / 2, 1]])
    start = np.stack([theta, phi])
    end = step @ start
    return end[0], end[1], np.einsum("in,ij,jn->n", start, form, start)


def one_by_one(theta, phi, h):
    rows = []
    for t, p in zip(theta, phi):
        q = p + h * t
        rows.append((t - h * q, q, t ** 2 + p ** 2 + h * t * p))
    return [np.array(column) for column in zip(*rows)]


def in_single_precision(theta, phi, h):
    return before(theta.astype(np.float32), phi.astype(np.float32), np.float32(h))
