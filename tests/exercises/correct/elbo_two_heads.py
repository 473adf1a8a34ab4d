import numpy as np


def step_by_step(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    n = len(h)
    mean, log_var = h @ W_m + b_m, h @ W_s + b_s
    sigma = np.exp(0.5 * log_var)
    z = mean + sigma * noise
    a = z @ V + c
    value = (np.logaddexp(0, a) - x * a).sum() / n + 0.5 * (mean ** 2 + sigma ** 2 - 1 - log_var).sum() / n
    da = (1 / (1 + np.exp(-a)) - x) / n
    dz = da @ V.T
    dmean = dz + mean / n
    dlog_var = 0.5 * dz * sigma * noise + 0.5 * (sigma ** 2 - 1) / n
    return value, h.T @ dmean, h.T @ dlog_var, dmean @ W_m.T + dlog_var @ W_s.T


def example_by_example(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    value, dW_m, dW_s, dh = 0.0, np.zeros_like(W_m), np.zeros_like(W_s), np.zeros_like(h)
    for n, (row, e, image) in enumerate(zip(h, noise, x)):
        mu, s = row @ W_m + b_m, row @ W_s + b_s
        a = (mu + np.exp(s / 2) * e) @ V + c
        value += np.sum(np.log1p(np.exp(a)) - image * a) + np.sum(mu ** 2 + np.exp(s) - 1 - s) / 2
        dz = V @ (1 / (1 + np.exp(-a)) - image)
        dmu = dz + mu
        ds = dz * np.exp(s / 2) * e / 2 + (np.exp(s) - 1) / 2
        dW_m += np.outer(row, dmu)
        dW_s += np.outer(row, ds)
        dh[n] = W_m @ dmu + W_s @ ds
    return [part / len(h) for part in (value, dW_m, dW_s, dh)]


def both_heads_as_one_layer(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    W, b = np.hstack([W_m, W_s]), np.concatenate([b_m, b_s])
    both = h @ W + b
    mean, log_var = np.split(both, 2, axis=1)
    spread = np.exp(log_var / 2) * noise
    a = (mean + spread) @ V + c
    pixels = 0.5 * (1 + np.tanh(a / 2))
    nats = -(x * np.log(pixels) + (1 - x) * np.log(1 - pixels)).sum(axis=1)
    nats = nats + 0.5 * (mean ** 2 + np.exp(log_var) - 1 - log_var).sum(axis=1)
    dz = (pixels - x) @ V.T
    dboth = np.hstack([dz + mean, 0.5 * (dz * spread + np.exp(log_var) - 1)]) / len(h)
    dW_m, dW_s = np.split(h.T @ dboth, 2, axis=1)
    return {"value": nats.mean(), "dW_m": dW_m, "dW_s": dW_s, "dh": dboth @ W.T}


def averaged_at_the_end(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    mean, log_var = h.dot(W_m) + b_m, h.dot(W_s) + b_s
    z = mean + np.sqrt(np.exp(log_var)) * noise
    a = z.dot(V) + c
    reconstruction = (np.maximum(a, 0) - x * a + np.log1p(np.exp(-np.abs(a)))).sum(1)
    kl = -0.5 * (1 + log_var - mean ** 2 - np.exp(log_var)).sum(1)
    dz = np.dot(np.exp(a) / (1 + np.exp(a)) - x, V.T)
    dmean, dlog_var = dz + mean, dz * (z - mean) / 2 + np.expm1(log_var) / 2
    dh = dmean.dot(W_m.T) + dlog_var.dot(W_s.T)
    return ((reconstruction + kl).mean(), h.T.dot(dmean) / len(h), h.T.dot(dlog_var) / len(h), dh / len(h))


def paths_added_at_the_weights(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    n = len(h)
    mean, log_var = h @ W_m + b_m, h @ W_s + b_s
    sigma = np.exp(log_var / 2)
    a = np.einsum("nk,kd->nd", mean + sigma * noise, V) + c
    dz = np.einsum("nd,kd->nk", 1 / (1 + np.exp(-a)) - x, V) / n
    dW_m = h.T @ dz
    dW_m += h.T @ mean / n
    dW_s = h.T @ (dz * sigma * noise) / 2
    dW_s += h.T @ (sigma ** 2 - 1) / 2 / n
    dh = dz @ W_m.T + mean @ W_m.T / n + (dz * sigma * noise) @ W_s.T / 2 + (sigma ** 2 - 1) @ W_s.T / 2 / n
    value = (np.logaddexp(a, 0).sum() - (x * a).sum() + (mean ** 2 + sigma ** 2).sum() / 2) / n
    return value - (1 + log_var).sum() / 2 / n, dW_m, dW_s, dh


def in_single_precision(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    return step_by_step(*(a.astype(np.float32) for a in (h, W_m, b_m, W_s, b_s, noise, V, c, x)))
