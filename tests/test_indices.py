"""Renaming never captures, and free indices are what the notation says."""

import sympy

from symbprop.language.indices import (
    affine,
    free_indices,
    fresh,
    is_plain,
    reached_once,
    refresh_bound,
    rename,
    value_range,
)
from symbprop.language.terms import Index, Read, Reduce, extent

n, j, k = Index("n", "N"), Index("j", 3), Index("k", 4)


def test_indices_with_unequal_extents_are_unequal():
    assert Index("k", 4) == k
    assert Index("k", 5) != k


def test_a_reduction_hides_its_bound_index():
    expr = Reduce("sum", Read("W", j, k) * Read("x", n, k), k)
    assert set(free_indices(expr)) == {n, j}
    assert k not in expr.free_symbols


def test_rename_steps_aside_rather_than_capture():
    expr = Reduce("sum", Read("W", j, k), k)
    other = Index("k", 3)
    renamed = rename(expr, {j: other})
    assert free_indices(renamed) == (other,)
    (bound,) = renamed.indices
    assert bound.name != "k"
    assert renamed.body == Read("W", other, bound)


def test_what_steps_aside_does_not_meet_an_index_that_nothing_reads():
    idle = Reduce("max", Read("x", n), k, Index("k1", 2))
    for moved in (rename(idle, {n: k + 1}), refresh_bound(idle, {"k"})):
        assert len({i.name for i in moved.indices} | {"k"}) == 3
        assert [i.extent for i in moved.indices] == [i.extent for i in idle.indices]


def test_rename_is_simultaneous():
    a, b = Index("a", 3), Index("b", 3)
    assert rename(Read("A", a, b), {a: b, b: a}) == Read("A", b, a)


def test_rename_leaves_bound_indices_of_the_same_name_alone():
    expr = Read("b", k) + Reduce("sum", Read("x", k), k)
    assert rename(expr, {k: j + 1}) == Read("b", j + 1) + Reduce("sum", Read("x", k), k)


def test_fresh_and_refresh():
    assert fresh(k, {"k", "k1"}).name == "k2"
    assert fresh(k, {"j"}) == k
    moved = refresh_bound(Reduce("sum", Read("x", k), k), {"k"})
    assert moved == Reduce("sum", Read("x", Index("k1", 4)), Index("k1", 4))


def test_affine_and_value_range():
    i, p = Index("i", 5), Index("p", 3)
    assert affine(2 * i + p + 1) == ({i: 2, p: 1}, 1)
    assert value_range(2 * i - p) == (-2, 8)
    assert affine(i * p) is None
    assert affine(Read("token", n)) is None


def test_plain_means_distinct_single_indices():
    assert is_plain((n, j))
    assert not is_plain((j, j))
    assert not is_plain((j + 1,))


def test_an_index_of_one_value_reaches_nothing_twice():
    one, g = Index("o", 1), Index("g", 2)
    assert reached_once([g + one]) and not reached_once([g + Index("o", 2)])


def test_sympy_may_rename_what_a_reduction_binds():
    """It does so to see what is free, whenever it asks whether something is a polynomial."""
    n, k = Index("n", extent("N")), Index("k", extent("_0"))
    inner = Reduce("sum", Read("x", n, k) * Read("y", k), k)
    whole = Reduce("max", inner + n, n)
    for expr in (inner, whole, whole**2 + inner):
        assert expr.as_dummy().has(Reduce)
        assert not expr.has_free(sympy.Symbol("other"))
        assert (expr + 1).is_polynomial() in (True, False)
    assert inner.has_free(n) and not whole.has_free(n)
