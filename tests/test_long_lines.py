"""Specs of many lines, and lines of many operands: they are read in the time of their length.

Each kind is measured at n, 2n and 4n, in processor time.
"""

import contextlib
import time

import pytest

from symbprop.errors import SpecError
from symbprop.networks.spec import parse_spec


@pytest.mark.parametrize("line", ["s[i] = a*w[i]", "s[{k}] = {k}*a"])
def test_many_definitions_of_one_tensor(line):
    """Equal ones are refused, parts are read, and neither asks for each of the others each time."""
    def took(n):
        lines = "\n".join(line.format(k=k) for k in range(n))
        begun = time.process_time()
        text = (f"equations = '''\n{lines}\nloss = sum(j, s[j])\n'''\n"
                "[parameters]\na = []\nw = [3]\n")
        with contextlib.suppress(SpecError):
            assert parse_spec(text, "net.toml").graph.loss == "loss"
        return time.process_time() - begun

    took(20)
    assert took(400) < 5


# Lines whose indices get their extents one at a time, from windows or from readers; what stands
# before them; and a formula of the loss.
LINES = {
    "a sum over parts": ("loss += sum(n, k, z[n,k]**2)",
                         "z[n,0] = x[n,0]\nz[n,1] = x[n,1] - z[n,0]", "a"),
    "a part of another tensor": ("y{k}[n] = z[n,1]*{k}", "z[n,0] = x[n,0]\nz[n,1] = 2*z[n,0]", "a"),
    "a window": ("y{k}[n] = x[n+1,0]", "", "sum(n, y1[n])"),
    "a window that is held back": ("y{k}[n] = x[n+1,0] - x[n,1]", "", "sum(n, y1[n])"),
    "a window of a window": ("y{k}[n] = y{before}[n+1]", "y0[n] = x[n,0]", "sum(n, y1[n])"),
    "a window that is added to a part": ("y[n+{last}] += x[n+1,0]", "", "sum(n, y[n])"),
    "a lookup that its reader measures": ("z{k}[t[i]+j] = x[i,j]\nu{k}[n] = x[n,0]*z{k}[n]",
                                          "", "a"),
    "a part that others measure": ("q{k}[3] += x[0,0]\nr{k}[0] = sum(n, x[n+1,0]*q{k}[n])",
                                   "", "a"),
    "a window over nothing": ("y{k}[n] = w[n+9]", "", "a"),
}


@pytest.mark.parametrize("name", LINES)
def test_extents_of_many_lines_are_found_in_the_time_of_the_lines(name):
    """After each finding all lines were looked at again."""
    line, before, loss = LINES[name]

    def took(n):
        lines = "\n".join(line.format(k=k, before=k - 1, last=n - k) for k in range(1, n + 1))
        begun = time.process_time()
        with contextlib.suppress(SpecError):
            parse_spec(
                f"equations = '''\n{before}\n{lines}\nloss = {loss}\n'''\n"
                "[parameters]\na = []\nw = [3]\n[inputs]\nx = ['N', 3]\n"
                "t = { shape = ['N'], integer = true, below = 'V' }\n", "net.toml")
        return time.process_time() - begun

    times = [took(n) for n in (150, 300, 600)]
    # Quadratic would be 16 times.
    assert times[2] < 5 and times[2] < 10 * max(times[0], 0.1), times


# Terms of one sum, which SymPy sorts whenever it makes one.
OPERANDS = {
    "windows": "sum(i, w[{m}]*x[i+{r},0])", "elements": "w[{m}]*{k}",
    "differences": "(w[{m}] - {k})",
    "squares": "(w[{m}] - {k})**2", "products": "a*w[{m}]*w[{r}]*{k}", "named": "tanh({k}*a)",
    "halves": "{k}/2 - a*{k}",
}


@pytest.mark.parametrize("name", OPERANDS)
def test_a_line_of_many_operands_is_read_in_the_time_of_its_operands(name):
    def took(n):
        terms = (OPERANDS[name].format(k=k, m=k % 3, r=k % 3) for k in range(1, n + 1))
        begun = time.process_time()
        parse_spec(f"equations = '''\nloss = {' + '.join(terms)}\n'''\n[parameters]\na = []\n"
                   "w = [3]\n[inputs]\nx = ['N', 3]\n", "net.toml")
        return time.process_time() - begun

    times = [took(n) for n in (120, 240, 480)]
    # Quadratic would be 16 times.
    assert times[2] < 3 and times[2] < 10 * max(times[0], 0.1), times
