"""The same kind of recurrence forwards and backwards, their results side by side."""

from symbprop.networks.layers import Call, Layer, gru, lstm, rnn

EXAMPLE = """
[inputs]
x = ["N", "T", 2]
[[layers]]
kind = "bidirectional"
cell = "gru"
units = 2
[loss]
kind = "sum_of_squares"
"""
CELLS = {"rnn": rnn.build, "gru": gru.build, "lstm": lstm.build}


def build(call: Call) -> str:
    call.match("...", "T", "K")
    units, cell = call.options["units"], CELLS[call.options.get("cell", "lstm")]
    passes = {
        letter: call.inner(cell, call.source, letter,
                           {**call.options, "reverse": letter == "b"})
        for letter in ("f", "b")
    }
    call.own("forwards", passes["f"])
    call.own("backwards", passes["b"])
    # One feature dimension of both, the forward pass first; with last, no steps are left.
    if call.options.get("last", False):
        made = "y[..., j] = forwards[..., j]\ny[..., j + units] = backwards[..., j]"
    else:
        made = "y[..., t, j] = forwards[..., t, j]\ny[..., t, j + units] = backwards[..., t, j]"
    return call.equations(made, {"j": units})


LAYERS = (
    Layer("bidirectional", build,
          {"cell": tuple(CELLS), "units": "count", "last": "truth", "mask": "text",
           "init": "init"},
          ("units",)),
)
