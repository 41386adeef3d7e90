"""Probabilities over the last dimension."""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 4]
[[layers]]
kind = "dense"
units = 3
[[layers]]
kind = "softmax"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.network.last_extent(call.source, call.place)
    names = call.network.running(call.source)
    inner = ", ".join(names)
    out = f"p{call.suffix}"
    call.network.equations(
        f"{out}[{inner}] = softmax({names[-1]}, {call.source}[{inner}])", call.place
    )
    return out


LAYERS = (Layer("softmax", build),)
