"""A row of a table for every integer; one that comes several times collects all its gradients."""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
word = { shape = ["N", "T"], integer = true, below = 5 }
[[layers]]
kind = "embedding"
count = 5
units = 3
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    held = call.network.known(call.source, call.place)
    if not held.integer:
        raise call.fault("SP123", f"embedding looks up integers, which {call.source} does not hold",
                         "declare it with integer = true and below = the count")
    call.match("...")
    call.parameter("E", ("count", "units"), call.options.get("init"))
    return call.equations("e[..., d] = E[x[...], d]")


LAYERS = (
    Layer("embedding", build, {"count": "count", "units": "count", "init": "init"},
          ("count", "units")),
)
