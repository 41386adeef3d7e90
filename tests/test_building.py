"""What the author wrote is what is computed: SymPy changes no value, domain, extent or name.

Values are said by hand or come from the text itself, read by Python; every case is run for a
scalar, whose formula is one of Python's, and for a vector, which becomes array operations.
"""

import functools
import math
import random
import warnings

import numpy as np
import pytest
import sympy
from judge import disagreement, random_data

from symbprop import Network
from symbprop.calculus.differentiate import differentiate
from symbprop.calculus.simplify import simplify
from symbprop.errors import SpecError
from symbprop.language.building import add, add_all, group, is_group
from symbprop.language.functions import apply
from symbprop.language.graph import Tensor, make_graph
from symbprop.language.notation import print_definitions, print_expr, read_equations
from symbprop.language.terms import Index, Read, Reduce, extent
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

NAN, INF = math.nan, math.inf
LETTERS = ("a", "b", "c", "d")
GIVEN = {n: Tensor(n, (), "parameter") for n in LETTERS} | {
    n: Tensor(n, (extent("N"),), "parameter") for n in ("x", "y")
}

# Text; how it is printed, "" where that is as it was written.
WRITTEN = [
    ("a*1e308*10", "10*(1e308*a)"), ("a*1e308*10*b", "10*(1e308*a*b)"),
    ("b*(a*1e308*10)", "10*(1e308*b*a)"), ("1e200*a*(1e200*b)", "1e200*(1e200*a*b)"),
    ("a*1e-200*1e-200", "1e-200*(1e-200*a)"), ("a*1e-200*1e-200*1e300", "1e-100*a"),
    ("a/1e300/1e300", "1e-300*(1e-300*a)"), ("a*1e308*10/7", "10*(1e308*a)/7"),
    ("a*1e-300*1e-20*b", None), ("(1e200*a)**2", ""), ("a*exp(700)*exp(700)", None),
    ("a + 1e308 + 1e308", "1e308 + (1e308 + a)"), ("1e308*a + 1e308*a", None),
    ("sqrt(a)**2", "(sqrt(a))**2"), ("sqrt(a)*sqrt(a)*b", "(sqrt(a))**2*b"),
    ("(a**1.5)**2", "(a**(3/2))**2"), ("(a**4)**0.25", "(a**4)**(1/4)"), ("sqrt(a**2)", ""),
    ("sqrt(sin(a)**2)", ""), ("sqrt(a**2*b)", ""), ("sqrt(a**2)*sqrt(a**2)", "(sqrt(a**2))**2"),
    ("(sqrt(a)*b)**2", "(sqrt(a))**2*b**2"), ("sqrt((a - b)**2)", ""),
    ("a**0.25*a**0.75", None), ("a**2.5/a**0.5", "(a**(5/2))/sqrt(a)"),
    ("(a**0.5)**0.5", "a**(1/4)"), ("sqrt(4*a)", "2*sqrt(a)"), ("(sqrt(a)*b)**3", "a**(3/2)*b**3"),
    ("a/a", "(a)/a"), ("a*b/a*c", "(a)*b*c/a"), ("a/a*a", "(a**2)/a"), ("a**2/a", "(a**2)/a"),
    ("a/a**2", "(a)/a**2"), ("(a/b)*(b/a)", "(a)*(b)/a/b"), ("1/(a/a)", "1/((a)/a)"),
    ("(a + b)/(a + b)", ""), ("log(a)/log(a)", "(log(a))/log(a)"), ("a*a*a", "a**3"),
    ("a**-1*a**-2", "1/a**3"), ("a**0", "power(a, 0)"),
    ("a - a", "(a) - a"), ("a + b - a", "(a) - a + b"), ("a - a + a", "a"), ("2*a - a", "a"),
    ("0*a", "(0)*a"), ("0*a*b + c", "(0)*a*b + c"), ("a*0*(b*0)", "(0)*a*b"),
    ("(0*a)**2", "(0)*a**2"), ("sum(i, x[i]) - sum(i, x[i])", "(sum(i, x[i])) - sum(i, x[i])"),
    ("(a - b) + (c - d)", ""), ("a - b + (c - d)", ""), ("a - (b + c)", ""),
    ("-(a - b) + c", "c - (a - b)"), ("-(a - b)", "b - a"), ("3*(a - b)", ""),
    ("3*(a - b)*c", ""), ("c*(a - b)*3", "3*c*(a - b)"), ("(a - b)/3 + c", ""),
    ("c + 0.1*(a - b)", "c + (a - b)/10"), ("2*(a - b)", ""), ("1 - (1 - a)", ""),
    ("(2*(a - b))**2", "4*(a - b)**2"), ("exp((a + b))", "exp(a + b)"), ("a - (b - c)*d", ""),
    ("a - (b - (c - (d - a)))", ""), ("a + b - (a + b)", "((a + b)) - (a + b)"),
    ("a + b - stop_gradient(a + b)", "(a + b) - stop_gradient(a + b)"),
    ("a*(b + c) - (a*b + a*c)", ""), ("norm(i, sqrt(x[i]))", None),
    ("mean(i, (x[i] - a) - (y[i] - b))", None), ("sum(i, 3*(x[i] - a) + (i + (i + 1)))", None),
]


def read(text):
    (definition,), _ = read_equations(f"z = {text}", GIVEN)
    return definition


@pytest.mark.parametrize(("text", "printed"), WRITTEN)
def test_a_formula_has_one_form_however_it_is_printed(text, printed):
    definition = read(text)
    shown = print_expr(definition.expr, definition.order)
    if printed is not None:
        assert shown == (printed or text)
    for order in (definition.order, (), tuple(reversed(definition.order))):
        again = read(print_expr(definition.expr, order))
        assert again == definition, (order, print_definitions([again]))


ENDS = [
    ("a*1e308*10", 1e-3, 1e306), ("a*1e-200*1e-200*1e300", 1.0, 1e-100),
    ("a*1e-200*1e-200", 1e150, 1e-250), ("a/1e300/1e300", 1e307, 1e-293),
    ("(a*1e200)**2", 1e-150, 1e100), ("(a*1e-200)**3*1e-100", 1e200, 1e-100),
    ("a + 1e308 + 1e308", -1e308, 1e308), ("exp(700)*a*exp(700)", 1e-320, None),
    ("1e300*(1e10*a)", 1e-100, 1e210), ("a/1e-200/1e-200", 1e-200, 1e200),
    ("sqrt(a)**2", -1.0, NAN), ("sqrt(a)**2", 4.0, 4.0), ("sqrt(a)*sqrt(a)", -4.0, NAN),
    ("(sqrt(a)*3)**4", -1.0, NAN), ("a**0.5*a**1.5", -2.0, NAN), ("a**2.5/a**0.5", -2.0, NAN),
    ("(a**4)**0.25", -2.0, 2.0), ("sqrt(a**2)", -3.0, 3.0), ("sqrt(sin(a)**2)", -1.0, None),
    ("(a**6)**0.5", -2.0, 8.0), ("sqrt(a**2*4)", -3.0, 6.0), ("1/sqrt(a**2)", -4.0, 0.25),
    ("a/a", 0.0, NAN), ("a/a", 3.0, 1.0), ("a*a/a", 0.0, NAN), ("a/a**2", 0.0, NAN),
    ("a**2/a", INF, NAN), ("sin(a)/sin(a)", 0.0, NAN), ("1/(a/a)", 0.0, NAN),
    ("(a + 1)/(a + 1)", -1.0, NAN), ("a - a", INF, NAN), ("a + 2 - a", INF, NAN),
    ("exp(a) - exp(a)", 1000.0, NAN), ("0*a", INF, NAN), ("0*a", NAN, NAN), ("0*a", 2.0, 0.0),
    ("a**0", NAN, 1.0), ("a**0", 0.0, 1.0), ("0*a + 1/a*0", 0.0, NAN),
    ("3*(a - 1)", 1 + 2**-50, 3 * 2**-50), ("1/3 + 0.1*(a - 1) - 1/3", 1 + 2**-50, 0.1 * 2**-50),
    ("(a + 1e16) - (a + 1e16)", 3.0, 0.0), ("(1e16 - a) + (a - 1e16)", 3.0, None),
    ("a + 0.1 - stop_gradient(a + 0.1)", 0.7, 0.0), ("a*0.1 - stop_gradient(a*0.1)", 0.7, 0.0),
]
PYTHON = {"exp": np.exp, "sqrt": np.sqrt, "sin": np.sin, "stop_gradient": lambda u: u}


def run(graph, **params):
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net").module, "net", "exec"), space)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return space["value_and_grad"]({n: np.asarray(v, float) for n, v in params.items()})


@pytest.mark.parametrize(("text", "at", "wanted"), ENDS)
def test_values_at_the_ends_are_those_of_the_text(text, at, wanted):
    if wanted is None:
        with np.errstate(all="ignore"):
            wanted = float(eval(text, PYTHON, {"a": np.float64(at)}))
    near = pytest.approx(wanted, rel=1e-13, abs=0, nan_ok=True)
    scalar = parse_spec(f'equations = "loss = {text}"\n[parameters]\na = []\n')
    assert float(run(scalar.graph, a=at)[0]) == near
    inside = text.replace("a", "v[i]").replace("sv[i]", "sa").replace("grv[i]d", "grad")
    assert "v[i]" in inside
    vector = parse_spec(f"equations = '''\nr[i] = {inside}\nloss = sum(i, r[i])\n'''\n"
                        '[parameters]\nv = ["M"]\n')
    assert float(run(vector.graph, v=[at])[0]) == near
    assert float(run(vector.graph, v=[at, at])[0]) == pytest.approx(
        2 * wanted, rel=1e-13, abs=0, nan_ok=True)


@pytest.mark.parametrize("text", [t for t, _ in WRITTEN if "1e" not in t and "700" not in t
                                  and "stop" not in t])
def test_derivatives_go_through_a_group(text):
    definitions, made = read_equations(f"z = {text}\nloss = sin(z)", GIVEN)
    graph = make_graph([*GIVEN.values(), *made], definitions, "loss")
    derivative = differentiate(graph)
    data = random_data(graph, {"N": 3})
    for graph_of_gradients in (derivative, simplify(derivative)):
        assert disagreement(graph, graph_of_gradients, data, {"N": 3}) < 1e-40


CONSTANTS = [
    "exp(exp(exp(9)))", "exp(exp(exp(exp(exp(exp(9))))))", "exp(700)*exp(700)", "exp(709)*10",
    "1e308*10", "1e308 + 1e308", "(1e308 + 1e308)/4", "1e-200*1e-200", "1e-400", "log(-1+0)",
    "log(exp(1) - 3)", "sqrt(1-2)", "(0-8)**(1/3)", "power(-1, 0.5)", "asin(2)", "1/(2-2)",
    "1/(exp(1) - exp(1))", "pi**64*1e300", "exp(700)*exp(700)*a", "a*sqrt(1-2)", "1/exp(-1000)",
    "cosh(1000)", "10**64*10**64*10**64*10**64*10**64", "sqrt(2)*1e308*sqrt(2)", "-1e308*10",
    "where(a > 0, 1, exp(1000))", "sum(i, x[i]*exp(800))", "log(0*1)", "2**64**2",
    "power(10, 309)", "atan2(1, 0)*1e308*2", "exp(exp(7) - 1)",
]


@pytest.mark.parametrize("text", CONSTANTS)
def test_a_constant_that_no_float_holds_is_refused(text):
    with pytest.raises(SpecError, match=r"SP108|SP105") as caught:
        read(text)
    assert caught.value.faults[0].code == "SP108"


@pytest.mark.parametrize("text", [
    "exp(9)", "exp(-700)", "exp(700)*exp(-700)*a", "sqrt(2)*sqrt(3)", "2**0.333", "exp(700)*1e-300",
    "1e-308*a", "5e-324 + a", "log(exp(1))", "tan(pi/4)", "1e308 - 1e308 + a", "2**63*2**63*a",
])
def test_a_constant_that_a_float_holds_is_read(text):
    assert read(text)


def test_an_index_keeps_the_reads_that_say_how_far_it_runs():
    for text in ("sum(i, x[i]/x[i])", "sum(i, x[i] - x[i])", "sum(i, 0*x[i])", "sum(i, x[i]**0)",
                 "mean(i, x[i] + a - x[i])"):
        (index,) = {i for r in read(text).expr.atoms(sympy.Function, sympy.Expr)
                    for i in getattr(r, "indices", ()) if getattr(i, "extent", None) is not None}
        assert str(index.extent) == "N"


def test_a_group_stands_only_where_it_must_and_nobody_writes_one():
    for text in ("a*b + c", "(a*b)*c", "(a - b)*c", "(a - b)**2", "exp(-(a - b)/c**2)", "2*a*(b)",
                 "x[0]*(y[0] + a)", "(a)", "(a + b)", "sum(i, (x[i] - y[i])**2)/3", "(a*b)/(c*d)"):
        assert not any(map(is_group, sympy.preorder_traversal(read(text).expr))), text
    with pytest.raises(SpecError, match="SP104"):
        read("group(a)")


def test_residuals_in_brackets_are_shared_and_exact():
    spec = ("equations = 'loss = sum(i, (q[i] - (w[i] + v[i]))**2)'\n[parameters]\nw = [3]\n"
            "v = [3]\n[inputs]\nq = [3]\n")
    made = compile_graph(parse_spec(spec).graph, "net")
    assert "d_w = np.multiply(rest_loss, -2.0)" in made.module
    space = {"__name__": "generated"}
    exec(compile(made.module, "net", "exec"), space)
    rng = np.random.default_rng(0)
    w, v = rng.normal(size=(2, 3)).astype(np.float32)
    loss, grads = space["value_and_grad"]({"w": w, "v": v}, q=w + v)
    assert loss == 0 and not grads["w"].any() and loss.dtype == np.float32


@pytest.mark.parametrize(("formula", "printed"), [
    (lambda x: sympy.sqrt(x**2), "abs(x[i])"), (lambda x: (x**6) ** sympy.Rational(1, 2), None),
    (lambda x: sympy.sqrt(sympy.sin(x) ** 2), "abs(sin(x[i]))"), (lambda x: abs(x) ** 3, None),
    (lambda x: sympy.sqrt(x**2 * 3) / abs(x - 1), None), (lambda x: 1 / sympy.sqrt(x**2), None),
])
def test_what_sympy_made_of_a_formula_in_python_is_of_the_language(formula, printed):
    net = Network("net")
    x = net.parameter("x", ["N"])
    i = net.index("i", "N")
    y = net.define("y", [i], formula(x[i]))
    net.define("loss", [], Reduce("sum", y[i], i))
    if printed:
        assert str(net.graph).startswith(f"y[i] = {printed}\n")
    definitions, _ = read_equations(str(net.graph), {"x": x})
    assert tuple(definitions) == tuple(net.graph)
    data = random_data(net.graph, {"N": 3}, low=-2, high=-0.5)
    assert disagreement(net.graph, differentiate(net.graph), data, {"N": 3}) < 1e-40


@pytest.mark.parametrize("text", [
    "sqrt((where(1.5 > 0, N, 0))**2 + 0)", "sqrt(sin(4)**2)", "(tanh(-1)**4)**0.25",
    "sqrt(max(-2, -3)**2)", "sqrt(relu(-N)**2)", "((0 - abs(-2))**2)**1.5", "sqrt((3 > 4)**2)",
])
def test_a_root_of_a_constant_square_stays_in_the_language(text):
    """SymPy would make an Abs of it."""
    definition = read(f"a*{text}")
    assert not definition.expr.atoms(sympy.Abs)
    assert definition.expr.has(Read)


def test_many_terms_are_added_as_one_after_the_other():
    """Whatever clashes, overflows or is taken from itself on the way."""
    index = Index("n", extent("N"))
    a, b = Read("a", index), Read("b", index)
    large = sympy.Integer(10) ** 308
    stopped = apply("stop_gradient", a + b)
    pool = [
        a, b, 2 * a, -a, -2 * a, 3 * b, a * b, -a * b, a**2, a - b, b - a, apply("tanh", a),
        -apply("tanh", a), stopped, -stopped, sympy.Integer(0), sympy.Integer(1), -sympy.Integer(1),
        sympy.Rational(1, 3), sympy.sqrt(2), -sympy.sqrt(2), large, -large, large * a, extent("N"),
        -extent("N"), *(group(e) for e in (a - b, a, 2 * a, a + b, a + b + stopped, index * 0)),
        -group(a - b), -group(a), -group(a + b),
    ]
    for seed in range(3000):
        rng = random.Random(seed)
        terms = [rng.choice(pool) for _ in range(rng.randrange(2, 9))]
        assert add_all(terms[0], terms[1:]) == functools.reduce(add, terms), terms


@pytest.mark.parametrize(("formula", "rule"), [
    ("floor(2*((0.5 + N**2)**(-1/2)))", lambda n: math.floor(2 / math.sqrt(0.5 + n * n))),
    ("ceiling(sqrt(N)*3/2)", lambda n: math.ceil(1.5 * math.sqrt(n))),
    ("floor(sqrt(2)*N)", lambda n: math.floor(math.sqrt(2) * n)), ("floor(sqrt(7))", lambda n: 2),
    ("floor(floor(sqrt(N))/2 + N)", lambda n: math.floor(math.floor(math.sqrt(n)) / 2 + n)),
    ("floor(N/2 + 1/3)", lambda n: math.floor(n / 2 + 1 / 3)),
    ("ceiling(N/3)", lambda n: -(-n // 3)),
])
def test_whole_parts_of_what_is_made_of_extents(formula, rule):
    """A quotient of extents is an extent; a root of one is a number like others."""
    made = compile_graph(parse_spec(
        f"equations = '''\nloss = sum(n, a*x[n]*{formula})\n'''\n[parameters]\na = []\n"
        "[inputs]\nx = ['N']\n").graph, "wholes")
    space = {"__name__": "made"}
    exec(made.module, space)
    for n in (1, 2, 3, 5, 10):
        assert space["loss"]({"a": np.array(1.0)}, np.ones(n)) == pytest.approx(n * rule(n))


@pytest.mark.parametrize("formula", ["1 + leaky_relu(0, x[i])**2", "(leaky_relu(0, x[i]) + 2)**3",
                                     "exp(1 + leaky_relu(0, x[i]))*3 + 1"])
def test_a_function_that_loses_its_argument_is_a_number(formula):
    made = compile_graph(parse_spec(
        f"equations = '''\nu[i] = {formula}\nloss = sum(i, u[i]*a)\n'''\n[parameters]\na = []\n"
        "[inputs]\nx = ['N']\n").graph, "number")
    space = {"__name__": "made"}
    exec(made.module, space)
    want = eval(formula.replace("leaky_relu(0, x[i])", "0"), {"exp": math.exp})
    value, grads = space["value_and_grad"]({"a": np.array(2.0)}, np.array([0.5, 1, -2]))
    assert value == pytest.approx(6 * want) and grads["a"] == pytest.approx(3 * want)
