"""Whether a script's module fails as another did: the question that the shrinker asks.

The judge is that of `check`: the module against its equations.  A failure is either a disagreement,
whichever tensor it is of, or that the compiler or the module broke down, by the code or the
exception that it ended with.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symbprop.check.judge import judge_module
from symbprop.errors import Fault, InternalError, SymbpropError, VerificationError
from symbprop.language.graph import Graph
from symbprop.pipeline import compile_graph
from symbprop.shrinking.script import Script

DISAGREES = "disagrees"


@dataclass(frozen=True, slots=True)
class Failure:
    """``kind`` is a disagreement, our codes or an exception's name; ``said`` tells the rest."""

    kind: str
    said: str


def failure(graph: Graph, extents: Mapping[str, int]) -> Failure | None:
    """How the module of a graph fails, or None where it computes what the equations say.

    Raises SpecError where the graph cannot be compiled, VerificationError where nothing could be
    judged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = compile_graph(graph, "network")
        verdict = judge_module(graph, result.module, extents=extents,
                               derivative=result.derivative)
    except InternalError as error:
        return Failure("+".join(dict.fromkeys(f.code for f in error.faults)), str(error))
    except SymbpropError:
        raise
    except Exception as error:
        return Failure(type(error).__name__, f"{type(error).__name__}: {error}")
    if verdict.disagreements:
        said = "\n".join(f"{d} by {verdict.judge}" for d in verdict.disagreements)
        return Failure(DISAGREES, said)
    if not verdict.points:
        raise VerificationError(Fault("SP652", f"nothing could be judged: {verdict.reason}"))
    return None


def fails_like(first: Failure) -> Callable[[Script], bool]:
    """Whether a script is a program whose module fails as another did."""

    def fails(script: Script) -> bool:
        try:
            found = failure(script.network().graph, dict(script.extents))
        except SymbpropError:
            return False
        return found is not None and found.kind == first.kind

    return fails
