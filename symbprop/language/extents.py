"""Extents: how far each index runs and how long each tensor is, by what definitions read and write.

A reader gives each index that is not declared an extent that is unknown.  A plain index runs over
the dimension that it reads, and a tensor reaches as far as its left sides.  Only where these say
nothing more do others speak, one at a time: windows of what is known, readers, left sides that are
known for those that are not, and at last any window.

What was found stays as it is, and the order in which things are found decides what is found.  Each
way of finding has an agenda, in the order in which the author wrote; a finding puts on it what it
makes say more, so that all takes the time of the places that the definitions read and write.

Faults: SP106 extents disagree, SP107 an extent cannot be inferred, SP212 a window is wider than
what it moves over, SP232 a mean over nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sympy
from sympy import Expr, Integer, Symbol

from symbprop.errors import Fault, SpecError
from symbprop.language.agenda import Agenda
from symbprop.language.bounds import bound
from symbprop.language.building import rebuilt, settled
from symbprop.language.graph import Definition, Tensor
from symbprop.language.indices import affine, free_indices, looked_up, resize, value_range
from symbprop.language.terms import Index, Read


def infer(
    definitions: Sequence[Definition], tensors: Mapping[str, Tensor], defined: Mapping[str, int],
    unknown: Sequence[Symbol],
) -> tuple[list[Definition], list[Tensor]]:
    """Definitions whose indices have their extents, and the tensors that they define.

    ``defined`` holds the ranks of the names on the left, ``unknown`` the extents that are to be
    found, in the order in which the author wrote their indices.

    Where an index turns out to run over a free extent in a table of a fixed one, all is found anew
    from there: the table's extent may have spread.
    """
    uses = _collect(definitions, tensors, unknown)
    free: dict[Symbol, tuple[Expr, str]] = {}
    while True:
        shapes: dict[str, list[Expr | None]] = {n: list(t.shape) for n, t in tensors.items()}
        for name, rank in defined.items():
            shapes.setdefault(name, [None] * rank)
        found = _Inference(uses, shapes, free)
        found.run()
        if found.free.keys() <= free.keys():
            return _settled(definitions, tensors, defined, found)
        free |= found.free


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """An index expression where it stands: at one position of a read or of a left side.

    ``steps`` are the coefficients of its indices, None where it is not affine, and ``offset`` is
    the rest of it.
    """

    definition: Definition
    read: Read
    position: int
    index: Expr
    steps: Mapping[Index, int] | None
    offset: Expr

    @property
    def dimension(self) -> tuple[str, int]:
        return self.read.name, self.position


@dataclass(frozen=True, slots=True)
class _Uses:
    """Who uses what, which no finding changes.

    ``plain`` are the places that are an index, but for those in a dimension that is defined in
    parts; ``turns`` the same in the order in which they speak, with the name of each tensor that is
    defined behind its last left side; ``sides`` the places of left sides by tensor and position,
    and ``ends`` how far each of them reaches, None where nobody can say.
    """

    unknown: Sequence[Symbol]
    reads: Sequence[Sequence[Read]]
    turns: list[_Place | str] = field(default_factory=list)
    plain: list[_Place] = field(default_factory=list)
    sides: dict[str, list[list[_Place]]] = field(default_factory=dict)
    ends: dict[_Place, Expr | None] = field(default_factory=dict)
    # Places by the dimension that they are of, by the extent of each index of theirs where they are
    # affine, and by each index, be it one in a lookup; left sides by each extent in their ends.
    of_dimension: dict[tuple[str, int], list[_Place]] = field(
        default_factory=lambda: defaultdict(list))
    of_extent: dict[Expr, list[_Place]] = field(default_factory=lambda: defaultdict(list))
    of_index: dict[Index, list[_Place]] = field(default_factory=lambda: defaultdict(list))
    ends_of_extent: dict[Expr, list[_Place]] = field(default_factory=lambda: defaultdict(list))


def _collect(
    definitions: Sequence[Definition], tensors: Mapping[str, Tensor], unknown: Sequence[Symbol]
) -> _Uses:
    """The places of all definitions, each read once."""
    uses = _Uses(unknown, [tuple(_all_reads(d)) for d in definitions])
    sought = frozenset(unknown)
    last = {d.target.name: number for number, d in enumerate(definitions)}
    regional = {
        (d.target.name, position)
        for d in definitions
        for position, index in enumerate(d.target.indices)
        if not isinstance(index, Index)
    }
    for number, (definition, reads) in enumerate(zip(definitions, uses.reads, strict=True)):
        target, *others = [[_place(definition, r, p) for p in range(len(r.indices))] for r in reads]
        plain: list[list[_Place]] = []
        for places in (target, *others):
            plain.append([p for p in places
                          if isinstance(p.index, Index) and p.dimension not in regional])
            for place in places:
                uses.of_dimension[place.dimension].append(place)
                for extent in {i.extent for i in place.steps or ()} & sought:
                    uses.of_extent[extent].append(place)
                for index in place.index.atoms(Index):
                    if index.extent in sought:
                        uses.of_index[index].append(place)
        uses.plain.extend(p for places in plain for p in places)
        # What is added to a part of a tensor does not run over all of it: a left side speaks last.
        uses.turns.extend(p for places in (*plain[1:], plain[0]) for p in places)
        name = definition.target.name
        if name in tensors:
            continue
        for place, side in zip(
            target, uses.sides.setdefault(name, [[] for _ in target]), strict=True
        ):
            side.append(place)
            end = uses.ends[place] = _end(place, tensors)
            for extent in end.free_symbols & sought if end is not None else ():
                uses.ends_of_extent[extent].append(place)
        # At once, so that a chain of any length is settled in one round; of several parts after
        # the last, so that many take no longer.
        if last[name] == number:
            uses.turns.append(name)
    return uses


def _place(definition: Definition, read: Read, position: int) -> _Place:
    index = read.indices[position]
    steps, offset = affine(index) or (None, index)
    return _Place(definition, read, position, index, steps, offset)


def _end(place: _Place, tensors: Mapping[str, Tensor]) -> Expr | None:
    """One more than the largest place that an index expression of a left side reaches."""
    rest, lookups = looked_up(place.index)
    limits = value_range(rest)
    if limits is None:
        return None
    end = limits[1] + 1
    for lookup in lookups:
        # As far as the integer tensor's values go.
        limit = tensors[lookup.name].limit if lookup.name in tensors else None
        if limit is None:
            return None
        end += limit - 1
    return end


def _all_reads(definition: Definition) -> Iterator[Read]:
    for root in (definition.target, definition.expr):
        for node in sympy.preorder_traversal(root):
            if isinstance(node, Read):
                yield node


class _Inference:
    """What is known so far: shapes by dimension, and the extents of provisional indices.

    ``because`` are the reads that say so; ``held_back`` the extents of indices that stop before the
    end of what they read; ``free`` those that were taken from a table of a fixed extent, with the
    free one that they run over and the read of it.  ``open_ends`` counts the left sides of a
    dimension of which it is not known how far they reach.
    """

    def __init__(
        self,
        uses: _Uses,
        shapes: dict[str, list[Expr | None]],
        free: Mapping[Symbol, tuple[Expr, str]],
    ) -> None:
        self.uses = uses
        self.shapes = shapes
        self.unknown = frozenset(uses.unknown)
        self.extents: dict[Expr, Expr] = {extent: size for extent, (size, _) in free.items()}
        self.because: dict[Expr, str] = {extent: why for extent, (_, why) in free.items()}
        self.held_back: set[Expr] = set(free)
        self.free: dict[Symbol, tuple[Expr, str]] = {}
        self.faults: list[Fault] = []
        self.open_ends = Counter(
            p.dimension for sides in uses.sides.values() for side in sides for p in side
            if self.end_of(p) is None
        )
        self.turns = Agenda(uses.turns)
        self.readers = Agenda(uses.plain)
        self.sides = Agenda(uses.sides)
        self.parts, self.known, self.windows = (Agenda(uses.unknown) for _ in range(3))

    def run(self) -> None:
        """Find to a fixed point, or until an index is found to run over a free extent."""
        while True:
            while self.turns:
                for turn in self.turns.round():
                    if isinstance(turn, str):
                        self.from_left_sides(turn)
                    else:
                        self.from_plain_read(turn)
                if self.free:
                    return
                if self.faults:
                    raise SpecError(*dict.fromkeys(self.faults))
            # Only where plain use says nothing more does a tensor take its shape from its readers,
            # and only where these say nothing either may a window decide how often it fits.  What
            # writes a part of its target takes no extent from there: its windows speak before other
            # parts do.
            if not (
                self.parts.any(lambda e: self.from_windows(e, "a part"))
                or self.readers.any(self.from_reader)
                or self.known.any(lambda e: self.from_windows(e, "known"))
                or self.sides.any(lambda name: self.from_left_sides(name, some=True))
                or self.windows.any(self.from_windows)
            ):
                return

    # -- what is known --

    def size_of(self, place: _Place) -> Expr | None:
        return self.shapes[place.read.name][place.position]

    def extent_of(self, index: Index) -> Expr | None:
        known = self.extents.get(index.extent)
        return index.extent if known is None and index.extent not in self.unknown else known

    def value_of(self, expr: Expr) -> Expr | None:
        """An expression of extents with what was found put in; None while something is unknown."""
        result = expr.xreplace(self.extents) if self.extents else expr
        return None if result.free_symbols & self.unknown else result

    def end_of(self, place: _Place) -> Expr | None:
        end = self.uses.ends[place]
        return None if end is None else self.value_of(end)

    # -- what a finding makes say more --

    def extent_found(self, extent: Expr) -> None:
        for place in self.uses.of_extent[extent]:
            self.turns.put(place)
            self.readers.put(place)
            # A window says how often it fits where one index is left.
            left = [i for i in place.steps or () if self.extent_of(i) is None]
            if len(left) == 1:
                self.look_through_windows(left[0])
        for place in self.uses.ends_of_extent[extent]:
            if self.end_of(place) is None:
                continue
            self.open_ends[place.dimension] -= 1
            if self.size_of(place) is None:
                self.sides.put(place.read.name)
                if not self.open_ends[place.dimension]:
                    self.turns.put(place.read.name)

    def size_found(self, name: str, position: int, size: Expr) -> None:
        self.shapes[name][position] = size
        for place in self.uses.of_dimension[name, position]:
            self.turns.put(place)
            for index in place.index.atoms(Index):
                self.look_through_windows(index)

    def look_through_windows(self, index: Index) -> None:
        if self.extent_of(index) is None:
            for agenda in (self.parts, self.known, self.windows):
                agenda.put(index.extent)

    # -- the ways of finding; those that speak one at a time return whether they found something --

    def from_plain_read(self, place: _Place) -> None:
        """A plain index runs over what it reads, as does what reads by it elsewhere."""
        index, read, size = place.index, place.read, self.size_of(place)
        if size is None:
            return
        current = self.extent_of(index)
        if current is None:
            self.extents[index.extent] = size
            self.because[index.extent] = str(read)
            self.hold_back(index)
            self.extent_found(index.extent)
        elif current != size and sympy.expand(current - size) != 0:
            why = self.because.get(index.extent)
            target = place.definition.target
            part = why is None or index.extent in self.held_back or read is target
            if part and sympy.expand(size - current).is_nonnegative:
                return  # declared, held back or added to run over a part only
            if _reads_in_part(size, current):
                return
            if why is not None and _reads_in_part(current, size):
                self.free[index.extent] = size, str(read)
                return
            why = why or "its declaration"
            self.faults.append(
                Fault(
                    "SP106",
                    f"the index {index} of {read} runs over {size}, but over {current} by {why}",
                    place.definition.place,
                )
            )

    def hold_back(self, index: Index) -> None:
        """An index runs no further than the places that it alone makes.

        So t in x[t + 1] - x[t] runs to T - 1.
        Where a place has another index, too, it is not said which of them should stop.
        """
        extent = index.extent
        for place in self.uses.of_extent[extent]:
            size, steps = self.size_of(place), place.steps
            if size is None or steps is None or set(steps) != {index}:
                continue
            if isinstance(place.index, Index) or place.read == place.definition.target:
                continue
            step = steps[index]
            room = self.value_of(size - 1 - place.offset if step > 0 else place.offset)
            if room is None:
                continue
            count = sympy.floor(sympy.expand(room) / abs(step)) + 1
            # Also where another read has said so already: the order of reads says nothing.
            if sympy.expand(self.extents[extent] - count).is_nonnegative:
                self.extents[extent] = count
                self.because[extent] = str(place.read)
                self.held_back.add(extent)

    def from_left_sides(self, name: str, some: bool = False) -> bool:
        """Where all left sides of a tensor are known in a dimension, so is its extent.

        ``some``: those that are known speak for the others, where one of them runs over an index.
        """
        found = False
        for position, side in enumerate(self.uses.sides[name]):
            if self.shapes[name][position] is not None or (
                self.open_ends[name, position] and not some
            ):
                continue
            ends = {p: sympy.expand(e) for p in side if (e := self.end_of(p)) is not None}
            whole = all(isinstance(p.index, Index) for p in side)
            if not ends or (
                some and not whole and not any(p.index.has(Index, Read) for p in ends)
            ):
                continue
            # No extent is negative, be it T - 2: what one adds to an end makes it no smaller.
            lengths = {} if whole else dict.fromkeys(
                known for p in side for i in free_indices(p.index)
                if (known := self.extent_of(i)) is not None
            )
            self.size_found(name, position, _largest(list(ends.values()), tuple(lengths)))
            found = True
        return found

    def from_reader(self, place: _Place) -> bool:
        """An index of a known extent gives it to a dimension that it reads, where none is known."""
        known = self.extent_of(place.index)
        if known is None or self.size_of(place) is not None:
            return False
        self.size_found(place.read.name, place.position, known)
        return True

    def from_windows(self, extent: Symbol, only: str = "") -> bool:
        """Of ``x[a*i + rest]`` in X places: i runs while a*i + max(rest) <= X - 1 in all windows.

        A window that runs backwards, ``x[rest - a*i]``, holds i back where another says how far it
        runs.  ``only`` where all that is read is "known", and where besides "a part" of the target
        is written.
        """
        if extent in self.extents:
            return False
        counts: list[tuple[Expr, str]] = []
        speaks: dict[Index, bool] = {}
        forward = False
        for place in self.uses.of_extent[extent]:
            size, steps = self.size_of(place), place.steps
            if size is None or steps is None:
                continue
            unknown = [i for i in steps if self.extent_of(i) is None]
            if len(unknown) != 1:
                continue
            (index,), step = unknown, steps[unknown[0]]
            if index not in speaks:
                speaks[index] = self.may_speak(index, place.definition, only)
            limits = value_range(place.index - step * index) if speaks[index] else None
            if limits is None:
                continue
            room = self.value_of(size - 1 - limits[1] if step > 0 else limits[0])
            if room is None:
                continue
            # What is left over of a stride is not read.
            counts.append((sympy.floor(sympy.expand(room) / abs(step)) + 1, str(place.read)))
            forward = forward or step > 0
        if not forward:
            return False
        least, why = counts[0]
        for count, window in counts[1:]:
            if (least - count).is_nonnegative:
                least, why = count, window
        self.extents[extent] = least
        self.because[extent] = why
        self.extent_found(extent)
        return True

    def may_speak(self, index: Index, definition: Definition, only: str) -> bool:
        """Whether windows of an index say how far it runs, where ``only`` some are asked.

        All places that have it are known, but for those of the tensor that the definition writes.
        """
        if only == "a part" and index in definition.target.indices:
            return False
        return not only or all(
            self.size_of(place) is not None
            for place in self.uses.of_index[index] if place.read.name != definition.target.name
        )


def _reads_in_part(table: Expr, run: Expr) -> bool:
    """Whether a table of a fixed extent may be longer than an index that runs over a free one."""
    limit = bound(table - run, "") if table.is_Integer else None
    return limit is not None and limit.at_most


def _largest(ends: Sequence[Expr], lengths: Sequence[Expr]) -> Expr:
    """The largest of several ends, as far as the ``lengths``, of which none is negative, tell."""
    largest = ends[0]
    for end in ends[1:]:
        more = sympy.expand(end - largest)
        if more.is_nonnegative or any(
            sympy.expand(more - length).is_nonnegative for length in lengths
        ):
            largest = end
    return largest


def _settled(
    definitions: Sequence[Definition],
    tensors: Mapping[str, Tensor],
    defined: Mapping[str, int],
    found: _Inference,
) -> tuple[list[Definition], list[Tensor]]:
    faults: list[Fault] = []
    result: list[Definition] = []
    # A sum of very many operands is an operand of a longer one: each is finished once.
    known: dict[Expr, Expr] = dict(found.extents)
    for definition, reads in zip(definitions, found.uses.reads, strict=True):
        sizes: dict[Index, Index] = {}
        for root in (definition.target, definition.expr):
            for node in sympy.preorder_traversal(root):
                if isinstance(node, Index) and node not in sizes:
                    size = found.extent_of(node)
                    if size is None:
                        faults.append(
                            Fault("SP107", f"cannot infer the extent of the index {node} in "
                                           f"{definition.target}", definition.place,
                                  f"declare it: indices = {{ {node} = ... }}")
                        )
                        size = Integer(1)
                    if size.is_negative:
                        faults.append(_runs_backwards(node, size, definition, reads, found))
                        size = Integer(0)
                    sizes[node] = Index(node.name, size)
        known.update(sizes)
        # Only a mean has an extent as a number: one of nothing is told, whatever is done with it,
        # and no formula is built that SymPy would have to divide by zero in.
        void = {i.extent for i in sizes if found.extents.get(i.extent) == 0}
        over_nothing = bool(void) and not void.isdisjoint(definition.expr.atoms(Symbol))
        known.update(dict.fromkeys(void, Integer(1)))
        expr = settled(_finished(definition.expr, known))
        operands = tuple(_finished(o, known) for o in definition.operands)
        target = resize(definition.target, sizes)
        if over_nothing or expr.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            empty = ", ".join(sorted(i.name for i in sizes.values() if i.extent == 0))
            faults.append(
                Fault("SP232", f"in {target}: a mean over nothing has no value; {empty or 'it'} "
                               "runs over 0 places", definition.place)
            )
        result.append(replace(definition, target=target, expr=expr, operands=operands))
    made: list[Tensor] = []
    unknown: list[Fault] = []
    for name in defined:
        # Where an extent is wrong, it has been told, and no tensor can have it.
        if name in tensors or faults:
            continue
        shape = [s for s in found.shapes[name] if s is not None]
        if len(shape) == defined[name]:
            made.append(Tensor(name, tuple(shape)))
        else:
            place = next(d.place for d in definitions if d.target.name == name)
            unknown.append(Fault("SP107", f"cannot infer the shape of {name}", place))
    faults += unknown
    if faults:
        raise SpecError(*dict.fromkeys(faults))
    return result, made


def _runs_backwards(
    index: Index, size: Expr, definition: Definition, reads: Sequence[Read], found: _Inference
) -> Fault:
    """The complaint that a window is wider than what it moves over."""
    windows = [
        r for r in reads
        if r != definition.target and any(index in i.free_symbols for i in r.indices)
    ]
    shapes = " and ".join(
        f"{w} of shape ({', '.join(map(str, found.shapes[w.name]))})"
        for w in dict.fromkeys(windows)
    )
    return Fault("SP212", f"in {definition.target}: the index {index} would run over {size} "
                          f"places, by {shapes or 'its declaration'}", definition.place)


def _finished(expr: Expr, known: dict[Expr, Expr]) -> Expr:
    """The formula with extents in the place of unknown ones; ``known`` is what was finished before.

    What becomes equal by that must not vanish any more than what was written equal.
    """
    if not expr.args:
        return known.get(expr, expr)
    if expr not in known:
        args = [_finished(a, known) for a in expr.args]
        known[expr] = expr.func(*args) if isinstance(expr, Read) else rebuilt(expr, args)
    return known[expr]


__all__ = ["infer"]
