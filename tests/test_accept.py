"""What is written parses, and its names resolve; an extent below zero is named.

The texts that are refused are corruptions of a real module: the checks see each kind of fault, and
say nothing of what is sound.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from symbprop.errors import InternalError
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_network
from symbprop.targets import numpy_module as writer
from symbprop.targets.accept import accept

MODULES = sorted((Path(__file__).parent.parent / "generated").glob("*.py"))
XOR = (MODULES[0].parent / "xor.py").read_text()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_what_stands_is_accepted(path):
    text = path.read_text()
    assert accept(text) is text


@pytest.mark.parametrize(("old", "new", "message"), [
    ("import numpy as np\n", "", "np is read in the module"),
    ("    dtype = _dtype(params)\n", "", "dtype is read in value_and_grad"),
    ('    W1 = _floats("W1", ', '    W2 = _floats("W1", ', "W1 is read in loss"),
    ("def _floats(", "def _flaots(", "_floats is read in forward"),
    ("np.full((4,), 0.0, dtype)", "np.full((-4,), 0.0, dtype)", "negative size -4"),
    ("np.full((4,), 0.0, dtype)", "np.full(-1, 0.0, dtype)", "negative size -1"),
    ("np.full((4,), 0.0, dtype)", "np.full((4,), nan, dtype)", "nan is read in init"),
    ('TITLE = "', 'TITLE = inf + "', "inf is read in the module"),
    ("TITLE = ", "TITLE = OUTPUTS, ", "OUTPUTS is read in the module"),
    ("Fit(params, losses, \"all", "Fit(params, loses, \"all", "loses is read in _descend"),
    ("    losses = []\n", "    for losses in range(3):\n        pass\n", "losses is read"),
    ("    losses = []\n", "    if step:\n        losses = []\n", "step is read"),
    ("def pack(params):\n", "def pack(params):\n    return [n for n in PARAMETERS if m]\n",
     "m is read in pack"),
    ("def pack(params):\n", "def pack(params):\n    return lambda n, m=k: n + m\n", "k is read"),
    ("def pack(params):\n", "def pack(params):\n    m += 1\n", "m is read in pack"),
    ("def pack(params):\n", "def pack(params):\n    m[0] = 1\n", "m is read in pack"),
    ("def pack(params):\n", "def pack(params):\n    m.size = 1\n", "m is read in pack"),
    ("def pack(params):\n", "def pack(params:\n", "does not parse"),
])
def test_a_module_that_cannot_run_is_refused(old, new, message):
    assert old in XOR
    with pytest.raises(InternalError, match=re.escape(message)):
        accept(XOR.replace(old, new))


def test_nothing_else_is_complained_of():
    accept(XOR.replace("def pack(params):\n", (
        "def pack(params):\n"
        "    if params:\n        a = 1\n    else:\n        raise ValueError\n"
        "    for b in (1, 2):\n        c = a + b\n"
        "    d, (e, f) = c, (1, 2)\n"
        "    def inner(g, *h, i=d, **j):\n        return g, h, i, j, a, _floats\n"
        "    later = {k: [v for v in k] for k in (e, f, inner)}\n"
    )))


def test_the_compiler_gives_nobody_what_is_refused(monkeypatch):
    # Reserved names are read off a module once, which must not be the one below.
    space('equations = "loss = a**2"\n[parameters]\na = []\n')
    monkeypatch.setattr(writer._Module, "text", lambda self: "x = nan\n")
    network = parse_spec('equations = "loss = a**2"\n[parameters]\na = []\n')
    with pytest.raises(InternalError, match="nan is read"):
        compile_network(network)


def space(spec):
    made = {"__name__": "generated"}
    exec(compile(compile_network(parse_spec(spec)).module, "net", "exec"), made)
    return made


CONVOLUTION = (
    '[inputs]\nx = ["N", 2, "T"]\n[[layers]]\nkind = "conv1d"\nfilters = 3\nkernel = 3\n'
    '[[layers]]\nkind = "global_pool"\n[loss]\nkind = "sum_of_squares"\n'
)
MOVED = (
    'equations = """\nd[i] = sin(x[i+1])\nloss = sum(i, a*d[i]**2)\n"""\n'
    '[parameters]\na = []\n[inputs]\nx = ["N"]\n'
)
BOUND = (
    'equations = "loss = a*sum(i, x[i+4])"\n[parameters]\na = []\n[inputs]\nx = ["N"]\n'
)


@pytest.mark.parametrize(("spec", "x", "enough", "named"), [
    (CONVOLUTION, (4, 2, 1), (4, 2, 3), "T - 2 is -1"),
    (MOVED, (0,), (1,), "N - 1 is -1"),
    (BOUND, (3,), (4,), "N - 4 is -1"),
])
@pytest.mark.parametrize("function", ["loss", "value_and_grad"])
def test_an_extent_below_zero_is_named(spec, x, enough, named, function):
    net = space(spec)
    params = net["init"]()
    more = {k: np.zeros(tuple(4 if isinstance(n, str) else n for n in shape))
            for k, shape in net["TARGETS"].items()}
    with pytest.raises(ValueError, match=named):
        net[function](params, np.ones(x), **more)
    net[function](params, np.ones(enough), **more)
