"""Graph to equal graph: each rule states its law, and `prepare` and `simplify` order them.

Rules rewrite definitions; none looks at shapes of arrays or at what runs fast, which is the
business of lowering.  Every rule keeps the meaning of every tensor that it keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from sympy import Add, Dummy, Expr, Mul

from symbprop.calculus.logsumexp import shift_logsumexp
from symbprop.calculus.precise import precise
from symbprop.calculus.rewriting import (
    at_read,
    each_rebuilt,
    kept_names,
    new_name,
    rebuild,
    sole_definitions,
    subject_of,
    with_expr,
)
from symbprop.calculus.spellings import recognise_spellings
from symbprop.language.building import has_values, is_group
from symbprop.language.functions import Elementwise, apply
from symbprop.language.graph import (
    Definition,
    Graph,
    Tensor,
    assignment_faults,
    by_tensor,
    components,
    in_dependency_order,
    names_in,
    read_names,
    recurrence,
    recurrent_names,
    value_faults,
)
from symbprop.language.indices import (
    affine,
    canonical,
    free_indices,
    has_places,
    index_names,
    refresh_bound,
    rename,
)
from symbprop.language.passes import Pass, run_all
from symbprop.language.terms import ONE, ZERO, Index, Read, Reduce, depth, size, standing, text_of

# Definitions that are written into one another; deeper ones keep their names.
MOST_NESTED = 40


def prepare(graph: Graph) -> Graph:
    """`PREPARATIONS`, before differentiation, so that what is differentiated is smooth."""
    return run_all(graph, PREPARATIONS)


def simplify(graph: Graph) -> Graph:
    """`RULES`, in the one order that lets each find what the earlier ones leave."""
    return run_all(graph, RULES)


def _may_stand(expr: Expr, read: Read, graph: Graph) -> bool:
    """Whether what is read may stand where it is read: a lookup in an index's place may leave the
    language, as a place (``x[2*i]`` at ``t[n]``) and as a number (``i*u[i]`` at ``t[n]``).
    """
    if not any(i.has(Read) for i in read.indices):
        return True
    return has_places(expr) and not any(value_faults(expr, graph))


@lru_cache(maxsize=200_000)
def _reading(expr: Expr) -> frozenset[str]:
    """The names of all tensors that an expression reads, in whatever order its terms stand."""
    return frozenset(names_in(expr))


# --- before differentiation -------------------------------------------------------------------


def name_bodies(graph: Graph) -> Graph:
    """A body under logsumexp, max, min or prod that is more than a read gets a name of its own.

    Its partial mentions the body again; with a name, that is a read and not a recomputation.
    """
    tensors = dict(graph.tensors)
    definitions: list[Definition] = []
    for d in graph.definitions:
        made: list[Definition] = []

        def change(
            expr: Expr, made: list[Definition] = made, d: Definition = d
        ) -> Expr:
            if not isinstance(expr, Reduce) or expr.kind == "sum" or isinstance(expr.body, Read):
                return expr
            read = _name(expr.body, f"{d.target.name}_terms", d, tensors, made)
            return Reduce(expr.kind, read, *expr.indices)

        new = rebuild(d.expr, change)
        definitions += [*made, with_expr(d, new)]
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


def _name(
    expr: Expr, stem: str, d: Definition, tensors: dict[str, Tensor], made: list[Definition]
) -> Read:
    """Give an expression a name; its indices keep the order that they have on the left side."""
    free = free_indices(expr)
    ordered = tuple(i for i in d.indices if i in free) + tuple(
        i for i in free if i not in d.indices
    )
    name = new_name(stem, tensors)
    tensors[name] = Tensor(name, tuple(i.extent for i in ordered))
    made.append(Definition(Read(name, *ordered), expr, False, d.place, d.order))
    return Read(name, *ordered)


def name_arguments(graph: Graph) -> Graph:
    """A function's argument that holds a sum gets a name: y = f(s) with s = sum_k W x + b.

    Its adjoint is then computed once and serves every tensor in the sum.
    """
    tensors = dict(graph.tensors)
    definitions: list[Definition] = []
    for d in graph.definitions:
        made: list[Definition] = []

        def change(
            expr: Expr, made: list[Definition] = made, d: Definition = d
        ) -> Expr:
            if not _is_function(expr) or not any(map(_has_sum, expr.args)):
                return expr
            stem = f"{d.target.name}_argument"
            return expr.func(
                *(_name(a, stem, d, tensors, made) if _has_sum(a) else a for a in expr.args)
            )

        new = rebuild(d.expr, change)
        definitions += [*made, with_expr(d, new)]
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


# A formula deeper than this, and a part this large that stands in it several times, is cut.
DEEP, LARGE = 16, 40
# Of more factors, so many at a time get a name: each of k factors' slopes is a product of k.  What
# stands in more places has a name if it is more than one operation.
MANY, SOME = 16, 4


def name_parts(graph: Graph) -> Graph:
    """What is very deep, or large and stands several times, or of very many factors, has names.

    The slope of one formula repeats what stands around each part: that of a chain of n quotients
    in one line has n**2 operations, and that of a tree whose branches are equal is as large as the
    tree is written out.  Under names both cost what the value costs.
    """
    if all(depth(d.expr) <= DEEP and size(d.expr) <= LARGE for d in graph.definitions):
        return graph
    tensors = dict(graph.tensors)
    definitions: list[Definition] = []
    for d in graph.definitions:
        made: list[Definition] = []
        named: dict[Expr, Expr] = {}
        several = {
            e for e, n in standing(d.expr).items()
            if n > 1 and size(e) > (LARGE if n <= MANY else 1)
        }

        def change(
            expr: Expr, d: Definition = d, made: list[Definition] = made,
            named: dict[Expr, Expr] = named, several: set[Expr] = several,
        ) -> Expr:
            if expr in named:
                return named[expr]
            # A formula of extents has no slope, and a place for it is none for a value.
            if isinstance(expr, Read) or not expr.args or not has_values(expr):
                return expr
            if isinstance(expr, Reduce):
                new = Reduce(expr.kind, change(expr.body), *expr.indices)
            else:
                new = expr.func(*map(change, expr.args))
            new = expr if new == expr else new
            while new.is_Mul and len(values := [a for a in new.args if has_values(a)]) > MANY:
                others = [a for a in new.args if not has_values(a)]
                new = Mul(*others, *(
                    _name(Mul(*values[n:n + SOME]), f"{d.target.name}_part", d, tensors, made)
                    for n in range(0, len(values), SOME)
                ))
            if expr is not d.expr and (expr in several or depth(new) >= DEEP):
                new = _name(new, f"{d.target.name}_part", d, tensors, made)
            named[expr] = new
            return new

        deep = depth(d.expr) > DEEP or several or any(
            len(product.args) > MANY for product in d.expr.atoms(Mul)
        )
        new = change(d.expr) if deep else d.expr
        definitions += [*made, with_expr(d, new)]
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


def _is_function(expr: Expr) -> bool:
    """Whether an expression is a function that computes something; a group only keeps together."""
    return isinstance(expr, Elementwise) and not is_group(expr)


def _has_sum(expr: Expr) -> bool:
    """Whether a value subexpression is a sum over an index; logsumexp is left in its pattern."""
    if isinstance(expr, Read):
        return False
    if isinstance(expr, Reduce):
        return expr.kind == "sum"
    return any(_has_sum(a) for a in expr.args)


# --- after differentiation --------------------------------------------------------------------


def fold_constants(graph: Graph) -> Graph:
    """A tensor that is a number everywhere is that number wherever it is read."""
    while True:
        kept = kept_names(graph)
        numbers = {
            name: d.expr for name, d in sole_definitions(graph).items() if d.expr.is_Rational
        }
        used = {n for d in graph.definitions for n in read_names(d)}
        if not any(name in used for name in numbers):
            break

        def change(expr: Expr, numbers: Mapping[str, Expr] = numbers) -> Expr:
            if isinstance(expr, Read):
                return numbers.get(expr.name, expr)
            if isinstance(expr, Reduce) and expr.body is ZERO and expr.kind == "sum":
                return ZERO
            return expr

        graph = each_rebuilt(graph, change)
        graph = replace(
            graph,
            definitions=tuple(
                d for d in graph.definitions
                if d.target.name in kept or d.target.name not in numbers
            ),
        )
    return _without_orphans(graph)


def _without_orphans(graph: Graph) -> Graph:
    """Tensors whose definitions a rule has taken away go with them."""
    defined = {d.target.name for d in graph.definitions}
    tensors = {n: t for n, t in graph.tensors.items() if t.role != "defined" or n in defined}
    return replace(graph, tensors=tensors)


def inline_single_uses(graph: Graph) -> Graph:
    """``y = f(x)`` read once, without recomputation, is f(x) in that place.

    Only elementwise right sides, only adjoints (an author's own names stay), and only where the
    reader runs over no further index, which would compute the same element many times.
    """
    kept = kept_names(graph)
    sole = sole_definitions(graph)
    primal = set(graph.tensors) - _adjoints(graph)
    uses: dict[str, int] = {}
    for d in graph.definitions:
        for node in _value_reads(d.expr):
            uses[node.name] = uses.get(node.name, 0) + 1
    simple = {
        name
        for name, d in sole.items()
        if name not in kept
        and name not in primal
        and uses.get(name) == 1
        and not _has_reduction(d.expr)
    }
    current: dict[str, Definition] = {}
    definitions: list[Definition] = []
    nested: dict[str, int] = {}
    for d in graph.definitions:
        names = index_names(d.expr) | index_names(d.target)
        running = _running(d)
        blocked: set[str] = set()
        # A chain of a thousand definitions is no formula that is nested a thousand deep.
        for name in read_names(d):
            if nested.get(name, 0) >= MOST_NESTED and name in current:
                definitions.append(current.pop(name))
        nested[d.target.name] = 1 + max(
            (nested[name] for name in read_names(d) if name in current), default=0)

        def change(
            expr: Expr,
            names: frozenset[str] = names,
            running: Mapping[Read, frozenset[Index]] = running,
            blocked: set[str] = blocked,
        ) -> Expr:
            if not isinstance(expr, Read) or expr.name not in current:
                return expr
            inlined = at_read(current[expr.name], expr, names)
            if running.get(expr, frozenset()) - set(free_indices(expr)) or (
                not _may_stand(inlined, expr, graph)
            ):
                blocked.add(expr.name)
                return expr
            return inlined

        new = with_expr(d, rebuild(d.expr, change))
        for name in sorted(blocked):
            definitions.append(current.pop(name))
        if d.target.name in simple:
            current[d.target.name] = new
        else:
            definitions.append(new)
    left = {n for d in definitions for n in read_names(d)}
    definitions += [d for name, d in current.items() if name in left]
    return _without_orphans(replace(graph, definitions=in_dependency_order(definitions)))


def _adjoints(graph: Graph) -> set[str]:
    """Everything that only the derivatives need."""
    forward = {graph.loss, *graph.outputs}
    for d in reversed(graph.definitions):
        if d.target.name in forward:
            forward |= set(read_names(d))
    return {d.target.name for d in graph.definitions} - {n for n in forward if n}


def _value_reads(expr: Expr) -> list[Read]:
    """Reads as values, with repetition."""
    if isinstance(expr, Read):
        return [expr]
    return [r for a in expr.args for r in _value_reads(a)]


def _has_reduction(expr: Expr) -> bool:
    return isinstance(expr, Reduce) or any(_has_reduction(a) for a in expr.args)


def _running(definition: Definition) -> dict[Read, frozenset[Index]]:
    """For each read, the indices that run where it stands."""
    found: dict[Read, frozenset[Index]] = {}

    def visit(expr: Expr, running: frozenset[Index]) -> None:
        if isinstance(expr, Read):
            found[expr] = found.get(expr, frozenset()) | running
        elif isinstance(expr, Reduce):
            visit(expr.body, running | set(expr.indices))
        else:
            for a in expr.args:
                visit(a, running)

    visit(definition.expr, frozenset(definition.indices))
    return found


def read_through_names(graph: Graph) -> Graph:
    """``y[i,j] = x[j,i]``, a tensor that only repeats another, is that other wherever it is read.

    Not where the other is an integer tensor or a recurrence would read itself by it.
    """
    kept = kept_names(graph)
    looped = recurrent_names(graph.definitions)
    same: dict[str, Definition] = {}
    for name, d in sole_definitions(graph).items():
        if (
            isinstance(d.expr, Read)
            and name not in kept
            and name not in looped
            and not any(isinstance(i, Read) for i in d.expr.indices)
        ):
            same[name] = d
    while same:
        definitions, unsaid = _through(graph, same)
        if not unsaid:
            graph = replace(graph, definitions=in_dependency_order(definitions))
            return _without_orphans(graph)
        # What is looked up in a reversed or strided repetition keeps that.
        same = {name: d for name, d in same.items() if name not in unsaid}
    return graph


def _through(
    graph: Graph, same: Mapping[str, Definition]
) -> tuple[list[Definition], set[str]]:
    """Definitions that read what the tensors ``same`` repeat, and which of these have to stay."""
    definitions: list[Definition] = []
    unsaid: set[str] = set()
    for d in graph.definitions:
        if d.target.name in same:
            continue
        names = index_names(d.expr) | index_names(d.target)

        def change(expr: Expr, names: frozenset[str] = names) -> Expr:
            while isinstance(expr, Read) and expr.name in same:
                other = at_read(same[expr.name], expr, names)
                if not _may_stand(other, expr, graph):
                    unsaid.add(expr.name)
                    break
                expr = other
            return expr

        definitions.append(with_expr(d, rebuild(d.expr, change)))
    return definitions, unsaid


def assign_disjoint(graph: Graph) -> Graph:
    """Contributions that meet nowhere and reach everywhere are the values: ``+=`` becomes ``=``.

    A tensor need not be cleared then, and nothing is read before it is written.
    """
    verdict: dict[str, bool] = {}
    for name, group in by_tensor(graph.definitions).items():
        if all(d.accumulate for d in group):
            assigned = [replace(d, accumulate=False) for d in group]
            verdict[name] = not assignment_faults(graph.tensors[name], assigned)
    if not any(verdict.values()):
        return graph
    definitions = tuple(
        replace(d, accumulate=False) if verdict.get(d.target.name) else d
        for d in graph.definitions
    )
    return replace(graph, definitions=definitions)


def cancel_denominators(graph: Graph) -> Graph:
    """(a/p + b/q + c) * p * q = a*q + b*p + c*p*q: a factor goes to the denominators it cancels.

    Sigmoid with binary cross entropy becomes p - y by it.  Only where it leaves fewer operations,
    and not into the rest of the sum, which stays one factor: it may be a small difference.
    """

    def change(expr: Expr) -> Expr:
        if not expr.is_Mul:
            return expr
        for total in (a for a in expr.args if a.is_Add):
            others = [a for a in expr.args if a is not total]
            factors = {b for a in others for b in (a, a.as_base_exp()[0])}
            met = [t for t in total.args if factors & _below(t)]
            if not met:
                continue
            left = Add(*(t for t in total.args if t not in met))
            opened = Add(*(Mul(term, *others) for term in met), Mul(left, *others))
            best = min((expr, opened), key=lambda e: (e.count_ops(), text_of(e)))
            if best is not expr:
                return best
        return expr

    return each_rebuilt(graph, change)


def _below(term: Expr) -> set[Expr]:
    """What a term is divided by."""
    return {
        f.base for f in Mul.make_args(term) if f.is_Pow and f.exp.is_Rational and f.exp < 0
    }


def complement_sigmoid(graph: Graph) -> Graph:
    """sigmoid(-u) = 1 - sigmoid(u), where both occur and the sum of them becomes shorter.

    ``t*sigmoid(-u) - (1 - t)*sigmoid(u)`` becomes ``t - sigmoid(u)``.  Only complements like
    ``1 - t`` are multiplied out: another sum, or a power of one, may be a small difference.
    """

    def change(expr: Expr) -> Expr:
        if not expr.is_Add:
            return expr
        inside = {f for t in expr.args for f in Mul.make_args(t) if type(f).__name__ == "sigmoid"}
        swapped = {
            f: ONE - apply("sigmoid", -f.args[0])
            for f in sorted(inside, key=str)
            if apply("sigmoid", -f.args[0]) in inside and f.args[0].could_extract_minus_sign()
        }
        if not swapped:
            return expr
        whole: dict[Expr, Expr] = {}

        def factor(f: Expr) -> Expr:
            if f in swapped:
                return swapped[f]
            if not f.args or isinstance(f, Read | Reduce) or (
                f.is_Add and any(t.is_number for t in f.args)
            ):
                return f
            return whole.setdefault(f, Dummy(real=True))

        opened = Add(*(Mul(*map(factor, Mul.make_args(t))).expand() for t in expr.args))
        opened = opened.xreplace({dummy: f for f, dummy in whole.items()})
        return min((expr, opened), key=lambda e: (e.count_ops(), text_of(e)))

    return each_rebuilt(graph, change)


def reuse_forward_values(graph: Graph) -> Graph:
    """Where a definition's right side stands inside another, its name stands there instead.

    ``1 - tanh(s[n,j])**2`` becomes ``1 - h[n,j]**2`` by it, and softmax's gradient reads the
    probabilities.  Only earlier definitions are read, so no cycle comes of it; within a recurrence
    only while that stays one, and never in the tensor's own definitions, whose order it could turn.
    """
    groups = components(graph.definitions)
    apart: set[int] = set()
    while True:
        definitions = _reusing(graph, groups, apart)
        by_name = by_tensor(definitions)
        turned = {
            number for number, names in enumerate(groups)
            if len(names) > 1 and number not in apart
            and recurrence(names, [d for n in names for d in by_name[n]]) is None
        }
        if not turned:
            return replace(graph, definitions=definitions)
        apart |= turned


def _reusing(
    graph: Graph, groups: Sequence[Sequence[str]], apart: set[int]
) -> tuple[Definition, ...]:
    """The definitions with names reused, but none of its own group in a group of those ``apart``.

    Where h = relu(s), step(s) = step(h): the value after the kink serves, and s can be overwritten.
    In a recurrence tanh(s[t]) is h[t+1]: a region says so of its own places.
    """
    group = {name: number for number, names in enumerate(groups) for name in names}
    adding = {d.target.name for d in graph.definitions if d.accumulate}
    table: dict[Expr, tuple[str, tuple[Index, ...], Definition]] = {}
    # Renaming keeps the head and the tensors read, which tells most misses without it.
    heads: set[tuple[type, frozenset[str]]] = set()
    definitions: list[Definition] = []

    def known(expr: Expr, own: str) -> Expr | None:
        if (type(expr), _reading(expr)) not in heads:
            return None
        key, free = canonical(expr)
        found = table.get(key)
        if found is None or found[0] == own:
            return None
        if group[own] in apart and group[found[0]] == group[own]:
            return None
        return _read_through(found, free)

    def change(expr: Expr, own: str) -> Expr:
        if isinstance(expr, Read) or not expr.args:
            return expr
        found = known(expr, own)
        if found is None and type(expr).__name__ == "step":
            found = known(apply("relu", expr.args[0]), own)
            return expr if found is None else apply("step", found)
        return expr if found is None else found

    for d in graph.definitions:
        new = with_expr(d, rebuild(d.expr, partial(change, own=d.target.name)))
        definitions.append(new)
        if (
            d.target.name not in adding
            and all(affine(i) is not None for i in d.target.indices)
            and new.expr.args
            and not isinstance(new.expr, Read)
        ):
            for form in (d.expr, new.expr):
                key, free = canonical(form)
                if set(free) == set(d.indices):
                    table.setdefault(key, (d.target.name, free, new))
                    heads.add((type(form), _reading(form)))
    return tuple(definitions)


def _read_through(
    found: tuple[str, tuple[Index, ...], Definition], free: tuple[Index, ...]
) -> Read:
    name, own, definition = found
    here = dict(zip(own, free, strict=True))
    return Read(name, *(rename(i, here) for i in definition.target.indices))


def factor_sums(graph: Graph) -> Graph:
    """sum_k c f(k) = c sum_k f(k);  sum_k c = K c;  sum_j sum_k f = sum_{j,k} f.

    And sum_{j,k} f(j) g(k) = (sum_j f)(sum_k g).  A sum is one factor: sum_k (f(k) - c) is not
    sum_k f(k) - K c, which may be a small difference of large numbers.
    """

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Reduce) or expr.kind != "sum":
            return expr
        return _sum(expr.body, expr.indices)

    return each_rebuilt(graph, change)


def drop_deviations(graph: Graph) -> Graph:
    """sum_k (f(k) - m) = 0 where m = sum_k f(k)/K: deviations from their mean add up to nothing.

    So a variance does not change with its mean, and a normalisation's derivative has a term less.
    """
    sole = sole_definitions(graph)

    def change(expr: Expr) -> Expr:
        if not isinstance(expr, Reduce) or expr.kind != "sum" or not expr.body.is_Add:
            return expr
        for term in expr.body.args:
            factor, centre = term.as_coeff_Mul()
            if set(free_indices(term)) & set(expr.indices):
                continue
            if isinstance(centre, Read) and centre.name in sole:
                centre = at_read(sole[centre.name], centre, index_names(expr))
            if not centre.has(Reduce):
                continue
            rest = Add(*(-t / factor for t in expr.body.args if t is not term))
            mean = _sum(rest, expr.indices) / Mul(*(i.extent for i in expr.indices))
            if canonical(mean) == canonical(centre):
                return ZERO
        return expr

    changed = each_rebuilt(graph, change)
    return graph if changed == graph else fold_constants(changed)


def _sum(body: Expr, indices: tuple[Index, ...]) -> Expr:
    if body is ZERO:
        return ZERO
    if isinstance(body, Reduce) and body.kind == "sum":
        inner = refresh_bound(body, {i.name for i in indices})
        return _sum(inner.body, (*indices, *inner.indices))
    factors = list(Mul.make_args(body))
    outside: list[Expr] = []
    groups: list[tuple[set[Index], list[Expr]]] = []
    wanted = set(indices)
    for factor in factors:
        own = set(free_indices(factor)) & wanted
        if not own:
            outside.append(factor)
            continue
        touching = [g for g in groups if g[0] & own]
        merged = (own.union(*(g[0] for g in touching)), [f for g in touching for f in g[1]])
        merged[1].append(factor)
        groups = [g for g in groups if g not in touching] + [merged]
    for index in indices:
        if not any(index in g[0] for g in groups):
            outside.append(index.extent)
    if not outside and len(groups) == 1:
        return Reduce("sum", body, *indices)
    sums = [_sum(Mul(*g[1]), tuple(i for i in indices if i in g[0])) for g in groups]
    return Mul(*outside, *sums)


def share(graph: Graph) -> Graph:
    """Equal subexpressions, up to the names of their indices, are computed once, under a name.

    Function values and reductions only: a product or a sum costs less than keeping it.
    """
    seen: set[Expr] = set()
    common: set[Expr] = set()

    def count(expr: Expr) -> None:
        if isinstance(expr, Read):
            return
        if _is_function(expr) or isinstance(expr, Reduce):
            key, _ = canonical(expr)
            if key in seen:
                # Its parts were counted when it was met first; they occur once, in its definition.
                common.add(key)
                return
            seen.add(key)
        for argument in expr.args:
            count(argument)

    for d in graph.definitions:
        count(d.expr)
    if not common:
        return graph
    tensors = dict(graph.tensors)
    named: dict[Expr, str] = {}
    definitions: list[Definition] = []

    def visit(expr: Expr, d: Definition) -> Expr:
        if isinstance(expr, Read) or not expr.args:
            return expr
        if _is_function(expr) or isinstance(expr, Reduce):
            key, free = canonical(expr)
            if key in common:
                if key not in named:
                    kind = expr.kind if isinstance(expr, Reduce) else type(expr).__name__
                    named[key] = new_name(f"{kind}_{subject_of(expr)}", tensors)
                    tensors[named[key]] = Tensor(named[key], tuple(i.extent for i in free))
                    target = Read(named[key], *free)
                    definitions.append(Definition(target, inside(expr, d), False, d.place, d.order))
                return Read(named[key], *free)
        return inside(expr, d)

    def inside(expr: Expr, d: Definition) -> Expr:
        if isinstance(expr, Reduce):
            return Reduce(expr.kind, visit(expr.body, d), *expr.indices)
        return expr.func(*(visit(a, d) for a in expr.args))

    for d in graph.definitions:
        new = visit(d.expr, d) if d.expr.args else d.expr
        definitions.append(with_expr(d, new))
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


def drop_unread(graph: Graph) -> Graph:
    """A definition that nobody reads and nobody asks for is left out."""
    needed = kept_names(graph)
    for d in reversed(graph.definitions):
        if d.target.name in needed:
            needed |= set(read_names(d))
    # A recurrence may read what stands later in the order.
    growing = True
    while growing:
        growing = False
        for d in graph.definitions:
            if d.target.name in needed and not set(read_names(d)) <= needed:
                needed |= set(read_names(d))
                growing = True
    tensors = {n: t for n, t in graph.tensors.items() if t.role != "defined" or n in needed}
    kept = tuple(d for d in graph.definitions if d.target.name in needed)
    return replace(graph, tensors=tensors, definitions=kept)


PREPARATIONS = (
    Pass(name_parts, "first: all that follows walks formulas as they are written out"),
    Pass(name_bodies, "before values are reused: a body that has a name is a read to what follows"),
    Pass(reuse_forward_values, "before arguments are named: an author's name wins over ours"),
    Pass(name_arguments, "before spellings are recognised, which then stand on reads: the adjoints "
                         "of all their uses meet in one"),
    Pass(recognise_spellings, "after all that gives names: it looks through them"),
    Pass(name_bodies, "again: spellings make bodies"),
    Pass(precise, "last: it knows functions, and differences of them, by what they are"),
)

RULES = (
    Pass(fold_constants, "first: d_loss = 1 stands in every chain"),
    Pass(factor_sums, "before inlining: an adjoint without its sum is elementwise and can be put "
                      "into its reader"),
    Pass(drop_deviations, "before inlining and sharing: a mean still stands as it was written"),
    Pass(inline_single_uses, "before cancelling: a denominator meets its factor only then"),
    Pass(read_through_names, "before cancelling, for the same reason"),
    Pass(cancel_denominators, "before sigmoids are complemented: it makes the sums of them that "
                              "become shorter"),
    Pass(complement_sigmoid, "before values are reused, which hides the sigmoids under names"),
    Pass(reuse_forward_values, "before sharing: a name that the author gave wins over one of ours"),
    Pass(factor_sums, "again: cancelled and reused factors may not depend on the sum's index"),
    Pass(share, "before stable forms, which take the expressions apart that are equal"),
    Pass(shift_logsumexp, "after sharing, so that one shift serves all"),
    Pass(drop_unread, "after all that puts another expression in a name's place"),
    Pass(assign_disjoint, "last: it asks whether what is left of a tensor reaches everywhere"),
)
