"""Each row over its root mean square, then scaled (Zhang and Sennrich, 2019)."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.options import POSITIVE

EXAMPLE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 4
[[layers]]
kind = "rms_norm"
[[layers]]
kind = "tanh"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "K")
    call.number("epsilon", call.options.get("epsilon", 1e-6))
    call.parameter("g", ("K",), "ones")
    return call.equations("""
v[...] = mean(k, x[..., k]**2)
y[..., k] = g[k]*x[..., k]/sqrt(v[...] + epsilon)
""")


LAYERS = (Layer("rms_norm", build, {"epsilon": POSITIVE}),)
