"""An extent is a number of places: less than none and more than an array has are told.

An index over nothing is legal, and a sum over it is 0; what has no value there is refused.
"""

import random

import numpy as np
import pytest

from symbprop import Network
from symbprop.errors import LimitError, SpecError
from symbprop.language import extents
from symbprop.language.agenda import Agenda
from symbprop.language.graph import Definition, Tensor, make_graph
from symbprop.language.notation import read_equations
from symbprop.language.terms import Index, Read, Reduce, extent
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

GIVEN = "[parameters]\na = []\nw = [3]\nm = [3, 4]\nv = ['N']\n"


def graph(equations, more=""):
    return parse_spec(f"equations = '''\n{equations}\n'''\n{GIVEN}{more}", "net.toml").graph


def run(equations, more="", **data):
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph(equations, more), "net").module, "net", "exec"), space)
    params = {"a": 2.0, "w": np.arange(3.0), "m": np.ones((3, 4)), "v": np.arange(6.0)}
    return space["value_and_grad"]({n: np.asarray(v) for n, v in params.items()}, **data)


@pytest.mark.parametrize(("equations", "code", "said"), [
    ("loss = a*sum(k, w[k+4])", "SP212", r"k would run over -1 places, by w\[k \+ 4\] of shape"),
    ("loss = a*sum(k, w[2*k+9])", "SP212", "k would run over -3 places"),
    ("loss = a*sum(j, k, m[j,k+9])", "SP212", r"-5 places, by m\[j, k \+ 9\] of shape \(3, 4\)"),
    ("y[k] = w[k+4]\nloss = sum(k, y[k])", "SP212", "-1 places"),
    ("y[k+2] += w[k]\nloss = sum(k, y[k+9])", "SP212", "-4 places"),
    ("loss = a*sum(i, p, w[i+p+4])", "SP107", "cannot infer"),
    ("loss = a + max(k, w[k+3])", "SP232", "max over nothing has no value; k runs over 0"),
    ("loss = a + min(k, w[k+3])", "SP232", "min over nothing"),
    ("loss = a + logsumexp(k, w[k+3])", "SP232", "logsumexp over nothing"),
    ("loss = a + mean(k, w[k+3])", "SP232", "mean over nothing has no value; k runs"),
    ("y[k] = w[k+3]\nz[k] = softmax(k, y[k])\nloss = a + sum(k, z[k])", "SP232", "over nothing"),
])
def test_less_than_no_places_or_no_value_over_none(equations, code, said):
    with pytest.raises(SpecError, match=said) as caught:
        graph(equations)
    fault = caught.value.faults[0]
    assert fault.code == code and fault.place.line in (2, 3)


@pytest.mark.parametrize("equations", [
    "loss = a + sum(k, w[k+3]*a)", "loss = a*prod(k, w[k+3])", "loss = a + sum(j, k, m[j,k+4]**2)",
    "y[k] = w[k+3]\nloss = a + sum(k, sin(y[k]))", "loss = a + sum(k, v[k+6]**2)",
    "y[k] = sin(w[k+3])\nloss = a + sum(k, j, y[k]*m[j,0])",
])
def test_an_index_over_nothing_is_legal(equations):
    loss, grads = run(equations)
    assert loss == 2 and grads["a"] == 1
    assert grads["w"].shape == (3,) and not grads["w"].any() and not grads["m"].any()


@pytest.mark.parametrize("equations", [
    "loss = a*sum(k, v[k+9])", "y[k] = v[k+8]\nloss = a*sum(k, y[k])",
])
def test_what_only_a_call_can_tell_is_told_there(equations):
    with pytest.raises(ValueError, match=r"N - [89] is -[23]"):
        run(equations)


@pytest.mark.parametrize("equations", [
    "loss = a", "loss = a*sum(n, t[n] > 0)", "y[t[n]] += a\nloss = sum(u, y[u]**2)",
])
def test_a_limit_that_no_argument_has_as_a_dimension(equations):
    more = "[inputs]\nt = { shape = ['N'], integer = true, below = 'V' }\n"
    with pytest.raises(SpecError, match=r"SP311.*V"):
        compile_graph(graph(equations, more), "net")
    bound = more + "x = ['V']\n"
    assert np.isfinite(run(equations, bound, t=np.array([1, 0, 2, 1, 1, 0]), x=np.ones(3))[0])


def letters(count):
    return ", ".join(f"i{n}" for n in range(count))


@pytest.mark.parametrize("equations", [
    f"loss = a*sum({letters(65)}, {'*'.join(f'w[i{n}]' for n in range(65))})",
    f"loss = sum({letters(33)}, sin({'*'.join(f'w[i{n}]' for n in range(33))}*sum("
    + letters(65).split("i32, ")[1] + ", " + "+".join(f"w[i{n}]" for n in range(33, 65)) + ")))",
    f"y[{letters(65)}] = {'*'.join(f'w[i{n}]' for n in range(65))}\nloss = y[{'0, ' * 64}0]",
])
def test_no_more_indices_than_an_array_has_dimensions(equations):
    with pytest.raises(LimitError, match=r"SP405.*65 .*at most 64"):
        graph(equations)


def test_the_limit_holds_for_what_is_written_in_python():
    indices = [Index(f"i{n}", 1) for n in range(65)]
    total = Definition(Read("loss"), Reduce("sum", Read("w", indices[0]), *indices))
    with pytest.raises(LimitError, match="SP405"):
        make_graph([Tensor("w", (extent(1),), "parameter"), Tensor("loss")], [total], "loss")
    with pytest.raises(SpecError, match="SP144"):
        Network("net").input("x", [extent(2) - 5])


@pytest.mark.parametrize("equations", [
    "u[i + 1, j] = w[i + 1]\nu[r, i] = v[i]", "u[r, i] = v[i]\nu[i + 1, j] = w[i + 1]",
    "u[i + 1, j] += w[i + 1]\nu[r, i] += v[i]",
])
def test_what_a_table_says_of_one_part_of_a_tensor_wins_over_another_part(equations):
    """The index of a part runs as far as its windows let it, not as far as the other part is long.

    A part that is written by an index of a declared extent says nothing of the others' ends.
    """
    text = f"{equations}\nloss = sum(i, u[i, 0])"
    value, grads = run(text, "[indices]\nr = 1\n")
    assert value == 0 + 1 + 2 and grads["w"].tolist() == [0, 1, 1]


@pytest.mark.parametrize(("equations", "more", "shape"), [
    ("y[i + 1] = b[2*i]*y[i]\ny[r] = 1\nloss = a*mean(q, y[q])", "r = 1", 2),
    ("y[r] = 1\ny[i + 1] = b[2*i]*y[i]\nloss = a*mean(q, y[q])", "r = 1", 2),
    ("y[i + 1] = y[i] + w[t[i + 2]]\ny[t[i]] += 1\nloss = a*sum(j, y[j])", "", 2),
    ("loss = a*sum(i, u[i + 1]*y[i])\ny[i] = u[i]\nu[4] += 1", "", 5),
    ("loss = a*sum(i, u[i + 1]*y[i])\ny[i] = u[i]\nu[i] = b[0]*m[0, 0]*c[i]", "", 5),
])
def test_what_is_known_speaks_before_parts_and_readers_do(equations, more, shape):
    """However a tensor of a known extent came to it, an index runs over all that it reads."""
    text = (f"equations = '''\n{equations}\n'''\n[parameters]\na = []\nb = [1]\nw = [1]\n"
            "c = [5]\nm = [3, 4]\n[inputs]\nt = { shape = [3], integer = true, below = 1 }\n"
            f"[indices]\n{more}\n")
    assert parse_spec(text, "net.toml").graph.tensors["y"].shape == (shape,)


def test_a_left_side_that_runs_backwards_reaches_as_far_however_long_its_index_is():
    lines = "z[6-i] = a*z[i+1]\nz[j] += a\nz[3] += a"
    definitions, (z,) = read_equations(lines, {"a": Tensor("a")})
    assert z.shape == (7,) and definitions[0].target.indices[0].free_symbols == {Index("i", 6)}


@pytest.mark.parametrize(("mean", "codes"), [
    ("mean(l, k, w[k]*w[l+3])", ["SP232"]), ("mean(l, w[l+3])", ["SP232"]),
    ("mean(k, l, w[l+3])", ["SP107", "SP232"]), ("mean(k, l, w[k]*w[l+4])", ["SP212"]),
])
@pytest.mark.parametrize("formula", ["{}", "a*{}", "1 + 3*{}", "tanh({})/a", "a - {}**2", "a/{}",
                                     "sqrt({})"])
def test_a_mean_over_nothing_beside_other_indices(formula, mean, codes):
    with pytest.raises(SpecError) as caught:
        graph("loss = " + formula.format(mean))
    assert [f.code for f in caught.value.faults] == codes


def test_an_agenda_keeps_its_order_and_takes_what_is_behind_at_once():
    agenda, seen = Agenda("abcd"), []
    for letter in agenda.round():
        seen.append(letter)
        if letter == "b":
            for again in "dcabx":
                agenda.put(again)
    assert seen == list("abcd") and agenda
    assert list(agenda.round()) == ["a", "b"] and not agenda
    for letter in "dab":
        agenda.put(letter)
    assert agenda.any(lambda letter: letter == "b") and not agenda.any(lambda letter: letter == "b")
    assert not agenda


class Everything(Agenda):
    """An agenda on which all comes back, however little has been found."""

    found = True

    def put(self, item):
        self.found = True

    def __bool__(self):
        return self.found

    def round(self):
        self.found = False
        yield from self._items

    def any(self, finds):
        return any(map(finds, self._items))


class Forgetful(Agenda):
    """An agenda to which nothing comes back."""

    def put(self, item):
        pass


PLACES = ("{i}", "{i}", "{i}", "{i}+{c}", "2*{i}", "{i}+{j}", "{c}-{i}", "2*{i}+{j}", "t[{i}]",
          "t[{i}]+{j}", "{c}")


def drawn(seed):
    """Lines that write and read tensors at places of all sorts."""
    rng = random.Random(seed)
    sizes = ["N", "M", 3, 4, 5]
    given = {n: Tensor(n, tuple(extent(rng.choice(sizes)) for _ in range(rng.randint(1, 2))))
             for n in "ab"}
    given["t"] = Tensor("t", (extent(rng.choice(sizes)),), integer=True,
                        limit=rng.choice([None, extent(4), extent("V")]))
    written = [rng.choice("uvyz") for _ in range(rng.randint(2, 9))]
    ranks = {n: len(t.shape) for n, t in given.items()} | {n: rng.randint(0, 2) for n in written}

    def read(name, letters):
        places = [rng.choice(PLACES).format(i=rng.choice(letters), j=rng.choice(letters),
                                            c=rng.randint(0, 5)) for _ in range(ranks[name])]
        return f"{name}[{', '.join(places)}]" if places else name

    lines = []
    for name in written:
        left = read(name, "ij")
        letters = [letter for letter in "ij" if letter in left] + ["k"]
        reads = rng.choice([" + ", "*"]).join(
            read(rng.choice(list(ranks)), letters) for _ in range(rng.randint(1, 4)))
        lines.append(f"{left} {rng.choice(['=', '+='])} {rng.choice(['sum', 'mean'])}(k, {reads})")
    return "\n".join(lines), given


def said(seed):
    try:
        return repr(read_equations(*drawn(seed)))
    except SpecError as error:
        return repr(error.faults)


def test_nothing_is_forgotten_that_a_finding_makes_say_more(monkeypatch):
    """What is found is what is found where all is looked at again each time."""
    found = [said(seed) for seed in range(150)]
    monkeypatch.setattr(extents, "Agenda", Everything)
    assert found == [said(seed) for seed in range(150)]
    monkeypatch.setattr(extents, "Agenda", Forgetful)
    assert found != [said(seed) for seed in range(150)]
