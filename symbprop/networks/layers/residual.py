"""What came before plus an earlier tensor of the same shape (He et al., 2016)."""

from symbprop.errors import Fault, SpecError
from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 4]
[[layers]]
kind = "dense"
units = 4
activation = "tanh"
[[layers]]
kind = "residual"
from = "x"
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    net, other = call.network, call.options["from"]
    here, there = net.known(call.source, call.place), net.known(other, call.place)
    if here.shape != there.shape:
        raise SpecError(
            Fault("SP123", f"residual adds {net.described(other)} to {net.described(call.source)}",
                  call.place)
        )
    inner = ", ".join(net.running(call.source))
    out = f"r{call.suffix}"
    net.equations(f"{out}[{inner}] = {call.source}[{inner}] + {other}[{inner}]", call.place)
    return out


LAYERS = (Layer("residual", build, {"from": "text"}, ("from",)),)
