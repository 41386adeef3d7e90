"""An elementwise function of every element: one kind for each function of one argument."""

from symbprop.language.functions import FUNCTIONS
from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 4]
[[layers]]
kind = "dense"
units = 3
[[layers]]
kind = "silu"
[loss]
kind = "sum_of_squares"
"""

NOT_ACTIVATIONS = frozenset(("negate", "step", "sign", "floor", "round", "root", "stop_gradient"))
ACTIVATIONS = tuple(sorted(
    [n for n, f in FUNCTIONS.items() if f.arity == 1 and n not in NOT_ACTIVATIONS]
    + ["leaky_relu", "elu", "square"]
))


def activate(call: Call, source: str, name: str | None) -> str:
    """``h = name(source)``; without a name the source itself."""
    if name is None:
        return source
    call.own("before", source)
    call.leading = len(call.network.tensors[source].shape)
    return call.equations(f"h[...] = {name}(before[...])")


LAYERS = tuple(
    Layer(name, lambda call, name=name: activate(call, call.source, name))  # type: ignore[misc]
    for name in ACTIVATIONS
)
