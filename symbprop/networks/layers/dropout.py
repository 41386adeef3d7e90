"""Each element times a mask that the caller draws: zeros and 1 / (1 - rate) (Srivastava, 2014)."""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 4]
[[layers]]
kind = "dense"
units = 3
[[layers]]
kind = "dropout"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...")
    call.input("mask", call.shape, call.options.get("mask"))
    return call.equations("h[...] = mask[...]*x[...]")


LAYERS = (Layer("dropout", build, {"mask": "text"}),)
