"""Each place of the input adds a filter to a window of the output: the adjoint of a convolution.

The output has stride*(size - 1) + dilation*(kernel - 1) + 1 - 2*padding + output_padding places.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.windows import OPTIONS, PLACES, SIZES, Windows, each

EXAMPLE = """
[inputs]
x = ["N", 2, 3, 4]
[[layers]]
kind = "conv_transpose2d"
filters = 3
kernel = [3, 2]
stride = 2
padding = [1, 0]
output_padding = [1, 0]
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("N", "C", "H", "L")
    numbers = [each(call, option, 2, default)
               for option, default in (("kernel", 2), ("stride", 1), ("dilation", 1),
                                       ("padding", 0), ("output_padding", 0))]
    kernel, stride, dilation, padding, beyond = numbers
    whole = [
        stride[d] * (call.extents[SIZES[d]] - 1) + dilation[d] * (kernel[d] - 1) + 1 + beyond[d]
        for d in range(2)
    ]
    cut = [size - 2 * padding[d] for d, size in enumerate(whole)]
    if any(size.is_nonpositive for size in cut):
        raise call.fault("SP123", f"a padding of {list(padding)} leaves nothing of {whole}")
    slide = Windows(kernel, stride, dilation, padding, tuple(cut))
    filters = call.options["filters"]
    call.parameter("W", ("C", filters, *kernel), call.options.get("init"))
    call.declare("z", (call.shape[0], filters, *whole))
    taps = {name: size for name, size in slide.extents.items() if name in "pq"}
    call.equations(f"z[n, o, {slide.inside}] += sum(c, W[c, o, p, q]*x[n, c, i, j])", taps)
    bias = call.options.get("bias", True)
    if bias:
        call.parameter("b", (filters,))
    if not bias and not any(padding):
        return call.names["z"]
    moved = ", ".join(f"{PLACES[d]} + {padding[d]}" for d in range(2))
    places = {name: size for name, size in slide.extents.items() if name in "ij"}
    return call.equations(f"s[n, o, i, j] = z[n, o, {moved}]" + (" + b[o]" if bias else ""),
                          places)


LAYERS = (
    Layer("conv_transpose2d", build,
          {**OPTIONS, "output_padding": "naturals", "filters": "count", "bias": "truth",
           "init": "init"},
          ("filters", "kernel")),
)
