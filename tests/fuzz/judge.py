"""A program's module against the oracle.

The module is run as its user runs it: value and gradient with and without a workspace, each twice,
in float64 and in float32, beside `loss` alone.  Each parameter's gradient is judged by its own
scale.  What the point costs in digits is measured, not assumed: the oracle runs again with each of
its results disturbed, and where that moves an answer by D, rounding may move it by a stated part of
D.  A point that is too ill conditioned to say anything is drawn anew, and counted; so is one where
what is not taken spoils the gradient, which is counted apart.
"""

from __future__ import annotations

import inspect
import random
import warnings
from dataclasses import dataclass

import numpy as np

from symbprop.errors import InternalError, SymbpropError
from symbprop.pipeline import compile_network

from .duals import Undefined
from .oracle import Oracle
from .tree import Invalid

# Relative disturbances of the oracle's results, of which the largest effect counts: one alone may
# be small by chance, and a choice may turn in one sense only.  By dtype: the least relative bound,
# what a disturbance of one may cause, and what is too small to be told from zero.
NOISES = (1e-10, 1e-6, -1e-6)
LIMITS = {"float64": (2e-12, 2e-13, 1e-300), "float32": (2e-5, 1e-5, 1e-36)}
REDRAWS = 12


@dataclass(frozen=True)
class Verdict:
    """``kind`` is right, refused, wrong, invalid (no program) or unusable (no point was found).

    ``code`` is a refusal's code or, where it is wrong, in which way; ``redraws`` counts points
    that were drawn anew, ``spoilt`` those that were judged although what is not taken has no value
    there, ``ended`` those of them at which the module has none, ``singles`` says whether float32
    could be judged by its values, ``small`` whether small extents were judged, too, or are none.
    """

    kind: str
    code: str = ""
    said: str = ""
    redraws: int = 0
    singles: bool = False
    small: bool = True
    spoilt: int = 0
    ended: int = 0


class Wrong(Exception):
    """How a module disagrees; the first word is the way, by which families are told apart."""


class Ended(Exception):
    """A module has no number where what is not taken has none."""


@dataclass(frozen=True)
class Point:
    """Data, what is right there, and how far an answer may be from it by dtype.

    ``spoilt`` where what is not taken has no value or slope.
    """

    oracle: Oracle
    extents: dict
    data: dict
    right: dict
    bounds: dict
    spoilt: bool


def draw(script, extents, seed):
    """Data of given tensors, floats that single precision holds; each depends on its name only."""
    data = {}
    for g in script.given:
        if g.role == "constant":
            continue
        rng = random.Random(f"{seed}.{g.name}")
        shape = tuple(extents.get(s, s) for s in g.shape)
        count = int(np.prod(shape))
        if g.integer:
            top = extents.get(g.below, g.below)
            if count and not top:
                raise Undefined("an integer below nothing")
            values = np.array([rng.randrange(top) for _ in range(count)], np.intp)
        else:
            spread = rng.choice((0.6, 1.0, 1.6))
            values = np.array([spread * rng.uniform(-1, 1) for _ in range(count)])
            if rng.random() < 0.25:
                values = np.abs(values) + 0.1
            values = values.astype(np.float32).astype(np.float64)
        data[g.name] = values.reshape(shape)
    return data


def point(script, extents, seed):
    """A point where the oracle is sure, or None, and how many were drawn before."""
    oracle = Oracle(script.lines, script.given, extents.items(), script.indices, script.loss)
    for attempt in range(REDRAWS):
        try:
            data = draw(script, extents, f"{seed}.{attempt}")
            right = _answers(oracle.evaluate(data))
            moved = [(n, _answers(oracle.evaluate(data, n))) for n in NOISES]
        except Undefined:
            continue
        bounds = {d: _bounds(right, moved, *limits) for d, limits in LIMITS.items()}
        if bounds["float64"] is not None:
            spoilt = _is_spoilt(oracle, data)
            return Point(oracle, dict(extents), data, right, bounds, spoilt), attempt
    return None, REDRAWS


def _is_spoilt(oracle, data):
    try:
        oracle.evaluate(data, strict=True)
    except (Undefined, Invalid):
        return True
    return False


def _answers(answer):
    return {"": np.asarray(answer.loss), **answer.gradients}


def _bounds(right, moved, least, stretch, smallest):
    """How far each answer may be off; None where that would be more than a thousandth."""
    bounds = {}
    for name, array in right.items():
        scale = np.max(np.abs(array), initial=0.0)
        moves = max(
            np.max(np.abs(answers[name] - array), initial=0.0) / abs(n) for n, answers in moved
        )
        bound = least * scale + stretch * moves
        if bound > 1e-3 * scale + 1e-12 or scale > 1e12:
            return None
        bounds[name] = bound + smallest
    return bounds


def bindings(script, seed):
    """The extents to try: those of the script, and small ones where there are names."""
    yield dict(script.extents)
    if script.extents:
        rng = random.Random(f"{seed}.extents")
        yield {name: rng.choice((0, 1, 1, 2)) for name, _ in script.extents}


def judge(script, seed=0, accuracy="fast"):
    """The verdict on one program, compiled with this promise of digits."""
    redraws, points, small = 0, [], True
    for extents in bindings(script, seed):
        try:
            found, tried = point(script, extents, seed)
        except Invalid as error:
            if not points:
                return Verdict("invalid", said=str(error))
            found, tried = None, 0
        if found is not None:
            redraws += tried
            points.append(found)
        elif not points:
            return Verdict("unusable", redraws=tried)
        else:
            small = False  # of a value at larger extents only
    spoilt, ended = sum(p.spoilt for p in points), 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            text = compile_network(script.network("fuzzed"), accuracy).module
            space = {"__name__": "fuzzed"}
            exec(compile(text, "fuzzed", "exec"), space)
        singles = []
        for at in points:
            try:
                singles.append(run(space, at))
            except Ended:
                ended += 1
    except InternalError as error:
        codes = "+".join(dict.fromkeys(f.code for f in error.faults))
        return Verdict("wrong", codes, str(error), redraws)
    except SymbpropError as error:
        return Verdict("refused", error.faults[0].code, str(error), redraws)
    except Wrong as error:
        return Verdict("wrong", str(error).split()[0], str(error), redraws)
    except Exception as error:
        return Verdict("wrong", type(error).__name__, f"{type(error).__name__}: {error}", redraws)
    return Verdict("right", redraws=redraws, singles=bool(singles) and all(singles), small=small,
                   spoilt=spoilt, ended=ended)


def run(space, at):
    """Run a module at a point; raises Wrong.  Returns whether float32's values were judged."""
    for dtype in ("float64", "float32"):
        bounds = at.bounds[dtype]
        params = {k: at.data[k].astype(dtype) for k in space["PARAMETERS"]}
        data = [
            at.data[k] if at.data[k].dtype.kind == "i" else at.data[k].astype(dtype)
            for k in (*space["INPUTS"], *space["TARGETS"])
        ]
        before = [a.copy() for a in (*params.values(), *data)]
        results = [space["value_and_grad"](params, *data) for _ in range(2)]
        sizes = list(inspect.signature(space["Workspace"]).parameters)[:-1]
        work = space["Workspace"](*(at.extents[_author(s, at.extents)] for s in sizes),
                                  dtype=dtype)
        results += [space["value_and_grad"](params, *data, workspace=work) for _ in range(2)]
        # What was returned must outlive another call.
        other = {k: (v * 1.25).astype(dtype) for k, v in params.items()}
        space["value_and_grad"](other, *data, workspace=work)
        for number, (value, grads) in enumerate(results):
            where = f"in {dtype}, {'with' if number > 1 else 'without'} a workspace"
            where += ", the second time" if number % 2 else ""
            if list(grads) != list(params):
                raise Wrong(f"keys {list(grads)}")
            for name, array in {"": value, **grads}.items():
                if at.spoilt and not np.isfinite(array).all():
                    raise Ended
                compare(name, array, at.right[name], bounds and bounds[name], dtype, where)
        value = space["loss"](params, *data)
        compare("", value, at.right[""], bounds and bounds[""], dtype, f"in {dtype}, by loss()")
        if dtype == "float64":
            forward(space, at, params)
        for old, new in zip(before, (*params.values(), *data), strict=True):
            if not np.array_equal(old, new):
                raise Wrong("argument changed by value_and_grad")
    return bounds is not None


def forward(space, at, params):
    """The outputs, in double precision; raises Wrong."""
    every = list(inspect.signature(space["value_and_grad"]).parameters)[1:]
    authors = dict(zip(every, (*space["INPUTS"], *space["TARGETS"]), strict=False))
    taken = list(inspect.signature(space["forward"]).parameters)[1:]
    data = [at.data[authors[name]] for name in taken]
    results = space["forward"](params, *data)
    if len(space["OUTPUTS"]) == 1:
        results = {space["OUTPUTS"][0]: results}
    noise, (least, stretch, smallest) = NOISES[0], LIMITS["float64"]
    for name in space["OUTPUTS"]:
        right, moved = (at.oracle.tensor(name, at.data, n) for n in (0.0, noise))
        moves = np.max(np.abs(right - moved), initial=0.0) / noise
        bound = least * np.max(np.abs(right), initial=0.0) + 10 * stretch * moves + smallest
        compare(name, results[name], right, bound, "float64", "by forward()", "output")


def _author(name, extents):
    """The extent behind a local name, to which underscores may have been appended."""
    while name not in extents:
        name = name[:-1]
    return name


def compare(name, got, right, bound, dtype, where, kind="gradient"):
    """One result against what is right; ``bound`` None judges dtype and shape alone."""
    kind = kind if name else "value"
    what = f"{kind} {name}" if name else "loss"
    if np.asarray(got).dtype != dtype:
        raise Wrong(f"dtype of the {what} is {np.asarray(got).dtype} {where}")
    if np.shape(got) != right.shape:
        raise Wrong(f"shape of the {what} is {np.shape(got)}, right {right.shape} {where}")
    if bound is None:
        return
    error = np.max(np.abs(np.asarray(got, float) - right), initial=0.0)
    if not error <= bound:
        raise Wrong(
            f"{kind} {dtype}: {what} {where}\n  got   {_shown(got)}\n  right {_shown(right)}\n"
            f"  off by {error:.3g}, allowed {bound:.3g}"
        )


def _shown(array):
    return np.array2string(np.asarray(array), precision=9, threshold=20).replace("\n", "\n        ")


def fails_like(verdict, seed, accuracy="fast"):
    """A predicate for the shrinker: whether a program is wrong in the same way."""
    def fails(script):
        found = judge(script, seed, accuracy)
        return found.kind == "wrong" and found.code == verdict.code
    return fails


