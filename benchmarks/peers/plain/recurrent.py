"""Recurrences: time first, so that a step is one block of memory; the rest outside of the loop."""

import numpy as np


def dense_loss(p, h, y):
    """A dense layer on all steps, its mean squared error, and the gradients by W2, b2 and h."""
    flat = h.reshape(-1, h.shape[-1])
    rest = flat @ p["W2"].T + p["b2"] - y.transpose(1, 0, 2).reshape(-1, y.shape[-1])
    d = 2 * rest / rest.size
    grads = {"W2": d.T @ flat, "b2": d.sum(axis=0)}
    return (rest * rest).mean(), grads, (d @ p["W2"]).reshape(h.shape)


def lstm(p, x, y):
    rows, steps, features = x.shape
    gates, units, _ = p["W1"].shape
    W, U = p["W1"].reshape(-1, features), p["U1"].reshape(-1, units)
    inputs = x.transpose(1, 0, 2).reshape(-1, features)
    a = (inputs @ W.T + p["b1"].ravel()).reshape(steps, rows, gates, units)
    h = np.zeros((steps + 1, rows, units), x.dtype)
    c = np.zeros_like(h)
    tanh_c = np.empty_like(h)
    # Each gate's values take the place of its sums: input, forget, cell, output.
    for t in range(steps):
        now = a[t]
        now += (h[t] @ U.T).reshape(now.shape)
        now[:, :2] = 1 / (1 + np.exp(-now[:, :2]))
        now[:, 2] = np.tanh(now[:, 2])
        now[:, 3] = 1 / (1 + np.exp(-now[:, 3]))
        c[t + 1] = now[:, 1] * c[t] + now[:, 0] * now[:, 2]
        tanh_c[t] = np.tanh(c[t + 1])
        h[t + 1] = now[:, 3] * tanh_c[t]
    loss, grads, d_y = dense_loss(p, h[1:], y)
    d_a = np.empty_like(a)
    d_h, d_c = np.zeros((2, rows, units), x.dtype)
    for t in reversed(range(steps)):
        i, f, g, o = a[t].transpose(1, 0, 2)
        d_h = d_h + d_y[t]
        d_c = d_c + d_h * o * (1 - tanh_c[t] ** 2)
        d_a[t, :, 0] = d_c * g * i * (1 - i)
        d_a[t, :, 1] = d_c * c[t] * f * (1 - f)
        d_a[t, :, 2] = d_c * i * (1 - g * g)
        d_a[t, :, 3] = d_h * tanh_c[t] * o * (1 - o)
        d_c = d_c * f
        d_h = d_a[t].reshape(rows, -1) @ U
    d = d_a.reshape(steps * rows, -1)
    grads["W1"] = (d.T @ inputs).reshape(p["W1"].shape)
    grads["U1"] = (d.T @ h[:-1].reshape(-1, units)).reshape(p["U1"].shape)
    grads["b1"] = d.sum(axis=0).reshape(p["b1"].shape)
    return loss, grads


def rnn(p, x, y):
    rows, steps, features = x.shape
    units = len(p["b1"])
    inputs = x.transpose(1, 0, 2).reshape(-1, features)
    a = (inputs @ p["W1"].T + p["b1"]).reshape(steps, rows, units)
    h = np.zeros((steps + 1, rows, units), x.dtype)
    for t in range(steps):
        h[t + 1] = np.tanh(a[t] + h[t] @ p["U1"].T)
    loss, grads, d_y = dense_loss(p, h[1:], y)
    d_a = np.empty_like(a)
    d_h = np.zeros((rows, units), x.dtype)
    for t in reversed(range(steps)):
        d_a[t] = (d_h + d_y[t]) * (1 - h[t + 1] ** 2)
        d_h = d_a[t] @ p["U1"]
    d = d_a.reshape(-1, units)
    grads["W1"], grads["b1"] = d.T @ inputs, d.sum(axis=0)
    grads["U1"] = d.T @ h[:-1].reshape(-1, units)
    return loss, grads


PLAIN = {"lstm_64": lstm, "rnn_64": rnn}
