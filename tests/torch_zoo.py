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


def lenet(p, x, label):
    h = functional.max_pool2d(torch.relu(functional.conv2d(x, p["W1"], p["b1"], padding=2)), 2)
    h = functional.max_pool2d(torch.relu(functional.conv2d(h, p["W4"], p["b4"])), 2).flatten(1)
    for number in (8, 9):
        h = torch.relu(functional.linear(h, p[f"W{number}"], p[f"b{number}"]))
    return functional.cross_entropy(functional.linear(h, p["W10"], p["b10"]), label)


def lstm_64(p, x, y):
    made = torch.nn.LSTM(32, 64, batch_first=True, dtype=torch.float64)
    bias = p["b1"].reshape(-1)
    weights = {
        "weight_ih_l0": p["W1"].reshape(-1, 32), "weight_hh_l0": p["U1"].reshape(-1, 64),
        "bias_ih_l0": bias, "bias_hh_l0": torch.zeros_like(bias),
    }
    h = torch.func.functional_call(made, weights, (x,))[0]
    return functional.mse_loss(functional.linear(h, p["W2"], p["b2"]), y)


def gru(p, x, seen, label):
    h = x.new_zeros(len(x), 24)
    bias = torch.cat([torch.zeros(48, dtype=x.dtype), p["c1"]])
    cell = torch.nn.GRUCell(8, 24, dtype=torch.float64)
    weights = {
        "weight_ih": p["W1"].reshape(-1, 8), "weight_hh": p["U1"].reshape(-1, 24),
        "bias_ih": p["b1"].reshape(-1), "bias_hh": bias,
    }
    for t in range(x.shape[1]):
        made = torch.func.functional_call(cell, weights, (x[:, t], h))
        h = torch.lerp(h, made, seen[:, t, None])
    return functional.cross_entropy(functional.linear(h, p["W2"], p["b2"]), label)


def _block(p, x, name, biases):
    """A causal block that normalises first, by PyTorch's own attention."""
    width, heads = x.shape[-1], 4

    def project(weight, bias):
        flat = p[f"{weight}{name}a"].reshape(width, width)
        made = functional.linear(a, flat, p[f"{bias}{name}a"].reshape(-1) if biases else None)
        return made.unflatten(-1, (heads, -1)).transpose(1, 2)

    a = functional.layer_norm(x, (width,), p[f"g{name}an"], p[f"b{name}an"])
    parts = [project(*pair) for pair in (("Q", "bq"), ("V", "bv"), ("W", "bw"))]
    seen = functional.scaled_dot_product_attention(*parts, is_causal=True)
    out = p[f"O{name}a"].reshape(width, width)
    x = x + functional.linear(seen.transpose(1, 2).flatten(2), out,
                              p[f"bo{name}a"] if biases else None)
    a = functional.layer_norm(x, (width,), p[f"g{name}fn"], p[f"b{name}fn"])
    h = functional.gelu(functional.linear(a, p[f"W{name}f"], p[f"b{name}f"]))
    return x + functional.linear(h, p[f"U{name}f"], p[f"c{name}f"])


def transformer_block(p, x, y):
    return functional.mse_loss(_block(p, x, "1", False), y)


def gpt_small(p, word, following):
    h = functional.embedding(word, p["E1"]) + p["P2"]
    for name in ("3", "4"):
        h = _block(p, h, name, False)
    h = functional.layer_norm(h, (32,), p["glast"], p["blast"])
    scores = functional.linear(h, p["E1"])
    return functional.cross_entropy(scores.flatten(0, 1), following.flatten(), ignore_index=0)


def resnet_block(p, x, label):
    def conv(h, number, stride=1, padding=1):
        made = functional.conv2d(h, p[f"W{number}"], stride=stride, padding=padding)
        return functional.batch_norm(made, None, None, p[f"g{number + 1}"], p[f"b{number + 1}"],
                                     training=True)

    h = torch.relu(x + conv(torch.relu(conv(x, 2)), 5))
    h = torch.relu(conv(torch.relu(conv(h, 8, 2)), 11) + conv(h, 13, 2, 0))
    return functional.cross_entropy(functional.linear(h.mean((2, 3)), p["W16"], p["b16"]), label)


def unet_small(p, x, inside):
    def conv(h, number):
        return torch.relu(functional.conv2d(h, p[f"W{number}"], p[f"b{number}"], padding=1))

    def up(h, number):
        return functional.conv_transpose2d(h, p[f"W{number}"], p[f"b{number}"], stride=2)

    wide = conv(x, 1)
    half = conv(functional.max_pool2d(wide, 2), 4)
    h = conv(functional.max_pool2d(half, 2), 7)
    h = conv(torch.cat([up(h, 9), half], 1), 11)
    h = conv(torch.cat([up(h, 13), wide], 1), 15)
    logit = functional.conv2d(h, p["W17"], p["b17"])
    return functional.binary_cross_entropy_with_logits(logit, inside)


def vae(p, x, noise):
    h = torch.tanh(functional.linear(x, p["W1"], p["b1"]))
    mean = functional.linear(h, p["W2"], p["b2"])
    deviation = torch.exp(functional.linear(h, p["W3"], p["b3"]) / 2)
    normal = torch.distributions.Normal
    g = torch.tanh(functional.linear(mean + deviation * noise, p["W4"], p["b4"]))
    logit = functional.linear(g, p["W5"], p["b5"])
    rebuilt = functional.binary_cross_entropy_with_logits(logit, x, reduction="sum")
    away = torch.distributions.kl_divergence(normal(mean, deviation), normal(0.0, 1.0)).sum()
    return (rebuilt + away) / len(x)


def mixture_density(p, x, y):
    h = torch.tanh(functional.linear(x, p["W1"], p["b1"]))
    share = functional.linear(h, p["W2"], p["b2"])
    centre = torch.einsum("cdj,nj->ncd", p["W3"], h) + p["b3"]
    width = torch.exp(functional.linear(h, p["W4"], p["b4"]))
    of = torch.distributions
    parts = of.Independent(of.Normal(centre, width[..., None].expand_as(centre)), 1)
    return -of.MixtureSameFamily(of.Categorical(logits=share), parts).log_prob(y).mean()


def bundle_adjustment(p, camera, point, weight, measured):
    r, v = p["turn"][camera], p["X"][point] - p["centre"][camera]
    # The rotation is the exponential of the vector's cross product matrix.
    nil = torch.zeros_like(r[:, 0])
    cross = torch.stack([nil, -r[:, 2], r[:, 1], r[:, 2], nil, -r[:, 0], -r[:, 1], r[:, 0], nil])
    seen = (torch.linalg.matrix_exp(cross.T.reshape(-1, 3, 3)) @ v[..., None])[..., 0]
    flat = seen[:, :2] / seen[:, 2:]
    radius = (flat**2).sum(-1)
    bent = 1 + p["lens"][camera, 0] * radius + p["lens"][camera, 1] * radius**2
    place = p["middle"][camera] + (p["focal"][camera] * bent)[:, None] * flat
    return ((weight[:, None] * (place - measured))**2).sum() + ((1 - weight**2)**2).sum()


def graph_network(p, x, source, goal, y):
    h = torch.tanh(functional.linear(x, p["W"], p["b"]))
    for n in ("1", "2"):
        message = torch.tanh(h[source] @ p[f"A{n}"].T + h[goal] @ p[f"B{n}"].T + p[f"c{n}"])
        arrived = torch.zeros_like(h).index_add(0, goal, message)
        h = torch.tanh(h + arrived @ p[f"U{n}"].T)
    return functional.mse_loss(h @ p["V"], y)


def neural_ode(p, x, y):
    def field(u):
        return functional.linear(torch.tanh(functional.linear(u, p["W"], p["b"])), p["V"], p["c"])

    u, step = x, 0.1
    for _ in range(10):
        a = field(u)
        b = field(u + a * step / 2)
        c = field(u + b * step / 2)
        u = u + (a + 2 * b + 2 * c + field(u + c * step)) * step / 6
    return functional.mse_loss(u, y)


def word2vec(p, word, near, drawn):
    u = p["U"][word]
    hit = functional.logsigmoid((u * p["V"][near]).sum(-1))
    miss = functional.logsigmoid(-torch.einsum("nd,nmd->nm", u, p["V"][drawn])).sum(-1)
    return -(hit + miss).mean()


ZOO = {
    f.__name__: f
    for f in (
        autoencoder, char_lstm, deep_tanh, digits, gaussian_mixture, linear_regression,
        logistic_regression, matrix_factorisation, poisson_regression, two_two_one, word_scores,
        xor, lenet, lstm_64, gru, transformer_block, gpt_small, resnet_block, unet_small, vae,
        mixture_density, bundle_adjustment, graph_network, neural_ode, word2vec,
    )
} | {"mnist_mlp": mnist_mlp}
