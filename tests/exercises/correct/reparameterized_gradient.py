import numpy as np


def as_derived(dy, mean, log_var, noise, fresh):
    return dy, 0.5 * dy * np.exp(0.5 * log_var) * noise


def with_sigma(dy, mean, log_var, noise, fresh):
    sigma = np.sqrt(np.exp(log_var))
    dsigma = dy * noise
    return {"dmean": dy.copy(), "dlog_var": dsigma * sigma / 2}


def from_the_sample(dy, mean, log_var, noise, fresh):
    z = mean + np.exp(log_var / 2) * noise
    return [dy * 1.0, dy * (z - mean) / 2]


def number_by_number(dy, mean, log_var, noise, fresh):
    dmean, dlog_var = np.zeros_like(dy), np.zeros_like(dy)
    for index in np.ndindex(dy.shape):
        dmean[index] = dy[index]
        dlog_var[index] = dy[index] * noise[index] * np.exp(0.5 * log_var[index]) * 0.5
    return dmean, dlog_var


def in_place(dy, mean, log_var, noise, fresh):
    dlog_var = 0.5 * log_var
    np.exp(dlog_var, out=dlog_var)
    dlog_var *= noise
    dlog_var *= dy
    dlog_var *= 0.5
    return dy, dlog_var


def in_single_precision(dy, mean, log_var, noise, fresh):
    return as_derived(*(a.astype(np.float32) for a in (dy, mean, log_var, noise, fresh)))
