"""Dense layers weighted by a softmax of their own: every expert works on every row.

(Jacobs et al., 1991.)  With ``hidden`` each expert has a layer of that width before its last.
"""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "mixture_of_experts"
experts = 2
units = 4
hidden = 3
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "K")
    init, name = call.options.get("init"), call.options.get("activation", "gelu")
    call.parameter("V", ("experts", "K"), init)
    call.parameter("c", ("experts",))
    text = """
a[..., e] = sum(k, V[e,k]*x[..., k]) + c[e]
p[..., e] = softmax(e, a[..., e])
"""
    if "hidden" in call.options:
        call.parameter("W", ("experts", "hidden", "K"), init)
        call.parameter("b", ("experts", "hidden"))
        call.parameter("U", ("experts", "units", "hidden"), init)
        text += f"""
h[..., e, i] = {name}(sum(k, W[e,i,k]*x[..., k]) + b[e,i])
o[..., e, j] = sum(i, U[e,j,i]*h[..., e, i]) + d[e,j]
"""
    else:
        call.parameter("W", ("experts", "units", "K"), init)
        text += "o[..., e, j] = sum(k, W[e,j,k]*x[..., k]) + d[e,j]\n"
    call.parameter("d", ("experts", "units"))
    return call.equations(text + "y[..., j] = sum(e, p[..., e]*o[..., e, j])")


LAYERS = (
    Layer("mixture_of_experts", build,
          {"experts": "count", "units": "count", "hidden": "count", "activation": "activation",
           "init": "init"},
          ("experts", "units")),
)
