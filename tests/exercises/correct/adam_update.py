import numpy as np


def direct(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad ** 2
    return theta - lr * (m / (1 - beta1 ** t)) / (np.sqrt(v / (1 - beta2 ** t)) + epsilon), m, v


def in_place_on_copies(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    m += (1 - beta1) * (grad - m)
    v += (1 - beta2) * (grad * grad - v)
    theta -= lr * m / (1 - np.power(beta1, t)) / (np.sqrt(v / (1 - np.power(beta2, t))) + epsilon)
    return {"new_m": m, "new_v": v, "new_theta": theta}


def corrections_moved(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    new_m, new_v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad * grad
    c1, c2 = 1 - beta1 ** t, np.sqrt(1 - beta2 ** t)
    return theta - lr * c2 / c1 * new_m / (np.sqrt(new_v) + epsilon * c2), new_m, new_v


def loops(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    out = [np.empty_like(theta) for _ in range(3)]
    for i in np.ndindex(theta.shape):
        first = beta1 * m[i] + (1 - beta1) * grad[i]
        second = beta2 * v[i] + (1 - beta2) * grad[i] ** 2
        step = lr * first / (1 - beta1 ** t) / ((second / (1 - beta2 ** t)) ** 0.5 + epsilon)
        out[0][i], out[1][i], out[2][i] = theta[i] - step, first, second
    return out


def power_by_product(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    power1 = power2 = 1.0
    for _ in range(t):
        power1, power2 = power1 * beta1, power2 * beta2
    m = np.average([m, grad], axis=0, weights=[beta1, 1 - beta1])
    v = beta2 * v + (1 - beta2) * np.square(grad)
    return theta - np.divide(lr * m, (1 - power1) * ((v / (1 - power2)) ** 0.5 + epsilon)), m, v


def in_single_precision(theta, grad, m, v, t, lr, beta1, beta2, epsilon):
    theta, grad, m, v = (a.astype(np.float32) for a in (theta, grad, m, v))
    lr, beta1, beta2, epsilon = map(np.float32, (lr, beta1, beta2, epsilon))
    return direct(theta, grad, m, v, t, lr, beta1, beta2, epsilon)
