"""All dimensions but the first as one, the last running fastest."""

from sympy import Integer

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 2, 3, 2]
[[layers]]
kind = "flatten"
[[layers]]
kind = "dense"
units = 3
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    if len(call.shape) < 2:
        raise call.fault("SP123", "flatten needs an input of two dimensions and more")
    if len(call.shape) == 2:
        return call.source
    sizes = call.shape[1:]
    if not all(s.is_Integer for s in sizes[1:]):
        raise call.fault("SP123", "flatten needs fixed extents from the third dimension on")
    names = [f"i{d}" for d in range(len(sizes))]
    place, whole = "", Integer(1)
    for name, size in zip(reversed(names), reversed(sizes), strict=True):
        term = name if whole == 1 else f"{whole}*{name}"
        place = f"{term} + {place}" if place else term
        whole = whole * size
    return call.equations(f"f[n, {place}] = x[n, {', '.join(names)}]")


LAYERS = (Layer("flatten", build),)
