"""Every layer's EXAMPLE and every loss: sound graphs whose gradients pass the 60-digit judge."""

import ast
import importlib
import pkgutil
from math import prod
from pathlib import Path

import mpmath
import pytest
from judge import disagreement, disagreement_along, random_data

import symbprop.networks.layers as room
from symbprop.calculus.differentiate import differentiate
from symbprop.errors import SpecError
from symbprop.language.evaluate import evaluate
from symbprop.networks.layers import Layer, all_layers
from symbprop.networks.losses import LOSSES
from symbprop.networks.network import Network
from symbprop.networks.spec import parse_spec
from symbprop.networks.stack import add_layers
from symbprop.pipeline import compile_graph

EXAMPLES = {
    m.name: importlib.import_module(f"{room.__name__}.{m.name}").EXAMPLE
    for m in pkgutil.iter_modules(room.__path__)
}
STEPS = {"ctc": '"T", ', "sequence_cross_entropy": '"T", '}
MORE = {"ctc": '[targets]\ny = { shape = ["N", "L"], integer = true, below = 4 }\n'}
SPECS = {
    **EXAMPLES,
    **{
        f"activation {name}": f'[inputs]\nx = ["N", 3]\n[[layers]]\nkind = "dense"\nunits = 2\n'
        f'activation = "{name}"\n[loss]\nkind = "sum_of_squares"\n'
        for name in ("relu", "gelu", "erf", "gelu_tanh", "selu",
                      "softplus", "leaky_relu", "hardswish", "square")
    },
    **{
        f"loss {kind}": f'[inputs]\nx = ["N", {STEPS.get(kind, "")}3]\n[[layers]]\n'
        f'kind = "dense"\nunits = 4\n[loss]\nkind = "{kind}"\n{MORE.get(kind, "")}'
        for kind in LOSSES
    },
}


@pytest.mark.parametrize("judge", [
    disagreement_along, pytest.param(disagreement, marks=pytest.mark.slow),
])
@pytest.mark.parametrize("name", sorted(SPECS))
def test_the_gradients_pass_the_judge(name, judge):
    network = parse_spec(SPECS[name], "example.toml")
    graph = network.graph
    assert not network.warnings or name in ("loss l1", "loss l2")
    with mpmath.workdps(100):
        extents = {"N": 2, "T": 3, "L": 2}
        data = random_data(graph, extents)
        assert judge(graph, differentiate(graph), data, extents) < 1e-15
    compile(compile_graph(graph, network.name).module, "module", "exec")


def test_no_layer_differentiates():
    for folder in (Path(room.__file__).parent, Path(room.__file__).parent.parent):
        for path in sorted(folder.glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute | ast.Name):
                    word = node.attr if isinstance(node, ast.Attribute) else node.id
                    assert word not in ("diff", "differentiate", "Derivative"), path


@pytest.mark.parametrize("kind", sorted(all_layers()))
def test_every_layer_says_where_it_reads_what_there_is_not(kind):
    options = "".join(
        f"{key} = 2\n" for key in all_layers()[kind].required if key not in ("with", "shape"))
    more = 'with = ["x"]\n' if kind == "concatenate" else ""
    more += "shape = [3, 2]\n" if kind == "reshape" else ""
    text = (f'[inputs]\nx = ["N", 6]\n[[layers]]\nkind = "{kind}"\n{options}{more}'
            'input = "nope"\n[loss]\nkind = "l2"\n')
    with pytest.raises(SpecError, match=r"net.toml:\d+:1: error\[SP103\]: unknown tensor 'nope'"):
        parse_spec(text, "net.toml")


@pytest.mark.parametrize("name", ["", "x\n", "a b", "\u00e9", "x\0", "a-b", "]"])
def test_a_name_that_can_end_no_name_is_told_where_it_stands(name):
    for kind in ("dense", "global_pool", "tanh", "lstm"):
        net = Network("net")
        net.input("x", ["N", "T", 3])
        units = {"units": 2} if kind in ("dense", "lstm") else {}
        with pytest.raises(SpecError, match=r"SP109\].*\.name: .* cannot end a name"):
            net.layer(kind, name=name, **units)


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (1, 3), (2, 1, 1), (1, 2, 1), (2, 1, 3)])
def test_flatten_and_reshape_back_keep_dimensions_of_one(shape):
    text = (f'[inputs]\nx = ["N", {", ".join(map(str, shape))}]\n[[layers]]\nkind = "flatten"\n'
            f'[[layers]]\nkind = "dense"\nunits = {prod(shape)}\n'
            f'[[layers]]\nkind = "reshape"\nshape = {list(shape)}\n[loss]\nkind = "l2"\n')
    graph = parse_spec(text).graph
    assert tuple(graph.tensors["W2"].shape) == (prod(shape), prod(shape))
    with mpmath.workdps(40):
        data = random_data(graph, {"N": 2})
        found = evaluate(graph, data, {"N": 2}, mpmath.mpf(1)).tensor("f1")
    assert found == [list(flat(row)) for row in data["x"]]


def flat(values):
    for value in values if isinstance(values, list) else ():
        yield from flat(value) if isinstance(value, list) else (value,)


def test_layers_are_found_by_file():
    assert {"dense", "dropout", "relu", "residual", "softmax"} <= set(all_layers())


def test_a_weighted_sum_of_losses():
    text = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 2
[[loss]]
kind = "mean_squared_error"
[[loss]]
kind = "l2"
prediction = "W1"
weight = 0.5
"""
    graph = parse_spec(text).graph
    assert graph.loss == "loss"
    assert [d.target.name for d in graph.definitions][-3:] == ["loss_1", "loss_2", "loss"]


OWN = """
[define.gated]
input = ["...", "K"]
arguments = { units = "count", sharpness = 1.0 }
parameters = { W = ["units", "K"], V = ["2*units", "K"], b = { shape = ["units"], init = "ones" } }
indices = { j = "units" }
equations = '''
s1[..., j] = sum(k, W[j,k]*x[..., k]) + b[j]        # a comment
v[..., i] = sum(k, V[i,k]*x[..., k])
y[..., j] = sigmoid(sharpness*s1[..., j])*(v[..., j] + v[..., j + units])
'''
[inputs]
x = ["N", "T", 3]
[[layers]]
kind = "gated"
units = 2
[[layers]]
kind = "residual"
layers = [{ kind = "gated", units = 2, sharpness = 2.5, repeat = 2 }]
[loss]
kind = "sum_of_squares"
"""


@pytest.mark.parametrize(("pattern", "fits"), [
    ('["A", "B", 3]', True), ('["...", 3]', True), ('["...", "K"]', True), ('["A", 4, 3]', False),
    ('["...", 4]', False), ('[3]', False),
])
def test_the_pattern_of_a_layer_holds_names_and_numbers(pattern, fits):
    text = ("[inputs]\nx = ['N', 'T', 3]\n[[layers]]\nkind = 'own'\n[loss]\n"
            "kind = 'sum_of_squares'\n[define.own]\nparameters = { V = [2, 3] }\n"
            f"input = {pattern}\nequations = 'y[..., j] = sum(k, V[j,k]*x[..., k])'\n")
    if '"A"' in pattern:
        text = text.replace("[..., ", "[n, t, ")
    if fits:
        assert str(parse_spec(text).graph.tensors["y1"].shape) == "(N, T, 2)"
    else:
        with pytest.raises(SpecError, match=r":3:1: .*SP123"):
            parse_spec(text, "own.toml")


def test_a_spec_defines_a_layer_and_nests_it():
    graph = parse_spec(OWN).graph
    shapes = {t.name: tuple(map(int, t.shape)) for t in graph.with_role("parameter")}
    assert shapes["W1"] == (2, 3) and shapes["V1"] == (4, 3) and shapes["W4"] == (2, 2)
    assert graph.tensors["b1"].initial.kind == "ones"
    assert "sigmoid(5*s1_3[n, t, j]/2)" in str(graph.defining("y3")[0].expr)
    with mpmath.workdps(100):
        extents = {"N": 2, "T": 2}
        data = random_data(graph, extents)
        assert disagreement(graph, differentiate(graph), data, extents) < 1e-15


@pytest.mark.parametrize(("old", "new", "code", "line"), [
    ("units = 2\n[[layers]]", "units = 0\n[[layers]]", "SP134", 16),
    ("units = 2\n[[layers]]", "unit = 2\n[[layers]]", "SP121", 16),
    ("sharpness = 2.5", "sharpness = true", "SP133", 19),
    ("[define.gated]", "[define.dense]", "SP141", 2),
    ('"count"', '"much"', "SP141", 2),
    ("W[j,k]", "Wrong[j,k]", "SP103", 8),
    ("v[..., i] = sum", "v[..., i] = summ", "SP104", 9),
    ('"2*units"', '"2**units"', "SP134", 14),
    ('["...", "K"]', '["...", "..."]', "SP135", 2),
    ('["...", "K"]', '["N", "K"]', "SP123", 14),
])
def test_faults_of_a_layer_of_ones_own(old, new, code, line):
    assert old in OWN
    with pytest.raises(SpecError) as caught:
        parse_spec(OWN.replace(old, new), "own.toml").graph  # noqa: B018
    fault = caught.value.faults[0]
    assert fault.code == code, caught.value
    assert fault.place.line == line


def test_a_layer_in_python():
    def build(call):
        call.match("...", "K")
        call.parameter("w", ("K",))
        return call.equations("y[..., k] = w[k]*x[..., k]**power")

    scale = Layer("scale", build, {"power": "count"}, ("power",))
    net = Network("mine")
    net.input("x", ["N", 3])
    out = add_layers(net, [{"kind": "scale", "power": 2}, {"kind": "tanh"}], own=[scale])
    net.equations(f"loss = sum(n, k, {out}[n,k])")
    net.set_loss("loss")
    assert "y1[n, k] = w1[k]*x[n, k]**2" in str(net)
    with pytest.raises(SpecError, match="SP139"):
        add_layers(net, [{"kind": "scale"}], own=[scale])


@pytest.mark.parametrize(("layers", "code"), [
    ('[{ kind = "conv2d", filters = 2, kernel = 9 }]', "SP123"),
    ('[{ kind = "conv2d", filters = 3, kernel = 2, groups = 2 }]', "SP123"),
    ('[{ kind = "conv2d", filters = 3, kernel = [2, 2, 2] }]', "SP135"),
    ('[{ kind = "conv1d", filters = 3, kernel = 2 }]', "SP123"),
    ('[{ kind = "max_pool", kernel = 2, padding = 2 }]', "SP134"),
    ('[{ kind = "reshape", shape = [5, 5] }]', "SP123"),
    ('[{ kind = "embedding", count = 3, units = 2 }]', "SP123"),
    ('[{ kind = "group_norm", groups = 3 }]', "SP123"),
    ('[{ kind = "concatenate", with = ["x"], axis = 7 }]', "SP123"),
    ('[{ kind = "concatenate", with = ["nobody"] }]', "SP103"),
    ('[{ kind = "residual" }]', "SP139"),
    ('[{ kind = "residual", layers = [] }]', "SP133"),
    ('[{ kind = "residual", layers = [{ kind = "dens", units = 2 }] }]', "SP104"),
    ('[{ kind = "residual", layers = [{ kind = "dense", units = 2 }] }]', "SP123"),
    ('[{ kind = "attention", heads = 2 }]', "SP123"),
    ('[{ kind = "global_pool", how = "median" }]', "SP133"),
    ('[{ kind = "bidirectional", units = 2, cell = "lst" }]', "SP133"),
])
def test_options_that_do_not_fit(layers, code):
    text = f'layers = {layers}\n[inputs]\nx = ["N", 2, 4, 3]\n[loss]\nkind = "sum_of_squares"\n'
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "net.toml").graph  # noqa: B018
    assert [f.code for f in caught.value.faults] == [code], caught.value
