"""The one rule, on every function, reduction and index form, against 60-digit differences."""

import mpmath
import pytest
import sympy
from judge import disagreement, disagreement_along, random_data

from symbprop.calculus.differentiate import differentiate
from symbprop.errors import SpecError
from symbprop.language.evaluate import evaluate
from symbprop.language.functions import FUNCTIONS, apply
from symbprop.language.graph import Definition, Tensor, make_graph, verify
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import Index, Read, Reduce, extent

N, T = extent("N"), extent("T")
SIZES = {"N": 2, "T": 3}
n, j, k, c = Index("n", N), Index("j", 3), Index("k", 4), Index("c", 5)
t = Index("t", T)
TIGHT = mpmath.mpf(10) ** -50


def R(name, *indices):
    return Read(name, *indices)


def total(*args):
    *indices, body = args
    return Reduce("sum", body, *indices)


def W(name, *shape, role="parameter"):
    return Tensor(name, tuple(map(extent, shape)), role)


def integers(name, limit, *shape):
    return Tensor(name, tuple(map(extent, shape)), "input", integer=True, limit=extent(limit))


def network(tensors, equations, loss="loss"):
    """A graph from pairs (target, expression), with ``("+=", target, expression)`` to add up."""
    definitions = []
    for item in equations:
        if len(item) == 3:
            definitions.append(Definition(item[1], item[2], True))
        else:
            definitions.append(Definition(*item))
    return make_graph(tensors, definitions, loss)


def defined(name, *shape):
    return W(name, *shape, role="defined")


def check(graph, seed=1, **sizes):
    derivative = differentiate(graph)
    assert verify(derivative) == []
    extents = {**SIZES, **sizes}
    data = random_data(graph, extents, seed)
    assert disagreement(graph, derivative, data, extents) < TIGHT
    return derivative, data, extents


def two_layers(activation="tanh"):
    s = total(k, R("W", j, k) * R("x", n, k)) + R("b", j)
    z = total(j, R("V", c, j) * R("h", n, j))
    return network(
        [W("W", 3, 4), W("b", 3), W("V", 5, 3), W("x", N, 4, role="input"),
         W("y", N, 5, role="target"), defined("h", N, 3), defined("z", N, 5), defined("loss")],
        [(R("h", n, j), apply(activation, s)), (R("z", n, c), z),
         (R("loss"), total(n, c, (R("y", n, c) - R("z", n, c)) ** 2))],
    )


def test_two_layers():
    check(two_layers())


def test_the_textbook_network():
    i = Index("i", N)
    names = [f"W{q}" for q in range(1, 7)] + ["b1", "b2", "b3"]
    given = [W(x, N, role="input") for x in ("x1", "x2")] + [W("expected", N, role="target")]
    middle = [defined(x, N) for x in ("s1", "s2", "y1", "y2", "predicted")]
    W1, W2, W3, W4, W5, W6, b1, b2, b3 = (R(x) for x in names)
    graph = network(
        [*(W(x) for x in names), *given, *middle, defined("loss")],
        [(R("s1", i), W1 * R("x1", i) + W2 * R("x2", i) + b1),
         (R("s2", i), W3 * R("x1", i) + W4 * R("x2", i) + b2),
         (R("y1", i), apply("relu", R("s1", i))), (R("y2", i), apply("relu", R("s2", i))),
         (R("predicted", i), W5 * R("y1", i) + W6 * R("y2", i) + b3),
         (R("loss"), total(i, (R("expected", i) - R("predicted", i)) ** 2))],
    )
    derivative, _, _ = check(graph, N=5)
    assert list(derivative.gradients) == names
    (d_W5,) = derivative.defining("d_W5")
    assert d_W5.expr == total(i, R("d_predicted", i) * R("y1", i))
    (d_predicted,) = derivative.defining("d_predicted")
    residual = R("expected", i) - R("predicted", i)
    assert sympy.expand(d_predicted.expr + 2 * R("d_loss") * residual) == 0


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"stop_gradient"}))
def test_every_function(name):
    arity = FUNCTIONS[name].arity
    # The data run to 1.3; half of it lies inside the domain of every function.
    scale = 2 if name in ("acos", "asin") else 1
    arguments = [R(x, j) / scale for x in "abc"[:arity]]
    graph = network(
        [W("a", 3), W("b", 3), W("c", 3), defined("loss")],
        [(R("loss"), total(j, apply(name, *arguments) * R("a", j) + R("b", j) * R("c", j)))],
    )
    check(graph)


@pytest.mark.parametrize("kind", sorted(REDUCTIONS))
@pytest.mark.parametrize("outer", ["sum", "logsumexp"])
def test_every_reduction_and_one_inside_another(kind, outer):
    inner = Reduce(kind, R("A", j, k) * R("b", k) + R("A", j, k) ** 2, k)
    graph = network(
        [W("A", 3, 4), W("b", 4), defined("loss")],
        [(R("loss"), Reduce(outer, inner * R("A", j, 0), j))],
    )
    check(graph)


@pytest.mark.parametrize("kind", sorted(REDUCTIONS))
def test_reductions_over_two_indices_with_the_result_used_beside(kind):
    node = Reduce(kind, R("A", j, k), j, k)
    graph = network(
        [W("A", 3, 4), defined("top"), defined("loss")],
        [(R("top"), node),
         (R("loss"), R("top") * total(j, k, apply("sin", R("A", j, k)) * R("top")))],
    )
    check(graph)


def test_product_is_right_where_a_factor_is_zero():
    graph = network(
        [W("a", 4), defined("loss")], [(R("loss"), Reduce("prod", R("a", k), k))]
    )
    data = {"a": [mpmath.mpf(v) for v in (2, 0, 3, 5)]}
    assert disagreement(graph, differentiate(graph), data, {}) < TIGHT


def test_a_maximum_shares_a_tie_equally():
    graph = network([W("a", 4), defined("loss")], [(R("loss"), Reduce("max", R("a", k), k))])
    gradient = evaluate(differentiate(graph), {"a": [1.0, 3.0, 3.0, 2.0]}).tensor("d_a")
    assert gradient == [0.0, 0.5, 0.5, 0.0]


def test_strided_dilated_and_shifted_reads():
    i, p = Index("i", 3), Index("p", 2)
    graph = network(
        [W("x", N, 9), W("K", 2), defined("y", N, 3), defined("loss")],
        [(R("y", n, i), total(p, R("K", p) * R("x", n, 2 * i + 3 * p + 1))),
         (R("loss"), total(n, i, apply("tanh", R("y", n, i))))],
    )
    check(graph)


def test_constant_and_diagonal_reads():
    graph = network(
        [W("A", 3, 3), defined("loss")],
        [(R("loss"), total(j, R("A", j, j) ** 2 * R("A", 0, j) + R("A", j, 2) * R("A", 1, 1)))],
    )
    check(graph)


def test_lookups_add_up():
    graph = network(
        [W("E", 3, 4), integers("token", 3, N, T), defined("h", N, 4), defined("loss")],
        [(R("h", n, k), total(t, R("E", R("token", n, t), k))),
         (R("loss"), total(n, k, R("h", n, k) ** 3))],
    )
    check(graph, T=5)


def test_a_maximum_over_indices_of_one_stem():
    k0, k1, k2 = (Index(f"k{n}", size) for n, size in enumerate((2, 3, 2)))
    graph = network(
        [W("a", 2, 3, 2), defined("loss")],
        [(R("loss"), Reduce("max", R("a", k0, k1, k2), k0, k1, k2))],
    )
    values = [[[1.0, 5.0], [2.0, 0.0], [3.0, 1.0]], [[4.0, 0.5], [5.0, 1.5], [2.5, 0.1]]]
    gradient = evaluate(differentiate(graph), {"a": values}).tensor("d_a")
    assert gradient == [[[0, 0.5], [0, 0], [0, 0]], [[0, 0], [0.5, 0], [0, 0]]]


def test_softmax_cross_entropy_with_labels():
    c1 = Index("c1", 5)
    graph = network(
        [W("z", N, 5), integers("label", 5, N), defined("loss")],
        [(R("loss"), total(n, Reduce("logsumexp", R("z", n, c1), c1)
                           - R("z", n, R("label", n))) / N)],
    )
    check(graph, N=3)


def test_accumulation_on_the_left():
    i, p = Index("i", 3), Index("p", 3)
    graph = network(
        [W("a", 3), W("K", 3), integers("row", 4, 3), defined("y", 7), defined("w", 4),
         defined("loss")],
        [("+=", R("y", 2 * i + p), R("a", i) * R("K", p)),
         ("+=", R("w", R("row", i)), R("a", i) ** 2),
         (R("loss"), total(Index("m", 7), apply("sin", R("y", Index("m", 7))))
          + total(k, R("w", k) ** 2))],
    )
    check(graph)


def test_regions_and_a_recurrence():
    step = Index("t", T)
    j1 = Index("q", 3)
    graph = network(
        [W("h0", N, 3), W("U", 3, 3), W("x", N, T, 3), defined("h", N, T + 1, 3),
         defined("loss")],
        [(R("h", n, 0, j), R("h0", n, j)),
         (R("h", n, step + 1, j),
          apply("tanh", total(j1, R("U", j, j1) * R("h", n, step, j1)) + R("x", n, step, j))),
         (R("loss"), total(n, j, R("h", n, T, j) ** 2))],
    )
    check(graph)


def test_a_recurrence_of_two_tensors_backwards():
    step = Index("t", T)
    graph = network(
        [W("a"), W("b"), W("x", T), defined("u", T + 1), defined("v", T + 1), defined("loss")],
        [(R("u", T), R("a")), (R("v", T), R("b")),
         (R("u", step), apply("sin", R("u", step + 1) * R("a") + R("v", step + 1))),
         (R("v", step), R("v", step + 1) * R("u", step) + R("x", step)),
         (R("loss"), R("u", 0) * R("v", 0))],
    )
    check(graph)


def test_values_of_indices():
    j1 = Index("q", 3)
    graph = network(
        [W("L", 3, 3), W("x", 3), defined("loss")],
        [(R("loss"), total(j, total(j1, apply("where", apply("greater", j, j1),
                                              R("L", j, j1) * (j + 1), 0) * R("x", j1)) ** 2))],
    )
    check(graph)


def test_a_weight_used_twice_gets_both_contributions():
    graph = network(
        [W("A", 3, 3), W("x", 3), defined("y", 3), defined("loss")],
        [(R("y", j), total(Index("q", 3), R("A", j, Index("q", 3)) * R("x", Index("q", 3)))),
         (R("loss"), total(j, Index("q", 3), R("A", Index("q", 3), j) * R("y", j) ** 2))],
    )
    check(graph)


def test_an_unused_parameter_gets_zeros_of_its_shape():
    graph = network(
        [W("a", 3), W("unused", 2, 3), defined("loss")], [(R("loss"), total(j, R("a", j)))]
    )
    derivative, _, _ = check(graph)
    (zero,) = derivative.defining("d_unused")
    assert zero.expr == 0


def test_names_that_the_user_took_are_left_alone():
    graph = network(
        [W("a", 3), W("d_a", 3), defined("loss")],
        [(R("loss"), total(j, R("a", j) ** 2 * R("d_a", j)))],
    )
    derivative, _, _ = check(graph)
    assert derivative.gradients == {"a": "d_a_", "d_a": "d_d_a"}


@pytest.mark.parametrize("activation", ["tanh", "softplus", "sigmoid"])
def test_the_derivative_graph_differentiates_again(activation):
    first = differentiate(two_layers(activation))
    projected = [
        total(Index("u0", 3), Index("u1", 4), R("d_W", Index("u0", 3), Index("u1", 4)) ** 2),
        total(Index("u0", 3), R("d_b", Index("u0", 3))),
        total(Index("u0", 5), Index("u1", 3), R("d_V", Index("u0", 5), Index("u1", 3))),
    ]
    tensors = [*first.tensors.values(), defined("second")]
    graph = make_graph(
        tensors, [*first.definitions, Definition(R("second"), sympy.Add(*projected))], "second"
    )
    second = differentiate(graph)
    assert verify(second) == []
    data = random_data(graph, SIZES)
    assert disagreement(graph, second, data, SIZES) < TIGHT


def test_cost_grows_with_definitions_only():
    def deep(depth, width):
        units = [Index("j", width), Index("k", width)]
        tensors = [W("x", N, width, role="input"), W("h0", N, width), defined("loss")]
        equations = []
        for layer in range(1, depth + 1):
            tensors += [W(f"W{layer}", width, width), defined(f"h{layer}", N, width)]
            body = total(units[1], R(f"W{layer}", *units) * R(f"h{layer - 1}", n, units[1]))
            equations.append((R(f"h{layer}", n, units[0]), apply("tanh", body)))
        equations.append((R("loss"), total(n, units[0], R(f"h{depth}", n, units[0]))))
        return differentiate(network(tensors, equations))

    def nodes(graph):
        return sum(1 for d in graph.definitions for _ in sympy.preorder_traversal(d.expr))

    per_layer = nodes(deep(5, 8)) - nodes(deep(4, 8))
    assert nodes(deep(20, 8)) - nodes(deep(19, 8)) == per_layer
    assert nodes(deep(5, 8000)) == nodes(deep(5, 8))


@pytest.mark.parametrize("size", [1e-12, -1e-9])
def test_the_judge_catches_a_gradient_that_is_slightly_wrong(size):
    graph = two_layers()
    derivative = differentiate(graph)
    factor = 1 + sympy.Rational(str(size))
    seeded = [
        Definition(d.target, d.expr * factor, d.accumulate) if d.target.name == "d_b" else d
        for d in derivative.definitions
    ]
    wrong = type(derivative)(
        derivative.tensors, tuple(seeded), derivative.loss, (), derivative.gradients
    )
    assert disagreement(graph, wrong, random_data(graph, SIZES), SIZES) > 1e-13
    assert disagreement_along(graph, wrong, random_data(graph, SIZES), SIZES) > 1e-14


def test_the_judge_catches_a_transposed_gradient_in_a_square():
    q = Index("q", 3)
    graph = network(
        [W("A", 3, 3), W("x", 3), W("y", 3), defined("loss")],
        [(R("loss"), total(j, q, R("A", j, q) * R("x", q) * R("y", j)))],
    )
    derivative = differentiate(graph)
    turned = [
        Definition(R("d_A", *reversed(d.target.indices)), d.expr, d.accumulate)
        if d.target.name == "d_A" else d
        for d in derivative.definitions
    ]
    wrong = type(derivative)(
        derivative.tensors, tuple(turned), derivative.loss, (), derivative.gradients
    )
    assert disagreement(graph, wrong, random_data(graph, SIZES), SIZES) > 1e-3
    assert disagreement_along(graph, wrong, random_data(graph, SIZES), SIZES) > 1e-3


def test_a_loss_that_depends_on_nothing_learnable_is_refused():
    graph = network(
        [W("a", 3), W("x", 3, role="input"), defined("loss")], [(R("loss"), total(j, R("x", j)))]
    )
    with pytest.raises(SpecError, match="SP302"):
        differentiate(graph)
