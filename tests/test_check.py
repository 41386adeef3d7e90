"""The judge of modules sees what is wrong in them, names it, and lets nothing of it be written.

Each control corrupts the text of a sound module, or a part of the compiler that made it.
"""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_random_networks import network
from typer.testing import CliRunner

from symbprop import pipeline
from symbprop.calculus import differentiate as calculus
from symbprop.check.equations import EVALUATOR, EXECUTOR, Equations, frozen
from symbprop.check.judge import BRIEF, OWN, WHOLE, Limits, disagreements, judge_module
from symbprop.check.loading import load_text
from symbprop.check.points import SIGNS, extents_of, point, spread
from symbprop.cli import app
from symbprop.networks.spec import load, parse_spec, zoo_names
from symbprop.pipeline import compile_graph, compile_network

GENERATED = Path(__file__).parent.parent / "generated"
LIMITS = {
    EVALUATOR: WHOLE, EXECUTOR: Limits(0, 100, 10**8, 10**6), OWN: Limits(0, 0, 0, 10**6),
}


@pytest.fixture(scope="module")
def xor():
    return load("xor").graph, (GENERATED / "xor.py").read_text()


@pytest.mark.parametrize("judge", LIMITS)
def test_a_sound_module_is_accepted_and_the_judge_is_named(judge, xor):
    verdict = judge_module(*xor, limits=LIMITS[judge])
    assert verdict.judge == judge and verdict.points == 3 and not verdict.disagreements
    assert verdict.worst < 1e-12 if judge != OWN else "not judged" in str(verdict)
    assert judge in str(verdict)


def corrupted(text, old, new):
    changed = re.sub(old, new, text)
    assert changed != text, old
    return changed


@pytest.mark.parametrize("judge", LIMITS)
@pytest.mark.parametrize(("old", "new", "named", "where"), [
    ('"W1": d_W1,', '"W1": -d_W1,', "gradient by W1", "first call without"),
    ('"W2": d_W2,', '"W2": d_W2 * (1 + 1e-3),', "gradient by W2", "first call without"),
    (r"d_b1 = np.dot\((\w+), ones_N\)", r"d_b1 = np.dot(\1[:, :1], ones_N[:1])",
     "gradient by b1", "first call without"),
    ('"b2": d_b2,', '"b2": np.zeros_like(d_b2),', "gradient by b2", "first call without"),
    ('"b1": d_b1,', '"b1": d_b1[::-1].copy(),', "gradient by b1", "first call without"),
    (r"self.d_h1 = memory_\d", "self.d_h1 = memory_1", "gradient by W1 gradient by b1",
     "call with a workspace"),
    ('"b2": d_b2,', '"b2": d_b2 + (workspace is not None),', "gradient by b2", "with a workspace"),
    (r"    return loss, grads", "    return loss * 1.001, grads", "loss", "first call without"),
    (r"    return loss, grads",
     "    CALLS.append(0)\n    return loss + 1e-3 * (len(CALLS) > 9), grads", "loss", "call"),
    ('"b1": d_b1,', '"b1": d_b1[:1],', "module", "gradient by b1 is (1,)"),
    ('"b1": d_b1,', '"b1": d_b1.nothing,', "module", "has no attribute 'nothing'"),
])
def test_a_corrupted_module_is_refused_by_the_name_of_what_is_wrong(
    judge, old, new, named, where, xor
):
    graph, text = xor
    text = corrupted(text, old, new).replace("TITLE =", "CALLS = []\nTITLE =", 1)
    verdict = judge_module(graph, text, limits=LIMITS[judge])
    whats = [d.what for d in verdict.disagreements]
    if judge == OWN and where.startswith("first"):
        # Its own loss shows gradients by differences alone.
        assert named in whats, verdict
        return
    assert " ".join(whats) == named
    for found in verdict.disagreements:
        assert where in str(found), found


@pytest.mark.parametrize("judge", [EVALUATOR, EXECUTOR])
def test_a_wrong_loss_with_its_right_gradient_is_seen(judge):
    spec = 'equations = "loss = sum(i, (w[i] - x[i])**2)"\n[parameters]\nw = [3]\n' \
           '[inputs]\nx = [3]\n'
    other = spec.replace("**2)", "**2) + w[0]**3")
    graph = parse_spec(spec).graph
    text = compile_network(parse_spec(other)).module
    assert judge_module(parse_spec(other).graph, text, limits=LIMITS[judge]).disagreements == ()
    whats = {d.what for d in judge_module(graph, text, limits=LIMITS[judge]).disagreements}
    assert whats == {"loss", "gradient by w"}
    # The module's own differences see nothing of it: it is sound, but of another loss.
    assert not judge_module(graph, text, limits=LIMITS[OWN]).disagreements


@pytest.mark.parametrize("judge", LIMITS)
def test_each_parameter_is_judged_by_its_own_scale(judge):
    spec = 'equations = "loss = 1000*sum(i, (w[i] - x[i])**2) + a*b + 0.001*b**2"\n' \
           '[parameters]\nw = [3]\na = []\nb = []\n[inputs]\nx = [3]\n'
    made = compile_network(parse_spec(spec))
    assert not judge_module(made.graph, made.module, limits=LIMITS[judge]).disagreements
    text = corrupted(made.module, '"a": dtype.type\\(', '"a": dtype.type(1.001 * ')
    (found,) = judge_module(made.graph, text, limits=LIMITS[judge]).disagreements
    assert found.what == "gradient by a" and found.error == pytest.approx(1e-3, rel=1e-2)


@pytest.mark.parametrize("judge", [EVALUATOR, EXECUTOR])
def test_a_wrong_differentiator_is_seen(judge, monkeypatch):
    """Module and derivative are wrong alike: differences of the author's loss show it."""
    honest = calculus.collect
    monkeypatch.setattr(
        calculus, "collect",
        lambda tensor, parts: honest(tensor, parts[:-1] if len(parts) > 1 else parts),
    )
    seen = 0
    for seed in range(6):
        graph = network(seed)
        text = compile_graph(graph, "net").module
        derivative = calculus.differentiate(pipeline.prepare(graph))
        verdict = judge_module(graph, text, derivative=derivative, limits=LIMITS[judge])
        wrong = [d for d in verdict.disagreements if "difference of the loss" in d.where]
        assert len(wrong) == len(verdict.disagreements)
        seen += bool(wrong)
    assert seen >= 3


def test_what_rounding_leaves_of_zero_is_no_fault():
    """A loss that is zero whatever its parameters are, and a slope that is zero beside others."""
    spec = 'equations = """\nh[n,j] = sum(k, w[j,k]*x[n,k]) + b[j]\n' \
           'loss = LOSS\n"""\n[parameters]\nw = [SIZE, 3]\nb = [SIZE]\n' \
           '[inputs]\nx = ["N", 3]\n'
    for size, loss in (
        (1, "sum(n, logsumexp(j, h[n,j]) - h[n,0])"),
        (2, "sum(n, j, (h[n,j] - mean(m, h[m,j]))**2)"),
        (3, "sum(n, j, exp(h[n,j] - logsumexp(i, h[n,i])))"),
    ):
        text = spec.replace("LOSS", loss).replace("SIZE", str(size))
        made = compile_network(parse_spec(text))
        for limits in LIMITS.values():
            verdict = judge_module(made.graph, made.module, limits=limits)
            assert verdict.points and not verdict.disagreements, verdict


@pytest.mark.parametrize("name", zoo_names())
def test_the_zoo_is_accepted_briefly(name):
    text = (GENERATED / f"{name}.py").read_text()
    verdict = judge_module(load(name).graph, text, points=1, limits=BRIEF)
    assert verdict.points == 1 and not verdict.disagreements and verdict.worst < 1e-11


STOPS = """
equations = '''
h[0] = a
h[t+1] = tanh(w*h[t] + stop_gradient(sum(j, h[t]*x[t,j])))
loss = h[3]**2 + sum(t, w*stop_gradient(a*w)*x[t,0]) + stop_gradient(w)
'''
[parameters]
a = []
w = []
[inputs]
x = [3, 2]
"""


@pytest.mark.parametrize("judge", [EVALUATOR, EXECUTOR])
def test_what_stops_a_gradient_is_held_while_parameters_move(judge):
    made = compile_network(parse_spec(STOPS))
    assert len(frozen(made.graph)[1]) == 3
    assert not judge_module(made.graph, made.module, limits=LIMITS[judge]).disagreements
    flowing = compile_network(parse_spec(STOPS.replace("stop_gradient(a*w)", "(a*w)")))
    found = judge_module(made.graph, flowing.module, limits=LIMITS[judge]).disagreements
    assert {d.what for d in found} == {"gradient by a", "gradient by w"}
    at = point(made.graph, 0, "any")
    equations = Equations(made.graph, (), at.extents, LIMITS[judge].visits)
    for name in ("a", "w"):
        slope = equations.slope(at, {name: np.ones(())})
        assert slope == pytest.approx(float(equations.values(at)[f"d {name}"]), rel=1e-6)
    verdict = judge_module(made.graph, made.module, limits=LIMITS[OWN])
    assert not verdict.points and "not judged" in str(verdict)
    # The module itself has numbers from the equations, or says that it has none.
    space = load_text(made.module)
    assert space.check() < 1e-9 and "differences say nothing" in space.check.__doc__


def test_what_is_not_finite_or_too_large_is_said():
    spec = 'equations = "loss = log(-1 - w**2)"\n[parameters]\nw = []\n'
    made = compile_network(parse_spec(spec))
    verdict = judge_module(made.graph, made.module)
    assert not verdict.points and "not finite" in str(verdict)
    positive = 'equations = "loss = log(w)*log(x)"\n[parameters]\nw = []\n[inputs]\nx = []\n'
    made = compile_network(parse_spec(positive))
    assert judge_module(made.graph, made.module).points == 3
    few = Limits(10**5, 10, 10**6, 1)
    assert "too large" in str(judge_module(made.graph, made.module, limits=few))
    # 40 digits hold what floats do not: no such number is stored.
    made = compile_network(parse_spec(
        'equations = "loss = a*exp(700)*exp(700)"\n[parameters]\na = []\n'
    ))
    assert "_SLOPES" not in made.module and not judge_module(made.graph, made.module).points


def test_extents_may_be_given_and_disagreements_are_a_predicate(xor):
    graph, text = xor
    assert disagreements(graph, text, {"N": 1}) == ()
    assert disagreements(graph, text.replace('"W1": d_W1', '"W1": 2 * d_W1'), {"N": 2})


# --- points -----------------------------------------------------------------------------------


def test_the_numbers_are_the_same_in_every_version():
    """By whole numbers, computed here in Python's."""
    def number(n):
        for factor in (2654435761, 2246822519, 3266489917):
            n = n * factor % 2**32
            n ^= n >> 15
        return (n + 0.5) / 2**32

    assert spread(5, 4).tolist() == [number(n) for n in (6, 7, 8, 9)]
    many = spread(0, 10_000)
    assert len(set(many.tolist())) == 10_000 and 0 < many.min() < 0.001 < 0.999 < many.max() < 1
    assert abs(many.mean() - 0.5) < 0.01 and abs(np.corrcoef(many[:-1], many[1:])[0, 1]) < 0.03


@pytest.mark.parametrize("name", ["bundle_adjustment", "char_lstm", "digits", "graph_network"])
@pytest.mark.parametrize("signs", SIGNS)
def test_a_module_has_the_same_points(name, signs):
    graph = load(name).graph
    module = load_text((GENERATED / f"{name}.py").read_text())
    at = point(graph, 2, signs)
    params, args, ways = module._point(2, signs)
    given = [at.data[t.name] for r in ("input", "target") for t in graph.with_role(r)]
    for found, wanted in ((params, at.data), (ways, at.ways)):
        assert set(found) == set(module.PARAMETERS)
        for key, array in found.items():
            np.testing.assert_array_equal(array, wanted[key])
            assert array.dtype == wanted[key].dtype
    for found, wanted in zip(args, given, strict=True):
        np.testing.assert_array_equal(found, wanted)
        assert found.dtype == wanted.dtype
    assert all(np.abs(p).min(initial=1.0) > 0 for p in params.values())


def test_extents_are_unequal_and_leave_room():
    spec = '[inputs]\nx = ["N", 2, "T"]\n[[layers]]\nkind = "conv1d"\nfilters = 3\nkernel = 7\n' \
           '[[layers]]\nkind = "global_pool"\n[loss]\nkind = "sum_of_squares"\n'
    sizes = extents_of(parse_spec(spec).graph)
    assert sizes["T"] > 6 and len(set(sizes.values())) == len(sizes)


# --- what is written --------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "generated").mkdir()
    old = tmp_path / "generated" / "xor.py"
    old.write_text('"""Written by symbprop, once."""\n')
    return old


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_nothing_that_disagrees_is_written(options, desk, monkeypatch):
    honest = pipeline.numpy_module
    monkeypatch.setattr(
        pipeline, "numpy_module",
        lambda *args, **options: honest(*args, **options).replace('"W1": d_W1,', '"W1": -d_W1,'),
    )
    done = run("compile", "xor", *options)
    assert done.exit_code == 1 and "SP650" in done.stderr, done.output
    assert "gradient by W1" in done.stderr and "gradient by W2" not in done.stderr
    assert desk.read_text() == '"""Written by symbprop, once."""\n' and not done.stdout
    assert run("check", "xor").exit_code == 1
    assert run("compile", "xor", "--no-check").exit_code == 0
    assert "Loss and gradients" in desk.read_text()


def test_what_was_checked_is_said(desk):
    done = run("compile", "xor")
    assert done.exit_code == 0 and f"agree with {EVALUATOR} at one point" in done.stdout
    assert "check" not in run("compile", "xor", "--no-check").stdout
    done = run("compile", "xor", "--check")
    assert "at 3 points" in done.stdout and "disagreement" in done.stdout
    assert f"agree with {EXECUTOR} at 3 points" in run("check", "digits").stdout
    assert OWN in run("compile", "deep_tanh", "-o", "deep.py").stdout


@pytest.mark.parametrize(("old", "new", "named"), [
    ('"W1": d_W1,', '"W1": -d_W1,', "gradient by W1"),
    # Loss and gradient are wrong alike: only the numbers from the equations show it.
    (r"\ndef (loss|value_and_grad)\((.*)\):\n(.*\n)    dtype = ",
     r'\ndef \1(\2):\n\3    params = {**params, "b1": params["b1"] * 2}\n    dtype = ', "W1\n"),
])
def test_a_standalone_module_finds_what_is_wrong_in_it(old, new, named, xor, tmp_path):
    path = tmp_path / "net.py"
    for text, code in ((xor[1], 0), (corrupted(xor[1], old, new), 1)):
        path.write_text(text)
        done = subprocess.run([sys.executable, "-I", "-W", "error", str(path)], check=False,
                              capture_output=True, text=True, env={**os.environ})
        assert done.returncode == code, done.stdout + done.stderr
    assert named in done.stdout


def test_small_networks_carry_their_numbers():
    with_numbers = {
        n for n in zoo_names() if "\n_SLOPES = " in (GENERATED / f"{n}.py").read_text()
    }
    assert {"two_two_one", "xor", "linear_regression"} <= with_numbers
    assert not {"digits", "gpt_small", "word2vec"} & with_numbers
    module = load_text((GENERATED / "two_two_one.py").read_text())
    assert all(module._SLOPES.values())
    params, args, _ = module._point(*module._POINT)
    assert float(module.loss(params, *args)) == pytest.approx(module._LOSS, rel=1e-11)


@pytest.mark.parametrize("name", ["digits", "two_two_one"])
def test_a_module_without_numbers_checks_by_differences(name):
    spec = importlib.util.spec_from_file_location("net", GENERATED / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module._disagreements(3)
    assert sum("by differences" in what for what in found) == len(module.PARAMETERS)
    assert max(found.values()) < 1e-6


def test_a_jump_beside_a_point_is_no_wrong_gradient():
    """The default check of a large network steps over jumps; a shorter step does not."""
    from symbprop.check.judge import BRIEF, judge_module
    from symbprop.networks.spec import parse_spec, zoo_text
    from symbprop.pipeline import compile_network

    text = zoo_text("gpt_small").replace(
        "sum(d, E1[v,d]*ylast[n,t,d])", "sign(sum(d, E1[v,d]*ylast[n,t,d]))")
    found = compile_network(parse_spec(text, "signs.toml"))
    verdict = judge_module(found.graph, found.module, limits=BRIEF, derivative=found.derivative)
    assert verdict.points and not verdict.disagreements


def test_what_is_defined_may_be_too_large_to_check():
    from symbprop.check.judge import judge_module
    from symbprop.networks.spec import parse_spec
    from symbprop.pipeline import compile_network

    text = ("equations = '''\ny[t + 10**12] += x[t]*w\nloss = sum(t, y[t]**2)\n'''\n"
            "[parameters]\nw = []\n[inputs]\nx = ['T']\n")
    found = compile_network(parse_spec(text.replace("10**12", "1099511627777"), "far.toml"))
    verdict = judge_module(found.graph, found.module)
    assert not verdict.points and "too large" in verdict.reason
