"""A gate between a dense layer and its input: y = t h + (1 - t) x (Srivastava et al., 2015)."""

from symbprop.language.initialisation import Initialisation
from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "highway"
[[layers]]
kind = "highway"
activation = "relu"
[loss]
kind = "sum_of_squares"
"""
# The gate begins nearly shut, so that what goes in comes out.
SHUT = Initialisation("constant", (-2.0,))


def build(call: Call) -> str:
    call.match("...", "K")
    init, name = call.options.get("init"), call.options.get("activation", "tanh")
    call.parameter("W", ("K", "K"), init)
    call.parameter("b", ("K",))
    call.parameter("V", ("K", "K"), init)
    call.parameter("c", ("K",), SHUT)
    return call.equations(f"""
h[..., j] = {name}(sum(k, W[j,k]*x[..., k]) + b[j])
t[..., j] = sigmoid(sum(k, V[j,k]*x[..., k]) + c[j])
y[..., j] = t[..., j]*h[..., j] + (1 - t[..., j])*x[..., j]
""")


LAYERS = (Layer("highway", build, {"activation": "activation", "init": "init"}),)
