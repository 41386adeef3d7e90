"""Bad input and what it gets: a message with a place, an exit code, and every file as it was.

The rows follow the list of the project: specs and their encoding, names, texts, equations, sizes,
outputs, and the arguments of a generated module.  Most run in this process; what concerns
processes, signals and closed files runs in one of its own.
"""

import contextlib
import importlib.util
import itertools
import os
import pty
import random
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from command import command

from symbprop.errors import FileError, LimitError, SpecError
from symbprop.files import write_whole
from symbprop.networks.spec import ZOO, parse_spec, zoo_names
from symbprop.pipeline import compile_network

ROOT = Path(__file__).parent.parent
OLD = '"""Written by symbprop, once."""\n'
DENSE = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 2
activation = "relu"
[loss]
kind = "sum_of_squares"
"""


def equations(text, more=""):
    """A spec of equations over a scalar a, a vector w, a matrix W, data x and labels t."""
    return (
        f"equations = '''\n{text}\n'''\n[parameters]\na = []\nw = [3]\nW = [3, 4]\n"
        f'[inputs]\nx = ["N"]\nt = {{ shape = ["N"], integer = true, below = 3 }}\n{more}'
    )


class Desk:
    """A directory with an older output in it, and the command."""

    def __init__(self, folder):
        self.folder = folder
        self.old = folder / "generated" / "spec.py"
        self.old.parent.mkdir()
        self.old.write_text(OLD)

    def run(self, *arguments):
        return command(*arguments, folder=self.folder)

    def compile(self, spec, *more):
        data = spec if isinstance(spec, bytes) else spec.encode("utf-8", "surrogateescape")
        (self.folder / "spec.toml").write_bytes(data)
        return self.run("compile", "spec.toml", *more)

    def kept(self):
        return self.old.read_text() == OLD and [
            p.name for p in self.old.parent.iterdir() if p.name != "__pycache__"
        ] == ["spec.py"]

    def refuses(self, spec, code, message):
        done = self.compile(spec)
        assert done.returncode == code, done.stderr
        assert re.search(message, done.stderr), done.stderr
        assert not done.stdout and "Traceback" not in done.stderr
        assert self.kept()
        return done.stderr


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def module_of(spec, name, folder):
    path = folder / f"{name}.py"
    path.write_text(compile_network(parse_spec(spec, f"{name}.toml")).module)
    found = importlib.util.spec_from_file_location(name, path)
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


# --- specs: syntax and encoding ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"spec\.toml:1:1: error\[SP132\]: the spec defines nothing\n  hint: write"),
        (b"x = \n", r"spec\.toml:1:5: error\[SP131\]: invalid TOML"),
        (b"\n# caf\xe9\n" + DENSE.encode(), r"spec\.toml:2:6: error\[SP130\]: .*byte 0xe9"),
        (DENSE.encode("utf-16"), r"spec\.toml:1:1: error\[SP130\]: .*UTF-16"),
        (DENSE.encode("utf-16-be"), r"spec\.toml:1:1: error\[SP130\]: .*UTF-16"),
        (DENSE.replace("relu", "re\x01lu").encode(), r"spec\.toml:7:17: error\[SP131\]"),
        (DENSE.replace("units = 2", "units = 2\nunits = 3").encode(),
         r"spec\.toml:7:10: error\[SP131\]"),
        (DENSE.replace("units = 2", "units = " + "9" * 5000).encode(),
         r"spec\.toml:6:9: error\[SP131\]: a number has over 1000 digits"),
        (DENSE.replace("units = 2", "units = 2025-02-30").encode(), r"error\[SP131\]"),
    ],
)
def test_syntax_and_encoding(data, message, desk):
    desk.refuses(data, 2, message)


@pytest.mark.parametrize("change", [
    lambda text: "\ufeff" + text,
    lambda text: text.replace("\n", "\r\n"),
])
def test_a_mark_and_windows_line_ends_change_nothing(change, desk):
    plain = desk.compile(DENSE)
    assert plain.returncode == 0, plain.output
    expected = desk.old.read_bytes()
    assert desk.compile(change(DENSE)).returncode == 0
    assert desk.old.read_bytes() == expected
    fault = desk.compile(change(equations("b = a\nloss = expp(b)"))).stderr
    assert "spec.toml:3:8: error[SP104]" in fault


def test_files_that_are_too_large_or_nested_too_deep(desk):
    desk.refuses("# " + "x" * 5_000_000, 4, r"SP402.*5000002 bytes, at most 1000000")
    desk.refuses("\na = " + "[" * 20000, 4, r"spec\.toml:2:55: error\[SP403\]: brackets")
    desk.refuses(equations(f"loss = {'(' * 20000}a"), 4, r"spec\.toml:2:1: error\[SP401\]")
    desk.refuses(equations("loss = " + "a+" * 5000 + "a"), 4, r"spec\.toml:2:1: error\[SP401\]")
    desk.refuses(equations("loss = " + "-" * 5000 + "a"), 4, r"spec\.toml:2:1: error\[SP401\]")
    title = f'title = "{"[" * 90}"  # {"[" * 90}\n'
    assert desk.compile(title + DENSE).returncode == 0


def test_texts_without_an_end_are_scanned_once(desk):
    begun = time.monotonic()
    desk.refuses('a = """' + '\\"""' * 200_000, 2, "SP131")
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("value", [
    "8.0", '"8"', "true", "-3", "0", str(10**20), "nan", "inf", "1e400", "[]", "{}", "1979-05-27",
])
def test_a_count_is_a_positive_integer(value, desk):
    desk.refuses(DENSE.replace("= 2", f"= {value}"), 2,
                 r"spec\.toml:6:1: error\[SP134\]: layers\[0\]\.units: a positive integer")


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", '"2"', "true", "[]", "1" + "0" * 400])
def test_numbers_of_a_loss_and_constants_are_finite(value, desk):
    for key in ("weight", "delta"):
        huber = DENSE.replace('"sum_of_squares"', '"huber"')
        desk.refuses(f"{huber}{key} = {value}\n", 2,
                     rf"spec\.toml:10:1: error\[SP133\]: loss\.{key}: a finite number")
    desk.refuses(equations("loss = a*k", f"[constants]\nk = [[1.0, 2.0], [{value}]]\n"), 2,
                 r"spec\.toml:12:1: error\[SP137\]: k is no table of finite numbers")


def test_unknown_keys_say_what_is_near(desk):
    for wrong, code, near in [
        (DENSE.replace("[loss]", "[los]"), "SP121", "loss"),
        (DENSE.replace("units", "unit"), "SP121", "units"),
        (DENSE.replace('"relu"', '"rellu"'), "SP104", "relu"),
        (DENSE.replace('"dense"', '"dens"'), "SP104", "dense"),
        (DENSE.replace('"sum_of_squares"', '"sum_of_square"'), "SP104", "sum_of_squares"),
        (DENSE + 'predicton = "s1"\n', "SP121", "prediction"),
    ]:
        assert f'did you mean "{near}"' in desk.refuses(wrong, 2, rf"error\[{code}\]")


def test_twenty_faults_are_shown_and_the_rest_counted(desk):
    for spec in (
        "".join(f'[[layers]]\nkind = "nope{n}"\n' for n in range(30)),
        equations("\n".join(f"b{n} = unknown{n}" for n in range(30))),
    ):
        said = desk.refuses(spec, 2, r"and 10 more errors\n$")
        assert len(re.findall(r"error\[SP", said)) == 20


def test_values_of_a_wrong_type_are_faults_of_the_spec(desk):
    """A spec of the zoo with one value after another replaced is never a bug of ours."""
    rng = random.Random(5)
    values = ["3", "-1", "nan", '"x"', '"a b"', "true", "[]", "[[1]]", '[""]', "{}", "{ x = 1 }",
              '{ kind = "constant" }', "07:32:00", '"lambda"', '["N", "N"]', "1e308", "''"]
    tried = 0
    texts = [(ZOO / f"{n}.toml").read_text() for n in zoo_names() if n != "deep_tanh"]
    for text in [*texts, DENSE]:
        spots = [m.span(1) for m in re.finditer(r'^[\w.]+ = ((?!""").+)$', text, re.M)]
        for start, end in rng.sample(spots, min(6, len(spots))):
            for value in rng.sample(values, 6):
                tried += 1
                with contextlib.suppress(SpecError, LimitError):
                    _ = parse_spec(text[:start] + value + text[end:]).graph
    assert tried > 300


# --- files that are read ----------------------------------------------------------------------


def test_a_spec_that_is_no_file(desk):
    (desk.folder / "net.toml").write_text(DENSE)
    os.mkfifo(desk.folder / "pipe.toml")
    for name, code, message in [
        ("nett.toml", 3, r'SP606.*\n  hint: did you mean "net\.toml"'),
        ("two_two_on", 3, r'SP606.*\n  hint: did you mean "two_two_one"'),
        (".", 3, r"SP607.*is a directory"),
        ("", 3, r"SP607.*is a directory"),
        ("pipe.toml", 3, r"SP607.*no plain file"),
        ("/dev/zero", 3, r"SP607.*no plain file"),
        ("a\x1b[31mb.toml", 3, r"SP606.*a\\x1b\[31mb"),
    ]:
        done = desk.run("compile", name)
        assert done.returncode == code and re.search(message, done.stderr), done.stderr
        assert "\x1b" not in done.output and desk.kept()


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "W1; import os", "", "a" * 10_000, "1a", "a.b", "_a", "__class__", "a b", "a\u200bb",
    "a\u202eb", "\U0001f600", "\u00e9", "\uff41", "lambda", "None", "True",
])
def test_what_is_no_name(name, desk):
    escaped = "".join(f"\\U{ord(c):08x}" for c in name)
    for table in ("parameters", "inputs", "targets", "constants", "indices"):
        value = {"constants": "1.0", "indices": "3"}.get(table, "[]")
        spec = f'equations = "loss = b**2"\n[{table}]\n"{escaped}" = {value}\n'
        said = desk.refuses(spec + ("" if table == "parameters" else "[parameters]\n") + "b = []\n",
                            2, r"error\[SP109\]: .* no name")
        assert len(said) < 400 and said.isprintable() is False and "\u202e" not in said
    desk.refuses(f'equations = "loss = sum(i, x[i])*b"\n[parameters]\nb = []\n[inputs]\n'
                 f'x = ["{escaped}"]\n', 2, r"error\[SP134\]: an extent is")


def test_letters_that_only_look_like_others(desk):
    desk.refuses(equations("loss = \uff41"), 2, r"spec\.toml:2:8: error\[SP109\]: .*U\+FF41")
    desk.refuses(equations("l\u043ess = a"), 2, r"spec\.toml:2:2: error\[SP109\]: .*U\+043E")
    desk.refuses(equations("loss = (a +\n  a\u200b)"), 2, r"spec\.toml:3:4: error\[SP109\]")


def test_names_that_something_else_has_are_plain_names(desk):
    names = ["params", "grads", "work", "out", "d_W1", "np", "dtype", "E", "I", "S", "N", "Q", "O",
             "pi", "beta", "gamma", "zeta", "oo", "re", "im", "W1", "w1", "list", "list_", "list__",
             "print", "workspace", "self", "match", "loss_", "d_loss", "memory_1", "ones_M", "size",
             "exp", "sum"]
    terms = " + ".join(f"{k + 1}*({n}*x[i])**2" for k, n in enumerate(names))
    declared = "\n".join(f"{n} = []" for n in names)
    done = desk.compile(f'equations = "loss = sum(i, {terms})"\n[parameters]\n{declared}\n'
                        '[inputs]\nx = ["M"]\n', "--check")
    assert done.returncode == 0, done.stderr
    made = {}
    exec_module(desk.old, made)
    params = {n: np.float64(1 + k / 7) for k, n in enumerate(names)}
    _, grads = made["value_and_grad"](params, np.array([1.0, 2.0]))
    for k, name in enumerate(names):
        assert grads[name] == pytest.approx(10 * (k + 1) * params[name])


def exec_module(path, into):
    found = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    into.update(vars(made))


def test_one_name_for_two_things(desk):
    desk.refuses('equations = "loss = a"\n[parameters]\na = []\n[inputs]\na = []\n', 2,
                 r"spec\.toml:5:1: error\[SP120\]: the name a is used twice")
    desk.refuses(equations("a = 3\nloss = a"), 2, r"spec\.toml:2:1: error\[SP213\]")
    desk.refuses(DENSE.replace("[loss]", '[[layers]]\nkind = "dense"\nname = "1"\nunits = 3\n'
                               "[loss]"), 2, r"error\[SP120\]: the name W1 is used twice")


# --- texts ------------------------------------------------------------------------------------

HOSTILE = ['"""', "a\\", "\\u12 \\N{x}", "a\nb\rc", "a\u2028b", "{{ config }}{% include 'x' %}",
           "%s <script>", "\\input{/etc/passwd} $ % # _", "\x1b[31m [red]", "\x85\x9b2J"]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_inert_everywhere(title, desk):
    escaped = "".join(f"\\u{ord(c):04x}" for c in title)
    spec = f'title = "{escaped}"\ndescription = "{escaped}"\n{DENSE}'
    assert desk.compile(spec).returncode == 0
    made = {}
    exec_module(desk.old, made)
    assert made["TITLE"] == title and desk.old.read_bytes().isascii()
    shown = desk.run("latex", "spec.toml", "-o", "spec.tex")
    assert shown.returncode == 0, shown.output
    page = (desk.folder / "spec.tex").read_text()
    assert "\\input{" not in page and not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", page)
    for stage in ("graph", "module"):
        assert "\x1b" not in desk.run("show", "spec.toml", "--stage", stage).output


# --- equations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "column", "message"),
    [
        ("loss = __import__('os').system('x')", "SP102", 8, "not allowed here"),
        ("loss = a.real", "SP102", 8, "not allowed here"),
        ("loss = (lambda q: q)(a)", "SP102", 8, "not allowed here"),
        ("loss = [q for q in w]", "SP102", 8, "not allowed here"),
        ('loss = f"{a}"', "SP102", 8, "not allowed here"),
        ("loss = (q := a)", "SP102", 9, "not allowed here"),
        ("loss = max(*w)", "SP102", 8, "not allowed here"),
        ("loss = exp(x=a)", "SP102", 8, "not allowed here"),
        ("loss = w[0:2]", "SP102", 8, "not allowed here"),
        ("import os", "SP102", 1, "not allowed here"),
        ("loss = a; import os", "SP102", 1, "one definition a line"),
        ("loss.x = a", "SP109", 1, "a left side is"),
        ("loss = a**10**10**10", "SP108", 11, "beyond 64"),
        ("loss = a**1000000", "SP108", 8, "beyond 64"),
        ("loss = a*1e400", "SP108", 10, "no finite number"),
        ("loss = a + 1e300*1e300", "SP108", 12, "no finite real number"),
        ("loss = a + " + "9" * 5000, "SP108", 1, "over 100 digits"),
        ("loss = a + 1/0", "SP108", 12, "division by zero"),
        ("loss = a/(1 - 1)", "SP108", 8, "division by zero"),
        ("loss = a + log(0)", "SP108", 12, "no finite real number"),
        ("loss = a + sqrt(-1)", "SP108", 12, "no finite real number"),
        ("loss = a + acos(2)", "SP108", 12, "no finite real number"),
        ("loss = a + exp(1000000)", "SP108", 12, "no finite real number"),
        ("loss = aa", "SP103", 8, 'unknown name "aa"\n  hint: did you mean "a"'),
        ("loss = ww[0]", "SP103", 8, 'unknown tensor "ww"\n  hint: did you mean "w"'),
        ("loss = expp(a)", "SP104", 8, 'unknown function "expp"\n  hint: did you mean "exp"'),
        ("loss = exp(a, a)", "SP105", 8, "exp takes 1 argument, but 2 are given"),
        ("loss = where(a > 0, a)", "SP105", 8, "where takes 3 arguments, but 2"),
        ("loss = sum(n, w[n]*W[0,n])", "SP106", 1, "n of W.0, n. runs over 4, but over 3 by w.n."),
        ("loss = sum(i, a)", "SP107", 1, "cannot infer the extent of the index i"),
        ("loss = sum(n, sum(n, w[n]))", "SP110", 19, "the index n is bound twice"),
        ("loss = w[n]", "SP103", 10, 'unknown name "n"'),
        ("loss = w[3]", "SP212", 1, "as high as 3, in an extent of 3"),
        ("loss = sum(i, w[x[i]])", "SP212", 1, "does not hold integers"),
        ("loss = a*t[0]", "SP217", 1, "holds integers where a float belongs"),
        ("loss[n] = w[n]", "SP204", 1, "a loss is a scalar"),
        ("loss = sum(n, x[n])", "SP302", 1, "depends on no parameter"),
        ("loss = loss + a", "SP230", 1, "cycle that is no recurrence"),
        ("loss = a b", "SP101", 10, "not a definition"),
    ],
)
def test_equations_that_are_none(text, code, column, message, desk):
    said = desk.refuses(equations(text), 2, rf"spec\.toml:2:{column}: error\[{code}\]: .*{message}")
    assert len(re.findall(r"error\[", said)) == 1


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("b = c\nc = b\nloss = b + a", "SP230", "b and c"),
        ("b[0] = a\nb[i] = w[i]\nloss = sum(i, b[i])", "SP221", "defined twice"),
        ("b[0] = a\nb[2] = a\nloss = sum(i, b[i])", "SP222", "not defined everywhere"),
        ("b[t[i]] = x[i]\nloss = sum(j, b[j]*w[j])", "SP220", "several times"),
    ],
)
def test_definitions_that_do_not_go_together(text, code, message, desk):
    desk.refuses(equations(text), 2, rf"spec\.toml:[23]:1: error\[{code}\]: .*{message}")


def test_an_unused_parameter_is_a_warning_and_its_gradient_zero(desk):
    done = desk.compile(equations("loss = a**2"))
    assert done.returncode == 0 and "warning: the parameter W is not used" in done.stderr
    made = {}
    exec_module(desk.old, made)
    params = made["init"]()
    _, grads = made["value_and_grad"](params, np.ones(2), np.zeros(2, int))
    assert grads["W"].shape == (3, 4) and not grads["W"].any() and grads["W"] is not params["W"]


# --- shapes and sizes -------------------------------------------------------------------------


def test_shapes_that_disagree_are_both_named_with_their_lines(desk):
    spec = DENSE.replace("[loss]", '[[layers]]\nkind = "residual"\nfrom = "x"\n[loss]')
    desk.refuses(spec, 2, r"spec\.toml:8:1: error\[SP123\]: residual adds x of shape \(N, 3\) "
                          r"\(line 3\) to h1 of shape \(N, 2\) \(line 4\)")
    spec = DENSE.replace("[[layers]]", '[targets]\ny = ["N", 5]\n[[layers]]', 1)
    desk.refuses(spec, 2, r"error\[SP123\]: .*h1 of shape \(N, 2\) \(line 6\) with y of shape "
                          r"\(N, 5\) \(line 5\), where the shape \(N, 2\) is needed")


@pytest.mark.parametrize("size", ["0", "-1", "2.0", "true", str(10**13), '"N*2"', "[3]"])
def test_extents_are_positive_integers_or_names(size, desk):
    spec = f'equations = "loss = sum(i, w[i]**2)"\n[parameters]\nw = [{size}]\n'
    desk.refuses(spec, 2, r"spec\.toml:3:1: error\[SP134\]: an extent")


def test_what_nobody_could_hold_is_compiled_without_holding_it(desk):
    spec = f'equations = "loss = sum(i, j, W[i,j]**2)"\n[parameters]\nW = [{10**12}, {10**12}]\n'
    begun = time.monotonic()
    done = desk.compile(spec)
    assert done.returncode == 0 and str(10**24) in done.stdout
    assert time.monotonic() - begun < 20
    desk.old.write_text(OLD)
    failed = desk.compile(spec, "--check")
    assert failed.returncode == 4 and "SP652" in failed.stderr and desk.kept()


@contextlib.contextmanager
def shallow(frames):
    """Python's stack ends so many frames deeper than here."""
    deep, frame = 0, sys._getframe()
    while frame is not None:
        deep, frame = deep + 1, frame.f_back
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(deep + frames)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def test_a_chain_of_layers_is_no_recursion(desk):
    """Deeper than a stack that is made small; 5,000 layers take minutes (test below)."""
    lines = ["h0 = a", *(f"h{n + 1} = tanh(h{n})" for n in range(350)), "loss = h350**2"]
    # What is compiled once for all, as a template is, recurses by itself.
    assert desk.compile(equations("loss = tanh(a)**2")).returncode == 0
    with shallow(300):
        with pytest.raises(RecursionError):
            reduce(lambda inner, _: lambda: inner(), range(350), lambda: 0)()
        done = desk.compile(equations("\n".join(lines)))
    assert done.returncode == 0, done.output
    assert "    h350 = tanh(h349)\n" in desk.old.read_text()


@pytest.mark.slow
@pytest.mark.skipif("SYMBPROP_SLOW" not in os.environ, reason="takes minutes; set SYMBPROP_SLOW")
def test_a_chain_of_five_thousand_layers(desk):
    done = desk.compile(DENSE.replace("units = 2", "units = 3\nrepeat = 5000"))
    assert done.returncode == 0 and "parameters           60000" in done.stdout


def test_more_layers_than_the_limit(desk):
    desk.refuses(DENSE.replace("units = 2", "units = 3\nrepeat = 20001").replace(
        'activation = "relu"', ""), 4, r"spec\.toml:4:1: error\[SP404\]: more than 20000 layers")


# --- outputs ----------------------------------------------------------------------------------


def test_outputs_that_are_no_plain_file_of_ours(desk):
    (desk.folder / "mine.py").write_text("import symbprop\n")
    (desk.folder / "folder.py").mkdir()
    (desk.folder / "link.py").symlink_to("mine.py")
    (desk.folder / "loose.py").symlink_to("nowhere.py")
    os.mkfifo(desk.folder / "pipe.py")
    for name, code, message in [
        ("mine.py", 3, r"SP605.*not written by symbprop\n  hint: use --force"),
        ("folder.py", 3, "SP604.*is a directory"),
        ("link.py", 3, "SP604.*a symbolic link"),
        ("loose.py", 3, "SP604.*a symbolic link"),
        ("pipe.py", 3, "SP604.*no plain file"),
        ("nowhere/net.py", 3, r"SP603.*No such file.*\n  hint: make the directory nowhere first"),
        ("/proc/net.py", 3, "SP603"),
        ("numpy.py", 2, "SP602"),
        ("class.py", 2, "SP602"),
        ("a b.py", 2, "SP601"),
        ("net.txt", 2, "SP601"),
        ("", 2, "SP601"),
    ]:
        done = desk.run("compile", "xor", "-o", name)
        assert done.returncode == code and re.search(message, done.stderr), (name, done.stderr)
    assert (desk.folder / "mine.py").read_text() == "import symbprop\n"
    assert not (desk.folder / "nowhere.py").exists() and not list(desk.folder.glob(".*"))
    assert desk.run("compile", "xor", "-o", "mine.py", "--force").returncode == 0


def test_a_directory_that_may_not_be_written(desk):
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere")
    desk.old.parent.chmod(0o555)
    try:
        desk.refuses(DENSE, 3, "SP603.*Permission denied")
    finally:
        desk.old.parent.chmod(0o755)


def test_a_replaced_file_keeps_its_permissions(desk):
    desk.old.chmod(0o640)
    assert desk.compile(DENSE).returncode == 0
    assert desk.old.stat().st_mode & 0o777 == 0o640


def test_the_default_output_is_generated_and_the_name(tmp_path):
    (tmp_path / "my-net.toml").write_text(DENSE)
    (tmp_path / "class.toml").write_text(DENSE)
    for spec, name in [("xor", "xor"), ("my-net.toml", "my_net"), ("class.toml", "class_")]:
        done = command("compile", spec, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"wrote generated/{name}.py" in done.stdout
    assert sorted(p.name for p in (tmp_path / "generated").iterdir()) == [
        "class_.py", "my_net.py", "xor.py"]


WRITER = """
import os, signal, sys
from pathlib import Path
from symbprop import files
kind, where = sys.argv[1:3]
original = getattr(os, where)
def struck(*arguments, **options):
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "interrupt":
        raise KeyboardInterrupt
    raise OSError(28, "No space left on device")
setattr(os, where, struck)
files.write_whole(Path("net.py"), "new" * 10000)
"""


def listening():
    """In a child: an interrupt interrupts, also where the tests run in a shell's background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


ENDS = {"kill": -signal.SIGKILL, "interrupt": -signal.SIGINT, "full": 1}


@pytest.mark.parametrize("where", ["open", "fsync", "link", "replace"])
@pytest.mark.parametrize("kind", ["kill", "interrupt", "full"])
def test_whatever_happens_while_writing_leaves_the_old_file(kind, where, tmp_path):
    (tmp_path / "net.py").write_text(OLD)
    done = subprocess.run(
        [sys.executable, "-c", WRITER, kind, where], cwd=tmp_path, capture_output=True,
        preexec_fn=listening,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )
    assert done.returncode == ENDS[kind], done.stderr
    assert (tmp_path / "net.py").read_text() == OLD
    left = [p.name for p in tmp_path.iterdir() if p.name != "net.py"]
    # Between the last two steps the new file has a name already, and a kill cannot be caught.
    assert not left or (kind == "kill" and where == "replace" and len(left) == 1)


def test_a_disk_that_fills_up_at_any_byte(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(OLD)
    text = "# new\n" * 4000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for room in (0, 1, 4095, 4096, 8192, len(text) - 1):
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
            with pytest.raises(FileError, match=r"SP603.*could not be written"):
                write_whole(path, text)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            assert path.read_text() == OLD and os.listdir(tmp_path) == ["net.py"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    write_whole(path, text)
    assert path.read_text() == text


def test_writing_where_every_file_has_a_name(tmp_path, monkeypatch):
    """The way for file systems without nameless files, with a fault in it and without."""
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    path = tmp_path / "net.py"
    path.write_text(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *a: (_ for _ in ()).throw(OSError(5, "broken")))
        with pytest.raises(FileError, match="SP603"):
            write_whole(path, "new")
    assert path.read_text() == OLD and os.listdir(tmp_path) == ["net.py"]
    write_whole(path, "new")
    assert path.read_text() == "new" and os.listdir(tmp_path) == ["net.py"]


def test_two_writers_of_one_file(tmp_path):
    path = tmp_path / "net.py"
    texts = [OLD + letter * 200_000 for letter in "ab"]
    write_whole(path, texts[0])
    seen, done = set(), threading.Event()

    def read():
        while not done.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: write_whole(path, texts[n % 2]), range(40)))
    done.set()
    reader.join()
    assert seen <= set(texts) and os.listdir(tmp_path) == ["net.py"]


def test_a_rewritten_module_wins_over_its_stale_compiled_file(tmp_path):
    path = tmp_path / "stale.py"
    write_whole(path, '"""Written by symbprop."""\nVALUE = 1\n')
    ask = [sys.executable, "-c", "import stale; print(stale.VALUE)"]
    told = {"cwd": tmp_path, "capture_output": True, "text": True, "check": True}
    assert subprocess.run(ask, **told).stdout == "1\n"
    stamp = path.stat().st_mtime_ns
    write_whole(path, '"""Written by symbprop."""\nVALUE = 2\n')
    os.utime(path, ns=(stamp, stamp))
    assert subprocess.run(ask, **told).stdout == "2\n"


# Interrupts the command when it begins to load a module, before that is found or after it is read.
INTERRUPTED_AT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["symbprop", "compile", "spec.toml"]
import runpy
runpy.run_module("symbprop", run_name="__main__", alter_sys=True)
raise SystemExit("never interrupted")
"""
LOADED = ("symbprop.cli", "typer", "symbprop.errors", "symbprop.files", "symbprop.pipeline",
          "sympy", "numpy", "mpmath", "jinja2", "opt_einsum", "symbprop.calculus.differentiate",
          "symbprop.targets.numpy_module")


@pytest.mark.parametrize("module", LOADED)
def test_control_c_while_the_command_loads_gives_130(desk, module):
    (desk.folder / "spec.toml").write_text(DENSE)
    run = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT.format(module=module)], cwd=desk.folder, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=60,
    )
    assert (run.returncode, run.stderr, run.stdout) == (130, "", ""), module
    assert desk.kept()


def test_the_package_itself_loads_nothing():
    """Whoever interrupts that is answered by Python's own traceback."""
    asked = ("import sys; before = set(sys.modules); import symbprop; "
             "print(sorted(set(sys.modules) - before))")
    told = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}
    assert subprocess.run([sys.executable, "-c", asked], **told).stdout == "['symbprop']\n"


@pytest.mark.parametrize("pause", [0.5, 2.0])
def test_control_c_gives_130_and_keeps(desk, pause):
    """While it works: the waiting begins where the command line stands."""
    (desk.folder / "spec.toml").write_text(DENSE.replace("= 2", "= 3\nrepeat = 3000"))
    starts = ("import sys; from symbprop.cli import main; print('begins', flush=True); "
              "sys.argv = ['symbprop', 'compile', 'spec.toml']; main()")
    running = subprocess.Popen(
        [sys.executable, "-c", starts], cwd=desk.folder, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, preexec_fn=listening,
    )
    assert running.stdout.readline() == "begins\n"
    time.sleep(pause)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and "Traceback" not in said, said
    assert desk.kept()


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("show digits --stage module | head -1", 0, ""),
        ("zoo | true", 0, ""),
        ("show xor > /dev/full", 3, "SP608"),
        ("show xor >&-", 3, "SP608"),
        ("show nope 2>&-", 3, ""),
        ("show nope 2> /dev/full", 3, ""),
        ("show digits --stage module > /dev/null", 0, ""),
    ],
)
@pytest.mark.parametrize("buffered", [True, False])
def test_outputs_that_are_closed_or_full(command, code, said, buffered, tmp_path):
    own = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    if not buffered:
        own["PYTHONUNBUFFERED"] = "1"
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m symbprop {command}; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**own, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr and "SP799" not in done.stderr


def test_a_terminal_of_ascii_only(desk):
    (desk.folder / "été.toml").write_text(DENSE)
    for arguments in (["compile", "été.toml"], ["compile", "été2.toml"], ["show", "digits"]):
        done = command(*arguments, folder=desk.folder, encoding="ascii")
        assert done.returncode == (3 if "2" in arguments[1] else 0), done.stderr
        assert (done.stdout + done.stderr).isascii()
    done = subprocess.run(
        [sys.executable, "-m", "symbprop", "compile", "été2.toml"], cwd=desk.folder, check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 3 and done.stderr.isascii()


def test_usage_errors(desk):
    for arguments in (["compil"], ["compile"], ["compile", "xor", "--nope"],
                      ["show", "xor", "--stage", "nope"], ["latex", "xor", "--form", "nope"],
                      ["new", ""], ["new", "../x"], ["new", ".x"]):
        assert desk.run(*arguments).returncode == 2, arguments
    assert desk.run("zoo", "nope").returncode == 3
    assert desk.run("check", "nope.py").returncode == 3
    assert desk.run("check", ".").returncode == 3


def test_a_bug_of_ours_says_so_and_debug_shows_where(desk, monkeypatch):
    def broken(network):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("symbprop.pipeline.compile_network", broken)
    done = desk.compile(DENSE)
    assert done.returncode == 70 and "SP799" in done.stderr and "Traceback" not in done.stderr
    assert "Traceback" in desk.compile(DENSE, "--debug").stderr
    assert desk.kept()


def on_a_terminal(command, cwd):
    """What a command writes to a terminal on stderr."""
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, *command], cwd=cwd, stdout=subprocess.DEVNULL, stderr=follower,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )
    os.close(follower)
    text = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(leader, 4096):
            text += chunk
    os.close(leader)
    assert running.wait(60) == 0, text
    return text.decode()


def test_progress_shows_after_a_second_and_the_spec_is_no_markup(tmp_path):
    slow = "import time\nfrom symbprop.cli import _progress\nwith _progress('[red]x\\x1b[31m'):\n" \
           "    time.sleep({})\n"
    said = on_a_terminal(["-c", slow.format(2.5)], tmp_path)
    assert "[red]x\\x1b[31m" in said
    assert on_a_terminal(["-c", slow.format(0.1)], tmp_path) == ""


def test_help_does_not_wait_for_sympy(tmp_path):
    code = ("import sys, symbprop.cli as c\ntry: c.main()\nexcept SystemExit: pass\n"
            "assert 'sympy' not in sys.modules and 'numpy' not in sys.modules\nprint('light')")
    done = subprocess.run([sys.executable, "-c", code, "--help"], cwd=tmp_path, check=True,
                          capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.stdout.endswith("light\n") and "compile" in done.stdout


# --- a generated module at run time -----------------------------------------------------------

LABELLED = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 4
activation = "tanh"
[[layers]]
kind = "dense"
units = 3
[loss]
kind = "softmax_cross_entropy"
target = "label"
"""
REGRESSION = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 1
[loss]
kind = "sum_of_squares"
"""


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    return module_of(LABELLED, "labelled", tmp_path_factory.mktemp("labelled"))


@pytest.fixture(scope="module")
def regression(tmp_path_factory):
    return module_of(REGRESSION, "regression", tmp_path_factory.mktemp("regression"))


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 3)), rng.integers(0, 3, n)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda x, y: (x[:, :2], y), ValueError, r"x has shape \(5, 2\), expected \(5, 3\)"),
        (lambda x, y: (x[0], y), ValueError, r"x has shape \(3,\), expected \(N, 3\)"),
        (lambda x, y: (x[:4], y), ValueError, r"label has shape \(5,\), expected \(4,\)"),
        (lambda x, y: (x, y[:, None]), ValueError, r"label has shape \(5, 1\), expected \(5,\)"),
        (lambda x, y: (x.astype(object), y), TypeError, "x holds object, expected float64"),
        (lambda x, y: (x.astype(str), y), TypeError, "x holds <U32, expected float64"),
        (lambda x, y: (x > 0, y), TypeError, "x holds bool, expected float64"),
        (lambda x, y: (x + 0j, y), TypeError, "x holds complex128, expected float64"),
        (lambda x, y: (x.astype(int), y), TypeError, "x holds int64, expected float64"),
        (lambda x, y: (x.astype("f4"), y), TypeError, "x holds float32, but .* hold float64"),
        (lambda x, y: (x, y.astype(float)), TypeError, "label holds float64, expected integers"),
        (lambda x, y: (x, y + 1), ValueError, "label holds values from . to 3, expected 0 to 2"),
        (lambda x, y: (x, y - 1), ValueError, "label holds values from -1 to ., expected 0 to 2"),
    ],
)
def test_data_that_does_not_fit_is_named(change, error, message, labelled):
    x, label = rows(5)
    for function in (labelled.loss, labelled.value_and_grad):
        with pytest.raises(error, match=message):
            function(labelled.init(1), *change(x, label))


def test_targets_without_their_last_axis_do_not_broadcast(regression):
    x, _ = rows(5)
    with pytest.raises(ValueError, match=r"y has shape \(5,\), expected \(5, 1\)"):
        regression.value_and_grad(regression.init(), x, np.ones(5))


def test_parameters_that_do_not_fit_are_named(labelled):
    x, label = rows(5)
    good = labelled.init(1)
    for params, error, message in [
        ({k: v for k, v in good.items() if k != "b1"}, ValueError, r"params lacks \['b1'\]"),
        ({**good, "W9": good["W1"]}, ValueError, r"unknown \['W9'\]"),
        ({**good, "W1": good["W1"].T}, ValueError, r"W1 has shape \(3, 4\), expected \(4, 3\)"),
        ({**good, "W1": good["W1"].astype("f4")}, TypeError, "W1 holds float32.* use one dtype"),
        ({**good, "W1": good["W1"].astype(int)}, TypeError, "W1 holds int64"),
        (list(good.values()), TypeError, "params is a dict of arrays, not list"),
        (None, TypeError, "params is a dict of arrays, not NoneType"),
    ]:
        with pytest.raises(error, match=message):
            labelled.value_and_grad(params, x, label)


def test_a_batch_of_one_and_parts_of_a_batch_add_up(regression):
    params = regression.init(2)
    x, _ = rows(6)
    y = np.arange(6.0)[:, None]
    whole = regression.value_and_grad(params, x, y)
    parts = [regression.value_and_grad(params, x[n:n + 1], y[n:n + 1]) for n in range(6)]
    assert sum(value for value, _ in parts) == pytest.approx(whole[0])
    for name in params:
        np.testing.assert_allclose(sum(g[name] for _, g in parts), whole[1][name])


def test_an_empty_batch(regression, labelled):
    value, grads = regression.value_and_grad(regression.init(), np.ones((0, 3)), np.ones((0, 1)))
    assert value == 0 and not any(g.any() for g in grads.values())
    assert regression.forward(regression.init(), np.ones((0, 3))).shape == (0, 1)
    # A mean over nothing is no number, as NumPy says; no warning, no exception.
    value, grads = labelled.value_and_grad(
        labelled.init(), np.ones((0, 3)), np.ones(0, dtype=int))
    assert np.isnan(value) and grads["W1"].shape == (4, 3)


def test_not_a_number_and_infinity_propagate(regression):
    params = regression.init(2)
    for bad in (np.nan, np.inf):
        x = np.ones((3, 3))
        x[1, 1] = bad
        with np.errstate(all="raise"):
            value, _ = regression.value_and_grad(params, x, np.ones((3, 1)))
        assert not np.isfinite(value)
        assert np.isfinite(regression.forward(params, x)[[0, 2]]).all()


def test_logits_of_any_size(labelled, regression):
    x, label = rows(5)
    params = {k: 1e4 * v for k, v in labelled.init(3).items()}
    with np.errstate(all="raise"):
        value, grads = labelled.value_and_grad(params, x, label)
    assert np.isfinite(value) and all(np.isfinite(g).all() for g in grads.values())


def test_arrays_of_any_layout_and_order_of_bytes(labelled):
    x, label = rows(6)
    params = labelled.init(1)
    expected = labelled.value_and_grad(params, x, label)
    wide = np.zeros((6, 6))
    wide[:, ::2] = x
    frozen = x.copy()
    frozen.flags.writeable = False
    for other in (np.asfortranarray(x), wide[:, ::2], x[::-1][::-1], frozen, x.astype(">f8")):
        before = other.copy()
        value, grads = labelled.value_and_grad(params, other, label.astype(">i4"))
        np.testing.assert_allclose(value, expected[0], rtol=1e-14)
        for name, grad in grads.items():
            np.testing.assert_allclose(grad, expected[1][name], rtol=1e-12, atol=1e-15)
            assert grad.dtype == np.float64 and grad.dtype.isnative
        np.testing.assert_array_equal(other, before)


def test_a_workspace_of_another_batch_is_refused(labelled):
    x, label = rows(5)
    with pytest.raises(ValueError, match=r"made for extents \(4,\).*the arguments have \(5,\)"):
        labelled.value_and_grad(labelled.init(), x, label, workspace=labelled.Workspace(4))
    narrow = labelled.Workspace(5, dtype=np.float32)
    with pytest.raises(ValueError, match="float32"):
        labelled.value_and_grad(labelled.init(), x, label, workspace=narrow)


def test_eight_threads_share_a_module(labelled):
    params = labelled.init(1)
    batches = [rows(200 + seed % 3, seed) for seed in range(32)]
    expected = [labelled.value_and_grad(params, *batch) for batch in batches]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda b: labelled.value_and_grad(params, *b), batches * 4))
    for n, (value, grads) in enumerate(found):
        assert value == expected[n % 32][0]
        for name, grad in grads.items():
            np.testing.assert_array_equal(grad, expected[n % 32][1][name])


@pytest.mark.parametrize("flags", [["-O"], ["-OO"], ["-W", "error"], ["-I"], ["-X", "dev"]])
def test_a_module_runs_under_any_flag(flags, labelled):
    done = subprocess.run([sys.executable, *flags, labelled.__file__], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and "disagreement" in done.stdout, done.stderr


@pytest.mark.parametrize(("row", "most", "what"), [
    (" + ", 1000, "operands"), (" - ", 1000, "operands"), ("*", 200, "factors"),
    ("/", 200, "factors"), (" and ", 1000, "conditions"), (" or ", 1000, "conditions"),
])
def test_a_row_of_very_many_operands_is_told_where_it_begins(row, most, what):
    def read(count):
        line = row.join(["w"] * count)
        line = f"where({line}, w, 0)" if row.strip().isalpha() else line
        return parse_spec(f"equations = '''\ny = 1 + w\nloss = tanh({line}) + y\n'''\n"
                          "[parameters]\nw = []\n", "long.toml")

    assert read(most + 1).graph.loss == "loss"
    told = rf"long\.toml:3:(13|19): .*more than {most} {what} in a row"
    with pytest.raises(LimitError, match=told):
        read(most + 2)


@pytest.mark.parametrize("number", [
    "0x" + "f" * 5000, "9" * 5000, "-" + "8" * 2000, "0b" + "1" * 20000,
])
@pytest.mark.parametrize("line", [
    "x = ['N', {}]", "x = {{ shape = ['N', 3], integer = {} }}", "x = {}\n[loss]\nkind = 1",
    "x = ['N', 3]\n[loss]\nkind = {}", "x = ['N', 3]\n[loss]\nkind = 'hinge'\nweight = {}",
    "x = ['N', 3]\n[[layers]]\nkind = 'dense'\nunits = {}", "x = ['N']\n[compile]\naccuracy = {}",
    "x = ['N', 3]\n[define.own]\ninput = [{}]\nequations = 'y[n] = x[n]'",
    "x = ['N']\n[a]\nb = [{{c={}}}]",
])
def test_a_number_that_python_does_not_print_is_told(line, number):
    with pytest.raises(SpecError, match=r"spec\.toml:[2-5]:\d+: .*over 1000 digits"):
        parse_spec("[inputs]\n" + line.format(number) + "\n", "spec.toml")


@pytest.mark.parametrize(("key", "value"), [
    ("equations", "3"), ("name", "3"),  # but 3 repeats
    *itertools.product(("equations", "name", "repeat"),
                       ("[]", "true", "1.5", "{ a = 1 }", '["y = 1"]')),
])
def test_options_of_equations_among_layers_are_of_their_type(key, value):
    rest = "equations = 'y[n] = 2*x[n]'\n" if key != "equations" else ""
    with pytest.raises(SpecError, match=rf"eq\.toml:[56]:1: .*layers\[0\]\.{key}"):
        parse_spec(f"[inputs]\nx = ['N']\n[[layers]]\nkind = 'equations'\n{rest}{key} = {value}\n",
                   "eq.toml")
