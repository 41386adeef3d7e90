"""Each rule keeps the meaning, and finds the forms that a person would write."""

import mpmath
import pytest
import sympy
from judge import at, positions, random_data

from symbprop.calculus import simplify as rules
from symbprop.calculus.differentiate import differentiate
from symbprop.language.evaluate import evaluate
from symbprop.language.graph import Definition, Tensor, make_graph, verify
from symbprop.language.notation import print_definition, read_equations
from symbprop.language.terms import Index, Read, Reduce, extent

SIZES = {"N": 2, "T": 3}

NETWORKS = {
    "tanh": ("W 3 4;b 3;V 5 3", "x N 4", """
        h[n,j] = tanh(sum(k, W[j,k]*x[n,k]) + b[j])
        z[n,c] = sum(j, V[c,j]*h[n,j])
        loss = sum(n, c, (y[n,c] - z[n,c])**2)""", "y N 5"),
    "relu": ("W 3 4;V 5 3", "x N 4", """
        s[n,j] = sum(k, W[j,k]*x[n,k])
        h[n,j] = relu(s[n,j])
        z[n,c] = sum(j, V[c,j]*h[n,j])
        loss = mean(n, logsumexp(c, z[n,c]) - z[n,label[n]])""", "label* 5 N"),
    "softmax": ("V 5 3", "x N 3", """
        p[n,c] = softmax(c, sum(j, V[c,j]*x[n,j]))
        loss = -mean(n, log(p[n,label[n]]))""", "label* 5 N"),
    "attention": ("V 5 3;u 5", "x N 3", """
        p[n,c] = softmax(c, sum(j, V[c,j]*x[n,j]))
        loss = sum(n, sum(c, u[c]*p[n,c])**2)""", ""),
    "bce": ("w 3;b", "x N 3", """
        p[n] = sigmoid(sum(k, w[k]*x[n,k]) + b)
        loss = -mean(n, y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))""", "y N"),
    "mixture": ("a 5;m 5 4", "x N 4", """
        loss = -sum(n, logsumexp(c, a[c] - sum(k, (x[n,k] - m[c,k])**2)/2)) + 2*logsumexp(c, a[c])
        """, ""),
    "penalty": ("W 3 4;b 3", "x N 4", """
        loss = sum(n, j, sum(k, W[j,k]*x[n,k])*b[j]) + 0.1*sum(j, k, abs(W[j,k]) + b[j]**2)""", ""),
    "recurrence": ("U 3 3;h0 3", "x N T 3", """
        h[n,0,j] = h0[j]
        h[n,t+1,j] = tanh(sum(k, U[j,k]*h[n,t,k]) + x[n,t,j])
        loss = sum(n, j, h[n,T,j]**2)""", ""),
    "extrema": ("W 3 4;v 3", "x N 4", """
        s[n,j] = sum(k, W[j,k]*x[n,k])
        loss = sum(n, max(j, s[n,j]*v[j])*prod(j, s[n,j]) + norm(j, s[n,j]) + min(j, s[n,j]))""",
        ""),
    "scattered": ("E 5 4", "w 4", """
        h[n,k] = E[label[n],k]*w[k]
        loss = sum(n, k, silu(h[n,k])*softplus(h[n,k]))""", "label* 5 N"),
}


def build(name):
    parameters, inputs, text, targets = NETWORKS[name]
    given = {}
    for role, group in (("parameter", parameters), ("input", inputs), ("target", targets)):
        for item in filter(None, group.split(";")):
            label, *shape = item.split()
            sizes = [extent(int(s)) if s.isdigit() else extent(s) for s in shape]
            if label.endswith("*"):
                label = label[:-1]
                given[label] = Tensor(label, tuple(sizes[1:]), role, True, sizes[0])
            else:
                given[label] = Tensor(label, tuple(sizes), role)
    definitions, made = read_equations(text, given)
    return make_graph([*given.values(), *made], definitions, "loss")


def differs(before, after, names):
    """Largest relative difference of the named tensors between two graphs, in 60 digits."""
    worst = mpmath.mpf(0)
    with mpmath.workdps(60):
        data = random_data(before, SIZES)
        left = evaluate(before, data, SIZES, mpmath.mpf(1))
        right = evaluate(after, data, SIZES, mpmath.mpf(1))
        for name in names:
            assert left.shape(name) == right.shape(name)
            for position in positions(left.shape(name)):
                a, b = (at(e.tensor(name), position) for e in (left, right))
                gap = abs(a - b) / max(1, abs(a))
                assert gap == gap
                worst = max(worst, gap)
    return worst


def derivative(name):
    return differentiate(rules.prepare(build(name)))


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_preparing_keeps_the_loss_and_its_gradients(name):
    graph = build(name)
    prepared = rules.prepare(graph)
    assert verify(prepared) == []
    assert differs(graph, prepared, ["loss"]) < 1e-50
    plain, better = differentiate(graph), differentiate(prepared)
    assert differs(plain, better, plain.gradients.values()) < 1e-45


@pytest.mark.parametrize("name", sorted(NETWORKS))
@pytest.mark.parametrize("number", range(len(rules.RULES)))
def test_each_rule_keeps_the_meaning(name, number):
    graph = derivative(name)
    for rule in rules.RULES[:number]:
        graph = rule.run(graph)
    changed = rules.RULES[number].run(graph)
    assert verify(changed) == []
    assert differs(graph, changed, ["loss", *graph.gradients.values()]) < 1e-45


def test_the_comparison_catches_a_changed_meaning():
    graph = derivative("tanh")
    wrong = [
        Definition(d.target, d.expr * (1 + sympy.Rational(1, 10**14)), d.accumulate)
        if d.target.name == "d_b" else d
        for d in graph.definitions
    ]
    seeded = type(graph)(graph.tensors, tuple(wrong), "loss", (), graph.gradients)
    assert differs(graph, seeded, ["d_b"]) > 1e-16


def lines(name):
    graph = rules.simplify(derivative(name))
    return {d.target.name: print_definition(d) for d in graph.definitions}, graph


def test_tanh_reads_its_own_value():
    text, _ = lines("tanh")
    assert "h[n, j]**2" in "".join(text.values())
    assert "".join(text.values()).count("tanh") == 1


def test_relu_reads_the_value_after_the_kink():
    text, _ = lines("relu")
    joined = "".join(text.values())
    assert "step(h[n, j])" in joined
    assert "step(s" not in joined


def test_softmax_cross_entropy_is_the_probability_less_one_at_the_label():
    _, graph = lines("relu")
    first, second = graph.defining("d_z")
    assert print_definition(first) == "d_z[n, c] = exp_z[n, c]/N/sum_exp_z[n]"
    assert print_definition(second) == "d_z[n, label[n]] += -1/N"


def test_sigmoid_with_binary_cross_entropy_is_p_less_y():
    text, _ = lines("bce")
    joined = "".join(text.values())
    assert "log(" not in joined
    assert "1 - p" not in joined
    assert text["d_p_argument"] == "d_p_argument[n] = -(y[n] - p[n])/N"


def test_the_gradient_through_softmax_reads_the_probabilities():
    text, _ = lines("attention")
    assert sum("exp(" in line for line in text.values()) == 1


def test_nothing_unread_is_left():
    _, graph = lines("tanh")
    assert "d_x" not in graph.tensors
    assert "d_loss" not in graph.tensors


def test_a_key_is_shared_by_what_means_the_same_and_by_nothing_else():
    i, p, q, r = (Index(name, 3) for name in "ipqr")

    def nested(outer, first, second, *places):
        inner = Reduce("max", Read("A", first, second) * Read("b", *places), first, second)
        return Reduce("sum", inner * Read("b", outer), outer)

    by_outer, by_inner = nested(i, p, q, i), nested(i, p, q, q)
    assert rules.canonical(by_outer)[0] == rules.canonical(nested(r, q, p, r))[0]
    assert rules.canonical(by_outer)[0] != rules.canonical(by_inner)[0]
    assert rules.canonical(by_inner)[0] != rules.canonical(nested(i, p, q, p))[0]
