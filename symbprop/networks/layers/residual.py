"""What goes in, added to what layers make of it (He et al., 2016).

``layers`` is what the input goes through, ``shortcut`` the way round it where shapes differ.
Without layers, an earlier tensor ``from`` of the same shape is added to the input.
"""

from symbprop.networks.layers import Call, Layer
from symbprop.networks.layers.activation import activate

EXAMPLE = """
[inputs]
x = ["N", 4]
[[layers]]
kind = "residual"
activation = "tanh"
layers = [
    { kind = "dense", units = 5, activation = "tanh" },
    { kind = "dense", units = 3 },
]
shortcut = [{ kind = "dense", units = 3, bias = false }]
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    options = call.options
    if ("from" in options) == ("layers" in options):
        raise call.fault("SP139", "residual needs either from or layers")
    here = call.layers("layers") if "layers" in options else call.source
    there = call.layers("shortcut") if "shortcut" in options else options.get("from", call.source)
    first, second = (call.network.known(name, call.place) for name in (here, there))
    if first.shape != second.shape:
        said = call.network.described
        raise call.fault("SP123", f"residual adds {said(there)} to {said(here)}",
                         "let a shortcut bring them to one shape")
    call.own("f", here)
    call.own("g", there)
    call.leading = len(first.shape)
    return activate(call, call.equations("r[...] = f[...] + g[...]"), options.get("activation"))


LAYERS = (Layer("residual", build, {"from": "text", "layers": "layers", "shortcut": "layers",
                                    "activation": "activation"}),)
