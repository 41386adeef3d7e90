"""A transformer block, causal, normalised before each part.

NumPy has no erf; SciPy's is what a hand-written gelu takes.
"""

import math

import numpy as np
from scipy.special import erf

EPSILON = 1e-5


def normalise(x, g, b):
    """Layer normalisation, and what its backward pass reads again."""
    rest = x - x.mean(axis=-1, keepdims=True)
    scale = 1 / np.sqrt((rest * rest).mean(axis=-1, keepdims=True) + EPSILON)
    unit = rest * scale
    return unit * g + b, unit, scale


def normalise_back(unit, scale, g, d):
    """The gradients by input, g and b."""
    d_unit = d * g
    d_x = d_unit - d_unit.mean(axis=-1, keepdims=True)
    d_x -= unit * (d_unit * unit).mean(axis=-1, keepdims=True)
    return d_x * scale, (d * unit).sum(axis=(0, 1)), d.sum(axis=(0, 1))


def transformer_block(p, x, y):
    n, steps, width = x.shape
    heads, each, _ = p["Q1a"].shape

    def split(a):
        return a.reshape(n, steps, heads, each).transpose(0, 2, 1, 3)

    def join(a):
        return a.transpose(0, 2, 1, 3).reshape(n * steps, width)

    # Queries, keys and values in one product.
    W = np.concatenate([p[k].reshape(width, width) for k in ("Q1a", "V1a", "W1a")])
    O = p["O1a"].reshape(width, width)  # noqa: E741
    u, unit_a, scale_a = normalise(x, p["g1an"], p["b1an"])
    u = u.reshape(-1, width)
    q, k, v = map(split, np.split(u @ W.T, 3, axis=1))
    factor = x.dtype.type(1 / math.sqrt(each))
    a = q @ k.transpose(0, 1, 3, 2) * factor
    a[:, :, np.triu(np.ones((steps, steps), bool), 1)] = -np.inf
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    attended = e / e.sum(axis=-1, keepdims=True)
    z = join(attended @ v)
    r = x + (z @ O.T).reshape(x.shape)
    w, unit_f, scale_f = normalise(r, p["g1fn"], p["b1fn"])
    w = w.reshape(-1, width)
    s = w @ p["W1f"].T + p["b1f"]
    below = (1 + erf(s * x.dtype.type(1 / math.sqrt(2)))) / 2
    h = s * below
    rest = r + (h @ p["U1f"].T + p["c1f"]).reshape(x.shape) - y

    g = {}
    d_r = 2 * rest / rest.size
    d = d_r.reshape(-1, width)
    g["U1f"], g["c1f"] = d.T @ h, d.sum(axis=0)
    density = np.exp(-s * s / 2) * x.dtype.type(1 / math.sqrt(2 * math.pi))
    d = (d @ p["U1f"]) * (below + s * density)
    g["W1f"], g["b1f"] = d.T @ w, d.sum(axis=0)
    d_w = (d @ p["W1f"]).reshape(x.shape)
    d_x, g["g1fn"], g["b1fn"] = normalise_back(unit_f, scale_f, p["g1fn"], d_w)
    d = (d_r + d_x).reshape(-1, width)
    g["O1a"] = (d.T @ z).reshape(p["O1a"].shape)
    d_z = split(d @ O)
    d_v = attended.transpose(0, 1, 3, 2) @ d_z
    d_p = d_z @ v.transpose(0, 1, 3, 2)
    d_a = attended * (d_p - (d_p * attended).sum(axis=-1, keepdims=True)) * factor
    d_q, d_k = d_a @ k, d_a.transpose(0, 1, 3, 2) @ q
    d = np.concatenate([join(d_q), join(d_k), join(d_v)], axis=1)
    g["Q1a"], g["V1a"], g["W1a"] = (d.T @ u).reshape(3, *p["Q1a"].shape)
    d_u = (d @ W).reshape(x.shape)
    _, g["g1an"], g["b1an"] = normalise_back(unit_a, scale_a, p["g1an"], d_u)
    return (rest * rest).mean(), g


PLAIN = {"transformer_block": transformer_block}
