"""Arranging: what only arrays care about, from a simplified graph to the one that is lowered.

`ARRANGEMENTS` is the one table of these passes, with the reason for the place of each.  Without
them a graph lowers as well, to the naive program that the fast one is judged by; only its normal
form is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbprop.arrays.correlate import correlate
from symbprop.arrays.layout import lay_out
from symbprop.arrays.normal_form import normal_form
from symbprop.arrays.recurrences import hoist
from symbprop.arrays.sharing import share_forms, share_slices, share_sums
from symbprop.calculus.simplify import drop_unread
from symbprop.language.graph import Graph
from symbprop.language.passes import Pass, Passed, run_passes

NECESSARY = (
    Pass(drop_unread, "first: nothing is arranged for what nobody asks for"),
    Pass(normal_form, "before all that looks at the definitions of a recurrence: afterwards every "
                      "'=' of a loop may be taken for the whole value at its places"),
)
ARRANGEMENTS = (
    *NECESSARY,
    Pass(share_forms, "before sums are shared: an opened form is a sum that may occur elsewhere"),
    Pass(share_sums, "before slices: a sum that two gates compute is no slice of a tensor yet"),
    Pass(share_slices, "before hoisting, which names a gate's argument for all steps"),
    Pass(hoist, "before correlating and laying out: what leaves a loop is no recurrence, and has "
                "an order of dimensions of its own"),
    Pass(correlate, "after hoisting: an adjoint that is computed step by step cannot be padded"),
    Pass(drop_unread, "after all that puts one tensor in another's place"),
    Pass(lay_out, "last: it orders the dimensions of every tensor that the others have made"),
)


def asked(graph: Graph, results: Sequence[str]) -> Graph:
    """The graph for a caller who asks for ``results`` and nothing else."""
    return replace(graph, loss=None, outputs=tuple(results), gradients={}, estimated=())


def arrange(
    graph: Graph, results: Sequence[str], passes: Sequence[Pass] = ARRANGEMENTS
) -> Iterator[Passed]:
    """What each pass makes of a simplified graph for the results of one program."""
    return run_passes(asked(graph, results), passes)
