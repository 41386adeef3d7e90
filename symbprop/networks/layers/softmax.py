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
    call.match("...", "K")
    return call.equations("p[..., k] = softmax(k, x[..., k])")


LAYERS = (Layer("softmax", build),)
