"""Adds to each step a vector that says where it stands.

"sinusoidal": sines at even and cosines at odd places, of wave lengths from 2 pi to ``base`` times
that (Vaswani et al., 2017); "learned": a parameter of ``length`` rows, no fewer than steps.  Where
the number of steps is free, ``length`` says how many there may be, and the module checks it.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.options import Number

EXAMPLE = """
[inputs]
x = ["N", 3, 4]
[[layers]]
kind = "positional"
how = "learned"
length = 5
[[layers]]
kind = "positional"
[[layers]]
kind = "tanh"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "T", "K")
    if call.options.get("how", "sinusoidal") == "learned":
        steps = call.extents["T"]
        length = call.options.get("length") or call.fixed("T")
        if steps.is_Integer and length < steps:
            raise call.fault("SP123", f"a length of {length} is less than the {steps} "
                             "steps of the input")
        call.parameter("P", (length, "K"), call.options.get("init"))
        return call.equations("y[..., t, k] = x[..., t, k] + P[t, k]", {"t": "T"})
    width, base = call.fixed("K"), call.options.get("base", 10000)
    if width % 2:
        raise call.fault("SP123", f"sinusoidal positions need an even width, not {width}")
    call.constant("f", (width // 2,), [base ** (-2 * i / width) for i in range(width // 2)])
    return call.equations("""
q[t, 2*i] = sin(t*f[i])
q[t, 2*i + 1] = cos(t*f[i])
y[..., t, k] = x[..., t, k] + q[t, k]
""", {"t": "T"})


LAYERS = (
    Layer("positional", build, {"how": ("sinusoidal", "learned"), "length": "count",
                                "base": Number(least=1), "init": "init"}),
)
