"""A call whose arguments do not fit is answered by name; what it is told to pass instead fits."""

import collections
import types
import warnings

import numpy as np
import pytest

from symbprop.networks.spec import load, parse_spec
from symbprop.pipeline import compile_network

DENSE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 4
activation = "tanh"
[[layers]]
kind = "dense"
units = 1
[loss]
kind = "mean_squared_error"
target = "y"
"""
IMAGES = """
equations = "loss = sum(n, c, i, j, (x[n,c,i,j]*w[c] - y[n,i])**2) + sum(n, t, z[n,t,0]*w[0])"
[parameters]
w = [2]
[inputs]
x = ["N", 2, 5, 7]
z = ["N", "T", 1]
[targets]
y = ["N", 5]
"""
# An extent that one argument has twice, and one that is a formula.
SQUARE = """
equations = "loss = sum(n, m, (x[n,m]*y[n] - z[m+1]*w)**2)"
[parameters]
w = []
[inputs]
x = ["N", "N"]
y = ["N"]
z = ["N + 1"]
"""
SINGLE = "\n[compile]\naccuracy = \"full\"\n"
SIZES = {"N": 4, "T": 6, "K": 3, "N + 1": 5}
# The spec, and below what its integers stay.
NETWORKS = {
    "two_two_one": {}, "dense": {}, "images": {}, "full": {}, "digits": {"label": 10},
    "square": {}, "word2vec": {"word": 500, "near": 500, "drawn": 500}, "lstm_64": {}, "vae": {},
}
SPECS = {"dense": DENSE, "images": IMAGES, "full": DENSE + SINGLE, "square": SQUARE}


@pytest.fixture(scope="module")
def spaces():
    """The names of each network's module."""
    found = {}
    for name in NETWORKS:
        network = parse_spec(SPECS[name], f"{name}.toml") if name in SPECS else load(name)
        found[name] = {"__name__": name}
        exec(compile(compile_network(network).module, name, "exec"), found[name])
    return found


def arguments(space, limits, dtype=np.float64):
    rng = np.random.default_rng(5)
    params = space["init"](1, dtype)
    data = {}
    for name, shape in {**space["INPUTS"], **space["TARGETS"]}.items():
        shape = tuple(SIZES.get(size, size) for size in shape)
        data[name] = (rng.integers(1, limits[name], shape) if name in limits
                      else rng.normal(size=shape).astype(dtype))
    return params, data


def answer(space, params, data):
    """The message of the error that the call ends with, or none."""
    try:
        space["value_and_grad"](params, **data)
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


class Graphed:
    """What a library's array does that NumPy may not read."""

    __module__ = "elsewhere.tensors"

    def __init__(self, value):
        self.value, self.dtype = value, "float64"

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("not while gradients are recorded")

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.value


class Sparse:
    def __init__(self, value):
        self.value = value

    def toarray(self):
        return self.value


# What is given for an array of floats, and whether the answer says what to pass instead; where it
# does not, it says what is expected.
OF_ANOTHER_KIND = {
    "none": (lambda a: None, False), "a text": (lambda a: "abc", False),
    "a dict": (lambda a: {"a": a}, False), "an object": (lambda a: object(), False),
    "integers": (lambda a: a.astype(int), True), "truth values": (lambda a: a > 0, True),
    "bytes": (lambda a: a.astype(np.uint8), True), "objects": (lambda a: a.astype(object), True),
    "half": (lambda a: a.astype(np.float16), True),
    "long": (lambda a: a.astype(np.longdouble), True), "complex": (lambda a: a + 0j, True),
    "texts": (lambda a: a.astype(str), True),
    "records": (lambda a: np.zeros(3, [("a", "f8"), ("b", "f8")]), False),
    "a list of integers": (lambda a: a.astype(int).tolist(), True),
    "a list of truth values": (lambda a: (a > 0).tolist(), True),
    "unequal rows": (lambda a: [[1.0], [1.0, 2.0]], False),
    "a generator": (lambda a: (v for v in a.reshape(-1)), False),
    "masked": (lambda a: np.ma.masked_array(a, np.ones(a.shape, bool)), False),
    "of a graph": (Graphed, True), "sparse": (Sparse, False),
}
INTEGERS = {
    "floats": (lambda a: a.astype(float), True), "singles": (lambda a: a.astype("f4"), True),
    "a list of floats": (lambda a: a.astype(float).tolist(), True),
    "truth values": (lambda a: a > 0, True), "objects": (lambda a: a.astype(object), True),
    "complex": (lambda a: a + 0j, True), "none": (lambda a: None, False),
    "broken": (lambda a: a + 0.5, False), "no numbers": (lambda a: a * np.nan, False),
    "of a graph": (Graphed, True), "texts": (lambda a: a.astype(str), True),
}


def mended(message, name, params, data):
    """The arguments, where that of the name is what the message says to pass."""
    text = message.rpartition("; ")[2].partition("pass ")[2]
    assert text, message
    # The expression is our own, and NumPy and the arguments are all that it may name.
    with warnings.catch_warnings():
        # NumPy says itself that an imaginary part is lost.
        warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
        value = eval(text, {"__builtins__": {}}, {"np": np, "params": params, **data})
    return ({**params, name: value}, data) if name in params else (params, {**data, name: value})


@pytest.mark.parametrize("network", NETWORKS)
def test_what_is_no_array_of_floats_is_named_with_its_mend(network, spaces):
    space, limits = spaces[network], NETWORKS[network]
    good, right = arguments(space, limits)
    assert answer(space, good, right) == ""
    for name in (*good, *right):
        kinds = INTEGERS if name in limits else OF_ANOTHER_KIND
        value = good.get(name, right.get(name))
        for kind, (change, mend) in kinds.items():
            params, data = dict(good), dict(right)
            (params if name in params else data)[name] = change(value)
            message = answer(space, params, data)
            assert message.startswith(f"{name} "), (name, kind, message)
            assert "expected" in message or "the parameters hold" in message, (kind, message)
            if mend:
                params, data = mended(message, name, params, data)
                again = answer(space, params, data)
                # What is read as an array may still be of the other precision.
                assert again == "" or "use one dtype" in again, (kind, message, again)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_precision_is_asked_for_by_name(network, dtype, spaces):
    space, limits = spaces[network], NETWORKS[network]
    params, data = arguments(space, limits, dtype)
    other = np.float32 if dtype is np.float64 else np.float64
    for name in data.keys() - limits.keys():
        wrong = {**data, name: data[name].astype(other)}
        message = answer(space, params, wrong)
        words = f"{name} holds {np.dtype(other)}, but the parameters hold {np.dtype(dtype)}; pass "
        assert message.startswith(words)
        assert answer(space, *mended(message, name, params, wrong)) == ""
        wrong = {**data, name: data[name].astype(int)}
        message = answer(space, params, wrong)
        words = f"{name} holds int64, expected {np.dtype(dtype)}; pass {name}.astype(np."
        assert message == f"{words}{np.dtype(dtype)})"
        assert answer(space, *mended(message, name, params, wrong)) == ""
    for name in params if len(params) > 1 else ():
        wrong = {**params, name: params[name].astype(other)}
        message = answer(space, wrong, data)
        assert f"{name} holds {np.dtype(other)}" in message and "use one dtype: params" in message
        same = eval(message.partition("params = ")[2], {"np": np, "params": wrong})
        assert {v.dtype for v in same.values()} == {np.dtype(np.float64)}


# By the expected shape: what is given, and what is said to pass.
SHAPES = [
    ("dense", "y", lambda a: a[:, 0], "y.reshape(-1, 1)"),
    ("dense", "y", lambda a: a.T, "y.T"),
    ("dense", "y", lambda a: a[:, 0].tolist(), "np.asarray(y).reshape(-1, 1)"),
    ("dense", "y", lambda a: a[..., None], "y.reshape(-1, 1)"),
    ("dense", "x", lambda a: a.T, "x.T"),
    ("dense", "x", lambda a: a[None], "x.reshape(-1, 3)"),
    ("dense", "x", lambda a: a[0], "x.reshape(-1, 3)"),
    ("dense", "x", lambda a: a[0].tolist(), "np.asarray(x).reshape(-1, 3)"),
    ("dense", "x", lambda a: a.reshape(6, 2), ""),
    ("dense", "x", lambda a: a[:, :2], ""),
    ("dense", "W1", lambda a: a.T, 'params["W1"].T'),
    ("dense", "W1", lambda a: a.reshape(2, 6), ""),
    ("dense", "b1", lambda a: a[:, None], 'params["b1"].reshape(4)'),
    ("dense", "b2", lambda a: a[0], 'np.asarray(params["b2"]).reshape(1)'),
    ("dense", "b1", lambda a: a[None], 'params["b1"].reshape(4)'),
    ("full", "y", lambda a: a[:, 0], "y.reshape(-1, 1)"),
    ("full", "W1", lambda a: a.T, 'params["W1"].T'),
    ("images", "x", lambda a: a.transpose(0, 2, 3, 1), ""),
    ("images", "x", lambda a: a.T, "x.T"),
    ("images", "x", lambda a: a[0], "x.reshape(-1, 2, 5, 7)"),
    ("images", "x", lambda a: a[:, :1], ""),
    ("images", "z", lambda a: a[..., 0], ""),
    ("images", "y", lambda a: a.T, "y.T"),
    ("images", "y", lambda a: a[:, :3], ""),
    ("two_two_one", "x1", lambda a: a[:, None], "x1.reshape(-1)"),
    ("two_two_one", "x2", lambda a: a[None], "x2.reshape(-1)"),
    ("two_two_one", "W1", lambda a: a[None], 'params["W1"].reshape(())'),
    ("two_two_one", "x2", lambda a: a[1:], ""),
    ("two_two_one", "x1", lambda a: np.stack([a, a], 1), ""),
    ("square", "x", lambda a: a[1:], ""),
    ("square", "y", lambda a: a[:, None], "y.reshape(-1)"),
    ("square", "z", lambda a: a[1:], ""),
    ("digits", "label", lambda a: np.eye(10)[a], "label.argmax(-1)"),
    ("digits", "label", lambda a: a[:, None], "label.reshape(-1)"),
    ("digits", "x", lambda a: a.reshape(4, 8, 8), "x.reshape(-1, 64)"),
    ("digits", "x", lambda a: a[0], "x.reshape(-1, 64)"),
    ("word2vec", "drawn", lambda a: a.T, "drawn.T"),
    ("word2vec", "drawn", lambda a: a[0], ""),
]


@pytest.mark.parametrize(("network", "name", "change", "mend"), SHAPES)
def test_a_shape_is_told_with_what_would_fit(network, name, change, mend, spaces):
    space = spaces[network]
    params, data = arguments(space, NETWORKS[network])
    (params if name in params else data)[name] = change(params.get(name, data.get(name)))
    message = answer(space, params, data)
    found = np.shape(params.get(name, data.get(name)))
    assert message.startswith(f"{name} has shape {found}, expected (")
    assert message.endswith(f"pass {mend}" if mend else ")") or (not mend and "pass" not in message)
    if mend and name != "x":
        assert answer(space, *mended(message, name, params, data)) == ""


def test_an_extent_is_told_with_the_argument_that_binds_it(spaces):
    params, data = arguments(spaces["two_two_one"], {})
    message = answer(spaces["two_two_one"], params, {**data, "expected": data["expected"][1:]})
    assert message == "expected has shape (3,), expected (4,), as N is 4 in x1"


def test_labels_out_of_range_are_told_with_their_range(spaces):
    space = spaces["digits"]
    params, data = arguments(space, {"label": 10})
    for label, said in [
        ([1, 10, 2, 3], "from 1 to 10, expected 0 to 9; if they count from one, pass label - 1"),
        ([-1, 4, 2, 3], "from -1 to 4, expected 0 to 9; a negative one does not count from "
         "the end"),
        ([0, 10, 2, 3], "from 0 to 10, expected 0 to 9"),
    ]:
        message = answer(space, params, {**data, "label": np.array(label)})
        assert message == f"label holds values {said}"
    large = np.full(4, 2**63 + 1, np.uint64)
    assert f"to {2**63 + 1}, expected 0 to 9" in answer(space, params, {**data, "label": large})


@pytest.mark.parametrize("network", ["two_two_one", "dense", "full"])
def test_parameters_of_other_names(network, spaces):
    space = spaces[network]
    good, data = arguments(space, {})
    lower = {name.lower(): value for name, value in good.items()}
    message = answer(space, lower, data)
    assert "did you mean W1 by w1" in message and message.endswith("?")
    for name, key in {"W_1": "W1", "W10": "W1", "b_1": "b1", "w1 ": "W1", "w1": "W1"}.items():
        other = {name if k == key else k: v for k, v in good.items()}
        faults = f"params lacks ['{key}'] and has unknown ['{name}']"
        assert answer(space, other, data) == f"{faults}; did you mean {key} by {name}?"
    slip = {"momentum" if name == "W1" else name: value for name, value in good.items()}
    message = "params lacks ['W1'] and has unknown ['momentum']"
    assert answer(space, slip, data) == message
    less = {name: value for name, value in good.items() if name != "b2"}
    assert answer(space, less, data) == "params lacks ['b2'] and has unknown []"
    more = {**good, 3: good["W1"]}
    assert answer(space, more, data) == "params lacks [] and has unknown ['3']"
    assert answer(space, collections.OrderedDict(good), data) == ""


def test_parameters_that_are_no_dict(spaces):
    space = spaces["two_two_one"]
    good, data = arguments(space, {})
    for params in (None, list(good.values()), "W1", types.MappingProxyType(good),
                   space["pack"](good)):
        message = answer(space, params, data)
        kind = type(params).__name__
        assert message.startswith(f"params is a dict of arrays, not {kind}")
        assert "init()" in message


@pytest.mark.parametrize("value", [float("nan"), 4.5, "4", None, True, [4], float("inf"), -1])
def test_an_extent_is_an_integer(value, spaces):
    with pytest.raises(ValueError, match=r"^N is .*, expected an integer that is not negative$"):
        spaces["dense"]["Workspace"](value)


def test_whole_numbers_of_numpy_for_extents(spaces):
    space = spaces["dense"]
    params, data = arguments(space, {})
    space["value_and_grad"](params, **data, workspace=space["Workspace"](np.int16(4)))


@pytest.mark.parametrize("dtype", [
    np.float16, np.longdouble, int, bool, "nope", object, {}, 3, [1], np.zeros(3), np.zeros(1),
])
def test_a_dtype_is_one_of_two(dtype, spaces):
    for name in ("init", "Workspace"):
        with pytest.raises(TypeError, match=r"^dtype is .*, expected np.float32 or np.float64$"):
            spaces["dense"][name](4, dtype=dtype)


@pytest.mark.parametrize("seed", ["x", -1, 1.5, np.float32, None, True])
def test_a_seed_is_an_integer(seed, spaces):
    with pytest.raises(ValueError, match=r"^seed is .*, expected an integer that is not negative$"):
        spaces["dense"]["init"](seed)


def test_a_workspace_is_one_of_the_module(spaces):
    space = spaces["dense"]
    params, data = arguments(space, {})
    for other in (4, "work", {}, spaces["digits"]["Workspace"](4), spaces["full"]["Workspace"](4)):
        with pytest.raises(TypeError, match=r"^workspace is a \w+, not a Workspace of this"):
            space["value_and_grad"](params, **data, workspace=other)

    class Larger(space["Workspace"]):
        pass

    right = space["value_and_grad"](params, **data)
    found = space["value_and_grad"](params, **data, workspace=Larger(4))
    assert found[0] == right[0]


FREE = """
equations = "loss = sum(k, j, w[k,j]**2*v[j])"
[parameters]
w = ["K", 3]
v = [3]
"""


def test_parameters_of_a_free_extent_are_packed_by_shape():
    space = {"__name__": "free"}
    network = parse_spec(FREE, "free.toml")
    exec(compile(compile_network(network).module, "free", "exec"), space)
    params = space["init"](1, K=2)
    assert space["pack"](params).shape == (9,)
    for wrong, mend in [(params["w"].T, r'params\["w"\]\.T'),
                        (params["w"][0], r'params\["w"\]\.reshape\(-1, 3\)')]:
        with pytest.raises(ValueError, match=rf"^w has shape .*, expected \(K, 3\); pass {mend}$"):
            space["pack"]({**params, "w": wrong})
    with pytest.raises(ValueError, match=r"^K is 2\.5, expected an integer"):
        space["init"](1, K=2.5)


def test_vectors_are_judged_as_arguments_are(spaces):
    space = spaces["dense"]
    params, _ = arguments(space, {})
    vector = space["pack"](params)
    for given, said in [
        (None, "vector is None"), (vector.astype(int), r"vector holds int64.*vector\.astype"),
        (vector[:, None], r"vector has shape \(21, 1\), expected \(21,\); pass vector\.reshape"),
        (vector[1:], r"vector has shape \(20,\), expected \(21,\)$"), ("x", "vector is a str"),
    ]:
        with pytest.raises((TypeError, ValueError), match=f"^{said}"):
            space["unpack"](given)
    with pytest.raises(ValueError, match=r'^W1 has shape \(3, 4\).*pass params\["W1"\]\.T$'):
        space["pack"]({**params, "W1": params["W1"].T})


@pytest.mark.parametrize(("name", "values"), [
    ("learning_rate", ("x", None, np.nan, np.inf, True, [0.1], 10**400)),
    ("min_improvement", ("x", None, np.nan, True, {})),
    ("target_loss", ("x", np.nan, True, [0.1])),
    ("max_steps", ("x", None, 1.5, True, -1)), ("callback", ("x", 3, True)),
])
def test_what_fit_is_told_is_judged(name, values, spaces):
    space = spaces["two_two_one"]
    params, data = arguments(space, {})
    for value in values:
        with pytest.raises((TypeError, ValueError), match=f"^{name} is "):
            space["fit"](params, **data, **{"max_steps": 2, name: value})
    for wrong in (None, "a", 3, [1.0, 2.0]):
        with pytest.raises((TypeError, ValueError), match=r"^W1 "):
            space["fit"]({**params, "W1": wrong}, **data, max_steps=2)
