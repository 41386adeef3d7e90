"""What people type in length or in depth: its compile time grows no faster than it should.

Each family is measured at n, 2n and 4n, in processor time; the largest is what a person may type.
"""

import contextlib
import time

import pytest

from symbprop.check.judge import BRIEF, judge_module
from symbprop.errors import LimitError, SpecError
from symbprop.language.functions import FUNCTIONS
from symbprop.language.terms import depth
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_network
from symbprop.targets.latex import derivation, document

MOST_SECONDS = 10.0  # on a machine that is busy with other things; 5 on one that is not


def nested(head, n, tail=")"):
    return head * n + "a" + tail * n


def tree(n):
    return "a*w[0]" if n == 0 else f"max({tree(n - 1)}, {tree(n - 1)} + {n})"


FAMILIES = {
    "a flat sum": (lambda n: " + ".join(f"{k}*a" for k in range(1, n)), 200),
    "functions in a row": (lambda n: " + ".join(f"tanh({k}*a*w[0])" for k in range(1, n)), 50),
    "functions of elements in a row": (
        lambda n: "sum(i, " + " + ".join(f"tanh({k}*a*w[i])" for k in range(1, n)) + ")", 50),
    "a quotient of many": (
        lambda n: "sum(i, a" + "".join(f"/(a*w[i] + {k})" for k in range(1, n)) + ")", 15),
    "monomials": (
        lambda n: " + ".join(f"{k}*a**{k % 7}*w[{k % 3}]**{k % 5}" for k in range(1, n)), 200),
    "a product of sums": (lambda n: "*".join(f"(a + {k}*w[0])" for k in range(1, n)), 12),
    "a form that reads its argument twice": (lambda n: nested("softplus(", n), 8),
    "quotients in quotients": (lambda n: nested("1/(1 + a*", n), 16),
    "functions in functions": (lambda n: nested("sin(a + ", n), 16),
    "a tree of choices": (lambda n: tree(n // 4), 8),
    "a product of choices": (
        lambda n: "*".join(f"max(a*w[0] + w[1]*w[2], {k})" for k in range(1, n)), 25),
    "a form of a number": (lambda n: "power(w[0], " + "softplus(" * n + "2" + ")" * n + ")", 20),
}



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


def seconds(text):
    begun = time.process_time()
    compile_network(parse_spec(
        f'equations = """\nloss = {text}\n"""\n[parameters]\na = []\nw = [3]\n'
    ))
    return time.process_time() - begun


def seconds_of_a_page(text, form, more=""):
    """Of a page with the derivatives on it."""
    graph = parse_spec(
        f'equations = """\n{text}\n"""\n[inputs]\nx = ["N"]\nX = ["N", 4]\n[parameters]\n'
        f'a = []\nb = []\nw = [3]\nV = [3, 4]\n{more}'
    ).graph
    begun = time.process_time()
    document(derivation(graph, form=form, forward=True))
    return time.process_time() - begun


@pytest.mark.parametrize("form", ["index", "matrix"])
@pytest.mark.parametrize("name", PAGES)
def test_the_time_of_a_page_grows_as_a_family_does(name, form):
    text, n = PAGES[name]
    times = [seconds_of_a_page(f"loss = {text(k)}", form) for k in (n, 2 * n, 4 * n)]
    assert times[2] < MOST_SECONDS / 2, times
    assert times[2] < 24 * max(times[0], 0.1), times


LINES = {
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


@pytest.mark.parametrize("form", ["index", "matrix"])
@pytest.mark.parametrize("name", LINES)
def test_the_time_of_a_page_grows_as_the_number_of_its_parameters(name, form):
    times = [
        seconds_of_a_page(LINES[name](n), form, "".join(f"p{k} = []\n" for k in range(n)))
        for n in (50, 100, 200)
    ]
    assert times[2] < MOST_SECONDS / 2, times
    assert times[2] < 24 * max(times[0], 0.1), times


@pytest.mark.parametrize("name", FAMILIES)
def test_time_grows_as_a_family_does(name):
    text, n = FAMILIES[name]
    times = [seconds(text(k)) for k in (n, 2 * n, 4 * n)]
    assert times[2] < MOST_SECONDS, times
    # Quadratic would be 16 times; what is short counts for nothing.
    assert times[2] < 24 * max(times[0], 0.1), times


WRITTEN = {"maximum": "max", "minimum": "min"}
INSIDE = ("group", "bracket")  # nobody writes them


def of_function(name, n):
    """A function of itself, of a variable and of a number, in all kinds of places.

    No value leaves the domain of the next function.
    """
    head = WRITTEN.get(name, name)
    rest = "".join(f", 0.{k}" for k in range(3, 2 + FUNCTIONS[name].arity))
    head = f"{head}(0.5 + 0.1*"
    of_a, of_two = (head * n + bottom + f"{rest})" * n for bottom in ("a*x[n]", "2"))
    return parse_spec(f"""equations = '''
u[n] = power(3 + a*x[n], {of_two})
c[n] = where({of_two} > 0.1, u[n], a)
loss = sum(n, c[n]*({of_a})) + {of_two}
'''
[parameters]
a = []
[inputs]
x = ["N"]
""")


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - set(INSIDE)))
def test_every_function_of_itself(name):
    """Where a form reads its argument twice, or SymPy asks for its value, time doubles by level."""
    times = []
    for n, accuracy in ((4, "full"), (16, "fast")):
        begun = time.process_time()
        made = compile_network(of_function(name, n), accuracy)
        times.append(time.process_time() - begun)
        assert times[-1] < 24 * max(times[0], 0.1), times
    # Whether all digits are left of 16 functions is not asked here.
    judge_module(made.graph, made.module, points=1, limits=BRIEF)
    assert time.process_time() - begun < MOST_SECONDS


def test_a_module_of_a_deep_formula_is_judged_in_time():
    """A slope that is written out has the parts of its formula many times over."""
    def took(n):
        made = compile_network(parse_spec(
            "equations = '''\ns[y[n],j] += " + "gelu_tanh(1 + " * n + "f[n,j]" + ")" * n
            + "\nf[n,j] = tanh(sum(k, W[j,k]*x[n,k]))\nloss = sum(c, j, s[c,j]**2)\n'''\n"
            "[parameters]\nW = [2, 3]\n[inputs]\nx = ['N', 3]\n"
            "y = { shape = ['N'], integer = true, below = 4 }\n"))
        begun = time.process_time()
        verdict = judge_module(made.graph, made.module, derivative=made.derivative, points=1)
        assert verdict.points and not verdict.disagreements
        return time.process_time() - begun

    times = [took(n) for n in (10, 20, 40)]
    assert times[2] < 8 * max(times[0], 0.1), times


HOPELESS = {
    "a number that no float holds": "equations = 'loss = a*1e-999999999'\n[parameters]\na = []\n",
    "a key of very many parts": ".".join(["a"] * 20_000) + " = 1\n",
    "an index of very many terms":
        "equations = 'loss = sum(i, j, k, l, m, w[(i+j+k+l+m)**64])'\n[parameters]\nw = [9]\n",
    "an index that multiplies out to very many": "equations = 'loss = sum(i, w[i*" + "*".join(
        f"(N+{k})" for k in range(1, 60)) + "])'\n[parameters]\nw = ['N']\n",
    "a row of very many operands":
        "equations = 'loss = " + " + ".join(["a"] * 5000) + "'\n[parameters]\na = []\n",
    "a long number": "equations = 'loss = a*0." + "1" * 5000 + "'\n[parameters]\na = []\n",
    "half an index": "equations = 'loss = sum(i, w[i + 1/2])'\n[parameters]\nw = [3]\n",
}


@pytest.mark.parametrize("name", HOPELESS)
def test_what_cannot_be_is_answered_at_once(name):
    begun = time.process_time()
    with pytest.raises((SpecError, LimitError)):
        compile_network(parse_spec(HOPELESS[name]))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("formula", [
    "exp(exp(exp(exp(exp(a)))))", "exp(-exp(exp(exp(exp(exp(a))))))", "power(a, 1e300)",
    "power(1e300*a, exp(exp(exp(9*a))))", "sinh(cosh(exp(exp(exp(a)))))",
    "tanh(exp(exp(exp(9*a))))",
])
def test_a_value_beyond_all_numbers_is_not_computed(formula):
    """Numbers of any length would take all memory for what no double holds."""
    begun = time.process_time()
    made = compile_network(parse_spec(f"equations = 'loss = {formula}'\n[parameters]\na = []\n"))
    assert judge_module(made.graph, made.module, points=1, limits=BRIEF).disagreements == ()
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("extents", ['"N", "N-100"', '"N", "N-3000"', '"N", "2*N-70"'])
def test_a_large_least_extent_costs_no_more_than_a_small_one(extents):
    """What is judged, and stored in a module, is bounded at extents that there are."""
    begun = time.process_time()
    made = compile_network(parse_spec(
        f'[inputs]\nx = [{extents}, 4, 3]\n[[layers]]\nkind = "batch_norm"\n[[layers]]\n'
        'kind = "tanh"\n[loss]\nkind = "sum_of_squares"\n'))
    assert judge_module(made.graph, made.module, points=1, limits=BRIEF).disagreements == ()
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("kind", ["gelu_tanh", "relu"])
def test_a_chain_that_nothing_needs_is_no_formula_as_deep(kind):
    """Layers that the loss does not read were written into one another to the last."""
    made = compile_network(parse_spec(
        "equations = 'loss = sum(n, (w*x[n] - 1)**2)'\n[parameters]\nw = []\n[inputs]\nx = ['N']\n"
        f'[[layers]]\nkind = "{kind}"\nrepeat = 600\n'))
    assert max(depth(d.expr) for d in made.simplified.definitions) < 300


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

    times = [took(n) for n in (250, 500, 1000)]
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
