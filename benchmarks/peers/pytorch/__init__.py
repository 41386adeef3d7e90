"""PyTorch in eager mode, on one thread; recurrences as loops over steps."""

import importlib

TITLE = "PyTorch eager"


def version():
    return importlib.import_module("torch").__version__


def prepare(name, params, data):
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    loss = importlib.import_module(f"{__name__}.losses").LOSSES[name]
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    arrays = [torch.tensor(v) for v in data]

    def run():
        value = loss(leaves, *arrays)
        return value, dict(zip(leaves, torch.autograd.grad(value, leaves.values()), strict=True))

    return run
