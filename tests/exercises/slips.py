"""Wrong answers as learners write them: one slip each, on the lines that are marked with "here"."""
import numpy as np


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def variance_with_n_minus_one(dy, x, gamma, epsilon):
    mu = x.mean(axis=0)
    var = x.var(axis=0, ddof=1)                                                     # here
    r = 1 / np.sqrt(var + epsilon)
    u = (x - mu) * r
    return gamma * r * (dy - dy.mean(axis=0) - u * (dy * u).mean(axis=0)), (dy * u).sum(axis=0), dy.sum(axis=0)


def r_squared_for_r_cubed(dy, x, gamma, epsilon):
    N = x.shape[0]
    xc = x - np.mean(x, axis=0)
    r = (np.mean(xc ** 2, axis=0) + epsilon) ** -0.5
    du = dy * gamma
    dvar = np.sum(du * xc, axis=0) * -0.5 * r ** 2                                  # here
    dmu = -np.sum(du * r, axis=0)
    return du * r + dvar * 2 * xc / N + dmu / N, np.sum(dy * xc * r, axis=0), np.sum(dy, axis=0)


def deviation_for_variance(dy, x, gamma, epsilon):
    N = len(x)
    u = (x - x.mean(0)) / np.sqrt(x.var(0) + epsilon)
    r = 1 / np.sqrt(x.std(0) + epsilon)                                             # here
    dbeta, dgamma = dy.sum(0), (dy * u).sum(0)
    return gamma * r / N * (N * dy - dbeta - u * dgamma), dgamma, dbeta


def two_mistakes_in_two_values(dy, x, gamma, epsilon):
    mu = x.mean(axis=0)
    xc = x - mu
    r = 1 / np.sqrt((xc ** 2).mean(axis=0) + epsilon)
    u = xc * r
    dgamma = (dy * xc).sum(axis=0)                                                  # here
    dbeta = dy.mean(axis=0)                                                         # here
    return gamma * r * (dy - dy.mean(axis=0) - u * (dy * u).mean(axis=0)), dgamma, dbeta


def one_axis_of_three(dy, x, gamma, epsilon):
    mu = x.mean(1, keepdims=True)
    r = 1 / np.sqrt(((x - mu) ** 2).mean(1, keepdims=True) + epsilon)
    u = (x - mu) * r
    du = dy * gamma
    dx = r * (du - du.mean(1, keepdims=True) - u * (du * u).mean(0, keepdims=True))     # here
    return dx, (dy * u).sum(0), dy.sum(0)


def dy_for_du(dy, x, gamma, epsilon):
    mu = x.mean(axis=1, keepdims=True)
    r = 1 / np.sqrt(x.var(axis=1, keepdims=True) + epsilon)
    u = (x - mu) * r
    g = dy * gamma
    second = (dy * u).mean(axis=1, keepdims=True)                                   # here
    return r * (g - g.mean(axis=1, keepdims=True) - u * second), (dy * u).sum(axis=0), dy.sum(axis=0)


def no_parenthesis(dy, y):
    return dy * y * 1 - y                                                           # here


def a_helper_is_wrong(dy, y):
    return dy * slope(y)


def slope(y):
    return y * (1 + y)                                                              # here


def times_for_power(dy, y):
    dx = dy * (1 - y * 2)                                                           # here
    return dx


def integer_gate(dy, y):
    gate = np.minimum(y, 1).astype(int)                                             # here
    return dy * gate


def edge(dy, y):
    dx = dy.copy()
    dx[y < 0] = 0                                                                   # here
    return dx


def assigns_the_slope(dy, y, slope):
    dx = dy.copy()
    dx[y < 0] = slope                                                               # here
    return dx


def loop_from_one(dy, x, W):
    dW = np.zeros_like(W)
    db = np.zeros(W.shape[1])
    for n in range(1, len(x)):                                                      # here
        dW += np.outer(x[n], dy[n])
        db += dy[n]
    return dy @ W.T, dW, db


def overwrites(dy, x, W):
    dW = np.zeros(W.shape)
    for n in range(len(x)):
        dW = np.outer(x[n], dy[n])                                                  # here
    return dy @ W.T, dW, np.sum(dy, axis=0)


def order_of_the_values(dy, x, W):
    return dy @ W.T, dy.sum(axis=0), x.T @ dy                                       # here


def returns_in_the_loop(normal, anomalous):
    total = 0.0
    for a in anomalous:
        total += (a > normal).mean() + 0.5 * (a == normal).mean()
        return total / len(anomalous)                                               # here


def ties_count_one_and_a_half(normal, anomalous):
    d = anomalous[:, None] - normal
    return (np.sum(d >= 0) + 0.5 * np.sum(d == 0)) / d.size                         # here


def labels_count_from_one(logits, labels):
    N = len(labels)
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    value = 0
    for n in range(N):
        value -= log_p[n, labels[n] - 1] / N                                        # here
        d[n, labels[n] - 1] -= 1                                                    # here
    return value, d / N


def all_rows(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[:, labels] -= 1                                                               # here
    return -log_p[range(len(labels)), labels].mean(), d / len(labels)


def repeated_indices(W, tokens):
    z = W - W.max(1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(1, keepdims=True))
    a, b = tokens[:-1], tokens[1:]
    dW = np.zeros_like(W)
    dW[a] += np.exp(log_p)[a]                                                       # here
    dW[a, b] -= 1                                                                   # here
    return -log_p[a, b].mean(), dW / len(a)


def divided_by_the_tokens(W, tokens):
    log_p = W - np.logaddexp.reduce(W, axis=1, keepdims=True)
    T = len(tokens)
    value, dW = 0, np.zeros_like(W)
    for t in range(T - 1):
        i, j = tokens[t], tokens[t + 1]
        value -= log_p[i, j]
        dW[i] += np.exp(log_p[i])
        dW[i, j] -= 1
    return value / T, dW / T                                                        # here


def stride_forgotten(dcolumns, x, kernel, stride, padding):
    N, H, W, C = x.shape
    U, V = dcolumns.shape[1:3]
    d = dcolumns.reshape(N, U, V, kernel, kernel, C)
    dx = np.zeros_like(x)
    for u in range(U):
        for v in range(V):
            for i in range(kernel):
                for j in range(kernel):
                    r = stride * u + i - padding
                    c = v + j - padding                                             # here
                    if 0 <= r < H and 0 <= c < W:
                        dx[:, r, c] += d[:, u, v, i, j]
    return dx


def padding_added(dy, x, W, stride, padding):
    H, Wd = dy.shape[1:3]
    K = W.shape[0]
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for u in range(x.shape[1]):
        for v in range(x.shape[2]):
            for i in range(K):
                for j in range(K):
                    r = stride * u + i + padding                                    # here
                    s = stride * v + j + padding                                    # here
                    if 0 <= r < H and 0 <= s < Wd:
                        dx[:, u, v] += dy[:, r, s] @ W[i, j]
                        dW[i, j] += dy[:, r, s].T @ x[:, u, v]
    return dx, dW, dy.sum(axis=(0, 1, 2))


def negative_indices(dy, x, W, stride, padding):
    H, Wd = dy.shape[1:3]
    K = W.shape[0]
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for u in range(x.shape[1]):
        for v in range(x.shape[2]):
            for i in range(K):
                for j in range(K):
                    r, s = stride * u + i - padding, stride * v + j - padding
                    if r >= H or s >= Wd:                                           # here
                        continue
                    dx[:, u, v] += dy[:, r, s] @ W[i, j]
                    dW[i, j] += dy[:, r, s].T @ x[:, u, v]
    return dx, dW, dy.sum(axis=(0, 1, 2))


def last_of_equals(dy, x, kernel, stride):
    N, H, W, C = x.shape
    dx = np.zeros_like(x)
    for n, u, v, c in np.ndindex(*dy.shape):
        best = -np.inf
        for i in range(kernel):
            for j in range(kernel):
                if x[n, u * stride + i, v * stride + j, c] >= best:                 # here
                    best, row, column = x[n, u * stride + i, v * stride + j, c], u * stride + i, v * stride + j
        dx[n, row, column, c] += dy[n, u, v, c]
    return dx


def blocks_that_slide(dy, x, m):
    N, H, W, C = x.shape
    dx = np.zeros_like(x)
    for n in range(N):
        i, j = n // m, n % m
        dx[n] = dy[i, :, :, j:j + C]                                                # here
    return dx


def old_velocity(theta, grad, velocity, lr, momentum):
    new_velocity = momentum * velocity + grad
    return theta - lr * velocity, new_velocity                                      # here


def mean_over_everything(x, labels, centers):
    new = centers.copy()
    for j in range(centers.shape[0]):
        if np.any(labels == j):
            new[j] = x[labels == j].mean()                                          # here
    return new


def no_break(scratch, pretrained):
    d = scratch - pretrained
    gain = np.mean(d, axis=1)
    error = np.std(d, axis=1, ddof=1) / np.sqrt(d.shape[1])
    stops = len(gain)
    for row in range(len(gain)):
        if gain[row] <= 2 * error[row]:                                             # here
            stops = row
    return gain, error, stops


def rounded(widths):
    w = widths.astype(int)
    total = sum(2 * a * b + a + b for a, b in zip(w[:-1], w[1:]))
    D, k = w[0], w[-1]
    m = round((total - D - k) / (2 * (D + k + 1)))                                  # here
    return total, m, 2 * D * k + D + k


def half_of_one_term(h, W_m, b_m, W_s, b_s, noise, V, c, x):
    N = len(h)
    mu, s = h @ W_m + b_m, h @ W_s + b_s
    a = (mu + np.exp(0.5 * s) * noise) @ V + c
    kl = 0.5 * mu ** 2 + np.exp(s) - 1 - s                                          # here
    value = (np.logaddexp(0, a) - x * a).sum() / N + kl.sum() / N
    dz = (sigmoid(a) - x) / N @ V.T
    dmu = dz + mu / N
    ds = 0.5 * (dz * noise * np.exp(0.5 * s) + np.exp(s) / N - 1 / N)
    return value, h.T @ dmu, h.T @ ds, dmu @ W_m.T + ds @ W_s.T


def table_of_integers(dy, tokens, W):
    dW = np.zeros(W.shape, dtype=int)                                               # here
    flat, g = tokens.reshape(-1), dy.reshape(-1, W.shape[1])
    for t, row in zip(flat, g):
        dW[t] = dW[t] + row
    return dW


SLIPS = [
    ("batch_norm_backward", variance_with_n_minus_one), ("batch_norm_backward", r_squared_for_r_cubed),
    ("batch_norm_backward", deviation_for_variance), ("batch_norm_backward", two_mistakes_in_two_values),
    ("layer_norm_backward", one_axis_of_three), ("layer_norm_backward", dy_for_du),
    ("sigmoid_backward", no_parenthesis), ("sigmoid_backward", a_helper_is_wrong), ("tanh_backward", times_for_power),
    ("relu_backward", integer_gate), ("relu_backward", edge), ("leaky_relu_backward", assigns_the_slope),
    ("dense_backward", loop_from_one), ("dense_backward", overwrites), ("dense_backward", order_of_the_values),
    ("auroc_with_ties", returns_in_the_loop), ("auroc_with_ties", ties_count_one_and_a_half),
    ("softmax_cross_entropy", labels_count_from_one), ("softmax_cross_entropy", all_rows),
    ("bigram_gradient", repeated_indices), ("bigram_gradient", divided_by_the_tokens),
    ("im2col_backward", stride_forgotten), ("conv_transpose2d_backward", padding_added),
    ("conv_transpose2d_backward", negative_indices), ("max_pool2d_backward", last_of_equals),
    ("pack_backward", blocks_that_slide), ("momentum_update", old_velocity), ("kmeans_update", mean_over_everything),
    ("paired_differences", no_break), ("match_parameters", rounded), ("elbo_two_heads", half_of_one_term),
    ("embedding_backward", table_of_integers)]
