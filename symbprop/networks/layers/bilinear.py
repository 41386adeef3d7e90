"""y[o] = sum over j, k of A[o,j,k] x[j] w[k], with another tensor w or with x once more."""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 2
[[layers]]
kind = "bilinear"
units = 4
with = "x"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "K")
    other = call.network.known(call.options.get("with", call.source), call.place)
    if other.shape[:-1] != call.shape[:-1] or not other.shape:
        raise call.fault("SP123", f"bilinear needs the same rows of {call.source} and {other.name}")
    call.own("w", other.name)
    call.extents["M"] = other.shape[-1]
    call.parameter("A", ("units", "K", "M"), call.options.get("init"))
    text = "y[..., o] = sum(j, k, A[o,j,k]*x[..., j]*w[..., k])"
    if call.options.get("bias", True):
        call.parameter("b", ("units",))
        text += " + b[o]"
    return call.equations(text)


LAYERS = (
    Layer("bilinear", build, {"units": "count", "with": "text", "bias": "truth", "init": "init"},
          ("units",)),
)
