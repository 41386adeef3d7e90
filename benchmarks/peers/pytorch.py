"""PyTorch in eager mode, on one thread."""

import importlib

TITLE = "PyTorch eager"


def version():
    return importlib.import_module("torch").__version__


def prepare(name, params, data):
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    functional = torch.nn.functional
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    arrays = [torch.tensor(v) for v in data]

    def loss():
        if name == "two_two_one":
            x1, x2, expected = arrays
            p = leaves
            y1 = torch.relu(p["W1"] * x1 + p["W2"] * x2 + p["b1"])
            y2 = torch.relu(p["W3"] * x1 + p["W4"] * x2 + p["b2"])
            return ((expected - (p["W5"] * y1 + p["W6"] * y2 + p["b3"])) ** 2).sum()
        h, layers = arrays[0], len(leaves) // 2
        for number in range(1, layers + 1):
            h = functional.linear(h, leaves[f"W{number}"], leaves[f"b{number}"])
            if name == "deep_tanh":
                h = torch.tanh(h)
            elif number < layers:
                h = torch.relu(h)
        if name == "deep_tanh":
            return functional.mse_loss(h, arrays[1])
        return functional.cross_entropy(h, arrays[1])

    def run():
        value = loss()
        return value, dict(zip(leaves, torch.autograd.grad(value, leaves.values()), strict=True))

    return run
