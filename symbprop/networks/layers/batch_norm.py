"""Each channel (the second dimension) brought to mean 0 and variance 1 (Ioffe, Szegedy, 2015).

Mean and variance over all other dimensions are definitions of the network like any other, ``m`` and
``v`` with the suffix of the layer.  ``statistics`` says where they serve: by default in training,
while ``forward`` takes running ones as arguments of the same names, which are kept from what the
module's ``statistics`` returns for a batch; "batch" in ``forward`` too; "running" nowhere, and
running ones are inputs of all.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.options import POSITIVE

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


STATISTICS = ("estimated", "batch", "running")


def build(call: Call) -> str:
    if len(call.shape) < 2:
        raise call.fault("SP123", "batch_norm needs an input of rows by channels")
    call.extents["C"] = call.shape[1]
    call.number("epsilon", call.options.get("epsilon", 1e-5))
    inner = ", ".join(["n", "c", *(f"i{d}" for d in range(len(call.shape) - 2))])
    others = inner.replace(" c,", "") if len(call.shape) > 2 else "n"
    statistics = call.options.get("statistics", "estimated")
    if statistics == "running":
        call.input("m", ("C",))
        call.input("v", ("C",))
    else:
        call.equations(f"m[c] = mean({others}, x[{inner}])\n"
                       f"v[c] = mean({others}, (x[{inner}] - m[c])**2)")
        if statistics == "estimated":
            call.network.estimate(call.names["m"])
            call.network.estimate(call.names["v"])
    call.parameter("g", ("C",), "ones")
    call.parameter("b", ("C",))
    return call.equations(f"y[{inner}] = g[c]*(x[{inner}] - m[c])/sqrt(v[c] + epsilon) + b[c]")


LAYERS = (Layer("batch_norm", build, {"epsilon": POSITIVE, "statistics": STATISTICS}),)
