"""Groups of channels of each row brought to mean 0 and variance 1 (Wu and He, 2018)."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.options import POSITIVE

EXAMPLE = """
[inputs]
x = ["N", 2, 3, 2]
[[layers]]
kind = "conv2d"
filters = 4
kernel = [2, 1]
[[layers]]
kind = "group_norm"
groups = 2
[[layers]]
kind = "tanh"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    if len(call.shape) < 2:
        raise call.fault("SP123", "group_norm needs an input of rows by channels")
    call.extents["C"] = call.shape[1]
    channels, groups = call.fixed("C"), call.options["groups"]
    if channels % groups:
        raise call.fault("SP123", f"{groups} groups do not divide {channels} channels")
    call.number("epsilon", call.options.get("epsilon", 1e-5))
    rest = [f"i{d}" for d in range(len(call.shape) - 2)]
    each, extents = channels // groups, {"h": groups, "c": channels // groups}
    place = f"{each}*h + c" if each > 1 else "h + c"
    inner, over = ", ".join(["n", place, *rest]), ", ".join(["c", *rest])
    call.parameter("g", ("C",), "ones")
    call.parameter("b", ("C",))
    return call.equations(f"""
m[n, h] = mean({over}, x[{inner}])
v[n, h] = mean({over}, (x[{inner}] - m[n, h])**2)
y[{inner}] = g[{place}]*(x[{inner}] - m[n, h])/sqrt(v[n, h] + epsilon) + b[{place}]
""", extents)


LAYERS = (Layer("group_norm", build, {"groups": "count", "epsilon": POSITIVE}, ("groups",)),)
