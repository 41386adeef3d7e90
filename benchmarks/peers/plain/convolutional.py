"""LeNet: images as rows, channels, height, width."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.peers.plain.dense import cross_entropy


def convolve(x, W, b):
    """The convolution, and the windows that its backward pass reads again."""
    windows = sliding_window_view(x, W.shape[2:], axis=(2, 3))
    s = np.tensordot(windows, W, axes=((1, 4, 5), (1, 2, 3)))
    return s.transpose(0, 3, 1, 2) + b[:, None, None], windows


def convolve_back(windows, d):
    """The gradients by W and b."""
    return np.tensordot(d, windows, axes=((0, 2, 3), (0, 2, 3))), d.sum(axis=(0, 2, 3))


def by_input(W, d):
    """The gradient by what was convolved: the full correlation with the turned kernels."""
    p, q = W.shape[2] - 1, W.shape[3] - 1
    windows = sliding_window_view(np.pad(d, ((0, 0), (0, 0), (p, p), (q, q))), W.shape[2:], (2, 3))
    turned = W[:, :, ::-1, ::-1]
    return np.tensordot(windows, turned, axes=((1, 4, 5), (0, 2, 3))).transpose(0, 3, 1, 2)


def pool(h):
    n, c, height, width = h.shape
    return h.reshape(n, c, height // 2, 2, width // 2, 2).max(axis=(3, 5))


def pool_and_relu_back(h, m, d):
    """From the gradient by the maxima ``m`` of ``h`` to that by what ReLU made ``h`` of.

    Only windows of zeros tie, and those ReLU stops.
    """
    n, c, height, width = m.shape
    h = h.reshape(n, c, height, 2, width, 2)
    largest = (h == m[:, :, :, None, :, None]) & (h > 0)
    return (largest * d[:, :, :, None, :, None]).reshape(n, c, 2 * height, 2 * width)


def lenet(p, x, label):
    padded = np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)))
    s1, windows1 = convolve(padded, p["W1"], p["b1"])
    h1 = np.maximum(s1, 0)
    m1 = pool(h1)
    s4, windows4 = convolve(m1, p["W4"], p["b4"])
    h4 = np.maximum(s4, 0)
    m4 = pool(h4)
    f = m4.reshape(len(x), -1)
    h8 = np.maximum(f @ p["W8"].T + p["b8"], 0)
    h9 = np.maximum(h8 @ p["W9"].T + p["b9"], 0)
    loss, d = cross_entropy(h9 @ p["W10"].T + p["b10"], label)
    g = {"W10": d.T @ h9, "b10": d.sum(axis=0)}
    d = (d @ p["W10"]) * (h9 > 0)
    g["W9"], g["b9"] = d.T @ h8, d.sum(axis=0)
    d = (d @ p["W9"]) * (h8 > 0)
    g["W8"], g["b8"] = d.T @ f, d.sum(axis=0)
    d = pool_and_relu_back(h4, m4, (d @ p["W8"]).reshape(m4.shape))
    g["W4"], g["b4"] = convolve_back(windows4, d)
    d = pool_and_relu_back(h1, m1, by_input(p["W4"], d))
    g["W1"], g["b1"] = convolve_back(windows1, d)
    return loss, g


PLAIN = {"lenet": lenet}
