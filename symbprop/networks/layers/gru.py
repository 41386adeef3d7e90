"""A gated recurrent unit (Cho et al., 2014), reset after the product with the state.

The first dimension of W, U and b is the gate: reset, update, candidate.  ``c`` is the bias of the
candidate's share of the state, as in other libraries.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.recurrent import OPTIONS, begin, run

EXAMPLE = """
[inputs]
x = ["N", "T", 2]
[[layers]]
kind = "gru"
units = 3
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    begin(call)
    call.parameter("W", (3, "units", "K"), call.options.get("init"))
    call.parameter("U", (3, "units", "units"), call.options.get("init"))
    call.parameter("b", (3, "units"))
    call.parameter("c", ("units",))
    return run(call, """
a[..., t, g, j] = sum(k, W[g,j,k]*x[..., t, k]) + b[g,j]
u[..., t, g, j] = sum(l, U[g,j,l]*h[..., @now, l])
r[..., t, j] = sigmoid(a[..., t, 0, j] + u[..., t, 0, j])
z[..., t, j] = sigmoid(a[..., t, 1, j] + u[..., t, 1, j])
q[..., t, j] = tanh(a[..., t, 2, j] + r[..., t, j]*(u[..., t, 2, j] + c[j]))
""", [("h", "z[..., t, j]*h[..., @now, j] + (1 - z[..., t, j])*q[..., t, j]")])


LAYERS = (Layer("gru", build, OPTIONS, ("units",)),)
