"""s[n,o,i] = sum over c, p of W[o,c,p] x[n,c,stride i + dilation p - padding] + b[o]

Taps are not flipped: it is the correlation that the field calls a convolution.  With ``groups``,
each group of filters sees its own group of channels, and W has the groups as first dimension.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.windows import OPTIONS, convolve

EXAMPLE = """
[inputs]
x = ["N", 2, 9]
[[layers]]
kind = "conv1d"
filters = 4
kernel = 3
stride = 2
padding = 1
[[layers]]
kind = "tanh"
[[layers]]
kind = "conv1d"
filters = 2
kernel = 2
groups = 2
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    return convolve(call, 1)


LAYERS = (
    Layer("conv1d", build,
          {**OPTIONS, "filters": "count", "groups": "count", "bias": "truth", "init": "init"},
          ("filters", "kernel")),
)
