"""The benchmarked losses for peers that trace NumPy: written once, over what both have."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Library:
    """A peer's form of what NumPy lacks or spells otherwise.

    ``xp`` looks like NumPy; ``scan(step, state, inputs)`` calls ``step(state, input)``, which
    returns the next state and an output, over the first axis, and returns the last state and all
    outputs; ``convolve(x, W)`` and ``pool(x)``, the maxima of 2 by 2, take rows, channels, height,
    width.
    """

    xp: ModuleType
    scan: Callable
    convolve: Callable
    pool: Callable
    gelu: Callable
    sigmoid: Callable


def cross_entropy(xp, z, label):
    top = xp.max(z, axis=1, keepdims=True)
    total = xp.log(xp.sum(xp.exp(z - top), axis=1)) + top[:, 0]
    return xp.mean(total - z[xp.arange(z.shape[0]), label])


def two_two_one(lib, p, x1, x2, expected):
    xp = lib.xp
    y1 = xp.maximum(p["W1"] * x1 + p["W2"] * x2 + p["b1"], 0)
    y2 = xp.maximum(p["W3"] * x1 + p["W4"] * x2 + p["b2"], 0)
    return xp.sum((expected - (p["W5"] * y1 + p["W6"] * y2 + p["b3"])) ** 2)


def dense(lib, p, h, numbers, last=False):
    """ReLU layers by their numbers; the last may be linear."""
    for number in numbers:
        h = lib.xp.dot(h, p[f"W{number}"].T) + p[f"b{number}"]
        if not last or number != numbers[-1]:
            h = lib.xp.maximum(h, 0)
    return h


def mlp(lib, p, x, label):
    numbers = range(1, len(p) // 2 + 1)
    return cross_entropy(lib.xp, dense(lib, p, x, numbers, last=True), label)


def deep_tanh(lib, p, h, y):
    xp = lib.xp
    for number in range(1, len(p) // 2 + 1):
        h = xp.tanh(xp.dot(h, p[f"W{number}"].T) + p[f"b{number}"])
    return xp.mean((h - y) ** 2)


def lenet(lib, p, x, label):
    xp = lib.xp
    h = xp.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)))
    for number in (1, 4):
        h = lib.convolve(h, p[f"W{number}"]) + p[f"b{number}"][:, None, None]
        h = lib.pool(xp.maximum(h, 0))
    h = dense(lib, p, h.reshape(x.shape[0], -1), (8, 9, 10), last=True)
    return cross_entropy(xp, h, label)


def normalise(xp, x, g, b):
    rest = x - xp.mean(x, axis=-1, keepdims=True)
    return rest / xp.sqrt(xp.mean(rest * rest, axis=-1, keepdims=True) + 1e-5) * g + b


def transformer_block(lib, p, x, y):
    xp = lib.xp
    u = normalise(xp, x, p["g1an"], p["b1an"])
    q, k, v = (xp.einsum("ntk,hdk->nhtd", u, p[name]) for name in ("Q1a", "V1a", "W1a"))
    a = xp.matmul(q, xp.swapaxes(k, 2, 3)) / q.shape[-1] ** 0.5
    a = xp.where(xp.tril(xp.ones(a.shape[2:])) > 0, a, -1e9)
    e = xp.exp(a - xp.max(a, axis=-1, keepdims=True))
    z = xp.matmul(e / xp.sum(e, axis=-1, keepdims=True), v)
    r = x + xp.einsum("nhtd,khd->ntk", z, p["O1a"])
    w = normalise(xp, r, p["g1fn"], p["b1fn"])
    h = lib.gelu(xp.matmul(w, p["W1f"].T) + p["b1f"])
    return xp.mean((r + xp.matmul(h, p["U1f"].T) + p["c1f"] - y) ** 2)


def recurrent_loss(lib, p, step, state, x, y):
    """Inputs' products for all steps at once, the steps, and a dense layer on all of them."""
    xp = lib.xp
    W, b = p["W1"].reshape(-1, x.shape[2]), p["b1"].reshape(-1)
    _, h = lib.scan(step, state, xp.matmul(xp.swapaxes(x, 0, 1), W.T) + b)
    return xp.mean((xp.matmul(h, p["W2"].T) + p["b2"] - xp.swapaxes(y, 0, 1)) ** 2)


def lstm(lib, p, x, y):
    xp = lib.xp
    units = p["U1"].shape[-1]
    U = p["U1"].reshape(-1, units)

    def step(state, inputs):
        h, c = state
        i, f, g, o = xp.split(inputs + xp.dot(h, U.T), 4, axis=1)
        c = lib.sigmoid(f) * c + lib.sigmoid(i) * xp.tanh(g)
        h = lib.sigmoid(o) * xp.tanh(c)
        return (h, c), h

    zero = xp.zeros((x.shape[0], units), x.dtype)
    return recurrent_loss(lib, p, step, (zero, zero), x, y)


def rnn(lib, p, x, y):
    xp = lib.xp

    def step(h, inputs):
        h = xp.tanh(inputs + xp.dot(h, p["U1"].T))
        return h, h

    zero = xp.zeros((x.shape[0], p["U1"].shape[0]), x.dtype)
    return recurrent_loss(lib, p, step, zero, x, y)


def word_scores(lib, p, word, label):
    h = lib.xp.mean(p["E"][word], axis=1)
    return cross_entropy(lib.xp, lib.xp.dot(h, p["V"].T) + p["b"], label)


LOSSES = {
    "two_two_one": two_two_one, "digits": mlp, "mnist_mlp": mlp, "deep_tanh": deep_tanh,
    "lenet": lenet, "transformer_block": transformer_block, "lstm_64": lstm, "rnn_64": rnn,
    "word_scores_50k": word_scores,
}
