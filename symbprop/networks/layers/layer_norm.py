"""Each row brought to mean 0 and variance 1, then scaled and moved (Ba et al., 2016)."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.options import POSITIVE

EXAMPLE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 4
[[layers]]
kind = "layer_norm"
[[layers]]
kind = "tanh"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "K")
    call.number("epsilon", call.options.get("epsilon", 1e-5))
    call.equations("""
m[...] = mean(k, x[..., k])
v[...] = mean(k, (x[..., k] - m[...])**2)
""")
    text = "(x[..., k] - m[...])/sqrt(v[...] + epsilon)"
    if call.options.get("affine", True):
        call.parameter("g", ("K",), "ones")
        call.parameter("b", ("K",))
        text = f"g[k]*{text} + b[k]"
    return call.equations(f"y[..., k] = {text}")


LAYERS = (Layer("layer_norm", build, {"epsilon": POSITIVE, "affine": "truth"}),)
