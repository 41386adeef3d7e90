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
    net = call.network
    shape = net.known(call.source, call.place).shape
    mask = net.input(call.options.get("mask", f"mask{call.suffix}"), shape, place=call.place)
    inner = ", ".join(net.running(call.source))
    out = f"h{call.suffix}"
    net.equations(f"{out}[{inner}] = {mask.name}[{inner}]*{call.source}[{inner}]", call.place)
    return out


LAYERS = (Layer("dropout", build, {"mask": "text"}),)
