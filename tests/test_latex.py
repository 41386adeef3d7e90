"""What is printed is what is computed, and reads as a textbook would have it."""

import math
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from judge import random_data
from latex_reader import Page

from symbprop.calculus.differentiate import differentiate
from symbprop.calculus.simplify import prepare, simplify
from symbprop.errors import SpecError
from symbprop.language.evaluate import evaluate
from symbprop.language.functions import FUNCTIONS, apply
from symbprop.language.graph import Tensor, make_graph
from symbprop.language.latex_names import latex_fault
from symbprop.language.notation import read_equations
from symbprop.language.terms import Index, Read, extent
from symbprop.networks.spec import parse_spec
from symbprop.targets.latex import derivation, document, gradient_formulas, name_latex
from symbprop.targets.latex_formula import Notation, escape, notation_for, order_of
from symbprop.targets.latex_page import LINE, break_lines, width

SIZES = {"N": 2, "T": 3}

TEXTBOOK = ("W1;W2;W3;W4;W5;W6;b1;b2;b3", "x1 N;x2 N;expected N", """
    s1[i] = W1*x1[i] + W2*x2[i] + b1
    s2[i] = W3*x1[i] + W4*x2[i] + b2
    y1[i] = relu(s1[i])
    y2[i] = relu(s2[i])
    predicted[i] = W5*y1[i] + W6*y2[i] + b3
    Loss = sum(i, (expected[i] - predicted[i])**2)""")

NETWORKS = {
    "two_two_one": TEXTBOOK,
    "shared": ("W;V;b", "x N;expected N", """
        s[i] = W*x[i] + b
        y[i] = tanh(s[i])
        predicted[i] = V*y[i] + W*x[i]
        loss = mean(i, (expected[i] - predicted[i])**2) + 0.1*W**2"""),
    "linear": ("w 3;b", "x N 3;y N", """
        p[n] = sum(k, w[k]*x[n,k]) + b
        loss = mean(n, (p[n] - y[n])**2) + 0.01*sum(k, w[k]**2)"""),
    "logistic": ("w 3;b", "x N 3;y N", """
        p[n] = sigmoid(sum(k, w[k]*x[n,k]) + b)
        loss = -mean(n, y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))"""),
    "twice": ("a;c", "x N", """
        u[i] = a*x[i]
        v[i] = u[i]*c + exp(u[i]/2)
        loss = sum(i, u[i]*v[i]) - sum(j, sqrt(v[j]))/3"""),
    "mlp": ("W1 3 4;b1 3;W2 5 3;b2 5", "x N 4;y N 5", """
        s[n,j] = sum(k, W1[j,k]*x[n,k]) + b1[j]
        h[n,j] = relu(s[n,j])
        z[n,c] = sum(j, W2[c,j]*h[n,j]) + b2[c]
        loss = sum(n, c, (y[n,c] - z[n,c])**2)"""),
    "tanh": ("W 3 4;b 3;V 5 3", "x N 4;y N 5", """
        h[n,j] = tanh(sum(k, W[j,k]*x[n,k]) + b[j])
        z[n,c] = sum(j, V[c,j]*h[n,j])
        loss = sum(n, c, (y[n,c] - z[n,c])**2)/7"""),
    "classifier": ("W 3 4;V 5 3", "x N 4;label* 5 N", """
        h[n,j] = silu(sum(k, W[j,k]*x[n,k]))
        z[n,c] = sum(j, V[c,j]*h[n,j])
        loss = mean(n, logsumexp(c, z[n,c]) - z[n,label[n]])"""),
    "softmax": ("V 5 3;u 5", "x N 3", """
        p[n,c] = softmax(c, sum(j, V[c,j]*x[n,j]))
        loss = sum(n, sum(c, u[c]*p[n,c])**2)"""),
    "deep": ("W1 3 4;b1 3;W2 5 3;W_out 2 5;h2_terms 5", "x N 4;y N 2", """
        h1[n,j] = tanh(sum(k, W1[j,k]*x[n,k]) + b1[j])
        h2[n,c] = softplus(sum(j, W2[c,j]*h1[n,j]))*h2_terms[c]
        p[n,o] = sigmoid(sum(c, W_out[o,c]*h2[n,c]))
        loss = sum(n, o, (p[n,o] - y[n,o])**2)/(2*N)"""),
    "names": ("pi 3;e;sigma;alpha;L;beta_max 3", "x N 3;mu N", """
        d[n,j] = sigmoid(pi[j]*x[n,j])*exp(-e*x[n,j]/2) + sigma*(x[n,j] - mu[n])*j
        d_d[n] = sum(j, alpha**2*d[n,j]**2/(1 + L**2) + 3.14*beta_max[j]/N) + sigma*e**2
        loss = mean(n, log(2 + d_d[n]**2)*e)"""),
    "convolution": ("W 2 3 2;b 2", "x N 3 7", """
        s[n,o,i] = sum(c, p, W[o,c,p]*x[n,c,2*i+p]) + b[o]
        h[n,o,i] = gelu(s[n,o,i])
        loss = sum(n, o, i, h[n,o,i]*where(h[n,o,i] > 0.5, 2, elu(h[n,o,i], 0.3)))"""),
    "embedding": ("E 5 4;w 4", "token* 5 N T", """
        h[n,t,d] = E[token[n,t],d]*w[d]
        loss = sum(n, t, d, silu(h[n,t,d]))"""),
    "recurrence": ("U 3 3;h0 3", "x N T 3", """
        h[n,0,j] = h0[j]
        h[n,t+1,j] = tanh(sum(k, U[j,k]*h[n,t,k]) + x[n,t,j])
        loss = sum(n, j, h[n,T,j]**2)"""),
    "extrema": ("W 3 4;v 3", "x N 4", """
        s[n,j] = sum(k, W[j,k]*x[n,k])
        loss = sum(n, max(j, s[n,j]*v[j])*prod(j, s[n,j]) + norm(j, s[n,j]) + min(j, s[n,j]))"""),
    "brackets": ("W 3 4;b 3;c 3", "x N 4;y N 3", """
        s[n,j] = y[n,j] - (sum(k, W[j,k]*x[n,k]) + (b[j] - c[j]))
        h[n,j] = 3*(s[n,j] - b[j]) + (c[j] - s[n,j])/7
        loss = sum(n, j, (h[n,j] - (s[n,j] - c[j]))**2) + 0.1*(sum(j, b[j]**2) + c[0]/c[0])"""),
    "equal terms": ("A 5 3;b 3;w 5", "x N", """
        u = sum(i, max(p, q, A[p,q]*b[i]))
        loss = u + sum(p, w[p]*max(q, i, A[p,q]*b[i])) + sum(n, x[n])"""),
    "mixture": ("a 5;m 5 4", "x N 4", """
        loss = -sum(n, logsumexp(c, a[c] - sum(k, (x[n,k] - m[c,k])**2)/2)) + 2*logsumexp(c, a[c])
        """),
}


def tensors(text, role):
    for item in filter(None, text.split(";")):
        label, *shape = item.split()
        sizes = tuple(extent(int(s)) if s.isdigit() else extent(s) for s in shape)
        if label.endswith("*"):
            yield Tensor(label[:-1], sizes[1:], role, True, sizes[0])
        else:
            yield Tensor(label, sizes, role)


def build(parameters, inputs, text):
    given = {t.name: t for t in (*tensors(parameters, "parameter"), *tensors(inputs, "input"))}
    definitions, made = read_equations(text, given)
    loss = "Loss" if any(t.name == "Loss" for t in made) else "loss"
    return make_graph([*given.values(), *made], definitions, loss)


def network(name):
    return build(*NETWORKS[name])


def evaluation(graph):
    data = random_data(graph, SIZES, low=-0.4)
    if "y" in data and "p" in graph.tensors:
        data = random_data(graph, SIZES)
    return evaluate(graph, {k: floats(v) for k, v in data.items()}, SIZES)


def floats(values):
    if isinstance(values, list):
        return [floats(v) for v in values]
    return values if isinstance(values, int) else float(values)


def sizes_of(expr, values):
    return {i.name: values.size(i.extent) for i in expr.atoms(Index)}


def printed(statements, values):
    """What the statements about one tensor say of it: a table of elements, added up."""
    page = Page(values)
    table = {}
    for statement in statements:
        target, right = statement.exprs
        ranges = sizes_of(target, values)
        for places in product(*(range(n) for n in ranges.values())):
            binding = dict(zip(ranges, places, strict=True))
            where = tuple(values.index(i, {x: binding[x.name] for x in target.atoms(Index)})
                          for i in target.indices)
            found = page.value(statement.right, binding, sizes_of(right, values))
            table[where] = table.get(where, 0.0) + found
    return table


def worst(table, values, name):
    assert table
    gap = 0.0
    for place in product(*(range(n) for n in values.shape(name))):
        want = values.element(name, place)
        error = abs(table.get(place, 0.0) - want) / max(1.0, abs(want))
        assert error == error
        gap = max(gap, error)
    return gap


def by_tensor(made):
    """Statements that define a tensor, grouped by the tensor's name in the graph."""
    groups = {}
    for s in made.statements:
        if s.kind in ("definition", "adjoint", "gradient", "result"):
            name = s.exprs[0].name
            if s.kind == "result" or (s.kind == "gradient" and name == s.about):
                name = made.graph.gradients[s.about]
            groups.setdefault(name, []).append(s)
    return groups


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_every_printed_equation_evaluates_to_what_it_names(name):
    graph = network(name)
    made = derivation(graph, forward=True)
    values = evaluation(made.graph)
    groups = by_tensor(made)
    assert set(made.graph.gradients.values()) <= set(groups)
    checked = {n: worst(printed(group, values), values, n) for n, group in groups.items()
               if n in made.graph.tensors}
    assert set(made.graph.gradients.values()) <= set(checked)
    assert max(checked.values()) < 1e-10, checked


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_gradients_are_those_of_the_plain_derivative(name):
    """The judge of the judge: the same gradients from the graph that nothing has simplified."""
    graph = network(name)
    made = derivation(graph)
    plain = evaluation(differentiate(graph))
    values = evaluation(made.graph)
    for parameter, adjoint in made.graph.gradients.items():
        table = printed(by_tensor(made)[adjoint], values)
        assert worst(table, plain, plain.graph.gradients[parameter]) < 1e-10


def test_a_wrong_sign_a_lost_factor_and_a_wrong_index_are_caught():
    made = derivation(network("two_two_one"), ["W1"])
    values = evaluation(made.graph)
    (result,) = made.results("W1")
    right = worst(printed([result], values), values, "d_W1")
    assert right < 1e-12
    for old, new in (("-2", "2"), (r" \cdot W_5", ""), ("x_{1,i}", "x_{2,i}"), ("> 0", "< 0")):
        assert old in result.right
        text = result.right.replace(old, new)
        wrong = type(result)("result", "W1", result.left, text, "=", result.exprs)
        assert worst(printed([wrong], values), values, "d_W1") > 1e-3


def test_each_factor_and_each_path_is_what_it_is_printed_from():
    for name in ("two_two_one", "shared", "linear", "logistic", "twice"):
        made = derivation(network(name))
        values = evaluation(made.graph)
        page = Page(values)
        checked = 0
        for s in made.statements:
            if s.kind not in ("factor", "path"):
                continue
            (expr,) = s.exprs
            free = sorted(expr.free_symbols & expr.atoms(Index), key=str)
            for places in product(*(range(values.size(i.extent)) for i in free)):
                binding = dict(zip(free, places, strict=True))
                want = values.value(expr, binding)
                named = {i.name: p for i, p in binding.items()}
                got = page.value(s.right, named, sizes_of(expr, values))
                assert got == pytest.approx(want, rel=1e-12, abs=1e-12), s.latex
                checked += 1
        assert checked


# --- the textbook network -----------------------------------------------------------------------

DL = r"\frac{\partial \text{Loss}}{\partial \text{predicted}_i}"
ERROR = r"(\text{expected}_i - \text{predicted}_i)"


def equations(made):
    return [s.latex for s in made.statements if s.kind not in ("remark", "definition")]


def test_the_derivative_by_w5_reads_as_in_the_textbook():
    assert equations(derivation(network("two_two_one"), ["W5"])) == [
        rf"\frac{{\partial \text{{Loss}}}}{{\partial W_5}} = \sum_i {DL} \cdot "
        r"\frac{\partial \text{predicted}_i}{\partial W_5}",
        rf"{DL} = 2 {ERROR} (-1)",
        r"\frac{\partial \text{predicted}_i}{\partial W_5} = y_{1,i}",
        rf"\frac{{\partial \text{{Loss}}}}{{\partial W_5}} = \sum_i -2 {ERROR} y_{{1,i}}",
    ]


def test_the_derivative_by_w1_is_the_chain_of_four():
    assert equations(derivation(network("two_two_one"), ["W1"])) == [
        rf"\frac{{\partial \text{{Loss}}}}{{\partial W_1}} = \sum_i {DL} \cdot "
        r"\frac{\partial \text{predicted}_i}{\partial y_{1,i}} \cdot "
        r"\frac{\partial y_{1,i}}{\partial s_{1,i}} \cdot \frac{\partial s_{1,i}}{\partial W_1}",
        rf"{DL} = 2 {ERROR} (-1)",
        r"\frac{\partial \text{predicted}_i}{\partial y_{1,i}} = W_5",
        r"\frac{\partial y_{1,i}}{\partial s_{1,i}} = "
        r"\begin{cases} 1 & s_{1,i} > 0 \\ 0 & s_{1,i} \le 0 \end{cases}",
        r"\frac{\partial s_{1,i}}{\partial W_1} = x_{1,i}",
        rf"\frac{{\partial \text{{Loss}}}}{{\partial W_1}} = \sum_i -2 {ERROR} \cdot W_5 \cdot "
        r"[s_{1,i} > 0] \cdot x_{1,i}",
    ]


def test_the_definitions_keep_the_order_of_the_author():
    made = derivation(network("two_two_one"), ["b3"], forward=True)
    shown = [s.latex for s in made.statements if s.kind == "definition"]
    assert shown == [
        "s_{1,i} = W_1 x_{1,i} + W_2 x_{2,i} + b_1",
        "s_{2,i} = W_3 x_{1,i} + W_4 x_{2,i} + b_2",
        r"y_{1,i} = \operatorname{relu}(s_{1,i})",
        r"y_{2,i} = \operatorname{relu}(s_{2,i})",
        r"\text{predicted}_i = W_5 y_{1,i} + W_6 y_{2,i} + b_3",
        rf"\text{{Loss}} = \sum_i {ERROR}^2",
    ]
    short = derivation(network("two_two_one"), ["b3"])
    assert [s.about for s in short.statements if s.kind == "definition"] == ["predicted", "Loss"]


def test_all_nine_derivatives():
    made = derivation(network("two_two_one"))
    assert [s.about for s in made.statements if s.kind == "result"] == [
        "W1", "W2", "W3", "W4", "W5", "W6", "b1", "b2", "b3"]


def test_several_paths_are_shown_and_their_sum():
    made = derivation(network("shared"), ["W"])
    kinds = [s.kind for s in made.statements if s.kind != "remark"]
    assert kinds.count("path") == 3
    assert kinds[-1] == "result"
    chain = next(s for s in made.statements if s.kind == "chain")
    assert chain.right.endswith(
        r"+ \left.\frac{\partial L}{\partial W}\right|_{\text{direct}}")
    result = made.results("W")[0].right
    for path in (s for s in made.statements if s.kind == "path"):
        assert path.right in result


def test_too_many_paths_are_said_to_be_too_many():
    lines = ["u1[i] = W*x[i]"]
    for n in range(1, 6):
        lines += [f"a{n}[i] = tanh(u{n}[i])", f"u{n + 1}[i] = a{n}[i]*u{n}[i] + W"]
    graph = build("W", "x N", "\n".join([*lines, "loss = sum(i, u6[i]**2)"]))
    made = derivation(graph)
    assert "too many to be listed" in made.latex
    assert not any(s.kind == "path" for s in made.statements)
    values = evaluation(made.graph)
    assert worst(printed(made.results("W"), values), values, "d_W") < 1e-10


@pytest.mark.parametrize("name", ["two_two_one", "shared", "twice"])
def test_second_derivatives_are_those_of_the_gradient(name):
    graph = network(name)
    made = derivation(graph, hessian=True)
    values = evaluation(made.graph)
    page = Page(values)
    parameters = [t.name for t in graph.with_role("parameter")]
    seconds = [s for s in made.statements if s.kind == "second"]
    assert len(seconds) == len(parameters) * (len(parameters) + 1) // 2
    plain, step = differentiate(graph), 1e-5
    for s in seconds:
        by = s.exprs[0].name
        moved = [{**values.data, by: values.data[by] + h} for h in (step, -step)]
        ends = [evaluate(plain, data, SIZES).tensor(f"d_{s.about}") for data in moved]
        want = (ends[0] - ends[1]) / (2 * step)
        got = page.value(s.right, {}, sizes_of(s.exprs[1], values))
        assert got == pytest.approx(want, rel=1e-7, abs=1e-8), s.latex
    assert any(s.right != "0" for s in seconds)


def test_second_derivatives_read_as_the_first_do():
    made = derivation(network("two_two_one"), ["W5", "b3"], hessian=True)
    assert [s.latex for s in made.statements if s.kind == "second"] == [
        r"\frac{\partial^2 \text{Loss}}{\partial W_5^2} = \sum_i 2 y_{1,i} y_{1,i}",
        r"\frac{\partial^2 \text{Loss}}{\partial W_5 \, \partial b_3} = \sum_i 2 y_{1,i}",
        r"\frac{\partial^2 \text{Loss}}{\partial b_3^2} = \sum_i 2",
    ]


def test_a_derivative_that_vanishes_is_zero():
    made = derivation(build("W;V;U 2", "x N", "loss = sum(i, sign(W)*x[i]) + V"), hessian=True)
    assert [s.right for n in ("W", "V", "U") for s in made.results(n)] == ["0", "1", "0"]


# --- layered networks ---------------------------------------------------------------------------


def test_the_backward_pass_in_index_form():
    made = derivation(network("mlp"))
    assert equations(made) == [
        r"\bar{z}_{n,c} = 2 (z_{n,c} - y_{n,c})",
        r"\bar{h}_{n,j} = \sum_c \bar{z}_{n,c} W^{(2)}_{c,j}",
        r"\bar{s}_{n,j} = \bar{h}_{n,j} [h_{n,j} > 0]",
        r"\frac{\partial L}{\partial W^{(1)}_{j,k}} = \sum_n \bar{s}_{n,j} x_{n,k}",
        r"\frac{\partial L}{\partial b^{(1)}_j} = \sum_n \bar{s}_{n,j}",
        r"\frac{\partial L}{\partial W^{(2)}_{c,j}} = \sum_n \bar{z}_{n,c} h_{n,j}",
        r"\frac{\partial L}{\partial b^{(2)}_c} = \sum_n \bar{z}_{n,c}",
    ]
    body = made.latex
    through = body.index(r"From $z_{n,c} = \sum_j W^{(2)}_{c,j} h_{n,j} + b^{(2)}_c$:")
    assert through < body.index(r"\bar{h}_{n,j} &=") < body.index(r"From $h_{n,j} = \operatorname")


# An adjoint's name is its own or a neighbour's with something added.
ALIKE = {
    "an adjoint's name is taken": ("w 3;b 3", "d_s 3;x N 3", """
        s[n,k] = w[k]*x[n,k] + b[k]*d_s[k]
        s_[n,k] = tanh(s[n,k])
        loss = sum(n, k, (s_[n,k] + sin(s_[n,k]))**2)"""),
    "a tensor is called as an adjoint": ("w 3;b 3", "x N 3", """
        s[n,k] = w[k]*x[n,k] + b[k]
        d_s[n,k] = tanh(s[n,k]) + w[k]
        d_d_s[n,k] = sin(d_s[n,k]) + d_s[n,k]**2
        loss = sum(n, k, (d_d_s[n,k] + b[k])**2)"""),
}


@pytest.mark.parametrize("name", ALIKE)
def test_an_adjoint_stands_under_what_it_is_the_adjoint_of(name):
    graph = build(*ALIKE[name])
    made = derivation(graph)
    simplified = made.graph
    # Under the definition of y stand the adjoints of what y reads.
    heading = None
    readers = {d.target.name: {r.name for r in d.expr.atoms(Read)} for d in graph}
    checked = 0
    for statement in made.statements:
        if statement.kind == "remark" and statement.right.startswith("From $"):
            printed_ = statement.right.removeprefix("From $").split(" = ")[0]
            (heading,) = [d.target.name for d in graph
                          if notation_for(graph.tensors, graph.tensors, {}).read(d.target)
                          == printed_]
        elif statement.kind == "adjoint" and heading is not None:
            primal = simplified.adjoints[statement.exprs[0].name]
            assert primal in readers[heading], f"the adjoint of {primal} under {heading}"
            checked += 1
    assert checked


def test_the_backward_pass_in_matrix_form():
    assert equations(derivation(network("mlp"), form="matrix")) == [
        r"\bar{Z} = 2 (Z - Y)",
        r"\bar{H} = \bar{Z} W^{(2)}",
        r"\bar{S} = \bar{H} \odot [H > 0]",
        r"\frac{\partial L}{\partial W^{(1)}} = \bar{S}^{\top} X",
        r"\frac{\partial L}{\partial b^{(1)}} = \bar{S}^{\top} \mathbf{1}",
        r"\frac{\partial L}{\partial W^{(2)}} = \bar{Z}^{\top} H",
        r"\frac{\partial L}{\partial b^{(2)}} = \bar{Z}^{\top} \mathbf{1}",
    ]


# How many statements of each have a matrix form; those without are printed in indices.
MATRIX = {"deep": 16, "mlp": 11, "tanh": 9, "classifier": 9, "softmax": 6, "logistic": 5,
          "linear": 5, "mixture": 6, "extrema": 9, "brackets": 8}


@pytest.mark.parametrize("name", MATRIX)
def test_matrix_forms_evaluate_to_what_they_name(name):
    made = derivation(network(name), form="matrix")
    values = evaluation(made.graph)
    page = Page(values)
    checked = 0
    for s in made.statements:
        target = s.exprs[0].name if s.exprs else ""
        if s.kind == "remark" or "_" in s.left + s.right or target not in made.graph.tensors:
            continue
        if any(target == other.exprs[0].name for other in made.statements
               if other is not s and other.exprs):
            continue
        want = np.array(values.tensor(target), dtype=float)
        want = want.reshape(want.shape[0], -1) if want.ndim else want.reshape(1, 1)
        got = np.broadcast_to(page.matrix(s.right), want.shape)
        assert np.allclose(got, want, rtol=1e-10, atol=1e-12), s.latex
        checked += 1
    assert checked >= MATRIX[name]


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_page_shows_all_that_is_stated(name):
    made = derivation(network(name), forward=True)
    shown = [s.right for s in made.statements if len(s.right) < 150]  # longer ones are broken
    assert len(shown) > len(made.statements)/2
    assert [right for right in shown if right not in made.latex] == []


def test_a_wrong_matrix_form_is_caught():
    made = derivation(network("tanh"), form="matrix")
    values = evaluation(made.graph)
    page = Page(values)
    want = np.array(values.tensor("d_V"))
    assert np.allclose(page.matrix(made.results("V")[0].right), want)
    assert not np.allclose(page.matrix(r"2 \bar{Z}^{\top} H"), want)
    with pytest.raises(ValueError, match="mismatch"):
        page.matrix(r"\bar{Z} H")


def test_what_has_no_matrix_form_is_printed_in_index_form_and_said_so():
    made = derivation(network("convolution"), form="matrix")
    assert "In index form, since" in made.latex
    assert r"x_{n,c,2i+p}" in made.latex


def test_formulas_of_a_module_are_those_of_the_page():
    for name in ("two_two_one", "mlp", "classifier", "embedding"):
        graph = network(name)
        simplified = simplify(differentiate(prepare(graph)))
        formulas = gradient_formulas(graph, simplified)
        assert list(formulas) == list(simplified.gradients)
        made = derivation(graph)
        for parameter, text in formulas.items():
            assert text == r",\quad ".join(s.latex for s in made.results(parameter))


# --- spelling -----------------------------------------------------------------------------------

NAMES = [
    ("W5", (), "W_5"), ("y1", ("i",), "y_{1,i}"), ("predicted", ("i",), r"\text{predicted}_i"),
    ("Loss", (), r"\text{Loss}"), ("alpha", (), r"\alpha"), ("Gamma", ("n", "j"), r"\Gamma_{n,j}"),
    ("W1", ("j", "k"), "W^{(1)}_{j,k}"), ("W_out", (), r"W_{\text{out}}"), ("W12", (), "W_{12}"),
    ("W_out", ("j", "k"), r"W^{(\text{out})}_{j,k}"), ("pi", (), r"\text{pi}"),
    ("e", (), r"\text{e}"), ("row_sum", ("n",), r"\text{row\_sum}_n"), ("x", ("k1",), "x_{k_1}"),
    ("a1b2", (), r"\text{a1b2}"), ("x_", (), r"\text{x\_}"),
]


@pytest.mark.parametrize(("name", "indices", "latex"), NAMES)
def test_names(name, indices, latex):
    assert name_latex(name, *indices) == latex


def test_a_name_of_the_authors_own():
    assert name_latex(Tensor("yhat", (extent("N"),), latex=r"\hat{y}"), "n") == r"\hat{y}_n"
    assert name_latex(Tensor("q", (extent("N"),), latex="q_0^*"), "n") == "{q_0^*{}}_n"


def test_no_two_tensors_print_alike():
    shape = (extent(3),)
    listed = [Tensor(n, shape) for n in ("h1", "h_1", "h", "d_h")] + [Tensor("L"), Tensor("loss")]
    spelled = notation_for({t.name: t for t in listed}, None, {"d_h": "h"})
    texts = [spelled.read(t[0] if t.shape else Read(t.name)) for t in listed]
    assert len(set(texts)) == len(texts)


INDEX_FORMS = [
    ("x[n,2*i+p,3]", "x_{n,2i+p,3}"), ("x[n,i+1,2]", "x_{n,i+1,2}"),
    ("x[n,4-i,0]", "x_{n,4-i,0}"), ("x[token[n,1],i,0]", r"x_{\text{token}_{n,1},i,0}"),
]


@pytest.mark.parametrize(("text", "latex"), INDEX_FORMS)
def test_index_forms(text, latex):
    given = {t.name: t for t in (*tensors("x 9 9 4", "parameter"),
                                 *tensors("token* 9 N 2", "input"))}
    left = ",".join(letter for letter in "nip" if letter in text.replace("token", ""))
    definitions, _ = read_equations(f"z[{left}] = {text}", given, indices={"p": 2} | (
        {} if "token" in text else {"i": 3}))
    assert Notation({}).formula(definitions[0].expr) == latex


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_prints_and_reads_back(name):
    record = FUNCTIONS[name]
    variables = [Tensor(letter, (), "input") for letter in "uvw"[:record.arity]]
    expr = apply(name, *(Read(t.name) for t in variables))
    graph = make_graph(variables, [])
    text = notation_for(graph.tensors).formula(2 * expr**2 - expr / 3)
    for sample in record.samples:
        data = {t.name: float(v) for t, v in zip(variables, sample, strict=True)}
        values = evaluate(graph, data, {})
        want = values.value(2 * expr**2 - expr / 3, {})
        assert Page(values).value(text) == pytest.approx(want, rel=1e-12), text


FORMULAS = [
    ("r = -(u - v)*w", "(v - u) w"), ("r = u - (v - w)", "u - (v - w)"),
    ("r = u/(v*w) - 1/3", r"\frac{u}{v w} - \frac{1}{3}"), ("r = 0.125*u", r"\frac{u}{8}"),
    ("r = 1.0507009873*u", "1.0507009873 u"), ("r = 2*3**v", None),
    ("r = (u + v)**2/w**2", r"\frac{(u + v)^2}{w^2}"), ("r = u**v", "u^v"),
    ("r = sqrt(u + v)", r"\sqrt{u + v}"), ("r = exp(-u/v)*w", r"\exp\left(-\frac{u}{v}\right) w"),
    ("r = (u > v and v < w)*u", r"[u > v \wedge v < w] u"),
    ("r = where(u > v, u, 0)", r"\begin{cases} u & u > v \\ 0 & u \le v \end{cases}"),
    ("r = where(not u > v, w, 1)*v", None), ("r = max(u, v)*abs(w)", r"\max(u, v) |w|"),
    ("r = -u*v - w*(1 - u)", None), ("r = (u*v)**2 - (-u)**3", None),
    ("r = power(u + v, w - 2)", "(u + v)^{w - 2}"), ("r = xlogy(u, v)*w", None),
    ("r = (u <= v) + (u == u) + (v != w)", None), ("r = 0.001*u + 12345*v/1000", None),
    ("r = pi*u/2", r"\frac{\pi u}{2}"), ("r = -1/u", r"-\frac{1}{u}"),
    ("r = u - 3*(v - w)", "u - 3 (v - w)"), ("r = 0.1*(u - v) + w", None),
    ("r = (u - v) + (v - w)", "(u - v) + (v - w)"), ("r = u - (u - v)*w/(u - v)", None),
    ("r = u - u + w*v/v", None), ("r = sqrt(u**2)*sqrt(v)**2", r"\sqrt{u^2} (\sqrt{v})^2"),
    ("r = u*1e200*1e200/(v*3e300)", None), ("r = 1e30*u - 33e-40*v", None),
    ("r = 1e200*(1e200*u)*1e-300", r"10^{100} u"),
    ("r = u*1e-300*1e-300*w", r"10^{-300} (10^{-300} u w)"),
    ("r = exp(u)**2*log(v)**2", None), ("r = abs(u - v)**3/abs(w)", None),
]


@pytest.mark.parametrize(("line", "latex"), FORMULAS)
def test_formulas_read_back_with_the_same_value(line, latex):
    given = {t.name: t for t in tensors("u;v;w", "input")}
    definitions, made = read_equations(line, given)
    graph = make_graph([*given.values(), *made], definitions)
    text = notation_for(graph.tensors).formula(definitions[0].expr, order_of(definitions[0]))
    if latex is not None:
        assert text == latex
    values = evaluate(graph, {"u": 0.7, "v": 0.9, "w": -0.4}, {})
    assert Page(values).value(text) == pytest.approx(values.tensor("r"), rel=1e-12)


# --- the page -----------------------------------------------------------------------------------

HOSTILE = ("\\input{/etc/passwd} $ % # _ ^ ~ & { } {{ config }} {% include 'x' %} \u2028 \"\"\" "
           "<script> \\u12 %s \x1b[31m \r\n ?` -- é 中 \u202e")


def test_hostile_titles_are_inert():
    text = escape(HOSTILE)
    assert r"\input" not in text
    assert not re.search(r"[^\x20-\x7e\xc0-\xff]", text)
    # What is left of a backslash, a brace or a dollar stands for the sign itself.
    bare = re.sub(r"\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar|"
                  r"textquotedbl|textasciigrave|textquotesingle)\{\}|\\[{}$&#%_]|\{-\}", "", text)
    assert not re.search(r"[\\{}$&#%_^~]", bare)
    assert "{{ config }}" not in document(derivation(network("mlp")), HOSTILE)
    assert r"\{\{ config \}\}" in document(derivation(network("mlp")), HOSTILE)


@pytest.mark.parametrize("bad", [
    r"\input{/etc/passwd}", r"\def\x{}", "x$", "x%", "a}{", "{a", "x\n\\write", r"\hat{", "a_", "^",
    "x#1", "é", "\\\\", "", "a" * 200, "x~y", r"\text{a}&b",
])
def test_a_latex_name_that_could_do_harm_is_refused(bad):
    assert latex_fault(bad)
    graph = build("W", "x N", "loss = sum(i, W*x[i])")
    changed = {**graph.tensors, "W": Tensor("W", (), "parameter", latex=bad)}
    with pytest.raises(SpecError) as caught:
        derivation(type(graph)(changed, graph.definitions, "loss"))
    assert [f.code for f in caught.value.faults] == ["SP501"]


@pytest.mark.parametrize("good", ["W", r"\hat{y}", r"\alpha_0", "W^{(1)}", r"\mathbf{w}", "x'"])
def test_a_latex_name_that_is_one(good):
    assert latex_fault(good) == ""


def test_unknown_names_and_forms_are_all_said_at_once():
    with pytest.raises(SpecError) as caught:
        derivation(network("two_two_one"), ["W7", "b1", "lss"], form="matrx")
    assert [f.code for f in caught.value.faults] == ["SP503", "SP502", "SP502"]
    assert 'did you mean "matrix"' in caught.value.faults[0].hint
    with pytest.raises(SpecError, match="integers"):
        derivation(network("embedding"), ["token"])


def test_long_formulas_are_broken_and_still_say_the_same():
    for name in sorted(NETWORKS):
        made = derivation(network(name))
        for s in made.statements:
            lines = break_lines(s.right, 30.0, 30.0) if s.exprs else [s.right]
            joined = re.sub(r"\\left\. | \\right\.", "", " ".join(lines))
            dotless = joined.replace(r"\cdot ", "")
            assert dotless.split() == s.right.replace(r"\cdot ", "").split(), s.right
            for line in lines:
                assert line.count(r"\left") == line.count(r"\right")
    made = derivation(network("mixture"))
    values = evaluation(made.graph)
    for parameter in ("a", "m"):
        broken = [type(s)(s.kind, s.about, s.left, " ".join(break_lines(s.right, 25.0, 25.0)),
                          s.sign, s.exprs) for s in made.results(parameter)]
        assert worst(printed(broken, values), values, f"d_{parameter}") < 1e-10


def test_lines_fit_where_they_can_be_broken():
    text = " + ".join(rf"W_{{{n}}} x_{{{n},i}}" for n in range(1, 60))
    lines = break_lines(text, LINE, LINE)
    assert len(lines) > 2
    assert max(map(width, lines)) <= LINE
    assert " ".join(lines) == text


@pytest.mark.parametrize("depth", [1, 7, 8, 12, 40, 95])
def test_a_line_takes_some_of_what_stands_in_any_number_of_brackets(depth):
    """What is opened again takes room on each line, but a cut where the line begins is none."""
    terms = " + ".join(rf"a_{{{k}}}" for k in range(60))
    text = r"b + \left(" * depth + terms + r"\right)" * depth
    lines = break_lines(text, LINE, LINE)
    joined = " ".join(lines)
    assert joined.replace(r" \right.", "").replace(r"\left. ", "") == text
    assert joined.count(r"\left") == joined.count(r"\right")
    content = [line.replace(r" \right.", "").replace(r"\left. ", "") for line in lines]
    assert all(width(line) > 2.2 for line in content)


@pytest.mark.parametrize(("text", "expected"), [
    ("a", 1.0), ("a + b", 4.2), (r"\frac{a + b}{c}", 4.2), ("a^{b_{cd}}", 1 + 0.7 * (1 + 1.4)),
    (r"\sum_{i} x", 3.4), (r"\begin{cases} a & b \\ abcd & c \end{cases}", 9.0),
    (r"\begin{cases} \begin{cases} a & b \\ c & d \end{cases} & e \\ f & g \end{cases}", 11.0),
])
def test_widths(text, expected):
    assert width(text) == pytest.approx(expected)


def test_a_condition_that_chooses_is_not_written_twice():
    made = build("a;b", "", "loss = where(where(a > 0, a, b) > 1, a**2, b**2)")
    definition = derivation(made).statements[1].latex
    assert definition.count(r"a & a > 0") == 1
    assert definition.count(r"\text{otherwise}") == 1


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdfLaTeX is not installed")
def test_documents_compile_and_nothing_leaves_the_page(tmp_path):
    parts = []
    for name in sorted(NETWORKS):
        parts += [derivation(network(name)).latex, derivation(network(name), form="matrix").latex]
    text = document(derivation(network("mlp")), HOSTILE)
    text = text.replace(r"\end{document}", "\n\n".join(parts) + "\n\\end{document}")
    (tmp_path / "page.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "page.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    log = (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace")
    assert "Overfull \\hbox" not in log
    assert "passwd" not in re.sub(r"textbackslash.*", "", log)


def test_the_same_text_under_any_hash_seed():
    code = ("import sys; sys.path.insert(0, 'tests'); from test_latex import *; "
            "print(''.join(derivation(network(n)).latex for n in sorted(NETWORKS)))")
    root = Path(__file__).parent.parent
    outputs = {
        subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True,
                       env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": "."}).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert math.log(len(outputs.pop())) > 8


def test_a_latex_name_is_judged_where_it_is_declared():
    """Also by commands that print no LaTeX: the module's docstring has the formulas."""
    for bad, table in ((r"\\input{x}", "parameters"), ("", "inputs"), ("é", "targets")):
        name = "w" if table == "parameters" else "u"
        spec = (f'equations = "loss = sum(i, w[i]**2)"\n[{table}]\n'
                f'{name} = {{ shape = [3], latex = "{bad}" }}\n')
        spec += "" if name == "w" else "[parameters]\nw = [3]\n"
        with pytest.raises(SpecError, match=r"net.toml:3:1: error\[SP501\]"):
            parse_spec(spec, "net.toml")
