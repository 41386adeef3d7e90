"""What the recurrent layers share: a state that runs over the last dimension but one.

A cell is stated in the letters ``now`` and ``then`` of a step's two ends: forwards the state goes
from place t to t+1, so the steps' results are at t+1; backwards from t+1 to t.  With ``mask``, a
tensor of rows by steps, a state stays as it is where the mask is zero, which gives every row its
own length.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbprop.arguments import doors
from symbprop.networks.layers import Call

OPTIONS = {"units": "count", "reverse": "truth", "last": "truth", "mask": "text", "init": "init"}


def begin(call: Call) -> None:
    """Match rows, steps and features; make the mask known."""
    call.match("...", "T", "K")
    if "mask" in call.options:
        lead = call.shape[: call.leading]
        call.input("mask", (*lead, "T"), call.options["mask"])


def run(call: Call, equations: str, states: Sequence[tuple[str, str]]) -> str:
    """Unroll ``equations`` over all steps; the output is the first of the states.

    ``states`` pairs the name of each state with the formula of its next value.  In all texts
    ``@now`` is the step's beginning and ``@then`` its end.
    """
    reverse = call.options.get("reverse", False)
    now, then = ("t+1", "t") if reverse else ("t", "t+1")
    first, last = ("T", "0") if reverse else ("0", "T")
    lines = [f"{name}[..., {first}, j] = 0" for name, _ in states] + [equations]
    for name, value in states:
        if "mask" in call.options:
            value = f"mask[..., t]*({value}) + (1 - mask[..., t])*{name}[..., @now, j]"
        lines.append(f"{name}[..., @then, j] = {value}")
    text = "\n".join(lines).replace("@now", now).replace("@then", then)
    call.equations(text, {"j": "units"})
    out = states[0][0]
    if call.options.get("last", False):
        return call.equations(f"y[..., j] = {out}[..., {last}, j]")
    return call.equations(f"y[..., t, j] = {out}[..., {then}, j]", {"t": "T"})


doors(__name__)
