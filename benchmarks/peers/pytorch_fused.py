"""PyTorch's own recurrent modules, nn.LSTM and nn.RNN: all steps in one call, on one thread."""

import importlib

from benchmarks.peers import NotWrittenError

TITLE = "PyTorch fused"
MODULES = {"lstm_64": "LSTM", "rnn_64": "RNN"}


def version():
    return importlib.import_module("torch").__version__


def prepare(name, params, data):
    if name not in MODULES:
        raise NotWrittenError("only recurrences are fused")
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    x, y = (torch.tensor(v) for v in data)
    units = params["U1"].shape[-1]
    layer = getattr(torch.nn, MODULES[name])(x.shape[-1], units, batch_first=True, dtype=x.dtype)
    weights = {"W1": layer.weight_ih_l0, "U1": layer.weight_hh_l0, "b1": layer.bias_ih_l0}
    with torch.no_grad():
        for key, weight in weights.items():
            weight.copy_(leaves[key].reshape(weight.shape))
        # Its second bias adds to the first, and has the same gradient.
        layer.bias_hh_l0.zero_()
    layer.bias_hh_l0.requires_grad_(False)
    wanted = {**leaves, **weights}

    def run():
        h, _ = layer(x)
        output = torch.nn.functional.linear(h, leaves["W2"], leaves["b2"])
        value = torch.nn.functional.mse_loss(output, y)
        found = torch.autograd.grad(value, wanted.values())
        return value, {k: grad.reshape(leaves[k].shape)
                       for k, grad in zip(wanted, found, strict=True)}

    return run
