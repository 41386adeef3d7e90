"""The verdict on a case: the compiled module against PyTorch's loss and gradients.

Each parameter's gradient is compared on its own scale, to 1e-9.  Where that fails, PyTorch's own
gradient at numbers moved by a unit of the last place says how much of it is rounding: a gradient
that is zero by cancellation has no scale of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symbprop.errors import SpecError
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

from .bench import Bench, Unfit
from .cases import Case

CLOSE = 1e-9
# What is exactly zero for one of the two has no rounding of its own.
NOTHING = 1e-15
# Rounding noise times this is no disagreement.
NOISE = 300.0


def module(spec: str) -> dict[str, Any]:
    network = parse_spec(spec, "stack.toml")
    space: dict[str, Any] = {"__name__": "generated"}
    exec(compile(compile_graph(network.graph, "stack").module, "stack", "exec"), space)
    return space


def fault(case: Case) -> str | None:
    """What is wrong, beginning with a word for its kind; None where all agrees.

    Raises Unfit where PyTorch's side cannot judge the case.
    """
    bench = Bench(case)
    value, grads = bench.gradients()
    try:
        space = module(case.spec)
    except SpecError as error:
        return f"refused {error.faults[0].code}: {error}"
    except Exception as error:
        return f"crash while compiling: {type(error).__name__}: {error}"
    params = {n: p.detach().numpy() for n, p in bench.parameters.items()}
    wanted = {n: tuple(p.shape) for n, p in params.items()}
    if dict(space["PARAMETERS"]) != wanted:
        return f"parameters: {space['PARAMETERS']} where {wanted} are right"
    data = {n: d.numpy() for n, d in bench.data.items()
            if n in space["INPUTS"] or n in space["TARGETS"]}
    try:
        plain = space["value_and_grad"](params, **data)
        alone = space["loss"](params, **data)
        code = space["Workspace"].__init__.__code__
        names = code.co_varnames[1:code.co_argcount - 1]
        work = space["Workspace"](*(case.extents[n] for n in names))
        space["value_and_grad"](params, **data, workspace=work)
        again = space["value_and_grad"](params, **data, workspace=work)
        single = space["value_and_grad"](
            {n: p.astype(np.float32) for n, p in params.items()},
            **{n: d.astype(np.float32) if d.dtype.kind == "f" else d for n, d in data.items()})
    except Exception as error:
        return f"crash at run time: {type(error).__name__}: {error}"
    for name, found in (("loss", single[0]), *single[1].items()):
        if np.asarray(found).dtype != np.float32:
            return f"dtype: {name} is {np.asarray(found).dtype} where all is float32"
    top = max(1.0, abs(value), *(np.abs(g).max(initial=0.0) for g in grads.values()))
    for where, (loss, found) in (("", plain), ("with a workspace, ", again)):
        if set(found) != set(grads):
            return f"gradients: {sorted(found)} where {sorted(grads)} are right"
        for name, got, want in (("loss", loss, value), ("loss()", alone, value),
                                *((n, found[n], g) for n, g in grads.items())):
            error, scale = apart(got, want)
            if error <= CLOSE * scale + NOTHING * top:
                continue
            noise = rounding(case, name)
            if error <= NOISE * noise:
                continue
            return (f"value: {where}{name} is off by {error:.3g} on a scale of {scale:.3g} "
                    f"(rounding {noise:.1g})")
    return None


def apart(got: Any, want: Any) -> tuple[float, float]:
    """The largest error and the largest element; a wrong shape or NaN is infinitely far."""
    got, want = np.asarray(got), np.asarray(want)
    if got.shape != want.shape:
        return np.inf, 1.0
    error = float(np.abs(got - want).max(initial=0.0))
    return (np.inf if np.isnan(error) else error), float(np.abs(want).max(initial=0.0))


def rounding(case: Case, name: str) -> float:
    """How far PyTorch's own result moves with the last digits of what is given."""
    key = "loss" if name.startswith("loss") else name
    value, grads = Bench(case).gradients()
    exact = {"loss": value, **grads}[key]
    noise = 0.0
    for jitter in range(1, 9):
        try:
            value, grads = Bench(case, jitter=jitter, strict=False).gradients()
        except Unfit:
            continue
        noise = max(noise, apart({"loss": value, **grads}[key], exact)[0])
    return noise
