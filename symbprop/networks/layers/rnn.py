"""h[t+1] = f(W x[t] + U h[t] + b) from zero on (Elman, 1990)."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.recurrent import OPTIONS, begin, run

EXAMPLE = """
[inputs]
x = ["N", "T", 2]
[[layers]]
kind = "rnn"
units = 3
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    begin(call)
    call.parameter("W", ("units", "K"), call.options.get("init"))
    call.parameter("U", ("units", "units"), call.options.get("init"))
    call.parameter("b", ("units",))
    name = call.options.get("activation", "tanh")
    step = "sum(k, W[j,k]*x[..., t, k]) + sum(l, U[j,l]*h[..., @now, l]) + b[j]"
    return run(call, "", [("h", f"{name}({step})")])


LAYERS = (Layer("rnn", build, {**OPTIONS, "activation": "activation"}, ("units",)),)
