"""Tensors side by side along one dimension: the input first, then those that ``with`` names."""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 2
activation = "tanh"
[[layers]]
kind = "concatenate"
with = ["x", "s1"]
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    rank = len(call.shape)
    axis = call.options.get("axis", rank - 1)
    if axis >= rank:
        raise call.fault("SP123", f"concatenate joins dimension {axis} of an input that has {rank}")
    offset, lines = call.shape[axis], []
    before = [f"i{d}" for d in range(axis)]
    after = [f"i{d}" for d in range(axis + 1, rank)]
    inner = ", ".join([*before, "c", *after])
    lines.append(f"j[{inner}] = x[{inner}]")
    for number, name in enumerate(call.options["with"]):
        other = call.network.known(name, call.place)
        rest = [s for d, s in enumerate(call.shape) if d != axis]
        if len(other.shape) != rank or [
            s for d, s in enumerate(other.shape) if d != axis
        ] != rest:
            shapes = [f"({', '.join(map(str, s))})" for s in (call.shape, other.shape)]
            raise call.fault("SP123", f"concatenate joins {call.source} of shape {shapes[0]} and "
                             f"{name} of shape {shapes[1]} along dimension {axis}")
        call.own(f"other{number}_", name)
        call.number(f"offset{number}_", offset)
        left = ", ".join([*before, f"c + offset{number}_", *after])
        lines.append(f"j[{left}] = other{number}_[{inner}]")
        offset += other.shape[axis]
    return call.equations("\n".join(lines))


LAYERS = (Layer("concatenate", build, {"with": "texts", "axis": "natural"}, ("with",)),)
