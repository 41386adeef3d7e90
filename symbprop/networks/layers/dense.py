"""s = W x + b over the last dimension, and an activation of it where one is asked for."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.layers.activation import activate

EXAMPLE = """
[inputs]
x = ["N", 4]
[[layers]]
kind = "dense"
units = 3
activation = "tanh"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "K")
    call.parameter("W", ("units", "K"), call.options.get("init"))
    text = "s[..., j] = sum(k, W[j,k]*x[..., k])"
    if call.options.get("bias", True):
        call.parameter("b", ("units",))
        text += " + b[j]"
    return activate(call, call.equations(text), call.options.get("activation"))


LAYERS = (
    Layer(
        "dense",
        build,
        {"units": "count", "activation": "activation", "bias": "truth", "init": "init"},
        ("units",),
    ),
)
