"""The network of a case, by TOML or by the Python functions, to its module."""

from __future__ import annotations

from typing import Any

from symbprop.check.judge import BRIEF, judge_module
from symbprop.check.loading import load_text
from symbprop.networks.network import Network
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_network
from tests.answers.judge import Limits, Outcome, judged, wrong

from . import toml
from .draw import Changed

# Words of Python that are options.
WORDS = ("from", "with")


def outcome(case: Changed, limits: Limits) -> Outcome:
    """What becomes of a case."""
    if case.way == "python":
        return judged(lambda: _compiled(by_python(case.spec), case.judged), limits, None)
    text = toml.text(case.spec)
    return judged(lambda: _compiled(parse_spec(text, "spec.toml"), case.judged), limits,
                  text.split("\n"))


def _compiled(network: Network, checked: bool) -> Outcome | None:
    compilation = compile_network(network)
    if not checked:
        load_text(compilation.module)
        return None
    found = judge_module(compilation.graph, compilation.module, points=1, limits=BRIEF,
                         derivative=compilation.derivative).disagreements
    return wrong("computes what the equations do not say", "\n".join(map(str, found))
                 ) if found else None


def by_python(spec: dict[str, Any]) -> Network:
    """What a spec says, said with the functions of `Network`."""
    net = Network("case")
    calls = {"inputs": net.input, "targets": net.target, "parameters": net.parameter}
    for role, call in calls.items():
        for name, given in spec.get(role, {}).items():
            call(name, **(given if isinstance(given, dict) else {"shape": given}))
    if "equations" in spec:
        net.equations(spec["equations"])
    for layer in spec.get("layers", ()):
        net.layer(**{f"{k}_" if k in WORDS else k: v for k, v in layer.items()})
    if "loss" in spec:
        net.loss(**spec["loss"])
    return net
