import numpy as np


def as_derived(mean, log_var):
    n = len(mean)
    value = 0.5 * (mean ** 2 + np.exp(log_var) - 1 - log_var).sum() / n
    return value, mean / n, 0.5 * (np.exp(log_var) - 1) / n


def with_expm1(mean, log_var):
    value = 0.5 * np.sum(np.square(mean) + (np.expm1(log_var) - log_var), axis=1).mean()
    return {"value": value, "dmean": mean / len(mean), "dlog_var": np.expm1(log_var) / (2 * len(mean))}


def as_papers_write_it(mean, log_var):
    bound = 0.5 * np.sum(1 + log_var - mean ** 2 - np.exp(log_var), axis=1)
    return [-bound.mean(), mean * (1 / len(mean)), -0.5 * (1 - np.exp(log_var)) / len(mean)]


def example_by_example(mean, log_var):
    value, dmean, dlog_var = 0.0, np.zeros_like(mean), np.zeros_like(mean)
    for n, (mu, a) in enumerate(zip(mean, log_var)):
        sigma = np.exp(a / 2)
        value += (mu @ mu + sigma @ sigma - len(mu) - 2 * np.log(sigma).sum()) / 2
        dmean[n] = mu
        dlog_var[n] = (sigma ** 2 - 1) / 2
    return value / len(mean), dmean / len(mean), dlog_var / len(mean)


def from_the_general_formula(mean, log_var):
    m, s2 = np.zeros_like(mean), np.ones_like(mean)
    ratio = np.exp(log_var) / s2
    terms = ((mean - m) ** 2 / s2 + ratio - 1 - np.log(ratio)) / 2
    return np.einsum("nk->", terms) / len(mean), (mean - m) / s2 / len(mean), (ratio - 1) / 2 / len(mean)


def in_single_precision(mean, log_var):
    return as_derived(mean.astype(np.float32), log_var.astype(np.float32))
