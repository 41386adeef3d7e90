"""Each channel (the second dimension) brought to mean 0 and variance 1 (Ioffe, Szegedy, 2015).

``statistics`` says of what: "batch" takes mean and variance over all other dimensions, which are
definitions of the network like any other (``m`` and ``v`` with the suffix of the layer, fit to be
outputs, from which running ones are kept); "running" takes them as inputs.
"""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 2, 4, 3]
[[layers]]
kind = "conv2d"
filters = 3
kernel = 2
[[layers]]
kind = "batch_norm"
[[layers]]
kind = "tanh"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    if len(call.shape) < 2:
        raise call.fault("SP123", "batch_norm needs an input of rows by channels")
    call.extents["C"] = call.shape[1]
    call.number("epsilon", call.options.get("epsilon", 1e-5))
    inner = ", ".join(["n", "c", *(f"i{d}" for d in range(len(call.shape) - 2))])
    others = inner.replace(" c,", "") if len(call.shape) > 2 else "n"
    if call.options.get("statistics", "batch") == "running":
        call.input("m", ("C",))
        call.input("v", ("C",))
    else:
        call.equations(f"m[c] = mean({others}, x[{inner}])\n"
                       f"v[c] = mean({others}, (x[{inner}] - m[c])**2)")
    call.parameter("g", ("C",), "ones")
    call.parameter("b", ("C",))
    return call.equations(f"y[{inner}] = g[c]*(x[{inner}] - m[c])/sqrt(v[c] + epsilon) + b[c]")


LAYERS = (Layer("batch_norm", build, {"epsilon": "number", "statistics": ("batch", "running")}),)
