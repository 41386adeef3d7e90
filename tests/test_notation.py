"""Text reads as definitions and prints back; every fault has its code, place and hint."""

import pytest
import sympy
from judge import disagreement, random_data

from symbprop.calculus.differentiate import differentiate
from symbprop.errors import LimitError, Place, SpecError
from symbprop.language.functions import apply
from symbprop.language.graph import Tensor, make_graph
from symbprop.language.indices import index_names
from symbprop.language.notation import print_definitions, print_expr, read_equations
from symbprop.language.terms import Index, Read, extent


def tensors(**shapes):
    made = {}
    for name, shape in shapes.items():
        integer = name in ("token", "label", "row")
        made[name] = Tensor(
            name, tuple(map(extent, shape)), "input" if integer else "parameter", integer,
            extent(5) if integer else None,
        )
    return made


GIVEN = tensors(
    W=(3, 4), V=(5, 3), U=(3, 3), b=(3,), x=("N", 4), y=("N", 5), h0=("N", 3), u=("N", "T", 3),
    E=(5, 4), token=("N", "T"), label=("N",), K=(2,), s=("N", 9), a=(), g=("N", "T", 4),
)

ROUND_TRIPS = [
    "z[n, j] = sum(k, W[j, k]*x[n, k]) + b[j]",
    "z[n, j] = relu(b[j])*h0[n, j]/3 - 2*b[j]**2",
    "z[n, i] = sum(p, K[p]*s[n, 3*p + 2*i])",
    "h[n, 0, j] = h0[n, j]\nh[n, t + 1, j] = tanh(sum(k, U[j, k]*h[n, t, k]) + u[n, t, j])",
    "d[token[n, t], k] += g[n, t, k]",
    "p[n] = y[n, label[n]] - logsumexp(c, y[n, c])",
    "m[n] = max(k, x[n, k]) + max(x[n, 0], 1/10) + min(k, x[n, k])*prod(k, x[n, k])",
    "q[j] = where((b[j] > 0), sqrt(b[j]), 1/(1 + b[j])) + (j >= 1)",
    "r = a**2*sum(j, b[j]) - exp(-a)/(a + 1)**2",
    "e[j] = U[j, j]*U[0, j] - power(b[j], a) + pi*elu(b[j], 2)",
    "n1[n, j] = -(a - h0[n, j])*(a + 1)",
]


@pytest.mark.parametrize("text", ROUND_TRIPS)
def test_what_is_printed_reads_back(text):
    definitions, made = read_equations(text, GIVEN)
    printed = print_definitions(definitions)
    again, made_again = read_equations(printed, GIVEN)
    assert again == definitions
    assert made_again == made
    assert print_definitions(again) == printed


def test_printing_keeps_the_order_of_the_author():
    text = "r[n, j] = sum(k, W[j, k]*x[n, k]) + b[j]\n"
    assert print_definitions(read_equations(text, GIVEN)[0]) == text
    (d,), _ = read_equations("r[n, c] = (y[n, c] - sum(j, V[c, j]*h0[n, j]))**2", GIVEN)
    assert print_expr(d.expr, d.order) == "(y[n, c] - sum(j, V[c, j]*h0[n, j]))**2"


def shape_of(text, name, **more):
    _, made = read_equations(text, GIVEN, **more)
    return tuple(str(s) for t in made if t.name == name for s in t.shape)


def test_extents_follow_from_use():
    assert shape_of("z[n,j] = sum(k, W[j,k]*x[n,k])", "z") == ("N", "3")
    assert shape_of("z[n,i] = sum(p, K[p]*s[n,2*i+3*p+1])", "z") == ("N", "3")
    assert shape_of(ROUND_TRIPS[3], "h") == ("N", "T + 1", "3")
    assert shape_of("v[n] = w[n]**2\nw[n] = a*x[n,0]", "v") == ("N",)
    assert shape_of("c[n,j] = h0[n,j]\nc[n,k+3] = x[n,k]", "c") == ("N", "7")
    assert shape_of("z[i] = a*i", "z", indices={"i": 6}) == ("6",)


@pytest.mark.parametrize(("text", "runs"), [
    ("loss = sum(i, v[i+1]*w[2*i])", {"i": 2}),
    ("loss = sum(i, w[2*i]*v[i+1])", {"i": 2}),
    ("loss = sum(i, w[2*i]*w[3-i])", {"i": 2}),
    ("loss = sum(i, w[i+1]*v[5-2*i])", {"i": 3}),
    ("loss = sum(i, k, v[i+k]*w[k+1]*v[i+2])", {"i": 4, "k": 3}),
    ("loss = sum(k, i, v[i+k]*w[k+1]*v[i+2])", {"i": 4, "k": 3}),
    ("loss = sum(n, x[n+1]*x[n+2])", {"n": "N - 2"}),
    ("loss = sum(n, (x[n+1] - x[n])**2)", {"n": "N - 1"}),
    ("loss = sum(n, (x[n] - 2*x[n+1] + x[n+2])**2)", {"n": "N - 2"}),
    ("loss = sum(n, x[n]*x[N-1-n])", {"n": "N"}),
    ("loss = sum(i, v[i]*w[i+1])", {"i": 3}),
    ("loss = sum(i, v[3-i]*v[i])", {"i": 4}),
    ("loss = sum(i, k, v[i+k]*w[k]*v[i])", None),
    ("loss = sum(i, v[i]*w[i])", None),
])
def test_an_index_runs_as_far_as_all_its_windows_let_it(text, runs):
    given = {"v": Tensor("v", (extent(6),), "input"), "w": Tensor("w", (extent(4),), "input"),
             "x": Tensor("x", (extent("N"),), "input")}
    if runs is None:
        # Which of two indices should stop, or which of two lengths is a mistake, is not said.
        with pytest.raises(SpecError, match=r"SP106|SP212"):
            make_graph([*given.values()], read_equations(text, given)[0], "loss")
        return
    (definition,), _ = read_equations(text, given)
    found = {i.name: str(i.extent) for i in definition.expr.atoms(Index)}
    assert found == {name: str(size) for name, size in runs.items()}


@pytest.mark.parametrize("text", [
    "y[i] = v[i]\ny[j] += w[j]", "y[j] += w[j]\ny[i] = v[i]", "y[j] += w[j]\ny[i] += v[i]",
    "y[j] = w[j]\ny[i] += v[i]", "y[k] += w[k]\ny[j+1] += w[j]\ny[i] = v[i]",
])
def test_what_is_added_may_reach_a_part_only(text):
    given = {"v": Tensor("v", (extent(6),), "input"), "w": Tensor("w", (extent(4),), "input")}
    _, (made,) = read_equations(text, given)
    assert made.shape == (6,)


def test_pi_is_a_number_before_an_index():
    (definition,), _ = read_equations("loss = max(pi, 3)", {})
    assert definition.expr == apply("maximum", sympy.pi, 3)
    for text in ("loss = sum(pi, w[pi])", "y[pi] = w[0]\nloss = y[0]", "loss = prod(pi, 3)"):
        given = {"w": Tensor("w", (extent(3),), "input")}
        with pytest.raises(SpecError, match=r"SP110|SP21"):
            make_graph([*given.values()], read_equations(text, given)[0], "loss")


def test_composed_reductions():
    (d,), _ = read_equations("p[n,c] = softmax(c, y[n,c])", GIVEN)
    assert print_expr(d.expr) == "exp(y[n, c] - logsumexp(c1, y[n, c1]))"
    (d,), _ = read_equations("p = mean(n, c, y[n,c])", GIVEN)
    assert print_expr(d.expr) == "sum(n, c, y[n, c])/5/N"
    (d,), _ = read_equations("p[n] = norm(k, x[n,k])", GIVEN)
    assert print_expr(d.expr) == "root(sum(k, x[n, k]**2))"


def test_decimals_are_exact_and_names_are_plain():
    (d,), _ = read_equations("p = 0.1*a", GIVEN)
    assert print_expr(d.expr) == "a/10"
    odd = tensors(E=(), I=(), S=(), N=(), beta=(), gamma=(), oo=(), zeta=())
    (d,), _ = read_equations("p = E*I + S*N + beta*gamma - oo*zeta", odd)
    assert set(odd) == {r.name for r in d.expr.atoms(Read)}


def test_lines_may_continue_inside_brackets_and_carry_comments():
    text = "# a comment\r\n\r\nz[n,j] = sum(k,   # over the inputs\r\n   W[j,k]*x[n,k])\r\n"
    (d,), _ = read_equations(text, GIVEN)
    assert d.place == Place("", 3, 1)


FAULTS = [
    ("z = __import__('os').system('x')", "SP102", 1, 5),
    ("z = (lambda: 1)()", "SP102", 1, 5),
    ("z = [q for q in x]", "SP102", 1, 5),
    ("z = f'{a}'", "SP102", 1, 5),
    ("z = (q := 3)", "SP102", 1, 6),
    ("z = exp(*a)", "SP102", 1, 5),
    ("z = exp(x=a)", "SP102", 1, 5),
    ("z = a.real", "SP102", 1, 5),
    ("z = 'text'", "SP102", 1, 5),
    ("z = True", "SP102", 1, 5),
    ("z[n] = x[n, 1:2]", "SP102", 1, 8),
    ("z = a @ a", "SP102", 1, 5),
    ("import os", "SP102", 1, 1),
    ("a; z = a", "SP102", 1, 1),
    ("z = 10**10**10", "SP108", 1, 5),
    ("z = a**1000000", "SP108", 1, 5),
    ("z = 1/0", "SP108", 1, 5),
    ("z = log(0)", "SP108", 1, 5),
    ("z = sqrt(-1)", "SP108", 1, 5),
    ("z = 1e400", "SP108", 1, 5),
    ("z = nan", "SP103", 1, 5),
    ("z[n] = sum(k, xx[n,k])", "SP103", 1, 15),
    ("z[n] = sum(k, x[n,kk])", "SP103", 1, 19),
    ("z[j] = rellu(b[j])", "SP104", 1, 8),
    ("z[j] = relu(b[j], 2)", "SP105", 1, 8),
    ("z[n] = sum(x[n,0])", "SP105", 1, 8),
    ("z[n] = x[n]", "SP110", 1, 8),
    ("z[k] = sum(k, x[0,k])", "SP110", 1, 12),
    ("z[n] = x[n, n*n]", "SP110", 1, 13),
    ("z = x", "SP110", 1, 5),
    ("z[j] = W[j,j]", "SP106", 1, 1),
    ("z[i] = a", "SP107", 1, 1),
    ("lambda = 3", "SP101", 1, 8),
    ("z = = 3", "SP101", 1, 5),
    ("1 = a", "SP101", 1, 1),
    ("é = a", "SP109", 1, 1),
    ("_z = a", "SP109", 1, 1),
    ("\n\n   z = a + (q", "SP101", 3, None),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), FAULTS)
def test_faults_have_a_code_and_a_place(text, code, line, column):
    with pytest.raises(SpecError) as caught:
        definitions, made = read_equations(text, GIVEN, place=Place("net.toml", 1, 1))
        make_graph([*GIVEN.values(), *made], definitions)
    assert isinstance(caught.value, SpecError)
    fault = caught.value.faults[0]
    assert fault.code == code
    assert fault.place.file == "net.toml"
    assert fault.place.line == line
    if column is not None:
        assert fault.place.column == column


def test_all_faults_at_once_and_hints():
    with pytest.raises(SpecError) as caught:
        read_equations("z[j] = rellu(b[j])\nw = 1/0\nv[n] = sum(k, X[n,k])", GIVEN)
    assert [f.code for f in caught.value.faults] == ["SP104", "SP108", "SP103"]
    assert 'did you mean "relu"' in str(caught.value)


@pytest.mark.parametrize(
    "text", ["z = " + "[" * 20_000, "z = " + "(" * 500 + "1" + ")" * 500,
             "z = " + "-" * 5000 + "a", "z = a" + " + a" * 900_000, "z = " + "a**" * 400 + "a"],
)
def test_limits_are_refused_by_name(text):
    with pytest.raises((LimitError, SpecError)) as caught:
        read_equations(text, GIVEN)
    assert caught.value.faults[0].code in ("SP401", "SP101")


def test_what_is_read_can_be_differentiated():
    given = {k: v for k, v in GIVEN.items() if k in ("W", "b", "V", "x", "label")}
    text = """
        h[n,j] = tanh(sum(k, W[j,k]*x[n,k]) + b[j])
        p[n,c] = softmax(c, sum(j, V[c,j]*h[n,j]))
        loss = -mean(n, log(p[n,label[n]])) + 0.01*sum(j, k, W[j,k]**2)
    """
    definitions, made = read_equations(text, given)
    graph = make_graph([*given.values(), *made], definitions, "loss")
    data = random_data(graph, {"N": 3})
    assert disagreement(graph, differentiate(graph), data, {"N": 3}) < 1e-50
    assert "c1" in index_names(graph.defining("p")[0].expr)


@pytest.mark.parametrize("text", ["w = a", "w[i,j] = a", "w += a", "x[i,j] = a", "h = a"])
def test_a_left_side_has_the_indices_that_its_tensor_has(text):
    """Also where the tensor is given, or was defined by what came before."""
    given = {
        "w": Tensor("w", (extent(3),), "parameter"), "a": Tensor("a", (), "parameter"),
        "x": Tensor("x", (extent(3),), "input"), "h": Tensor("h", (extent(2), extent(3))),
    }
    with pytest.raises(SpecError, match=r"SP110.*indices elsewhere"):
        read_equations(f"{text}\nloss = w[0]", given)
