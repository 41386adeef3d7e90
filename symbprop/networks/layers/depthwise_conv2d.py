"""Filters of one channel each: channel c makes the channels c*multiplier + m (Sifre, 2014)."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.windows import OPTIONS, padded, windows

EXAMPLE = """
[inputs]
x = ["N", 2, 5, 6]
[[layers]]
kind = "depthwise_conv2d"
kernel = [3, 2]
stride = [1, 2]
padding = 1
[[layers]]
kind = "depthwise_conv2d"
kernel = 2
multiplier = 2
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("N", "C", "H", "L")
    slide = windows(call, 2)
    source = padded(call, slide)
    times = call.options.get("multiplier", 1)
    read = f"{source}[n, c, {slide.inside}]"
    if times == 1:
        call.parameter("W", ("C", *slide.kernel), call.options.get("init"))
        text = f"s[n, c, i, j] = sum(p, q, W[c, p, q]*{read})"
        place = "c"
    else:
        call.parameter("W", ("C", times, *slide.kernel), call.options.get("init"))
        place = f"{times}*c + m"
        text = f"s[n, {place}, i, j] = sum(p, q, W[c, m, p, q]*{read})"
    if call.options.get("bias", True):
        call.parameter("b", (call.extents["C"] * times,))
        text += f" + b[{place}]"
    return call.equations(text, slide.extents)


LAYERS = (
    Layer("depthwise_conv2d", build,
          {**OPTIONS, "multiplier": "count", "bias": "truth", "init": "init"}, ("kernel",)),
)
