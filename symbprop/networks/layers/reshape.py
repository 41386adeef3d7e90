"""The same elements in row-major order under another shape, each row of the first dimension alone.

Each dimension of the new shape is the product of some that follow one another in the old one, or
several together are one of the old one's; shapes that cut across are brought there through a flat
one.
"""

from math import prod

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 12]
[[layers]]
kind = "reshape"
shape = [2, 3, 2]
[[layers]]
kind = "dense"
units = 3
[[layers]]
kind = "reshape"
shape = [6, 3]
[loss]
kind = "sum_of_squares"
"""


def place(names: list[str], sizes: list[int]) -> str:
    """The row-major position of indices over the given sizes."""
    terms = []
    for d, name in enumerate(names):
        step = prod(sizes[d + 1:])
        terms.append(name if step == 1 else f"{step}*{name}")
    return " + ".join(terms)


def build(call: Call) -> str:
    old = call.shape[1:]
    new = call.options["shape"]
    sizes = [int(s) for s in old if s.is_Integer]
    if len(sizes) != len(old) or not sizes:
        raise call.fault("SP123", "reshape needs fixed extents beyond the first dimension")
    if not isinstance(new, list) or prod(sizes) != prod(new):
        raise call.fault("SP123", f"reshape cannot make {new} of {sizes}: {prod(sizes)} elements")
    if len(sizes) > 1:
        names = [f"i{d}" for d in range(len(sizes))]
        flat = call.equations(f"f[n, {place(names, sizes)}] = x[n, {', '.join(names)}]")
    else:
        flat = call.source
    if len(new) == 1:
        return flat
    call.own("flat", flat)
    names = [f"j{d}" for d in range(len(new))]
    extents = dict(zip(names, new, strict=True))
    return call.equations(f"g[n, {', '.join(names)}] = flat[n, {place(names, new)}]", extents)


LAYERS = (Layer("reshape", build, {"shape": "counts"}, ("shape",)),)
