import numpy as np


def mended(mean, log_var, noise, dz):
    z = mean + np.exp(0.5 * log_var) * noise
    return z, dz, 0.5 * dz * noise * np.exp(0.5 * log_var)


def root(mean, log_var, noise, dz):
    sigma = np.sqrt(np.exp(log_var))
    return mean + sigma * noise, dz.copy(), dz * noise * sigma / 2


def from_the_sample(mean, log_var, noise, dz):
    z = mean + np.exp(log_var / 2) * noise
    return {"z": z, "dmean": dz, "dlog_var": 0.5 * dz * (z - mean)}


def through_sigma(mean, log_var, noise, dz):
    sigma = np.exp(log_var) ** 0.5
    dsigma = dz * noise
    dvar = dsigma / (2 * sigma)
    return [mean + sigma * noise, dz, dvar * np.exp(log_var)]


def loops(mean, log_var, noise, dz):
    z, dmean, dlog_var = np.zeros_like(mean), np.zeros_like(mean), np.zeros_like(mean)
    for i in np.ndindex(mean.shape):
        sigma = np.e ** (log_var[i] / 2)
        z[i] = mean[i] + sigma * noise[i]
        dmean[i] += dz[i]
        dlog_var[i] += dz[i] * noise[i] * sigma * 0.5
    return z, dmean, dlog_var


def in_single_precision(mean, log_var, noise, dz):
    return mended(*(a.astype(np.float32) for a in (mean, log_var, noise, dz)))
