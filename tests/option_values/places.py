"""Each layer and loss in a network that compiles, and its options with what they take.

The options are read off the records of the compiler, so that a new one is drawn by being there.
"""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from typing import Any

from symbprop.networks.layers import all_layers
from symbprop.networks.layers.activation import ACTIVATIONS
from symbprop.networks.losses import LOSSES
from symbprop.networks.options import ANY
from symbprop.networks.stack import COMMON

STEPS = {"ctc": '"T", ', "sequence_cross_entropy": '"T", '}
MORE = {"ctc": '[targets]\ny = { shape = ["N", "L"], integer = true, below = 4 }\n'}


@dataclass(frozen=True, slots=True)
class Site:
    """A network as TOML has it, the path to a table in it, and what the table's keys take."""

    name: str
    spec: str
    path: tuple[str | int, ...]
    options: tuple[tuple[str, Any], ...]


def _layer(kind: str, options: dict[str, Any]) -> Site:
    module = importlib.import_module(all_layers()[kind].build.__module__)
    spec = module.EXAMPLE
    if f'kind = "{kind}"' not in spec:
        spec = f'[inputs]\nx = ["N", 4]\n[[layers]]\nkind = "{kind}"\n' \
               '[[layers]]\nkind = "dense"\nunits = 2\n[loss]\nkind = "sum_of_squares"\n'
    listed = tomllib.loads(spec)["layers"]
    position = next(p for p, entry in enumerate(listed) if entry["kind"] == kind)
    return Site(kind, spec, ("layers", position), tuple({**COMMON, **options}.items()))


def _loss(kind: str) -> Site:
    record = LOSSES[kind]
    spec = (f'[inputs]\nx = ["N", {STEPS.get(kind, "")}3]\n[[layers]]\nkind = "dense"\nunits = 4\n'
            f'[loss]\nkind = "{kind}"\n{MORE.get(kind, "")}')
    options: dict[str, Any] = {
        "kind": "text", "prediction": "text", "target": "text", "weight": ANY, **record.numbers,
        **{key: tuple(words) for key, words in record.words.items()},
        **({record.other: "text"} if record.other else {}),
    }
    return Site(f"loss {kind}", spec, ("loss",), tuple(options.items()))


def _tensors() -> list[Site]:
    spec = ('equations = "loss = sum(n, k, (w[c[n], k] - x[n, k])**2)"\n[parameters.w]\n'
            'shape = [3, 4]\n[inputs.x]\nshape = ["N", 4]\n[targets.c]\nshape = ["N"]\n'
            "integer = true\nbelow = 3\n")
    given = (("shape", "shape"), ("integer", "truth"), ("below", "count"), ("latex", "text"))
    return [
        Site("parameter", spec, ("parameters", "w"),
             (("shape", "shape"), ("init", "init"), ("latex", "text"))),
        Site("input", spec, ("inputs", "x"), given),
        Site("target", spec, ("targets", "c"), given),
    ]


SITES = (
    *(_layer(kind, dict(layer.options)) for kind, layer in sorted(all_layers().items())),
    *(_loss(kind) for kind in sorted(LOSSES)),
    *_tensors(),
)
# Activations are many and have no options of their own: one turn for two of the others.
PAIRS = tuple(
    (site, option, takes)
    for site in SITES for option, takes in site.options
    for _ in range(1 if site.name in ACTIVATIONS else 2)
)
