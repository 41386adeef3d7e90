"""Layers behind a stride over a free length; the extents are whole parts as floor(T/2 - 3/2)."""

import pytest
from sympy import floor
from three_ways import judge, module_of

from symbprop.errors import SpecError
from symbprop.language.bounds import Bound, bound
from symbprop.language.terms import extent
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

STRIDES = {
    "convolved": 'kind = "conv2d"\nfilters = 2\nkernel = [3, 1]\nstride = [2, 1]',
    "averaged": 'kind = "average_pool"\nkernel = [2, 1]\nstride = [3, 1]',
    "largest": 'kind = "max_pool"\nkernel = [3, 1]\nstride = [2, 1]\npadding = [1, 0]',
}
BEHIND = {
    f"{kind}{how}": f'kind = "{kind}"\nunits = 2\n{option}'
    for kind in ("rnn", "lstm", "gru", "bidirectional")
    for how, option in (("", ""), (", last", "last = true"), (", backwards", "reverse = true"))
    if not (kind == "bidirectional" and option.startswith("reverse"))
} | {
    "learned positions": 'kind = "positional"\nhow = "learned"\nlength = 5',
    "attention": 'kind = "attention"\nheads = 1\ncausal = true',
    "transformer": 'kind = "transformer_block"\nheads = 1',
    "pool": 'kind = "average_pool"\nkernel = [2, 1]\nstride = [2, 1]',
    "global_pool": 'kind = "global_pool"', "layer_norm": 'kind = "layer_norm"',
    "batch_norm": 'kind = "batch_norm"', "upsampled": 'kind = "conv_transpose2d"\nfilters = 2\n'
    "kernel = [2, 1]\nstride = [2, 1]",
}


def compiled(stride, behind):
    text = f"""
[inputs]
x = ["N", 2, "T", 4]
[[layers]]
{STRIDES[stride]}
[[layers]]
{BEHIND[behind]}
[[layers]]
kind = "dense"
units = 2
[loss]
kind = "mean_squared_error"
"""
    return compile_graph(parse_spec(text, "net.toml").graph, "net")


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("stride", [
    s if s == "convolved" else pytest.param(s, marks=pytest.mark.slow) for s in STRIDES
])
def test_a_layer_behind_a_stride(stride, behind):
    compilation = compiled(stride, behind)
    assert not judge(compilation, {"T": 8, "N": 2}).failures
    assert module_of(compilation)["check"]() < 1e-6


@pytest.mark.parametrize("text", [
    "h[0] = a\nh[t+1] = tanh(h[t] + x[2*t+1])\nloss = h[floor(T/2)]**2",
    "y[i] = a*x[2*i]\nz[j] = a*y[3*j+1]\nloss = mean(j, z[j]**2) + y[floor(T/2 - 1/2)]**2",
    "y[i] = a*x[3*i+1]\nloss = sum(i, y[i]**2)/floor(T/3 + 1/3)",
    "loss = a*sum(t, x[t]*P[t])*floor(7/2)",
])
def test_a_whole_part_of_an_extent_is_written_and_read(text):
    graph = parse_spec(f"equations = '''\n{text}\n'''\n[parameters]\na = []\nP = [9]\n"
                       "[inputs]\nx = ['T']\n", "n").graph
    compilation = compile_graph(graph, "net")
    for steps in (5, 8):
        assert not judge(compilation, {"T": steps}).failures
    again = parse_spec(f"equations = '''\n{graph}'''\n[parameters]\na = []\nP = [9]\n[inputs]\n"
                       f"x = ['T']\n", "n").graph
    assert str(again) == str(graph)


def test_a_whole_part_of_what_is_computed_is_no_extent():
    with pytest.raises(SpecError):
        parse_spec("equations = 'loss = a*x[floor(a)]'\n[parameters]\na = []\n[inputs]\n"
                   "x = ['T']\n", "n")


def test_a_whole_part_has_a_bound():
    T = extent("T")
    for step, start in ((2, 3), (3, -1), (2, 1)):
        count = floor((T - start) / step) + 1
        least = bound(count - 3, "")
        most = bound(9 - count, "")
        assert isinstance(least, Bound) and not least.at_most and most.at_most
        for number in range(1, 60):
            size = count.subs(T, number)
            assert (size >= 3) == (number >= least.number)
            assert (size <= 9) == (number <= most.number)
