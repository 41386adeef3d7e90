"""Every network of the zoo written by hand in PyTorch: a judge that shares no code with us.

Each function takes leaves and data by the names of the zoo and returns the loss.  They are written
from what each network is, in PyTorch's own layers and losses, not from our equations.
"""

import torch
from torch.nn import functional


def _chain(p, x, activations):
    """Dense layers W1, b1, W2, ... with an activation (or None) after each."""
    h = x
    for number, activation in enumerate(activations, 1):
        h = functional.linear(h, p[f"W{number}"], p[f"b{number}"])
        h = h if activation is None else activation(h)
    return h


def autoencoder(p, x):
    h = _chain(p, x, (torch.tanh, torch.tanh, torch.tanh, torch.sigmoid))
    return functional.mse_loss(h, x)


def char_lstm(p, x, hidden, cell, following):
    h, c = list(hidden), list(cell)
    total = x.new_zeros(())
    for now, later in zip(x, following, strict=True):
        u = now * p["scale"]
        for layer in range(2):
            w, b = p["W"][layer], p["b"][layer]
            keep = torch.sigmoid(u * w[0] + b[0])
            take = torch.sigmoid(h[layer] * w[1] + b[1])
            show = torch.sigmoid(u * w[2] + b[2])
            change = torch.tanh(h[layer] * w[3] + b[3])
            c[layer] = c[layer] * keep + change * take
            h[layer] = show * torch.tanh(c[layer])
            u = h[layer]
        y = u * p["scale_out"] + p["b_out"]
        total = total + torch.dot(later, y - torch.log(2 + torch.exp(y).sum()))
    return -total / x.numel()


def deep_tanh(p, x, y):
    return functional.mse_loss(_chain(p, x, (torch.tanh,) * 50), y)


def digits(p, x, label):
    return functional.cross_entropy(_chain(p, x, (torch.relu, torch.relu, None)), label)


mnist_mlp = digits


def gaussian_mixture(p, x):
    """The density of the suite's own distribution, from its scale factor Q inverse."""
    weights = torch.distributions.Categorical(logits=p["a"])
    factor = torch.tril(p["L"], -1) + torch.diag_embed(torch.exp(p["q"]))
    parts = torch.distributions.MultivariateNormal(
        p["m"], precision_matrix=factor.mT @ factor, validate_args=False
    )
    return -torch.distributions.MixtureSameFamily(weights, parts).log_prob(x).mean()


def linear_regression(p, x, y):
    return functional.mse_loss(x @ p["w"] + p["b"], y)


def logistic_regression(p, x, y):
    return functional.binary_cross_entropy(torch.sigmoid(x @ p["w"] + p["b"]), y)


def matrix_factorisation(p, seen, r):
    rest = r - p["U"] @ p["V"].T
    return (seen * rest**2).sum() + 0.1 * (p["U"].norm() ** 2 + p["V"].norm() ** 2)


def poisson_regression(p, x, y):
    return functional.poisson_nll_loss(x @ p["w"] + p["b"], y, log_input=True, full=False)


def two_two_one(p, x1, x2, expected):
    y1 = torch.relu(p["W1"] * x1 + p["W2"] * x2 + p["b1"])
    y2 = torch.relu(p["W3"] * x1 + p["W4"] * x2 + p["b2"])
    return functional.mse_loss(p["W5"] * y1 + p["W6"] * y2 + p["b3"], expected, reduction="sum")


def word_scores(p, word, label):
    h = functional.embedding(word, p["E"]).mean(dim=1)
    return functional.cross_entropy(functional.linear(h, p["V"], p["b"]), label)


def xor(p, x, y):
    h = _chain(p, x, (torch.tanh, None))
    return functional.binary_cross_entropy_with_logits(h, y)


ZOO = {
    f.__name__: f
    for f in (
        autoencoder, char_lstm, deep_tanh, digits, gaussian_mixture, linear_regression,
        logistic_regression, matrix_factorisation, poisson_regression, two_two_one, word_scores,
        xor,
    )
} | {"mnist_mlp": mnist_mlp}
