"""Mean or maximum over all dimensions but the first two: one number for each channel."""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 2, 4, 3]
[[layers]]
kind = "conv2d"
filters = 3
kernel = 2
[[layers]]
kind = "global_pool"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    if len(call.shape) < 3:
        raise call.fault("SP123", "global_pool needs an input of three dimensions and more")
    names = ", ".join(f"i{d}" for d in range(len(call.shape) - 2))
    how = call.options.get("how", "mean")
    return call.equations(f"m[n, c] = {how}({names}, x[n, c, {names}])")


LAYERS = (Layer("global_pool", build, {"how": ("mean", "max")}),)
