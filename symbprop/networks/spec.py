"""Networks as TOML files.

Every fault has a place: `Places` finds where each key of the file stands, since the TOML reader of
the standard library keeps no positions.  Nothing of a spec is executed; equations are read by
`notation`.  Top-level keys: title, description, parameters, inputs, targets, constants, indices,
equations, define, layers, loss, outputs.
"""

from __future__ import annotations

import importlib.resources
import keyword
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from sympy import Expr, Integer

from symbprop.arguments import doors
from symbprop.errors import Fault, FileError, LimitError, Place, SpecError, did_you_mean, told
from symbprop.language.accuracy import check_accuracy
from symbprop.language.initialisation import INITIALISERS, Initialisation
from symbprop.language.notation import NAME
from symbprop.language.numbers import is_finite
from symbprop.language.terms import ExtentLike
from symbprop.networks.foreign import ABOVE, FREE, hint, of_toml
from symbprop.networks.layers import Layer, Written, all_layers
from symbprop.networks.losses import LOSSES, Term
from symbprop.networks.network import LOSS_NAMES, Network, check_name, unknown_options
from symbprop.networks.stack import LARGEST, Stack
from symbprop.networks.template import defined_names, size_of

MOST_BYTES = 1_000_000
DEEPEST = 50
# Of a number; TOML's by sixteens may have more digits than Python prints.
LONGEST = 1000
MOST = 10**LONGEST
TOP = ("title", "description", "parameters", "inputs", "targets", "constants", "indices",
       "equations", "define", "layers", "loss", "outputs", "compile")
# A dotted key that is nested deeper than anything here; reading it would take quadratic time.
DOTTED = re.compile(rf"(?m)^[ \t]*\[?\[?(?:[ \t]*[\w\"'-]+[ \t]*\.){{{DEEPEST}}}")
# Those that are texts and stand above all tables.
TEXTS = ("title", "description", "equations")
ROLES = ("parameters", "inputs", "targets")
ARGUMENTS = ("count", "natural", "number")
# What may be a formula of extents, as T + 1 or 2*N.
FORMULA = re.compile(r"[A-Za-z0-9_ ()]+[-+*/][-A-Za-z0-9_ ()+*/]+")
ZOO = importlib.resources.files("symbprop.networks") / "zoo"


def zoo_names() -> tuple[str, ...]:
    return tuple(sorted(p.name[:-5] for p in ZOO.iterdir() if p.name.endswith(".toml")))


def zoo_text(name: str) -> str:
    """The spec of a zoo network; FileError with near names where there is none."""
    if name not in zoo_names():
        raise FileError(
            Fault("SP606", f"there is no network {name!r} in the zoo", None,
                  did_you_mean(name, zoo_names()) or "symbprop zoo lists them")
        )
    return (ZOO / f"{name}.toml").read_text(encoding="utf-8")


def is_there(path: Path) -> bool:
    """Whether something stands at a path; FileError where it cannot be asked for."""
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(Fault("SP606", f"{path} cannot be read: {reason}")) from error


def load(spec: str) -> Network:
    """A network by path or, where no such file exists, by its name in the zoo."""
    path = Path(spec)
    if is_there(path) or path.suffix or len(path.parts) > 1:
        return read_spec(path)
    return parse_spec(zoo_text(spec), f"{spec}.toml")


def read_spec(path: str | Path) -> Network:
    """Read a file.  Raises FileError where it cannot be read, SpecError for what it says."""
    path = Path(path)
    try:
        if is_there(path) and not path.is_file():
            kind = "a directory" if path.is_dir() else "no plain file"
            raise FileError(Fault("SP607", f"{path} is {kind}"))
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
            size = len(data) if len(data) <= MOST_BYTES else max(len(data), path.stat().st_size)
    except (OSError, ValueError) as error:
        near = sorted(p.name for p in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        raise FileError(
            Fault("SP606", f"{path} could not be read: "
                  f"{getattr(error, 'strerror', None) or error}", None,
                  did_you_mean(path.name, [*near, *zoo_names()]))
        ) from None
    if size > MOST_BYTES:
        raise LimitError(
            Fault("SP402", f"{path} has {size} bytes, at most {MOST_BYTES} are read")
        )
    text = _decoded(data, str(path))
    return parse_spec(text, str(path))


def _decoded(data: bytes, file: str) -> str:
    """UTF-8 with or without a mark; SpecError that names the first other byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise SpecError(
            Fault("SP130", "the file is not UTF-8 but looks like UTF-16 or UTF-32",
                  Place(file, 1, 1), "save it as UTF-8")
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].split(b"\n")
        column = len(before[-1].decode("utf-8", "replace")) + 1
        raise SpecError(
            Fault("SP130", f"the file is not UTF-8: it holds the byte 0x{data[error.start]:02x}",
                  Place(file, len(before), column), "save it as UTF-8")
        ) from None


def parse_spec(text: str, file: str = "<spec>") -> Network:
    """A network from TOML.  Raises SpecError with every fault that can be told apart."""
    return _Reader(text, file).network()


# Brackets, and what hides them: texts and comments.  A text without an end goes on to the last
# character, so that nothing is scanned twice.
TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\\?\Z)' r"|'''.*?(?:'''|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?' r"|'[^'\n]*'?" r"|\#[^\n]*" r"|[\[\]{}]",
    re.DOTALL,
)


class Places:
    """Where each key stands, by its path: ("layers", 2, "units") -> line and column."""

    KEY = re.compile(r'\s*([A-Za-z0-9_.-]+|"[^"]*"|\'[^\']*\')\s*=\s*')
    HEAD = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.found: dict[tuple[str | int, ...], Place] = {}
        self.values: dict[tuple[str | int, ...], Place] = {}
        table: tuple[str | int, ...] = ()
        counts: dict[tuple[str | int, ...], int] = {}
        quote = ""
        for number, line in enumerate(text.split("\n"), 1):
            if quote:
                if quote in line:
                    quote = ""
                continue
            head = self.HEAD.match(line)
            if head and not self.KEY.match(line):
                *around, name = head.group(2).strip("\"'").split(".")
                table = ()
                for part in around:
                    table = (*table, part)
                    if table in counts:
                        table = (*table, counts[table])
                table = (*table, name)
                if head.group(1) == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, counts[table])
                self.found[table] = Place(file, number, head.start(1) + 1)
                continue
            key = self.KEY.match(line)
            if not key:
                continue
            path = (*table, *key.group(1).strip("\"'").split("."))
            self.found[path] = Place(file, number, key.start(1) + 1)
            rest = line[key.end():]
            for mark in ('"""', "'''"):
                if rest.startswith(mark):
                    begins = Place(file, number, key.end() + 4)
                    if rest == mark or not rest[3:].strip("\r"):
                        begins = Place(file, number + 1, 1)
                    self.values[path] = begins
                    if mark not in rest[3:]:
                        quote = mark
                    break
            else:
                if rest[:1] in ('"', "'"):
                    self.values[path] = Place(file, number, key.end() + 2)

    def at(self, *path: str | int) -> Place:
        """The place of a key, else of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.found:
                return self.found[path[:length]]
        return Place(self.file, 1, 1)


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        # Extents that are formulas, and where they stand.
        self.formulas: list[tuple[Expr, Place]] = []
        self.limit_nesting(text)
        try:
            self.spec: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            message = str(error)
            found = re.search(r"\(at line (\d+), column (\d+)\)", message)
            place = Place(file, int(found[1]), int(found[2])) if found else Place(file, 1, 1)
            line = (text.split("\n")[place.line - 1:] or [""])[0]
            raise SpecError(
                Fault("SP131", f"invalid TOML: {re.sub(r' [(]at .*[)]', '', message)}", place,
                      of_toml(line, message))
            ) from None
        except RecursionError:
            raise LimitError(Fault("SP403", "the file is nested too deep", Place(file, 1, 1))
                             ) from None
        except ValueError as error:
            # A number with thousands of digits, or a date that there is not.
            long = re.search(rf"[0-9_]{{{LONGEST},}}", text)
            message = f"a number has over {LONGEST} digits" if long else f"invalid TOML: {error}"
            begins = long.start() if long else 0
            place = Place(file, text.count("\n", 0, begins) + 1,
                          begins - text.rfind("\n", 0, begins))
            raise SpecError(Fault("SP131", message, place)) from None
        self.places = Places(text.replace("\r\n", "\n"), file)
        faults = [
            Fault("SP131", f"a number has over {LONGEST} digits", self.places.at(*path))
            for path, value in _leaves(self.spec) if isinstance(value, int) and abs(value) > MOST
        ]
        if faults:
            raise SpecError(*faults)
        stem = re.sub(r"\W", "_", Path(file).stem, flags=re.ASCII)[:100] or "network"
        stem = stem if stem[0].isalpha() else f"n{stem}"
        self.net = Network(f"{stem}_" if keyword.iskeyword(stem) else stem)

    def limit_nesting(self, text: str) -> None:
        depth = 0
        dotted = DOTTED.search(text)
        if dotted:
            raise LimitError(
                Fault("SP403", f"a key has more than {DEEPEST} parts",
                      Place(self.file, text.count("\n", 0, dotted.end()) + 1, 1))
            )
        for token in TOKEN.finditer(text):
            if token[0] in "[{":
                depth += 1
            elif token[0] in "]}":
                depth = max(0, depth - 1)
            if depth > DEEPEST:
                line = text.count("\n", 0, token.start()) + 1
                column = token.start() - text.rfind("\n", 0, token.start())
                raise LimitError(
                    Fault("SP403", f"brackets are nested more than {DEEPEST} deep",
                          Place(self.file, line, column))
                )

    def complain(self, code: str, message: str, place: Place, hint: str = "") -> None:
        self.faults.append(Fault(code, message, place, hint))

    def network(self) -> Network:
        net, spec = self.net, self.spec
        for fault_key in spec:
            if fault_key not in TOP:
                self.complain("SP121", f"unknown key {fault_key!r}", self.places.at(fault_key),
                              hint("key", fault_key, TOP))
        # A key below a line in brackets belongs to that table.
        misplaced = {
            (key, name) for key in (*ROLES, "constants", "indices", "compile", "loss")
            if isinstance(spec.get(key), dict) for name, value in self.table(key).items()
            if name in (TOP if key in ROLES else TEXTS) and isinstance(value, str)
        }
        for key, name in sorted(misplaced):
            self.complain("SP121", f"{name} stands in [{key}]", self.places.at(key, name),
                          ABOVE.format(name))
        if not any(key in spec for key in ("equations", "layers")) and not misplaced:
            self.complain("SP132", "the spec defines nothing", Place(self.file, 1, 1),
                          "write equations or layers; symbprop new NAME makes an example")
        net.title = self.text("title")
        net.description = self.text("description")
        for role in ROLES:
            for name, value in self.table(role).items():
                if (role, name) not in misplaced:
                    self.guard(self.tensor, role, name, value)
        for name, value in self.table("constants").items():
            if ("constants", name) not in misplaced:
                self.guard(self.constant, name, value)
        for name, value in self.table("indices").items():
            if ("indices", name) not in misplaced:
                self.guard(self.index, name, value, self.places.at("indices", name))
        self.options()
        self.formulas_of_dimensions()
        if not self.faults:
            self.body()
        if self.faults:
            raise SpecError(*self.faults)
        return net

    def formulas_of_dimensions(self) -> None:
        """An extent such as 2*N is known at a call where another dimension is N."""
        known = {str(e) for t in self.net.tensors.values() for e in t.shape if e.is_Symbol}
        for formula, place in self.formulas:
            for name in sorted({str(s) for s in formula.free_symbols} - known):
                self.complain("SP134", f"an extent {formula} needs {name}, which no dimension is",
                              place, f"give an input that has {name} as a dimension")

    def index(self, name: str, value: Any, place: Place) -> None:
        """The extent of an index: an integer, a name or a formula of these, as ``T - 1``."""
        if (size := self.size(value, place)) is not None:
            self.net.declare_index(name, size, place)

    def options(self) -> None:
        """What [compile] asks for."""
        for key, value in self.table("compile").items():
            place = self.places.at("compile", key)
            if key in TEXTS and isinstance(value, str):
                continue  # told already, as it stands in the wrong place
            if key != "accuracy":
                self.complain("SP121", f"unknown key {key!r} in [compile]", place,
                              did_you_mean(key, ("accuracy",)))
                continue
            self.guard(check_accuracy, value, place)
            self.net.accuracy = value

    def guard(self, action: Any, *arguments: Any) -> None:
        try:
            action(*arguments)
        except SpecError as error:
            self.faults += error.faults

    def body(self) -> None:
        """Layers, equations and the loss; what needs the other comes after it."""
        net = self.net
        equations = self.text("equations")
        layers = self.spec.get("layers", [])
        loss = self.spec.get("loss")
        first = equations and layers and self.reads_of_equations(layers)
        if equations and (first or not layers):
            self.guard(net.equations, equations, self.equations_place())
        if not self.faults and layers:
            self.layers(layers)
        if not self.faults and equations and layers and not first:
            self.guard(net.equations, equations, self.equations_place())
        self.loss(loss, built=not self.faults)
        outputs = self.spec.get("outputs", [])
        if not isinstance(outputs, list) or not all(isinstance(o, str) for o in outputs):
            self.complain("SP133", "outputs is a list of names", self.places.at("outputs"))
            return
        if not self.faults:
            for name in outputs:
                self.guard(net.known, name, self.places.at("outputs"))
                net.output(name)

    def equations_place(self) -> Place:
        return self.places.values.get(("equations",), self.places.at("equations"))

    def reads_of_equations(self, layers: Any) -> bool:
        """Whether the first layer starts from a tensor that the equations define."""
        start = layers[0].get("input") if isinstance(layers, list) and layers and isinstance(
            layers[0], dict) else None
        return start is not None and start not in self.net.tensors

    # -- values --

    def text(self, key: str) -> str:
        value = self.spec.get(key, "")
        if not isinstance(value, str):
            self.complain("SP133", f"{key} is a text", self.places.at(key),
                          f'write {key} = """ and """ around its lines')
            return ""
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        value = self.spec.get(key, {})
        if not isinstance(value, dict):
            self.complain("SP133", f"{key} is a table", self.places.at(key))
            return {}
        return value

    def size(self, value: Any, place: Place) -> ExtentLike | None:
        if isinstance(value, str) and NAME.match(value) and not keyword.iskeyword(value):
            return value
        if isinstance(value, str) and FORMULA.fullmatch(value):
            formula = size_of(value, {}, place)
            for name in sorted(map(str, formula.free_symbols)):
                check_name(name, place)
            if max((abs(n) for n in formula.atoms(Integer)), default=0) <= LARGEST:
                self.formulas.append((formula, place))
                return formula
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 < value <= LARGEST:
                return value
            self.complain("SP134", f"an extent is from 1 to {LARGEST}, but {value} is given", place,
                          FREE if value <= 0 else "")
            return None
        self.complain("SP134",
                      f"an extent is a positive integer or a name, not {told(value)}", place,
                      f"write {int(value)}" if isinstance(value, float) and value.is_integer()
                      else FREE)
        return None

    def shape(self, value: Any, place: Place) -> list[ExtentLike]:
        if not isinstance(value, list):
            self.complain("SP135", f"a shape is a list of extents, not {told(value)}", place,
                          f"write [{value}], or [] for a number" if type(value) is int
                          else 'as in ["N", 3], or [] for a number')
            return []
        sizes = [self.size(v, place) for v in value]
        return [s for s in sizes if s is not None]

    def tensor(self, role: str, name: str, value: Any) -> None:
        place = self.places.at(role, name)
        options = value if isinstance(value, dict) else {"shape": value}
        allowed = ["shape", "latex", *(["init"] if role == "parameters" else ["integer", "below"])]
        self.faults += unknown_options(options, allowed, f"{role}.{name}", place)
        shape = self.shape(options.get("shape", []), place)
        latex = options.get("latex")
        if latex is not None and not isinstance(latex, str):
            self.complain("SP133", "latex is a text", place)
            latex = None
        if role == "parameters":
            first = self.initialisation(options.get("init"), place)
            self.net.parameter(name, shape, init=first, latex=latex, place=place)
            return
        integer = options.get("integer", False)
        if not isinstance(integer, bool):
            self.complain("SP133", "integer is true or false", place)
        below = options.get("below")
        limit = None if below is None else self.size(below, place)
        self.net.input(name, shape, role=role[:-1], integer=integer is True, below=limit,
                       latex=latex, place=place)

    def initialisation(self, value: Any, place: Place) -> Initialisation | None:
        if value is None:
            return None
        options = value if isinstance(value, dict) else {"kind": value}
        kind = options.get("kind")
        if not isinstance(kind, str) or kind not in INITIALISERS:
            self.complain("SP136", f"unknown initialisation {kind!r}", place,
                          did_you_mean(str(kind), INITIALISERS))
            return None
        record = INITIALISERS[kind]
        self.faults += unknown_options(options, ["kind", *record.arguments], "init", place)
        numbers = [options.get(a) for a in record.arguments]
        if not all(is_finite(v) for v in numbers):
            written = ", ".join(f"{name} = 0.1" for name in record.arguments)
            self.complain("SP136", f"{kind} needs {', '.join(record.arguments)} as numbers", place,
                          f'write init = {{ kind = "{kind}", {written} }}')
            return None
        try:
            return Initialisation(kind, tuple(float(v) for v in numbers if v is not None))
        except SpecError as error:
            self.faults += [replace(f, place=place) for f in error.faults]
            return None

    def constant(self, name: str, value: Any) -> None:
        place = self.places.at("constants", name)
        shape: list[int] = []
        inner = value
        while isinstance(inner, list):
            shape.append(len(inner))
            inner = inner[0] if inner else None
        flat: list[float] = []
        if not _flatten(value, shape, flat) or 0 in shape:
            self.complain("SP137", f"{name} is no table of finite numbers of equal lengths", place)
            return
        self.net.constant(name, shape, flat, place)

    # -- layers and losses --

    def layers(self, listed: Any) -> None:
        own: list[Layer] = []
        for name, value in self.table("define").items():
            self.guard(lambda n=name, v=value: own.append(self.defined(n, v)))
        if not self.faults:
            stack = Stack(self.net, own, self.places.at, self.places.values.get)
            self.guard(stack.build, listed)

    def defined(self, kind: str, value: Any) -> Layer:
        """A layer of the author's own: ``[define.NAME]``."""
        place = self.places.at("define", kind)
        if not isinstance(value, dict) or not isinstance(value.get("equations"), str):
            raise SpecError(Fault("SP141", f"define.{kind} needs equations", place))
        if kind in all_layers() or kind == "equations" or not NAME.match(kind):
            raise SpecError(Fault("SP141", f"{kind} cannot name a layer of your own", place,
                                  "a layer of symbprop has that name" if NAME.match(kind) else ""))
        faults = unknown_options(value, [f.name for f in fields(Written) if f.name not in
                                         ("kind", "place", "pattern")] + ["input"],
                                 f"define.{kind}", place)
        for key in ("arguments", "parameters", "inputs", "indices"):
            if not isinstance(value.get(key, {}), dict):
                faults.append(Fault("SP133", f"define.{kind}.{key} is a table", place))
        pattern = value.get("input", ["..."])
        if not _is_pattern(pattern):
            faults.append(Fault("SP135", f"define.{kind}.input is a list of names and numbers, "
                                'at most one of them "..."', place))
        if not isinstance(value.get("output", ""), str):
            faults.append(Fault("SP133", f"define.{kind}.output is a name", place))
        if faults:
            raise SpecError(*faults)
        for name, given in value.get("arguments", {}).items():
            if not NAME.match(name) or not (is_finite(given) or given in ARGUMENTS):
                faults.append(Fault("SP141", f"define.{kind}.arguments.{name} is "
                                    f"{', '.join(ARGUMENTS)} or a default, not {told(given)}",
                                    place))
        if not defined_names(value["equations"]):
            faults.append(Fault("SP141", f"define.{kind} defines nothing", place))
        parameters: dict[str, tuple[tuple[int | str, ...], Initialisation | None]] = {}
        for name, given in value.get("parameters", {}).items():
            options = given if isinstance(given, dict) else {"shape": given}
            faults += unknown_options(options, ["shape", "init"],
                                      f"define.{kind}.parameters.{name}", place)
            parameters[name] = (_sizes(options.get("shape", []), faults, place),
                                self.initialisation(options.get("init"), place))
        inputs = {n: _sizes(v, faults, place) for n, v in value.get("inputs", {}).items()}
        indices = dict(zip(value.get("indices", {}),
                           _sizes(list(value.get("indices", {}).values()), faults, place),
                           strict=False))
        if faults:
            raise SpecError(*faults)
        begins = self.places.values.get(("define", kind, "equations"), place)
        return Written(kind, value["equations"], tuple(pattern), value.get("arguments", {}),
                       parameters, inputs, indices, value.get("output"), begins).layer()

    def loss(self, value: Any, built: bool) -> None:
        """The loss; where something before it is at fault, its own options only."""
        net = self.net
        if not built and not isinstance(value, dict | list):
            return
        if value is None:
            scalars = [n for n in LOSS_NAMES if n in net.tensors]
            if scalars:
                net.set_loss(scalars[0])
                return
            self.complain("SP140", "the spec has no loss", Place(self.file, 1, 1),
                          'define "loss" in the equations, or write a [loss] table')
            return
        if isinstance(value, str):
            if value not in net.tensors:
                near = did_you_mean(value, [*net.tensors, *LOSSES])
                table = 'a loss by its kind is a table: [loss] with kind = "mean_squared_error"'
                self.complain("SP103", f"unknown tensor {value!r}", self.places.at("loss"),
                              f"{table}; {near}".removesuffix("; "))
                return
            net.set_loss(value)
            return
        terms: list[Term] = []
        for position, term in enumerate(value if isinstance(value, list) else [value]):
            path = ("loss", position) if isinstance(value, list) else ("loss",)
            made = self.term(term, path, built)
            if made is not None:
                terms.append(made)
        if not terms and not self.faults:
            self.complain("SP133", "loss is an empty list", self.places.at("loss"))
        if not self.faults:
            self.guard(net.compose_loss, terms)

    def term(self, term: Any, path: tuple[str | int, ...], built: bool) -> Term | None:
        """One table of the loss; None where it has a fault.

        What it compares is looked at only where everything before it was ``built``.
        """
        before = len(self.faults)
        place = self.places.at(*path)
        if not isinstance(term, dict):
            self.complain("SP133", f"loss is a name or a table, not {told(term)}", place)
            return None
        kind = term.get("kind")
        if not isinstance(kind, str) or kind not in LOSSES:
            said = hint("loss", str(kind), LOSSES, {"layer": all_layers()})
            if kind is None:
                said = 'a loss has a kind: kind = "mean_squared_error"'
            self.complain("SP104", f"unknown loss {kind!r}", self.places.at(*path, "kind"), said)
            return None
        record = LOSSES[kind]
        tensors = ["prediction", "target", *([record.other] if record.other else [])]
        self.faults += unknown_options(
            term, ["kind", *tensors, "weight", *record.numbers, *record.words], "loss", place)
        self.faults += record.option_faults(term, "loss.", lambda key: self.places.at(*path, key))
        for key in tensors:
            if not isinstance(term.get(key, ""), str):
                self.complain("SP133", f"loss.{key}: a name is needed, not {told(term[key])}",
                              self.places.at(*path, key))
        of = term.get("prediction", self.net.last)
        if of is None and built:
            self.complain("SP138", "the loss has no prediction", place,
                          "write layers or equations before it, or name one")
        if of is None or len(self.faults) > before:
            return None
        options = {key: term[key] for key in (*record.numbers, *record.words) if key in term}
        return Term(kind, of, term.get("target"), term.get("weight", 1), options, place,
                    term.get(record.other) if record.other else None)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any]]:
    """What is neither a table nor a list in a spec, and where it stands."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(part, (*path, key))
    else:
        yield path, value


def _is_pattern(value: Any) -> bool:
    """Whether a value says how the input of a layer is shaped: ``["...", "K"]``."""
    return (
        isinstance(value, list)
        and value.count("...") <= 1
        and all(
            v == "..." or (isinstance(v, str) and NAME.match(v) is not None)
            or (isinstance(v, int) and not isinstance(v, bool) and v > 0)
            for v in value
        )
    )


def _sizes(value: Any, faults: list[Fault], place: Place) -> tuple[int | str, ...]:
    """Extents of a layer's tensor: numbers, or texts of arguments and extents such as 2*units."""
    listed = value if isinstance(value, list) else [value]
    for entry in listed:
        if isinstance(entry, bool) or not isinstance(entry, int | str) or entry == "" or (
            isinstance(entry, int) and not 0 < entry <= LARGEST
        ):
            faults.append(Fault("SP134", f"an extent is a positive integer or made of names, not "
                                f"{told(entry)}", place))
            return ()
    return tuple(listed)


def _flatten(value: Any, shape: Sequence[int], flat: list[float]) -> bool:
    """Collect a nested list of the given shape; False where it has another."""
    if not shape:
        if not is_finite(value):
            return False
        flat.append(float(value))
        return True
    if not isinstance(value, list) or len(value) != shape[0]:
        return False
    return all(_flatten(v, shape[1:], flat) for v in value)


def starter(name: str) -> str:
    """The commented spec that ``symbprop new`` writes."""
    title = "".join(c if c.isalnum() or c in " _-" else " " for c in name)
    return f'''# A network for symbprop.  Compile it:  symbprop compile {title}.toml
title = "{title}"

# Tensors that the caller gives.  A name, such as N, is an extent known at call time only.
[inputs]
x = ["N", 4]

# Layers feed on the first input, then on one another.
[[layers]]
kind = "dense"
units = 8
activation = "tanh"

[[layers]]
kind = "dense"
units = 1

# The target y is declared by the loss, with the shape of the prediction.
[loss]
kind = "mean_squared_error"
target = "y"
'''


doors(__name__)
