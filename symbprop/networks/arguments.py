"""The door of the Python API: what each argument may be, by its annotation, and what is answered.

`checked` wraps a function that users call: arguments are bound as Python does and each is judged
by the kind that its annotation names, so that a function has nothing to check and says what it
takes once.  A misfit is SP144, which names the function and the argument.
"""

from __future__ import annotations

import functools
import inspect
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sympy import Expr

from symbprop.errors import Fault, Place, SpecError, did_you_mean, told
from symbprop.language.graph import Graph, Tensor
from symbprop.language.initialisation import INITIALISERS, Initialisation
from symbprop.language.terms import Index

P = ParamSpec("P")
R = TypeVar("R")
Kind = tuple[Callable[[Any], bool], str]


def _whole(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _real(value: Any) -> bool:
    """A number that is finite; NumPy's count."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _size(value: Any) -> bool:
    if isinstance(value, Expr):
        return bool(value.is_integer) and value.is_negative is not True
    if isinstance(value, str):
        return True
    return _whole(value) and value >= 0


def _listed(value: Any, holds: Callable[[Any], bool] = lambda item: True) -> bool:
    return isinstance(value, list | tuple) and all(map(holds, value))


def _formula(value: Any) -> bool:
    return isinstance(value, Expr) or _real(value)


def _numbers(value: Any) -> bool:
    if hasattr(value, "tolist") and hasattr(value, "ndim"):
        value = value.ravel().tolist()
    return isinstance(value, Sequence) and not isinstance(value, str | bytes) and all(
        isinstance(v, numbers.Real) and not isinstance(v, bool) for v in value
    )


def _initial(value: Any) -> bool:
    return isinstance(value, Initialisation) or (isinstance(value, str) and value in [
        name for name, record in INITIALISERS.items() if not record.arguments
    ])


NONE: Kind = (lambda v: v is None, "None")
KINDS: dict[str, Kind] = {
    "None": NONE,
    "str": (lambda v: isinstance(v, str), "a text"),
    "bool": (lambda v: isinstance(v, bool), "True or False"),
    "int": (_whole, "an integer"),
    "float": (_real, "a finite number"),
    "Tensor": (lambda v: isinstance(v, Tensor), "a tensor"),
    "Graph": (lambda v: isinstance(v, Graph), "a graph"),
    "Path": (lambda v: isinstance(v, Path), "a path"),
    "Place": (lambda v: isinstance(v, Place), "a place"),
    "Expr": (_formula, "a formula or a finite number"),
    "Sequence[ExtentLike]": (
        lambda v: _listed(v, _size), "a list of extents: names, or integers from zero on"),
    "Sequence[int]": (
        lambda v: _listed(v, _size), "a list of integers from zero on"),
    "Sequence[float]": (_numbers, "a list of numbers"),
    "Sequence[Index]": (
        lambda v: _listed(v, lambda i: isinstance(i, Index)), "a list of indices"),
    "Sequence[str]": (lambda v: _listed(v, lambda s: isinstance(s, str)), "a list of names"),
    "ExtentLike": (_size, "an extent: a name, or an integer from zero on"),
    "Initialisation": (_initial, "an initialisation or the name of one without numbers"),
    "Mapping[str, ExtentLike]": (lambda v: isinstance(v, Mapping), "a dict of extents"),
    "Sequence[Mapping[str, Any]]": (
        lambda v: _listed(v, lambda m: isinstance(m, Mapping)), "a list of dicts"),
    "Sequence[Layer]": (
        lambda v: _listed(v, lambda m: type(m).__name__ == "Layer"), "a list of layers"),
    "Any": (lambda v: True, "anything"),
}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose arguments are judged first.  Raises SpecError."""
    signature = inspect.signature(function)
    shown = function.__qualname__

    @functools.wraps(function)
    def door(*args: P.args, **options: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **options)
        except TypeError as error:
            near = next((did_you_mean(o, signature.parameters) for o in options
                         if o not in signature.parameters), "")
            raise SpecError(Fault("SP144", f"{shown}: {error}", None, near)) from None
        faults = [
            fault for name, value in bound.arguments.items()
            for fault in _faults(shown, name, value, signature.parameters[name])
        ]
        if faults:
            raise SpecError(*faults)
        return function(*args, **options)

    return door


def _faults(
    shown: str, name: str, value: Any, parameter: inspect.Parameter
) -> Sequence[Fault]:
    if name == "self" or parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return ()
    kinds = kinds_of(parameter)
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        wrong = [v for v in value if not any(fits(v) for fits, _ in kinds)]
        if not wrong:
            return ()
        (value, *_) = wrong
    if any(fits(value) for fits, _ in kinds):
        return ()
    expected = " or ".join(dict.fromkeys(words for _, words in kinds if words != "None"))
    hint = ""
    if str(type(value).__module__).split(".")[0] == "torch":
        hint = "torch tensors do not go in; .detach().numpy() makes an array of one"
    return (Fault("SP144", f"{shown}: {name} is {told(value)}, not {expected}", None, hint),)


def kinds_of(parameter: inspect.Parameter) -> list[Kind]:
    """What an annotation allows; KeyError for one that nothing here knows."""
    names = str(parameter.annotation).split(" | ")
    if "Initialisation" in names:
        # Its names are texts, but not every text is one.
        names = [n for n in names if n != "str"]
    if "Expr" in names:
        names = [n for n in names if n != "int"]
    return [KINDS[n] for n in names]
