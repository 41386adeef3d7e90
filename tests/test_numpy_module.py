"""Generated modules compute what the graph means, alias nothing, and refuse what does not fit."""

import importlib.util
import sys

import mpmath
import numpy as np
import pytest
from judge import at, positions, random_data
from test_simplify import NETWORKS, SIZES, build

from symbprop.calculus.differentiate import differentiate
from symbprop.errors import SpecError
from symbprop.language.evaluate import evaluate
from symbprop.language.graph import Tensor, make_graph
from symbprop.language.notation import read_equations
from symbprop.language.terms import extent
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph, compile_network
from symbprop.targets.numpy_module import _quoted, wrapped

RUNNING = sorted(set(NETWORKS) - {"recurrence"})


def load(name, folder):
    text = compile_graph(build(name), name).module
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    return {name: load(name, folder) for name in RUNNING}


def array(values, shape, dtype):
    out = np.empty(shape, dtype)
    for position in positions(shape):
        out[tuple(position)] = float(at(values, position))
    return out


def arguments(name, dtype=np.float64):
    graph = build(name)
    with mpmath.workdps(40):
        data = random_data(graph, SIZES)
    params, given = {}, {}
    for tensor in graph.tensors.values():
        if tensor.role == "defined":
            continue
        shape = tuple(
            int(e.xreplace({s: SIZES[str(s)] for s in e.free_symbols})) for e in tensor.shape
        )
        kind = np.int64 if tensor.integer else dtype
        home = params if tensor.role == "parameter" else given
        home[tensor.name] = array(data[tensor.name], shape, kind)
    return graph, params, given


def nested(value):
    if value.ndim == 0:
        return value.item() if value.dtype.kind == "i" else mpmath.mpf(float(value))
    return [nested(v) for v in value]


@pytest.mark.parametrize("name", RUNNING)
def test_loss_and_gradients_are_those_of_the_unsimplified_graph(name, modules):
    graph, params, given = arguments(name)
    derivative = differentiate(graph)
    data = {k: nested(v) for k, v in {**params, **given}.items()}
    with mpmath.workdps(40):
        meaning = evaluate(derivative, data, SIZES, mpmath.mpf(1))
        loss = float(meaning.tensor("loss"))
        value, grads = modules[name].value_and_grad(params, **given)
        assert value == pytest.approx(loss, rel=1e-13)
        assert modules[name].loss(params, **given) == pytest.approx(loss, rel=1e-13)
        assert list(grads) == list(params)
        for key, grad in grads.items():
            expected = array(
                meaning.tensor(derivative.gradients[key]), params[key].shape, np.float64
            )
            scale = max(1.0, np.abs(expected).max())
            assert np.abs(grad - expected).max() <= 1e-12 * scale


@pytest.mark.parametrize("name", RUNNING)
def test_a_workspace_changes_no_value_and_results_alias_nothing(name, modules):
    module = modules[name]
    _, params, given = arguments(name)
    sizes = [e for s in module.Workspace.__init__.__code__.co_varnames[1:2] for e in [SIZES.get(s)]]
    work = module.Workspace(*(e for e in sizes if e))
    fresh_value, fresh = module.value_and_grad(params, **given)
    for _ in range(2):
        value, grads = module.value_and_grad(params, **given, workspace=work)
        # To the last digit and not to the bit: a fresh array lies in memory as what it was made of
        # does, and BLAS adds up in another order for other strides, on some processors.
        assert value == pytest.approx(fresh_value, rel=1e-15, abs=1e-15)
        for key in params:
            scale = max(1.0, np.abs(fresh[key]).max(initial=0.0))
            np.testing.assert_allclose(grads[key], fresh[key], rtol=0, atol=4e-16 * scale)
            held = [*params.values(), *given.values(), *vars(work).values()]
            others = [g for k, g in grads.items() if k != key]
            for other in held + others:
                if isinstance(other, np.ndarray):
                    assert not np.shares_memory(grads[key], other)


@pytest.mark.parametrize("name", RUNNING)
def test_float32_stays_float32(name, modules):
    _, params, given = arguments(name)
    few = {k: v.astype(np.float32) for k, v in params.items()}
    less = {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in given.items()}
    value, grads = modules[name].value_and_grad(few, **less)
    assert value.dtype == np.float32
    exact, right = modules[name].value_and_grad(params, **given)
    assert float(value) == pytest.approx(float(exact), rel=1e-4)
    for key, grad in grads.items():
        assert grad.dtype == np.float32
        np.testing.assert_allclose(grad, right[key], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", RUNNING)
def test_a_module_checks_itself_and_catches_a_wrong_gradient(name, modules):
    module = modules[name]
    assert module.check() < 1e-6
    honest = module.value_and_grad

    def wrong(*args, **kwargs):
        value, grads = honest(*args, **kwargs)
        return value, {k: g + 0.1 * (1 + np.abs(g)) for k, g in grads.items()}

    module.value_and_grad = wrong
    try:
        assert module.check() > 1e-6
    finally:
        module.value_and_grad = honest


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_the_dtype_is_the_one_object_that_numpy_knows(kind, order, modules):
    # An equal dtype that is another object makes an addition by index ten times as slow.
    module, (_, params, _) = modules["tanh"], arguments("tanh")
    swapped = np.dtype(kind).newbyteorder(order)
    params = {k: v.astype(swapped) for k, v in params.items()}
    assert module._dtype(params) is np.dtype(kind)


@pytest.mark.parametrize("name", RUNNING)
def test_arrays_of_any_layout_give_the_same_values(name, modules):
    _, params, given = arguments(name)
    _, right = modules[name].value_and_grad(params, **given)

    def odd(a):
        a = np.array(a.astype(a.dtype.newbyteorder(">")), order="F")
        a.flags.writeable = False
        return a

    before = {k: v.copy() for k, v in given.items()}
    _, grads = modules[name].value_and_grad(
        {k: odd(v) for k, v in params.items()}, **{k: odd(v) for k, v in given.items()}
    )
    for key in grads:
        np.testing.assert_allclose(grads[key], right[key], rtol=1e-13, atol=1e-14)
    for key in given:
        np.testing.assert_array_equal(given[key], before[key])


def test_wrong_arguments_are_named(modules):
    module = modules["tanh"]
    _, params, given = arguments("tanh")
    cases = [
        ({**params, "W": params["W"].T}, given, ValueError,
         r"W has shape \(4, 3\), expected \(3, 4\)"),
        ({k: v for k, v in params.items() if k != "b"}, given, ValueError, "lacks .*'b'"),
        ({**params, "q": params["b"]}, given, ValueError, "unknown .*'q'"),
        ({**params, "b": params["b"].astype(np.float32)}, given, TypeError,
         "W .*float64.*b .*float32"),
        ({**params, "b": np.arange(3)}, given, TypeError, "b holds int64"),
        ({**params, "b": params["b"] + 0j}, given, TypeError, "b holds complex128"),
        (params, {**given, "x": given["x"][0]}, ValueError, "x has shape"),
        (params, {**given, "x": given["x"] > 0}, TypeError, "x holds bool"),
        (params, {**given, "y": given["y"][:, :1]}, ValueError, "y has shape"),
    ]
    for wrong, data, kind, message in cases:
        with pytest.raises(kind, match=message):
            module.value_and_grad(wrong, **data)
    work = module.Workspace(7)
    with pytest.raises(ValueError, match="workspace was made for"):
        module.value_and_grad(params, **given, workspace=work)
    labelled = modules["relu"]
    _, params, given = arguments("relu")
    for label in (np.array([0, 5]), np.array([-1, 0])):
        with pytest.raises(ValueError, match="label holds values"):
            labelled.value_and_grad(params, given["x"], label)


@pytest.mark.parametrize("name", RUNNING)
def test_not_a_number_passes_through_without_a_warning(name, modules):
    _, params, given = arguments(name)
    key = next(k for k, v in given.items() if v.dtype.kind == "f")
    given[key] = np.full_like(given[key], np.nan)
    with np.errstate(all="raise"):
        value, _ = modules[name].value_and_grad(params, **given)
    assert np.isnan(value)


def test_fit_says_why_it_stops(modules):
    module = modules["tanh"]
    _, params, given = arguments("tanh")
    before = module.pack(params)
    found = module.fit(params, **given, learning_rate=0.02, max_steps=50)
    assert found.reason == "all steps were made" and len(found.losses) == 51
    assert found.losses[-1] < found.losses[0]
    np.testing.assert_array_equal(module.pack(params), before)
    enough = module.fit(params, **given, learning_rate=0.02, target_loss=found.losses[10])
    assert enough.reason == "the loss is acceptable" and len(enough.losses) == 11
    small = module.fit(params, **given, learning_rate=1e-9, min_improvement=1e-3)
    assert small.reason == "improvements became negligible" and len(small.losses) == 2
    blown = module.fit(params, **given, learning_rate=1e300)
    assert "finite" in blown.reason


def test_a_callback_is_given_copies(modules):
    module = modules["tanh"]
    _, params, given = arguments("tanh")
    quiet = module.fit(params, **given, learning_rate=0.02, max_steps=3)
    seen = []

    def meddling(step, loss, now):
        seen.append({k: v.copy() for k, v in now.items()})
        for array in now.values():
            array[...] = 7.0
        now.clear()
        return step == 2

    loud = module.fit(params, **given, learning_rate=0.02, max_steps=3, callback=meddling)
    assert loud.reason == "the callback asked to stop" and loud.losses == quiet.losses[:3]
    for key in params:
        np.testing.assert_array_equal(seen[2][key], loud.params[key])
        assert not np.array_equal(seen[0][key], seen[1][key])


@pytest.mark.parametrize(("option", "value"), [
    ("max_steps", -1), ("max_steps", 2.0), ("max_steps", True), ("max_steps", None),
    ("learning_rate", np.nan), ("learning_rate", np.inf), ("min_improvement", np.nan),
    ("target_loss", np.nan),
])
def test_fit_names_an_option_that_makes_no_sense(option, value, modules):
    _, params, given = arguments("tanh")
    with pytest.raises(ValueError, match=option):
        modules["tanh"].fit(params, **given, **{option: value})
    whole = modules["tanh"].fit(params, **given, max_steps=np.int64(0))
    assert len(whole.losses) == 1 and "after 0 steps" in repr(whole)


def test_pack_and_unpack_are_inverse(modules):
    module = modules["tanh"]
    _, params, given = arguments("tanh")
    back = module.unpack(module.pack(params))
    for key in params:
        np.testing.assert_array_equal(back[key], params[key])
        assert not np.shares_memory(back[key], params[key])
    value, flat = module.value_and_flat_grad(module.pack(params), **given)
    again, grads = module.value_and_grad(params, **given)
    assert value == again
    np.testing.assert_array_equal(flat, module.pack(grads))
    with pytest.raises(ValueError, match="expected"):
        module.unpack(np.zeros(3))


def test_what_has_no_array_form_is_refused_by_name():
    given = {"w": Tensor("w", (extent(4),), "parameter")}
    text = "h[0] = 1\nh[2*i+1] = w[i]*h[2*i]\nh[2*i+2] = w[i]*h[2*i+1]\nloss = h[8]"
    definitions, made = read_equations(text, given)
    graph = make_graph([*given.values(), *made], definitions, "loss", [])
    with pytest.raises(SpecError, match=r"SP310.*h\["):
        compile_graph(graph, "by_twos")


def test_a_module_imports_numpy_alone(tmp_path):
    text = compile_graph(build("softmax"), "softmax").module
    imports = [line for line in text.splitlines() if "import" in line]
    # Near names are looked for where an error is told.
    assert imports == ["import numpy as np", "    import difflib"]
    assert max(map(len, text.splitlines())) <= 100
    assert sys.modules["numpy"] is np


def test_the_error_function_is_exact_to_rounding(tmp_path):
    given = {"w": Tensor("w", (), "parameter"), "x": Tensor("x", (extent("N"),), "input")}
    definitions, made = read_equations("h[n] = erf(w*x[n])\nloss = sum(n, h[n]**2)", given)
    graph = make_graph([*given.values(), *made], definitions, "loss", ["h"])
    path = tmp_path / "curve.py"
    path.write_text(compile_graph(graph, "curve").module)
    spec = importlib.util.spec_from_file_location("curve", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    x = np.concatenate((np.linspace(-7, 7, 1999), [0.0, 1e-300, -1e-8, np.inf, -np.inf]))
    right = np.array([float(mpmath.erf(mpmath.mpf(float(v)))) for v in x])
    np.testing.assert_allclose(module.forward({"w": 1.0}, x), right, rtol=6e-16)
    assert np.isnan(module.forward({"w": 1.0}, np.array([np.nan])))[0]
    few = module.forward({"w": np.float32(1)}, x.astype(np.float32))
    assert few.dtype == np.float32
    np.testing.assert_allclose(few, right, rtol=1e-6, atol=1e-40)


def test_gelu_and_its_gradient(tmp_path):
    given = {"w": Tensor("w", (extent(3),), "parameter"), "x": Tensor("x", (extent("N"),), "input")}
    text = "h[n,j] = gelu(w[j]*x[n])\nloss = sum(n, j, h[n,j]**2 + sin(h[n,j]))"
    definitions, made = read_equations(text, given)
    graph = make_graph([*given.values(), *made], definitions, "loss")
    path = tmp_path / "bend.py"
    path.write_text(compile_graph(graph, "bend").module)
    spec = importlib.util.spec_from_file_location("bend", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.check() < 1e-9
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=3), rng.normal(size=4)
    _, grads = module.value_and_grad({"w": w}, x)
    derivative = differentiate(graph)
    with mpmath.workdps(40):
        meaning = evaluate(derivative, {"w": nested(w), "x": nested(x)}, {"N": 4}, mpmath.mpf(1))
        right = [float(v) for v in meaning.tensor(derivative.gradients["w"])]
    np.testing.assert_allclose(grads["w"], right, rtol=1e-13)


@pytest.mark.parametrize("code", [
    f"{'value' * 10}[{'a' * 15}, {'b' * 21}] += np.add({'c' * 19}, {'d' * 16})",
    f"{'value' * 10}[{'range_4[:, None], ' * 5}0] += value[3]",
    f"{'v' * 60} = ff({'a' * 28}) + ({'b' * 28} + cc)",
    f"{'v' * 60} = ff({'a' * 28}) + {'b' * 28} + cc",
])
def test_a_wrapped_statement_is_still_one(code):
    lines = wrapped(code)
    assert len(lines) > 1
    compile("if 1:\n" + "\n".join(lines), "module", "exec")


def test_a_constant_may_be_a_scalar():
    network = parse_spec(
        'equations = "loss = sum(n, step*a*x[n])"\n[constants]\nstep = 0.5\n[parameters]\na = []\n'
        '[inputs]\nx = ["N"]\n'
    )
    space = {"__name__": "generated"}
    exec(compile(compile_graph(network.graph, "net").module, "net", "exec"), space)
    loss, grads = space["value_and_grad"]({"a": np.array(2.0)}, np.array([1.0, 3.0]))
    assert (loss, grads["a"]) == (4.0, 2.0)


@pytest.mark.parametrize("seed", range(60))
def test_long_statements_keep_their_texts(seed):
    """However long a text is, and whatever stands in it, the lines mean what the statement does."""
    import ast
    import random


    rng = random.Random(seed)

    def text():
        signs = ['"', "\\", "(", ")", "]", " = ", " += ", "é", "\n", "'", "  ", " "]
        return _quoted("".join(
            rng.choice(signs) if rng.random() < 0.3 else rng.choice(("floor(N/3", "a", "w" * 70))
            for _ in range(rng.randrange(1, 60))
        ))

    codes = (f"check({text()}, N, 3, {text()})", f"name = {text()}", f"x = f({text()}) + 1",
             f"found[{text()}] += ({text()}, {text()})", f"return {{{text()}: 3 * (4 + N),}}")
    for code in codes:
        lines = wrapped(code, "        ")
        head = "def f():\n    if True:\n"
        assert ast.dump(ast.parse(head + "\n".join(lines))) == ast.dump(
            ast.parse(f"{head}        {code}")), code


def test_formulas_of_extents_may_be_long():
    text = """
[inputs]
x = ["N", 3, "W"]
[[layers]]
kind = "conv1d"
filters = 2
kernel = 2
stride = 3
repeat = 8
[[layers]]
kind = "positional"
how = "learned"
[loss]
kind = "sum_of_squares"
"""
    compilation = compile_network(parse_spec(text, "strided.toml"))
    space = {"__name__": "made"}
    exec(compilation.module, space)
    params = space["init"](W=3**8 * 2)
    assert any("floor" in str(size) for shape in space["PARAMETERS"].values() for size in shape)
    data = np.ones((1, 3, 3**8 * 2))
    value, grads = space["value_and_grad"](params, data, space["forward"](params, data))
    assert np.isfinite(value) and params.keys() == grads.keys()


@pytest.mark.parametrize("axis", [1, 2])
@pytest.mark.parametrize("kernel", [1, 3])
def test_windows_of_some_channels_of_many(kernel, axis):
    """What is passed back to a convolution is read in part: its channels stand beside others."""
    from symbprop.check.judge import judge_module

    text = f"""
[inputs]
x = ["N", 2, 6, 5]
[[layers]]
kind = "conv2d"
filters = 3
kernel = 3
padding = 1
[[layers]]
kind = "tanh"
name = "half"
[[layers]]
kind = "conv2d"
filters = 3
kernel = {kernel}
padding = {kernel // 2}
[[layers]]
kind = "equations"
equations = '''
j[n, c, i, k] = s3[n, c, i, k]
j[n, c + 3, i, k] = hhalf[n, c, i, k]
loss = sum(n, c, i, k, j[n, c, i, k]**2*(1 + i))
'''
"""
    text = text.replace("j[n, c + 3, i, k]", "j[n, c, i + 6, k]") if axis == 2 else text
    compilation = compile_network(parse_spec(text, "channels.toml"))
    assert not judge_module(compilation.graph, compilation.module, points=1,
                            derivative=compilation.derivative).disagreements


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("taps", [1, 2, 3])
def test_windows_passed_back_from_a_part_along_their_own_axis(taps, first):
    """Beyond the part stand other places, not zeros."""
    from symbprop.check.judge import judge_module

    wide, narrow = 7 - taps, 8 - 2 * taps
    parts = (f"j[n,c,i] = z[n,c,i]\nj[n,c,i+{wide}] = s2[n,c,i]" if first
             else f"j[n,c,i] = s2[n,c,i]\nj[n,c,i+{narrow}] = z[n,c,i]")
    text = f'''
equations = """
s[n,o,i] = sum(c,p,W[o,c,p]*x[n,c,i+p])
z[n,o,i] = tanh(s[n,o,i])
s2[n,o,i] = sum(c,p,V[o,c,p]*z[n,c,i+p])
{parts}
loss = sum(n,c,i, j[n,c,i]**2*(i+1))
"""
[parameters]
W = [2, 2, {taps}]
V = [2, 2, {taps}]
[inputs]
x = ["N", 2, 6]
'''
    compilation = compile_network(parse_spec(text, "parts.toml"))
    assert compilation.graph.tensors["j"].shape[2] == wide + narrow
    assert not judge_module(compilation.graph, compilation.module, points=1,
                            derivative=compilation.derivative).disagreements
