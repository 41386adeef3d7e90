"""Cosines and sines of projections on directions that stay as they were drawn.

(Tancik et al., 2020.)  The directions are normal with deviation ``scale``, drawn once from
``seed``, or a parameter where ``learned``.
"""

import random

from symbprop.language.initialisation import Initialisation
from symbprop.networks.layers import Call, Layer
from symbprop.networks.options import POSITIVE

EXAMPLE = """
[inputs]
x = ["N", 2]
[[layers]]
kind = "fourier_features"
count = 3
learned = true
[[layers]]
kind = "dense"
units = 2
[[layers]]
kind = "fourier_features"
count = 2
[loss]
kind = "sum_of_squares"
"""


def build(call: Call) -> str:
    call.match("...", "K")
    count, scale = call.options["count"], float(call.options.get("scale", 1.0))
    if call.options.get("learned", False):
        call.parameter("B", (count, "K"), Initialisation("normal", (0.0, scale)))
    else:
        rng = random.Random(call.options.get("seed", 0))
        width = call.fixed("K")
        call.constant("B", (count, width), [rng.gauss(0.0, scale) for _ in range(count * width)])
    return call.equations("""
a[..., j] = 2*pi*sum(k, B[j,k]*x[..., k])
y[..., j] = cos(a[..., j])
y[..., j + count] = sin(a[..., j])
""")


LAYERS = (
    Layer("fourier_features", build,
          {"count": "count", "scale": POSITIVE, "seed": "natural", "learned": "truth"},
          ("count",)),
)
