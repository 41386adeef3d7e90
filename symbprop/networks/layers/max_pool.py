"""The largest element of every window; a tie shares the gradient equally.

``kernel`` with one number and ``rank`` windows over the last dimensions: two unless said.
Padding counts as lower than every element.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.windows import OPTIONS, PLACES, SIZES, each, padded, windows

EXAMPLE = """
[inputs]
x = ["N", 2, 5, 6]
[[layers]]
kind = "conv2d"
filters = 2
kernel = 2
[[layers]]
kind = "max_pool"
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
    if any(2 * p > k for p, k in zip(slide.padding, slide.kernel, strict=True)):
        raise call.fault("SP134", "a padding of more than half the kernel leaves windows empty")
    read, leading = padded(call, slide), call.leading
    call.leading = leading
    value = f"{read}[..., {slide.inside}]"
    if any(slide.padding):
        tests = []
        for d, pad in enumerate(slide.padding):
            if pad:
                end = f"{SIZES[d]} + {pad}"
                tests += [f"{slide.reach(d)} >= {pad}", f"{slide.reach(d)} < {end}"]
        value = f"where({' and '.join(f'({t})' for t in tests)}, {value}, -1e30)"
    where = ", ".join(PLACES[:rank])
    return call.equations(f"m[..., {where}] = max({slide.taps}, {value})", slide.extents)


LAYERS = (Layer("max_pool", build, {**OPTIONS, "rank": "count"}, ("kernel",)),)
