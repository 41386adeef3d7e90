"""Programs are sound, and what is broken in one is seen: by the verifier, or by the executor.

Each case breaks one step of a program that passes both.  Where no rule of a program is broken but
its values are others, the executor must disagree with the reference evaluator.
"""

import re
from dataclasses import replace
from pathlib import Path

import mpmath
import numpy as np
import pytest
from sympy import Integer, Symbol
from three_ways import data_of, failures, numbers

from symbprop.arrays.execute import NumberFunctions, execute
from symbprop.arrays.lower import lower
from symbprop.arrays.printing import print_program
from symbprop.arrays.program import (
    Apply,
    Choose,
    Clear,
    Compute,
    Contract,
    Fold,
    Gather,
    Loop,
    Operand,
    Reserve,
    Scatter,
    Value,
    View,
    flattened,
)
from symbprop.arrays.verify import verify_program
from symbprop.errors import InternalError
from symbprop.language.evaluate import evaluate
from symbprop.language.terms import Index, Read
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

SPECS = {
    "rnn": (
        'x = ["N", "T", 3]\n[parameters]\nW = [4, 3]\nU = [4, 4]\nb = [4]\n',
        "h[n,0,j] = 0\n"
        "h[n,t+1,j] = tanh(sum(k, W[j,k]*x[n,t,k]) + sum(k, U[j,k]*h[n,t,k]) - b[j]**3)\n"
        "loss = sum(n, j, h[n,T,j]**2)"),
    "image": (
        'x = ["N", 2, 7, 6]\n[parameters]\nW = [3, 2, 3, 2]\nb = [3]\n',
        "s[n,o,i,j] = sum(c, p, q, W[o,c,p,q]*x[n,c,i+p,j+q]) + b[o]\n"
        "h[n,o,i,j] = where(s[n,o,i,j] > 1, s[n,o,i,j], 0.5*s[n,o,i,j]**2)\n"
        "loss = sum(n, o, i, j, h[n,o,i,j]**2)/7"),
    "words": (
        'word = { shape = ["N", "T"], integer = true, below = 6 }\n[parameters]\n'
        "E = [6, 4]\nv = [4]\n",
        "h[n,t,d] = tanh(E[word[n,t],d])*v[d]\nm[n] = max(t, d, h[n,t,d])\n"
        "loss = sum(n, m[n]) + sum(n, t, d, h[n,t,d]*v[d])"),
    "parts": (
        'x = ["N", 5]\n[parameters]\nw = [5]\nv = [5]\na = []\n',
        "y[n,j] = w[j]*x[n,j]\ny[n,j+5] = tanh(v[j]*x[n,j]) - a\n"
        "loss = sum(n, k, y[n,k]*y[n,9-k])"),
}


def graph_of(name):
    head, equations = SPECS[name]
    text = f'loss = "loss"\nequations = """\n{equations}\n"""\n[inputs]\n{head}'
    return parse_spec(text, "net.toml").graph


@pytest.fixture(scope="module")
def made():
    return {name: compile_graph(graph_of(name), "net") for name in SPECS}


def broken(program, chosen, change):
    """The program with its first step for which ``chosen`` holds put through ``change``.

    ``change`` gives a step, several, or none.
    """
    done = []

    def visit(steps):
        kept = []
        for step in steps:
            if not done and chosen(step):
                done.append(step)
                new = change(step)
                kept += new if isinstance(new, list) else [new]
            elif isinstance(step, Loop):
                kept.append(replace(step, body=tuple(visit(step.body))))
            else:
                kept.append(step)
        return kept

    steps = tuple(visit(program.steps))
    assert done, "there is no such step"
    return replace(program, steps=steps)


def a(kind, /, **fields):
    """Whether a step is of a kind and has these fields, a callable holds of its own."""
    def holds(step):
        return isinstance(step, kind) and all(
            want(getattr(step, key)) if callable(want) else getattr(step, key) == want
            for key, want in fields.items()
        )
    return holds


def writes(name):
    return lambda out: out.value == name


def moved(step):
    """Each place one further that is no lookup."""
    return replace(
        step, places=tuple(p if isinstance(p, Operand) else p + 1 for p in step.places)
    )


def values_changed(program, **kinds):
    return replace(program, values={
        name: replace(v, **kinds[name]) if name in kinds else v
        for name, v in program.values.items()
    })


def transposed(operand):
    return Operand(operand.value, operand.axes[::-1])


T = Symbol("T", integer=True, positive=True)
LONG = Index("n", Symbol("N", integer=True, positive=True) + 1)
WIDE = a(Contract, summed=lambda s: len(s) > 1)
# name: (network, how it is broken, the codes of the verifier; none where only values are wrong)
BROKEN = {
    "an operand's axes are swapped": ("rnn", a(Contract), lambda s: replace(
        s, left=transposed(s.left)), {"SP711"}),
    "axes of a result are swapped": ("parts", a(Apply, out=lambda o: len(o.axes) == 2),
                                     lambda s: replace(s, out=transposed(s.out)), {"SP711"}),
    "an axis has another extent": (
        "parts", a(Apply, out=lambda o: len(o.axes) == 2),
        lambda s: replace(s, out=Operand(s.out.value, (LONG, *s.out.axes[1:]))), {"SP711"}),
    "an axis twice": ("parts", a(Apply, out=lambda o: len(o.axes) == 2), lambda s: replace(
        s, out=Operand(s.out.value, (s.out.axes[1],) * 2)), {"SP711"}),
    "a result of fewer axes": ("words", a(Fold, kind="max"), lambda s: replace(
        s, over=s.over[1:]), {"SP711"}),
    "an idle axis": ("rnn", a(Contract), lambda s: replace(s, rows=(*s.rows, LONG)), {"SP712"}),
    "groups that do not lie together": ("image", WIDE, lambda s: replace(
        s, summed=s.summed[::-1]), {"SP712"}),
    "rows for columns": ("rnn", a(Contract, rows=lambda r: r != ()), lambda s: replace(
        s, rows=s.columns, columns=s.rows), {"SP712"}),
    "a sum forgotten": ("rnn", a(Contract), lambda s: replace(s, summed=()), {"SP712"}),
    "a view that hides its gaps": ("image", lambda s: isinstance(s, View) and len(s.places) == 4,
                                   None, {"SP712"}),
    "a step dropped": ("image", a(Contract, out=writes("s")), lambda s: [], {"SP710"}),
    "a clearing dropped": ("words", a(Clear, out=writes("d_E")), lambda s: [], {"SP710"}),
    "a part dropped": ("parts", a(Apply, out=lambda o: o.value.startswith("y_view")),
                       lambda s: [], {"SP710"}),
    "the first value of a recurrence dropped": (
        "rnn", lambda s: isinstance(s, Apply) and s.function == "np.copyto" and s.arguments == (0,),
        lambda s: [], {"SP710"}),
    "a view dropped": ("rnn", lambda s: isinstance(s, View) and s.table == "h", lambda s: [],
                       {"SP710"}),
    "a formula of something unknown": ("parts", a(Compute), lambda s: replace(
        s, formula=s.formula + Symbol("M")), {"SP710"}),
    "a formula of an array": ("parts", a(Compute), lambda s: replace(
        s, formula=s.formula + Read("w")), {"SP711"}),
    "a loop's own value read after it": ("rnn", a(Loop, reverse=False), lambda s: [
        s, next(replace(t, out=Operand("h", ()), function="np.copyto", arguments=(t.out,))
                for t in s.body if isinstance(t, Apply))], {"SP710"}),
    "a product over its own operand": ("rnn", a(Contract), lambda s: replace(
        s, out=Operand(s.left.value, s.out.axes)), {"SP710", "SP715"}),
    "what is given is written": ("image", a(Apply), lambda s: [
        s, replace(s, out=Operand("b", (Index("o", Integer(3)),)), function="np.copyto",
                   arguments=(Integer(0),))], {"SP715"}),
    "what is given is written through a view": ("image", a(View), lambda s: [
        s, replace(s, table="x"), Clear(s.out, "cleared")], {"SP711"}),
    "a result not written": ("image", a(Fold, out=writes("d_b")), lambda s: [], {"SP715"}),
    "a place beyond the table": ("words", a(Scatter), moved, {"SP713"}),
    "a view beyond its table": ("parts", a(View), lambda s: replace(
        s, places=(s.places[0], s.places[1] + 6)), {"SP713"}),
    "a view along one axis twice": ("parts", a(View), lambda s: replace(
        s, places=(s.places[1], s.places[1])), {"SP713"}),
    "places called distinct that are not": ("words", a(Scatter, distinct=False), lambda s: replace(
        s, distinct=True), {"SP713"}),
    "a choice over its own condition": ("image", a(Choose), lambda s: replace(
        s, then=s.out), {"SP710"}),
    "a condition that is a number": ("image", a(Choose), lambda s: replace(
        s, condition=s.otherwise), {"SP714"}),
    "a function with too few arguments": ("parts", a(Apply, function="np.multiply"),
                                          lambda s: replace(s, arguments=s.arguments[:1]),
                                          {"SP711"}),
    "a truth value that is a number": ("image", a(Apply, out=lambda o: "greater" in o.value),
                                       lambda s: replace(s, function="np.add"), {"SP714"}),
    "a truth value under a sum": ("image", a(Choose), lambda s: [
        s, Fold(Operand("loss", ()), "sum", s.condition, s.condition.axes, "")], {"SP714"}),
    "integers beside floats": ("words", a(Gather), lambda s: [s, Apply(
        s.out, "np.add", (s.out, Operand("word", s.out.axes[:2])), "")], {"SP714"}),
    "lookups by numbers": ("words", a(Gather), lambda s: replace(
        s, places=(Operand(s.table, s.out.axes[:2]), *s.places[1:])), {"SP714", "SP711"}),
    # No rule of a program is broken, but its values are.
    "another reduction": ("words", a(Fold, kind="max"), lambda s: replace(s, kind="min"), set()),
    "another function": ("parts", a(Apply, function="np.multiply"), lambda s: replace(
        s, function="np.add"), set()),
    "arguments swapped": ("parts", a(Apply, function="np.subtract"), lambda s: replace(
        s, arguments=s.arguments[::-1]), set()),
    "a loop run the other way": ("rnn", a(Loop, reverse=False), lambda s: replace(
        s, reverse=True), set()),
    "a turn less": ("rnn", a(Loop, reverse=True), lambda s: replace(s, count=s.count - 1),
                    {"SP710"}),
    "branches swapped": ("image", a(Choose), lambda s: replace(
        s, then=s.otherwise, otherwise=s.then), {"SP710"}),
    "a formula doubled": ("image", a(Compute), lambda s: replace(s, formula=2*s.formula), set()),
    "a clearing too late": ("words", a(Scatter), lambda s: [s, Clear(Operand(
        "d_E", (Index("a", Integer(6)), Index("b", Integer(4)))), "")], set()),
    "a scatter twice": ("words", a(Scatter), lambda s: [s, s], set()),
    "a place off by one": ("rnn", lambda s: isinstance(s, View) and s.places[0] == T,
                           lambda s: replace(s, places=(T - 1, *s.places[1:])), set()),
}


def apply_case(made, name):
    network, chosen, change, codes = BROKEN[name]
    program = made[network].gradient
    if change is None:
        view = next(s for s in flattened(program.steps) if chosen(s))
        return network, values_changed(program, **{view.out.value: {"tail": None}}), codes
    return network, broken(program, chosen, change), codes


def judged(compilation, program):
    """What the executor and the reference evaluator disagree on, or why the former could not."""
    graph, extents = compilation.simplified, {"N": 2, "T": 3}
    data = data_of(graph, extents, 3)
    reference = evaluate(graph, {k: v.tolist() for k, v in data.items()}, extents)
    names = [graph.loss, *graph.gradients.values()]
    try:
        found = execute(program, data, extents)
    except (KeyError, IndexError, ValueError) as error:
        return [str(error)]
    return failures({n: numbers(reference, n) for n in names}, found)


@pytest.mark.parametrize("name", sorted(SPECS))
def test_what_is_not_broken_passes(made, name):
    for program in made[name].programs.values():
        assert verify_program(program) == []
    assert judged(made[name], made[name].gradient) == []


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_broken_is_seen(made, name):
    network, program, codes = apply_case(made, name)
    assert program != made[network].gradient
    found = {fault.code for fault in verify_program(program)}
    if codes:
        assert found & codes, found
    else:
        assert not found
        assert judged(made[network], program)


def test_a_fault_is_an_error_of_ours_that_names_stage_and_step(monkeypatch):
    import symbprop.pipeline as pipeline

    def wrong(graph):
        return replace(lower(graph), steps=())

    monkeypatch.setattr(pipeline, "lower", wrong)
    with pytest.raises(InternalError) as caught:
        compile_graph(graph_of("rnn"), "net")
    assert "lower" in str(caught.value) and "SP715" in str(caught.value)


def test_what_is_reserved_and_not_written_shows():
    axes = (Index("i", Integer(3)),)
    values = {"y": Value("y", (Integer(3),), source="result")}
    program = replace(
        compile_graph(graph_of("parts"), "net").gradient, values=values, results=("y",),
        steps=(Reserve(Operand("y", axes), ""),
               Scatter("y", (Integer(1),), Integer(2), (), True, False, "")),
    )
    found = execute(program, {}, {"N": 1})["y"]
    assert np.isnan(found[[0, 2]]).all() and found[1] == 2
    assert [f.code for f in verify_program(program)] == ["SP710"]


def test_the_executor_computes_in_any_number_type(made):
    graph, extents = made["rnn"].simplified, {"N": 2, "T": 3}
    data = data_of(graph, extents, 5)
    with mpmath.workdps(30):
        one = mpmath.mpf(1)
        precise = {k: one * v.astype(object) for k, v in data.items()}
        found = execute(made["rnn"].gradient, precise, extents, object, NumberFunctions(one))
        want = evaluate(graph, {k: v.tolist() for k, v in precise.items()}, extents, one)
        for name in (graph.loss, *graph.gradients.values()):
            exact = np.array(want.tensor(name), dtype=object)
            worst = max(np.ravel(np.abs(found[name] - exact)))
            assert worst < mpmath.mpf(10) ** -26
    single = execute(made["rnn"].gradient, data, extents, np.float32)
    assert all(v.dtype == np.float32 for v in single.values())


def test_all_of_a_program_is_printed(made):
    text = print_program("value_and_grad", made["rnn"].gradient)
    steps = sum(1 for _ in flattened(made["rnn"].gradient.steps))
    assert text.startswith("# value_and_grad\nresults loss, d_W, d_U, d_b\nextents N, T\nvalues\n")
    assert len(text[text.index("\nsteps\n"):].strip().splitlines()) == steps + 1
    assert "    loop      t from 0 to below T:  # step by step\n        view" in text
    assert "    loop      t from T - 1 down to 0:  # step by step backwards\n        view" in text
    assert re.search(r"contract +\w+\[.*\] = \w+\[.*\] \* \w+\[.*\]; rows .*; summed k", text)
    for network in made.values():
        for kind, program in network.programs.items():
            text = print_program(kind, program)
            for step in flattened(program.steps):
                assert step.meaning in text
            assert all(f"\n    {name}" in text for name in program.results)
    assert "E[word[n, t], d] " in print_program("p", made["words"].gradient)


def test_every_code_stands_in_the_readme():
    root = Path(__file__).parent.parent
    codes = set()
    for path in (root / "symbprop").rglob("*.py"):
        codes |= set(re.findall(r"SP\d{3}", path.read_text()))
    listed = re.findall(r"^\| (SP\d{3}) \|", (root / "README.md").read_text(), re.M)
    assert set(listed) == codes and len(listed) == len(set(listed))
