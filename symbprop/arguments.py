"""The door of the Python API: what each argument may be, by its annotation, and what is answered.

`checked` wraps a function or a class that users call, `doors` all that a room offers: arguments
are bound as Python does and each is judged by the kind that its annotation names, so that a
function has nothing to check and says what it takes once.  A misfit is SP144, which names the
function and the argument.

An annotation is a class, a union, or a list, tuple or mapping of such; `KINDS` says what stands for
more than its class, such as an extent.  What fits goes in as what it is: a text of a subclass as
a text, NumPy's integers as integers.  Types that fit whatever their value are remembered, so that
a function which the compiler itself calls a thousand times costs one look into a set.  What runs
without end, such as an iterator, is no list.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import numbers
import sys
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from symbprop import errors
from symbprop.errors import Fault, LimitError, SpecError, did_you_mean, told

C = TypeVar("C", bound=Callable[..., Any])
NO = object()
# More combinations of types than any program makes are not remembered.
MOST_REMEMBERED = 4096
# Tuples longer than this are remembered, so many at most.
LONG, MOST_JUDGED = 8, 16
LISTS = (list, tuple)
SEVERAL: Any = (
    *LISTS, set, frozenset, dict, type({}.keys()), type({}.values()),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """``take`` gives what goes in for a value, or `NO`; it may raise for what does not fit.

    ``words`` name one of the kind, ``many`` several; ``easy`` says of a type whether each of its
    values fits and goes in as it is.
    """

    take: Callable[[Any], Any]
    words: str
    many: str
    easy: Callable[[type], bool] = lambda kind: False


def _text(value: Any) -> Any:
    return str.__str__(value) if isinstance(value, str) else NO


def whole(value: Any) -> Any:
    """An integer of any library."""
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return int(value)
    return NO


def real(value: Any) -> Any:
    """A number of any library as a float, where it is none of Python's; NaN is one, too."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return NO
    kind: type = type(value)
    if kind is int or kind is float:
        return value
    plain = whole(value)
    return float(value) if plain is NO else plain


def finite(value: Any) -> Any:
    """A number of any library that a float can hold."""
    plain = real(value)
    return plain if plain is not NO and math.isfinite(plain) else NO


def _numbers(value: Any) -> Any:
    if hasattr(value, "tolist") and hasattr(value, "ndim"):
        value = value.ravel().tolist()
    return _each(value, real, LISTS)


def _each(value: Any, take: Callable[[Any], Any], of: Any) -> Any:
    """The members as they go in; the value itself where all of them go in as they are."""
    if not isinstance(value, of):
        return NO
    listed = list(value)
    found = [take(v) for v in listed]
    if any(f is NO for f in found):
        return NO
    if all(f is v for f, v in zip(found, listed, strict=True)):
        return value
    return tuple(found) if isinstance(value, tuple) else found


def _several(kind: Kind, of: Any, words: str) -> Kind:
    """Values of one kind in a list or the like; ``words`` is a singular and a plural."""
    judged: dict[int, Any] = {}

    def take(value: Any) -> Any:
        if not isinstance(value, of):
            return NO
        if judged.get(id(value)) is value:
            return value
        if not all(map(kind.easy, set(map(type, value)))):
            return _each(value, kind.take, of)
        if type(value) is tuple and len(value) > LONG:
            # A tuple stays what it is, and one of a large graph is met again and again.
            if len(judged) > MOST_JUDGED:
                judged.clear()
            judged[id(value)] = value
        return value

    one, many = words.split("/")
    return Kind(take, f"{one} of {kind.many}", f"{many} of {kind.many}")


def fits(holds: Callable[[Any], bool], words: str, many: str) -> Kind:
    """The kind of the values for which ``holds`` is true."""
    return Kind(lambda value: value if holds(value) else NO, words, many)


def instance(kind: type, words: str = "", many: str = "") -> Kind:
    """The kind of a class's own."""
    name = kind.__name__
    article = "an" if name[:1] in "AEIOU" else "a"
    return Kind(lambda value: value if isinstance(value, kind) else NO,
                words or f"{article} {name}", many or f"values of type {name}",
                lambda one: issubclass(one, kind))


ANY = Kind(lambda value: str.__str__(value) if isinstance(value, str) else value,
           "what can be looked at", "values", lambda kind: kind is str or not issubclass(kind, str))
# By the text of an annotation; rooms enter what they know more of than its class.
KINDS: dict[str, Kind] = {
    "None": Kind(lambda v: v if v is None else NO, "None", "Nones", lambda t: t is type(None)),
    "str": Kind(_text, "a text", "names", lambda t: t is str),
    "bool": Kind(lambda v: v if isinstance(v, bool) else NO, "True or False", "truth values",
                 lambda t: t is bool),
    "int": Kind(whole, "an integer", "integers", lambda t: t is int),
    "float": Kind(finite, "a finite number", "finite numbers"),
    "Any": ANY, "object": ANY,
    # As it is, whatever library it is of.
    "Figure": Kind(lambda v: NO if finite(v) is NO else v, "a finite number", "finite numbers"),
    "Sequence[float]": Kind(_numbers, "a list of numbers", "lists of numbers"),
    "tuple[float, ...]": Kind(lambda v: _each(v, real, (tuple,)), "a tuple of numbers",
                              "tuples of numbers"),
}
# What stands for a class more than its own, where another class has its name.
OF_CLASS: dict[type, Kind] = {}
# Classes by name, for annotations whose class is imported for the type checker only.
KNOWN: dict[str, type] = {}


# --- from annotations to kinds --------------------------------------------------------------------


def kind_of(annotation: str, names: Mapping[str, Any]) -> Kind:
    """What an annotation allows, its names looked up; KeyError for one that nothing here knows."""
    return _kind(ast.parse(annotation, mode="eval").body, names)


def _kind(node: ast.expr, names: Mapping[str, Any]) -> Kind:
    text = ast.unparse(node)
    if text in KINDS:
        return KINDS[text]
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either(_kind(left, names), _kind(right, names))
        case ast.Name(id=name):
            return _of_object(names[name] if name in names else KNOWN[name])
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=inner)):
            if name == "Callable":
                listed = inner[0].elts if isinstance(inner[0], ast.List) else None
                return _callable(None if listed is None else len(listed))
            return _container(name, [_kind(i, names) for i in inner if ast.unparse(i) != "..."],
                              ast.unparse(inner[-1]) == "...")
        case ast.Subscript(value=ast.Name(id=name), slice=inner):
            return _container(name, [_kind(inner, names)], False)
    raise KeyError(text)


def _of_object(known: Any) -> Kind:
    """The kind of a class, or of what an alias stands for."""
    if known is Any:
        return ANY
    if isinstance(known, type) and not isinstance(known, types.GenericAlias):
        return OF_CLASS.get(known) or KINDS.get(known.__name__) or instance(known)
    origin, inner = typing.get_origin(known), typing.get_args(known)
    if origin in (types.UnionType, typing.Union):
        return functools.reduce(_either, map(_of_object, inner))
    kinds = [_of_object(i) for i in inner if i is not ...]
    return _container(origin.__name__, kinds, ... in inner)


def _either(one: Kind, other: Kind) -> Kind:
    def take(value: Any) -> Any:
        found = one.take(value)
        return other.take(value) if found is NO else found

    # None stands for what is left out, which goes without saying.
    words = list(dict.fromkeys(k.words for k in (one, other) if k.words != "None"))
    many = list(dict.fromkeys(k.many for k in (one, other) if k.words != "None"))
    return Kind(take, " or ".join(words), " or ".join(many),
                lambda kind: one.easy(kind) or other.easy(kind))


def _container(name: str, inner: list[Kind], endless: bool) -> Kind:
    match name:
        case "Sequence" | "list":
            return _several(inner[0], LISTS if name == "Sequence" else (list,), "a list/lists")
        case "Iterable" | "Container" | "Collection":
            return _several(inner[0], SEVERAL, "a list/lists")
        case "tuple" if endless:
            return _several(inner[0], (tuple,), "a tuple/tuples")
        case "tuple":
            return _row(inner)
        case "Mapping" | "dict":
            return _mapping(*inner)
    raise KeyError(name)


def _row(inner: list[Kind]) -> Kind:
    def take(value: Any) -> Any:
        if not isinstance(value, tuple) or len(value) != len(inner):
            return NO
        found = tuple(kind.take(v) for kind, v in zip(inner, value, strict=True))
        return NO if any(f is NO for f in found) else found

    said = ", ".join(kind.words for kind in inner)
    return Kind(take, f"a tuple of {said}", f"tuples of {said}")


def _mapping(key: Kind, entry: Kind) -> Kind:
    def take(value: Any) -> Any:
        if not isinstance(value, dict | types.MappingProxyType):
            return NO
        if all(map(key.easy, set(map(type, value)))) and (
            all(map(entry.easy, set(map(type, value.values()))))
        ):
            return value
        found = {key.take(k): entry.take(v) for k, v in value.items()}
        if any(k is NO or v is NO for k, v in found.items()):
            return NO
        same = all(a is b for k, v in zip(found.items(), value.items(), strict=True)
                   for a, b in zip(k, v, strict=True))
        return value if same else found

    return Kind(take, f"a dict of {entry.many}", f"dicts of {entry.many}")


def _callable(count: int | None) -> Kind:
    """What can be called, with so many arguments."""

    def take(value: Any) -> Any:
        if not callable(value):
            return NO
        if count is not None:
            try:
                inspect.signature(value).bind(*range(count))
            except TypeError:
                return NO
        return value

    ends = "" if count is None else f" of {count} argument{'' if count == 1 else 's'}"
    return Kind(take, f"a function{ends}", f"functions{ends}")


# --- the door -------------------------------------------------------------------------------------


def checked(function: C) -> C:
    """The function, or the class, whose arguments are judged first.  Raises SpecError."""
    if isinstance(function, type):
        _open_class(function)
        return function
    return typing.cast(C, _door(function, function.__qualname__))


def doors(room: str) -> None:
    """Give every public function and class that a module has made its door.

    To be called where the module ends.
    """
    held = vars(sys.modules[room])
    for name, value in list(held.items()):
        if not name.startswith("_") and callable(value) and (
            getattr(value, "__module__", None) == room and not hasattr(value, "takes")
        ):
            held[name] = checked(value)


def _open_class(made: type) -> None:
    KNOWN[made.__name__] = made
    for name, value in list(vars(made).items()):
        if name == "__new__":
            door = staticmethod(_door(value.__func__, made.__name__))
            setattr(made, name, door)
        elif isinstance(value, types.FunctionType) and not hasattr(value, "takes"):
            if name == "__init__":
                setattr(made, name, _door(value, made.__name__))
            elif not name.startswith("_") or name == "__getitem__":
                setattr(made, name, _door(value, f"{made.__name__}.{name}"))


# For each argument of a call in its order: the parameter's name and kind, None where it has none.
Slots = list[tuple[str, Kind] | None]


def _door(function: Callable[..., Any], shown: str) -> Callable[..., Any]:
    signature = inspect.signature(function)
    kinds: dict[str, Kind] = {}
    # By the number of arguments and the names of options; types that go in, and that do not always.
    shapes: dict[tuple[int, tuple[str, ...]], Slots] = {}
    easy: set[Any] = set()
    hard: set[Any] = set()

    @functools.wraps(function)
    def door(*args: Any, **options: Any) -> Any:
        key: Any = tuple(map(type, args))
        if options:
            key = (key, tuple(options), tuple(map(type, options.values())))
        if key not in easy:
            shape = len(args), tuple(options)
            if shape not in shapes or len(shapes) > MOST_REMEMBERED:
                if not kinds:
                    kinds.update(_kinds(function, signature))
                shapes[shape] = _slots(shown, signature, kinds, args, options)
            slots, values = shapes[shape], (*args, *options.values())
            taken = _judge(shown, slots, values)
            if taken is not values:
                args, options = taken[: shape[0]], dict(zip(options, taken[shape[0]:], strict=True))
            elif key not in hard:
                simple = all(s is None or s[1].easy(type(v))
                             for s, v in zip(slots, values, strict=True))
                remembered = easy if simple else hard
                if len(remembered) < MOST_REMEMBERED:
                    remembered.add(key)
        try:
            return function(*args, **options)
        except RecursionError:
            if _is_within(sys._getframe(1)):
                raise
            raise LimitError(Fault("SP403", f"{shown}: what is given is nested too deep, or "
                                   "without end")) from None

    door.takes = lambda: _kinds(function, signature)  # type: ignore[attr-defined]
    return door


def _slots(
    shown: str, signature: inspect.Signature, kinds: Mapping[str, Kind],
    args: tuple[Any, ...], options: dict[str, Any],
) -> Slots:
    """What stands where in a call.  Raises SpecError for one that Python would not make."""
    parameters = signature.parameters
    try:
        signature.bind(*args, **options)
    except TypeError as error:
        near = next((did_you_mean(o, parameters) for o in options if o not in parameters), "")
        raise SpecError(Fault("SP144", f"{shown}: {error}", None, near)) from None
    names: list[str] = []
    rest = ""
    for name, parameter in parameters.items():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            names += [name] * (len(args) - len(names))
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            rest = name
        elif parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            names.append(name)
    bound = [*names[: len(args)], *(o if o in parameters and o != rest else rest for o in options)]
    return [(name, kinds[name]) if name in kinds else None for name in bound]


def _is_within(frame: types.FrameType | None) -> bool:
    """Whether a frame was called through a door: who stands before one is the user."""
    while frame is not None:
        if frame.f_code.co_name == "door" and frame.f_code.co_filename == __file__:
            return True
        frame = frame.f_back
    return False


def _kinds(function: Callable[..., Any], signature: inspect.Signature) -> dict[str, Kind]:
    """The kind of each parameter, without what a method is called on."""
    names = inspect.unwrap(function).__globals__
    return {
        p.name: kind_of(str(p.annotation), names) for p in signature.parameters.values()
        if p.annotation is not inspect.Parameter.empty
    }


def _judge(shown: str, slots: Slots, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """What goes in: the values themselves where they do.  Raises SpecError where one misfits."""
    faults: list[Fault] = []
    taken: list[Any] | None = None
    for position, (slot, value) in enumerate(zip(slots, values, strict=True)):
        if slot is None:
            continue
        try:
            found = slot[1].take(value)
        except Exception:
            # A value that cannot be looked at is none of ours.
            found = NO
        if found is NO:
            faults.append(_fault(shown, slot[0], value, slot[1]))
        elif found is not value:
            taken = list(values) if taken is None else taken
            taken[position] = found
    if faults:
        raise SpecError(*faults)
    return values if taken is None else tuple(taken)


def _fault(shown: str, name: str, value: Any, kind: Kind) -> Fault:
    hint = ""
    if str(type(value).__module__).split(".")[0] == "torch":
        hint = "torch tensors do not go in; .detach().numpy() makes an array of one"
    return Fault("SP144", f"{shown}: {name} is {told(value)}, not {kind.words}", None, hint)


OF_CLASS[Path] = instance(Path, "a path", "paths")
KINDS["Place"] = instance(errors.Place, "a place", "places")
for _made in vars(errors).copy().values():
    # What stands below the door has its own here.
    if isinstance(_made, type) and _made.__module__ == errors.__name__:
        checked(_made)
