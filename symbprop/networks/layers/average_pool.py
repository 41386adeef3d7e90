"""The mean of every window, the zeros of the padding counted in it."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.windows import OPTIONS, SIZES, each, padded, windows

EXAMPLE = """
[inputs]
x = ["N", 2, 5, 6]
[[layers]]
kind = "conv2d"
filters = 2
kernel = 2
[[layers]]
kind = "average_pool"
kernel = [3, 2]
stride = [2, 1]
padding = [1, 0]
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    rank = call.options.get("rank", 2)
    if rank > len(SIZES):
        raise call.fault("SP134", f"{call.kind} slides over one or two dimensions, not {rank}")
    call.match("...", *SIZES[:rank])
    slide = windows(call, rank, each(call, "kernel", rank, 2))
    read = padded(call, slide)
    return call.equations(
        f"m[..., {slide.places}] = mean({slide.taps}, {read}[..., {slide.inside}])", slide.extents
    )


LAYERS = (Layer("average_pool", build, {**OPTIONS, "rank": "count"}, ("kernel",)),)
