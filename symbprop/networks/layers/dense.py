"""s = W x + b over the last dimension, and an activation of it where one is asked for."""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.layers.activation import activate

EXAMPLE = """
[inputs]
x = ["N", 4]
[[layers]]
kind = "dense"
units = 3
activation = "tanh"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    net, suffix = call.network, call.suffix
    width = net.last_extent(call.source, call.place)
    units = call.options["units"]
    weight = net.parameter(f"W{suffix}", (units, width), init=call.options.get("init"),
                           place=call.place)
    names = net.running(call.source)
    lead, k = names[:-1], names[-1]
    (j,) = net.free_names("j" if "j" not in names else "o")
    left = ", ".join([*lead, j])
    right = ", ".join([*lead, k])
    text = f"s{suffix}[{left}] = sum({k}, {weight.name}[{j},{k}]*{call.source}[{right}])"
    of = [weight.name, call.source]
    if call.options.get("bias", True):
        net.parameter(f"b{suffix}", (units,), place=call.place)
        text += f" + b{suffix}[{j}]"
        of.append(f"b{suffix}")
    net.equations(text, call.place, of)
    return activate(call, f"s{suffix}", call.options.get("activation"))


LAYERS = (
    Layer(
        "dense",
        build,
        {"units": "count", "activation": "activation", "bias": "truth", "init": "init"},
        ("units",),
    ),
)
