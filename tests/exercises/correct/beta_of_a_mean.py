import numpy as np


def from_sums(logits, x, mean, log_var, weight):
    n, d = x.shape
    k = mean.shape[1]
    reconstruction = (np.logaddexp(0, logits) - x * logits).sum() / n
    kl = 0.5 * (mean ** 2 + np.exp(log_var) - 1 - log_var).sum() / n
    beta = weight * d / k
    return beta, 1 / d, reconstruction + beta * kl


def from_the_programs_loss(logits, x, mean, log_var, weight):
    loss = (np.log(1 + np.exp(logits)) - x * logits).mean()
    loss = loss + weight * 0.5 * (mean ** 2 + np.exp(log_var) - 1 - log_var).mean()
    scale = x.shape[1] ** -1.0
    return {"beta": weight * logits.shape[1] / log_var.shape[1], "scale": scale, "loss": loss / scale}


def from_the_number_of_entries(logits, x, mean, log_var, weight):
    beta = weight * logits.size / mean.size
    scale = len(x) / x.size
    nats = (np.logaddexp(0, logits) - x * logits).sum(axis=1)
    price = ((mean ** 2 + np.exp(log_var)) / 2 - (1 + log_var) / 2).sum(axis=1)
    return [beta, scale, np.mean(nats + beta * price)]


def image_by_image(logits, x, mean, log_var, weight):
    beta, total = weight * x.shape[1] / mean.shape[1], 0.0
    for a, image, mu, s in zip(logits, x, mean, log_var):
        total += np.log1p(np.exp(a)).sum() - image @ a
        total += beta * 0.5 * (mu @ mu + np.exp(s).sum() - len(mu) - s.sum())
    return beta, 1 / x.shape[1], total / len(x)


def as_arrays(logits, x, mean, log_var, weight):
    answer = from_sums(logits, x, mean, log_var, weight)
    return tuple(np.array(value) for value in answer)


def in_single_precision(logits, x, mean, log_var, weight):
    arrays = (a.astype(np.float32) for a in (logits, x, mean, log_var))
    return tuple(np.float32(value) for value in from_sums(*arrays, np.float32(weight)))
