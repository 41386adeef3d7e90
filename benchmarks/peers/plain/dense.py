"""Networks of dense layers."""

import numpy as np


def cross_entropy(z, label):
    """The mean over rows of softmax cross entropy, and its gradient by ``z``."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(d[rows, label]).mean()
    d[rows, label] -= 1
    d /= len(z)
    return loss, d


def plain_two_two_one(p, x1, x2, expected):
    x = np.stack([x1, x2], axis=1)
    w = np.array([[p["W1"], p["W2"]], [p["W3"], p["W4"]]])
    s = x @ w.T + np.array([p["b1"], p["b2"]])
    y = np.maximum(s, 0)
    v = np.array([p["W5"], p["W6"]])
    rest = y @ v + p["b3"] - expected
    d = 2 * rest
    d_v = d @ y
    d_s = np.outer(d, v) * (s > 0)
    d_w, d_b = d_s.T @ x, d_s.sum(axis=0)
    return (rest**2).sum(), {
        "W1": d_w[0, 0], "W2": d_w[0, 1], "W3": d_w[1, 0], "W4": d_w[1, 1], "b1": d_b[0],
        "b2": d_b[1], "W5": d_v[0], "W6": d_v[1], "b3": d.sum(),
    }


def plain_mlp(p, x, label):
    layers = len(p) // 2
    held = [x]
    for number in range(1, layers + 1):
        s = held[-1] @ p[f"W{number}"].T + p[f"b{number}"]
        held.append(np.maximum(s, 0) if number < layers else s)
    loss, d = cross_entropy(held.pop(), label)
    grads = {}
    for number in range(layers, 0, -1):
        grads[f"W{number}"], grads[f"b{number}"] = d.T @ held[number - 1], d.sum(axis=0)
        if number > 1:
            d = (d @ p[f"W{number}"]) * (held[number - 1] > 0)
    return loss, grads


def plain_tanh(p, x, y):
    layers = len(p) // 2
    held = [x]
    for number in range(1, layers + 1):
        held.append(np.tanh(held[-1] @ p[f"W{number}"].T + p[f"b{number}"]))
    rest = held[-1] - y
    d = 2 * rest / rest.size
    grads = {}
    for number in range(layers, 0, -1):
        d = d * (1 - held[number] ** 2)
        grads[f"W{number}"], grads[f"b{number}"] = d.T @ held[number - 1], d.sum(axis=0)
        d = d @ p[f"W{number}"]
    return (rest**2).mean(), grads


PLAIN = {"two_two_one": plain_two_two_one, "digits": plain_mlp, "mnist_mlp": plain_mlp,
         "deep_tanh": plain_tanh}
