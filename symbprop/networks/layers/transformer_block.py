"""Attention and a feed forward network, each normalised and added to what goes in.

``order`` is "pre" (Xiong et al., 2020), or "post" as first published (Vaswani et al., 2017).
"""

from symbprop.networks.layers import Call, Layer, attention, feed_forward, layer_norm, rms_norm
from symbprop.networks.layers.activation import ACTIVATIONS
from symbprop.networks.options import POSITIVE

EXAMPLE = """
[inputs]
x = ["N", "T", 4]
[[layers]]
kind = "transformer_block"
heads = 2
hidden = 3
causal = true
[loss]
kind = "sum_of_squares"
"""
NORMS = {"layer_norm": layer_norm.build, "rms_norm": rms_norm.build}


def build(call: Call) -> str:
    call.match("...", "T", "K")
    options = call.options
    norm = NORMS[options.get("norm", "layer_norm")]
    parts = (
        ("a", attention.build, {k: v for k, v in options.items() if k in attention.OPTIONS}),
        ("f", feed_forward.build,
         {"hidden": options.get("hidden") or 4 * call.fixed("K"),
          **{k: v for k, v in options.items() if k in ("activation", "bias", "init")}}),
    )
    numbers = {"epsilon": options["epsilon"]} if "epsilon" in options else {}
    current = call.source
    for letter, part, given in parts:
        first = options.get("order", "pre") == "pre"
        read = call.inner(norm, current, f"{letter}n", numbers) if first else current
        call.own(f"before{letter}", current)
        call.own(f"made{letter}", call.inner(part, read, letter, given))
        current = call.equations(
            f"r{letter}[..., t, k] = before{letter}[..., t, k] + made{letter}[..., t, k]"
        )
        if not first:
            current = call.inner(norm, current, f"{letter}n", numbers)
    return current


LAYERS = (
    Layer("transformer_block", build,
          {**attention.OPTIONS, "hidden": "count", "epsilon": POSITIVE,
           "activation": (*ACTIVATIONS, "swiglu"), "norm": tuple(NORMS),
           "order": ("pre", "post")}),
)
