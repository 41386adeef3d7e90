"""The page of what people type in length or in depth: its time grows as what is printed.

Each family is measured at n, 2n and 4n, in processor time, with all derivatives on the page.
"""

import time

import pytest
from test_families import MOST_SECONDS, nested

from symbprop.networks.spec import parse_spec
from symbprop.targets.latex import derivation, document


def of_elements(name):
    return lambda n: "sum(n, " + nested(f"{name}(w[0] + x[n]*", n) + ")"


def of_numbers(name):
    return lambda n: nested(f"{name}(1 + ", n)


PAGES = {
    **{f"{name} of elements": (of_elements(name), 10)
       for name in ("tanh", "sigmoid", "gelu_tanh", "sqrt", "log_ndtr", "abs", "lgamma")},
    **{f"{name} of numbers": (of_numbers(name), 10)
       for name in ("exp", "tan", "silu", "hardswish")},
    "quotients of functions": (
        lambda n: "sum(n, " + nested("1/(1 + log_ndtr(x[n]*", n, "))") + ")", 10),
    "quotients of sums": (lambda n: nested("1/(b + 2*", n), 10),
    "powers in powers": (lambda n: nested("(1 + ", n, ")**2"), 10),
    "negative powers in powers": (lambda n: nested("(1 + ", n, ")**(-1)"), 10),
    "powers above powers": (lambda n: nested("power(b, 1 + ", n), 10),
    "choices in conditions": (lambda n: nested("where(", n, " > 0, a, b)"), 10),
    "choices in choices": (lambda n: "sum(n, " + nested("where(x[n] > b, ", n, ", b)") + ")", 10),
    "sums in functions": (lambda n: nested("tanh(sum(i, j, w[i]*V[i,j])*(1 + ", n, "))"), 10),
    "sums in sums": (lambda n: "".join(f"sqrt(1 + sum(i{k}, w[i{k}]*" for k in range(n)) + "a"
                     + "))" * n, 10),
    "a difference of functions": (
        lambda n: "sum(n, " + " - ".join(f"tanh({k}*(x[n] - a))" for k in range(1, n)) + ")", 100),
    "a sum of products of brackets": (
        lambda n: " + ".join(f"({k}*a + b)*(a - {k}*b)" for k in range(1, n)), 50),
    "a product of reductions": (
        lambda n: "*".join(f"sum(i, {k}*w[i]**{k % 5 + 1})" for k in range(1, n)), 25),
    "a product of brackets": (
        lambda n: "sum(n, " + "*".join(f"(x[n] + {k}*b)" for k in range(1, n)) + ")", 50),
}


def seconds_of_a_page(text, form, more=""):
    """Of a page with the derivatives on it."""
    graph = parse_spec(
        f'equations = """\n{text}\n"""\n[inputs]\nx = ["N"]\nX = ["N", 4]\n[parameters]\n'
        f'a = []\nb = []\nw = [3]\nV = [3, 4]\n{more}'
    ).graph
    begun = time.process_time()
    document(derivation(graph, form=form, forward=True))
    return time.process_time() - begun


@pytest.mark.parametrize("form", ["index", pytest.param("matrix", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] * (n % 2)) for n, name in enumerate(PAGES)
])
def test_the_time_of_a_page_grows_as_a_family_does(name, form):
    text, n = PAGES[name]
    times = [seconds_of_a_page(f"loss = {text(k)}", form) for k in (n, 2 * n, 4 * n)]
    assert times[2] < MOST_SECONDS / 2, times
    assert times[2] < 24 * max(times[0], 0.1), times


LAYERS = {
    "a chain of layers": lambda n: "h0 = a\n" + "".join(
        f"h{k} = tanh(h{k - 1}*p{k})\n" for k in range(1, n)) + f"loss = h{n - 1}",
    "a product of parameters": lambda n: "loss = " + "*".join(f"(1 + p{k})" for k in range(n)),
    "many that one line reads": lambda n: "".join(
        f"h{k}[n] = tanh({k}*x[n]*p{k})\n" for k in range(n)) + "loss = sum(n, " + " + ".join(
        f"h{k}[n]" for k in range(n)) + ")",
    "many terms of a matrix": lambda n: "h[n,i] = " + " + ".join(
        f"p{k}*tanh({k + 1}*sum(j, X[n,j]*V[i,j]))" for k in range(n)
    ) + "\nloss = sum(n, i, h[n,i])",
}


@pytest.mark.parametrize("form", ["index", pytest.param("matrix", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", LAYERS)
def test_the_time_of_a_page_grows_as_the_number_of_its_parameters(name, form):
    times = [
        seconds_of_a_page(LAYERS[name](n), form, "".join(f"p{k} = []\n" for k in range(n)))
        for n in (50, 100, 200)
    ]
    assert times[2] < MOST_SECONDS / 2, times
    assert times[2] < 24 * max(times[0], 0.1), times
