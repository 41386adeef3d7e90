"""A filter for every output channel, slid over height and width (LeCun et al., 1989).

Taps are not flipped: it is the correlation that the field calls a convolution.  With ``groups``,
each group of filters sees its own group of channels, and W has the groups as first dimension.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.windows import OPTIONS, convolve

EXAMPLE = """
[inputs]
x = ["N", 2, 7, 6]
[[layers]]
kind = "conv2d"
filters = 4
kernel = [3, 2]
stride = 2
padding = 1
[[layers]]
kind = "tanh"
[[layers]]
kind = "conv2d"
filters = 2
kernel = 2
groups = 2
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    return convolve(call, 2)


LAYERS = (
    Layer("conv2d", build,
          {**OPTIONS, "filters": "count", "groups": "count", "bias": "truth", "init": "init"},
          ("filters", "kernel")),
)
