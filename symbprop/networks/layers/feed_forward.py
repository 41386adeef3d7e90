"""Two dense layers with an activation between; ``swiglu`` multiplies by a second product.

swiglu: W2 (silu(W1 x) * V x) (Shazeer, 2020), without biases unless asked for.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.layers.activation import ACTIVATIONS

EXAMPLE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "feed_forward"
hidden = 4
activation = "swiglu"
[[layers]]
kind = "feed_forward"
hidden = 5
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "K")
    chosen, init = call.options.get("activation", "gelu"), call.options.get("init")
    gated = chosen == "swiglu"
    bias = call.options.get("bias", not gated)
    call.parameter("W", ("hidden", "K"), init)
    text = "s[..., j] = sum(k, W[j,k]*x[..., k])"
    if bias:
        call.parameter("b", ("hidden",))
        text += " + b[j]"
    if gated:
        call.parameter("V", ("hidden", "K"), init)
        text += "\nh[..., j] = silu(s[..., j])*sum(k, V[j,k]*x[..., k])"
    else:
        text += f"\nh[..., j] = {chosen}(s[..., j])"
    call.parameter("U", (call.options.get("units", "K"), "hidden"), init)
    text += "\ny[..., i] = sum(j, U[i,j]*h[..., j])"
    if bias:
        call.parameter("c", (call.options.get("units", "K"),))
        text += " + c[i]"
    return call.equations(text)


LAYERS = (
    Layer("feed_forward", build,
          {"hidden": "count", "units": "count", "activation": (*ACTIVATIONS, "swiglu"),
           "bias": "truth", "init": "init"},
          ("hidden",)),
)
