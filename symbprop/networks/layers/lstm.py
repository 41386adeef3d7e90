"""Long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate: Gers et al., 2000).

The first dimension of W, U and b is the gate: input, forget, cell, output.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.recurrent import OPTIONS, begin, run

EXAMPLE = """
[inputs]
x = ["N", "T", 2]
[[layers]]
kind = "lstm"
units = 3
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    begin(call)
    call.parameter("W", (4, "units", "K"), call.options.get("init"))
    call.parameter("U", (4, "units", "units"), call.options.get("init"))
    call.parameter("b", (4, "units"))
    masked = "mask" in call.options
    made = "m[..., t, j]" if masked else "c[..., @then, j]"
    cell = "f[..., t, j]*c[..., @now, j] + i[..., t, j]*g[..., t, j]"
    # Where rows end, the output of a step reads the cell that the step would have made.
    return run(call, """
a[..., t, d, j] = sum(k, W[d,j,k]*x[..., t, k]) + sum(l, U[d,j,l]*h[..., @now, l]) + b[d,j]
i[..., t, j] = sigmoid(a[..., t, 0, j])
f[..., t, j] = sigmoid(a[..., t, 1, j])
g[..., t, j] = tanh(a[..., t, 2, j])
o[..., t, j] = sigmoid(a[..., t, 3, j])
""" + (f"m[..., t, j] = {cell}\n" if masked else ""),
               [("h", f"o[..., t, j]*tanh({made})"), ("c", "m[..., t, j]" if masked else cell)])


LAYERS = (Layer("lstm", build, OPTIONS, ("units",)),)
