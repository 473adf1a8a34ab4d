import numpy as np


def by_lists(widths):
    down = [int(width) for width in widths]

    def size(path):
        return sum(n * m + m for n, m in zip(path, path[1:]))
    d, k = down[0], down[-1]
    stacked = size(down + down[-2::-1])
    return stacked, (stacked - d - k) // (2 * (d + k + 1)), size([d, k, d])


def by_search(widths):
    def size(path):
        path = np.asarray(path)
        return (path[1:] * (path[:-1] + 1)).sum()
    stacked, m = size([*widths, *widths[:-1][::-1]]), 1
    while size([widths[0], m + 1, widths[-1], m + 1, widths[0]]) <= stacked:
        m += 1
    return {"parameters": stacked, "width": m, "one_layer": size([widths[0], widths[-1], widths[0]])}


def with_dot_products(widths):
    d, k = widths[0], widths[-1]
    stacked = 2 * np.dot(widths[:-1], widths[1:]) + 2 * widths.sum() - d - k
    return float(stacked), float((stacked - d - k) // (2 * d + 2 * k + 2)), float(2 * d * k + d + k)


def loops(widths):
    stacked = 0
    for i in range(len(widths) - 1):
        stacked += widths[i] * widths[i + 1] + widths[i + 1]
        stacked += widths[i + 1] * widths[i] + widths[i]
    d, k, m = widths[0], widths[-1], 0
    while (m + 1) * (d + k) * 2 + 2 * (m + 1) + d + k <= stacked:
        m += 1
    return stacked, m, d * k * 2 + d + k


def by_making_layers(widths):
    from scratchnets.layers import Dense, Sequential

    def size(path):
        network = Sequential(*(Dense(int(n), int(m), generator=0) for n, m in zip(path, path[1:])))
        return sum(parameter.size for parameter in network.parameters())
    d, k = widths[0], widths[-1]
    stacked = size([*widths, *widths[-2::-1]])
    a, b = size([d, 1, k, 1, d]), size([d, 2, k, 2, d])
    return stacked, 1 + (stacked - a) // (b - a), size([d, k, d])


def in_single_precision(widths):
    return tuple(np.float32(value) for value in by_lists(widths))
