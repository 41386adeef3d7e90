"""The benchmarked losses in the functions of torch.nn.functional."""

import torch
from torch.nn import functional


def two_two_one(p, x1, x2, expected):
    y1 = torch.relu(p["W1"] * x1 + p["W2"] * x2 + p["b1"])
    y2 = torch.relu(p["W3"] * x1 + p["W4"] * x2 + p["b2"])
    return ((expected - (p["W5"] * y1 + p["W6"] * y2 + p["b3"])) ** 2).sum()


def mlp(p, h, label):
    layers = len(p) // 2
    for number in range(1, layers + 1):
        h = functional.linear(h, p[f"W{number}"], p[f"b{number}"])
        if number < layers:
            h = torch.relu(h)
    return functional.cross_entropy(h, label)


def deep_tanh(p, h, y):
    for number in range(1, len(p) // 2 + 1):
        h = torch.tanh(functional.linear(h, p[f"W{number}"], p[f"b{number}"]))
    return functional.mse_loss(h, y)


def lenet(p, x, label):
    h = torch.relu(functional.conv2d(x, p["W1"], p["b1"], padding=2))
    h = torch.relu(functional.conv2d(functional.max_pool2d(h, 2), p["W4"], p["b4"]))
    h = functional.max_pool2d(h, 2).flatten(1)
    h = torch.relu(functional.linear(h, p["W8"], p["b8"]))
    h = torch.relu(functional.linear(h, p["W9"], p["b9"]))
    return functional.cross_entropy(functional.linear(h, p["W10"], p["b10"]), label)


def transformer_block(p, x, y):
    n, steps, width = x.shape
    u = functional.layer_norm(x, (width,), p["g1an"], p["b1an"])
    weight = torch.cat([p["Q1a"], p["V1a"], p["W1a"]]).reshape(3 * width, width)
    q, k, v = (
        part.reshape(n, steps, *p["Q1a"].shape[:2]).transpose(1, 2)
        for part in functional.linear(u, weight).chunk(3, dim=-1)
    )
    z = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    z = z.transpose(1, 2).reshape(n, steps, width)
    r = x + functional.linear(z, p["O1a"].reshape(width, width))
    w = functional.layer_norm(r, (width,), p["g1fn"], p["b1fn"])
    h = functional.gelu(functional.linear(w, p["W1f"], p["b1f"]))
    return functional.mse_loss(r + functional.linear(h, p["U1f"], p["c1f"]), y)


def lstm(p, x, y):
    units = p["U1"].shape[-1]
    U = p["U1"].reshape(-1, units)
    inputs = functional.linear(x, p["W1"].reshape(len(U), -1), p["b1"].reshape(-1))
    h = c = x.new_zeros(len(x), units)
    steps = []
    for now in inputs.unbind(1):
        i, f, g, o = (now + functional.linear(h, U)).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        steps.append(h)
    return functional.mse_loss(functional.linear(torch.stack(steps, 1), p["W2"], p["b2"]), y)


def rnn(p, x, y):
    inputs = functional.linear(x, p["W1"], p["b1"])
    h = x.new_zeros(len(x), len(p["b1"]))
    steps = []
    for now in inputs.unbind(1):
        h = torch.tanh(now + functional.linear(h, p["U1"]))
        steps.append(h)
    return functional.mse_loss(functional.linear(torch.stack(steps, 1), p["W2"], p["b2"]), y)


def word_scores(p, word, label):
    h = functional.embedding(word, p["E"]).mean(1)
    return functional.cross_entropy(functional.linear(h, p["V"], p["b"]), label)


LOSSES = {
    "two_two_one": two_two_one, "digits": mlp, "mnist_mlp": mlp, "deep_tanh": deep_tanh,
    "lenet": lenet, "transformer_block": transformer_block, "lstm_64": lstm, "rnn_64": rnn,
    "word_scores_50k": word_scores,
}
