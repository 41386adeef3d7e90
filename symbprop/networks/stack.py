"""Lists of layers, checked and built one on another, nested ones with them.

The one place that knows how a layer is used: its options are of their types, its names get a
suffix, and what it returns is what the next one reads.  Where things stand in a file is told by
``at``, so that a stack written in Python needs no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symbprop.arguments import doors
from symbprop.errors import Fault, LimitError, Place, SpecError, did_you_mean, told
from symbprop.language.initialisation import INITIALISERS
from symbprop.networks.foreign import ABOVE, hint
from symbprop.networks.layers import Call, Layer, all_layers
from symbprop.networks.layers.activation import ACTIVATIONS
from symbprop.networks.losses import LOSSES
from symbprop.networks.network import Network
from symbprop.networks.options import Number

MOST_LAYERS = 20_000
# So long is the path to a layer at most: two for each layer that it stands in.
DEEPEST = 100
LARGEST = 2**40
COMMON = {"kind": "text", "input": "text", "name": "text", "repeat": "count",
          "equations": "text"}
# Those that an option can name: their numbers would have no place there.
PLAIN_INITIALISERS = [name for name, record in INITIALISERS.items() if not record.arguments]
# What the names of a layer may end with.
SUFFIX = re.compile(r"[A-Za-z0-9_]+")
Path = tuple[str | int, ...]


class Stack:
    """Builds layers into a network.  Every method raises SpecError with all faults it finds."""

    def __init__(
        self,
        network: Network,
        own: Sequence[Layer] = (),
        at: Callable[..., Place | None] = lambda *path: None,
        begins: Callable[[Path], Place | None] = lambda path: None,
    ) -> None:
        self.network = network
        self.known = {**all_layers(), **{layer.kind: layer for layer in own}}
        self.at = at
        self.begins = begins

    def build(
        self, listed: Any, path: Path = ("layers",),
        source: str | None = None,
    ) -> str:
        """The output of a list of layers, the first of which reads ``source``."""
        return self._build(listed, path, source)

    def _build(self, listed: Any, path: Path, source: str | None) -> str:
        if source is not None:
            self.network.known(source)
        if len(path) > DEEPEST:
            raise LimitError(Fault("SP403", "layers within layers are nested too deep, or without "
                                   "end", self.at(*path)))
        unlisted = _no_tables(listed, _said(path), self.at(*path))
        if unlisted:
            raise SpecError(unlisted)
        faults: list[Fault] = []
        for position, options in enumerate(listed):
            faults += self.faults(options, (*path, position))
        if faults:
            raise SpecError(*faults)
        inputs = [t.name for t in self.network.tensors.values() if t.role == "input"]
        current = source or (inputs[0] if inputs else None)
        for position, options in enumerate(listed):
            current = self._one(options, (*path, position), current)
        assert current is not None
        self.network.last = current
        return current

    def one(self, options: Mapping[str, Any], path: Path, current: str | None) -> str:
        """One entry of the list, as often as it is repeated."""
        faults = self.faults(options, path)
        if faults:
            raise SpecError(*faults)
        return self._one(options, path, current)

    def _one(self, options: Mapping[str, Any], path: Path, current: str | None) -> str:
        place, net = self.at(*path), self.network
        current = options.get("input", current)
        if options["kind"] == "equations":
            net.equations(options.get("equations", ""), self.begins((*path, "equations")) or place)
            if net.last is None:
                raise SpecError(Fault("SP132", "the equations define nothing", place))
            return net.last
        if current is None:
            raise SpecError(Fault("SP138", "the first layer has no input", place,
                                  "declare one in [inputs]"))
        net.known(current, self.at(*path, "input") if "input" in options else place)
        layer, repeat = self.known[options["kind"]], options.get("repeat", 1)
        if net.layers + repeat > MOST_LAYERS:
            raise LimitError(Fault("SP404", f"more than {MOST_LAYERS} layers", place))
        for copy in range(repeat):
            net.layers += 1
            suffix = str(options.get("name", net.layers))
            if "name" in options and repeat > 1:
                suffix += str(copy + 1)

            def nest(option: str, source: str) -> str:
                return self._build(options.get(option), (*path, option), source)

            try:
                current = layer.built(
                    Call(net, current, suffix, options, place, layer.kind, nest)
                )
            except SpecError as error:
                # What knows no place of its own is the layer's.
                raise SpecError(*(
                    f if f.place is not None else replace(f, place=place) for f in error.faults
                )) from None
        return current

    # -- options --

    def faults(self, options: Mapping[str, Any], path: Path) -> list[Fault]:
        """What is wrong with the options of one entry."""
        kind = options.get("kind")
        said = _said(path)
        if kind == "equations":
            return [
                fault for key, wanted in COMMON.items() if key in options
                and (fault := _option_fault(wanted, options[key], f"{said}.{key}",
                                            self.at(*path, key)))
            ]
        if not isinstance(kind, str) or kind not in self.known:
            meant = hint("layer", str(kind), self.known, {"loss": LOSSES})
            if kind is None:
                meant = 'a layer has a kind: kind = "dense"'
            return [Fault("SP104", f"{said}.kind: unknown layer {kind!r}", self.at(*path, "kind"),
                          meant)]
        layer = self.known[kind]
        found: list[Fault] = []
        allowed = [*layer.options, *COMMON]
        for key, value in options.items():
            at, label = self.at(*path, key), f"{said}.{key}"
            wanted = layer.options.get(key) or COMMON.get(key)
            if wanted is None or (key == "equations" and key not in layer.options):
                meant = hint("option", key, allowed)
                if key in ("equations", "title", "description", "outputs"):
                    meant = ABOVE.format(key)
                found.append(Fault("SP121", f"{label}: unknown option of {kind}", at, meant))
                continue
            fault = _option_fault(wanted, value, label, at)
            if fault is None and key == "name" and not SUFFIX.fullmatch(value):
                fault = Fault("SP109", f"{label}: {told(value)} cannot end a name", at,
                              "write letters, digits and underscores")
            if fault is not None:
                found.append(fault)
        found += [
            Fault("SP139", f"{said}: {kind} needs {key}", self.at(*path))
            for key in layer.required
            if key not in options
        ]
        return found


def add_layers(
    network: Network,
    listed: Sequence[Mapping[str, Any]],
    source: str | None = None,
    own: Sequence[Layer] = (),
) -> str:
    """Append layers to a network from Python; ``own`` are layers that one wrote oneself.

    ``add_layers(net, [{"kind": "dense", "units": 3}])`` returns the name of the output.
    """
    return Stack(network, own).build([dict(v) for v in listed], ("layers",), source)


def _said(path: Path) -> str:
    """``layers[2].layers[0]``"""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def _unquoted(value: Any) -> str:
    """A hint where a number stands in quotes, or ends in .0."""
    if isinstance(value, str) and value.strip().isdecimal():
        return f"write {value.strip()[:20]} without quotes"
    return f"write {int(value)}" if isinstance(value, float) and value.is_integer() else ""


def _word(value: Any) -> str:
    return value if isinstance(value, str) else told(value)


def _whole(value: Any, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= LARGEST


def _no_tables(listed: Any, label: str, at: Place | None) -> Fault | None:
    """The fault of what should be a list of layers and is none."""
    if isinstance(listed, list) and listed and all(isinstance(v, dict) for v in listed):
        return None
    return Fault("SP133", f"{label} is a list of tables", at,
                 'each begins with [[layers]] and has a kind = "dense"')


def _option_fault(
    wanted: str | tuple[str, ...] | Number, value: Any, label: str, at: Place | None
) -> Fault | None:
    """The fault of one option's value, or None where it is of its type."""
    if isinstance(wanted, Number):
        return wanted.fault(value, label, at)
    if isinstance(wanted, tuple):
        if isinstance(value, str) and value in wanted:
            return None
        return Fault("SP133",
                     f"{label}: one of {', '.join(wanted)} is needed, not {told(value)}", at,
                     did_you_mean(_word(value), wanted))
    several = value if isinstance(value, list) and value else [value]
    match wanted:
        case "count" if not _whole(value, 1):
            return Fault("SP134",
                         f"{label}: a positive integer is needed, not {told(value)}", at,
                         _unquoted(value))
        case "natural" if not _whole(value, 0):
            return Fault("SP134",
                         f"{label}: a non-negative integer is needed, not {told(value)}", at)
        case "counts" if not all(_whole(v, 1) for v in several):
            return Fault("SP134",
                         f"{label}: positive integers are needed, not {told(value)}", at)
        case "naturals" if not all(_whole(v, 0) for v in several):
            return Fault("SP134",
                         f"{label}: non-negative integers are needed, not {told(value)}", at)
        case "truth" if not isinstance(value, bool):
            return Fault("SP133", f"{label}: true or false is needed, not {told(value)}", at)
        case "activation" if not (isinstance(value, str) and value in ACTIVATIONS):
            shown = f'"{value}"' if isinstance(value, str) else told(value)
            return Fault("SP104", f"{label}: unknown activation {shown}", at,
                         hint("activation", _word(value), ACTIVATIONS,
                              {"layer": all_layers(), "loss": LOSSES}))
        case "init" if not (isinstance(value, str) and value in PLAIN_INITIALISERS):
            return Fault("SP136",
                         f"{label}: no initialisation without numbers is {told(value)}", at,
                         did_you_mean(_word(value), PLAIN_INITIALISERS))
        case "layers":
            return _no_tables(value, label, at)
        case "text" if not isinstance(value, str):
            return Fault("SP133", f"{label}: a text is needed, not {told(value)}", at)
        case "texts" if not isinstance(value, list) or not all(
                isinstance(v, str) for v in value):
            return Fault("SP133",
                         f"{label}: a list of texts is needed, not {told(value)}", at)
        case _:
            return None


doors(__name__)
