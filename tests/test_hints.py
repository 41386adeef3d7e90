"""What people write who come from other tools is refused with a hint that names the mend."""

import re
import time

import pytest

from symbprop.errors import ALSO_CALLED, LimitError, SpecError, did_you_mean, plain
from symbprop.language import foreign
from symbprop.language.functions import FUNCTIONS
from symbprop.language.initialisation import INITIALISERS
from symbprop.language.notation import ALLOWED, SPELLED, read_equations
from symbprop.networks.foreign import OTHERWISE, SENTENCES
from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES
from symbprop.networks.network import Network
from symbprop.networks.spec import TOP, parse_spec
from symbprop.networks.stack import COMMON
from symbprop.pipeline import compile_network

GIVEN = """
[parameters]
W1 = [4, 3]
W = [4, 3]
a = [4]
lam = []
[inputs]
x = ["N", 3]
[targets]
y = ["N", 4]
"""


def refused(text):
    """What the compiler says of a spec that it does not take."""
    with pytest.raises(SpecError) as caught:
        compile_network(parse_spec(text, "net.toml"))
    assert all(re.match(r"net\.toml:\d+:\d+: error", str(f)) for f in caught.value.faults)
    return caught.value


def hint(text):
    return refused(text).faults[0].hint


FORMULAS = [
    ("sum(k, x[n,k]*w1[j,k])", '"W1"'), ("sum(k, x[n,k]*w[j,k])", '"W"'), ("A[j]", '"a"'),
    ("a[J]", '"j"'), ("x @ W", "sum(k, x[n,k]*w[k])"), ("x @ W.T", "sum(k, x[n,k]*w[k])"),
    ("np.tanh(a[j])", "without a module: tanh("), ("math.exp(a[j])", "without a module: exp("),
    ("torch.relu(a[j])", "without a module: relu("),
    ("torch.nn.functional.gelu(a[j])", "without a module: gelu("),
    ("np.maximum(a[j], 0)", "max"), ("np.arctan(a[j])", '"atan"'), ("torch.clamp(a[j])", '"clip"'),
    ("np.dot(x, W)", "sum(k, "),
    ("torch.matmul(x, W)", "sum(k, "), ("np.einsum('a', x)", "sum(k, "),
    ("np.pi*a[j]", "write pi"), ("PI*a[j]", "write pi"), ("x.T", "swaps the indices"),
    ("x.T[n,j]", "swaps the indices"), ("W'[j,0]", "swaps the indices"),
    ("W^T", "swaps the indices"), ("transpose(W)[j,0]", "swaps the indices"),
    ("a[j]^2", "**"), ("ln(a[j])", '"log"'), ("log10(a[j])", "log(x)/log(10)"),
    ("log2(a[j])", "log(x)/log(2)"), ("sigmoid(x)[n,j]", "sigmoid(x[n,j])"),
    ("sigmoid(a)[j]", "sigmoid(a[j])"), ("W[j][0]", "W[j,0]"), ("x[n][0]*a[j]", "x[n,0]"),
    ("a(j)", "a[j]"), ("W(j, 0)", "W[j, 0]"), ("tanh[a[j]]", "tanh(a[j])"),
    ("sum(x[n,k] for k in range(3))*a[j]", "sum(k, x[n,k])"),
    ("sum(a[j] for j)", "runs by itself"), ("sum(x[n,k], k)*a[j]", "sum(k, x[n,k])"),
    ("sum(x)*a[j]", "sum(n, j, x[n,j])"), ("sum(x, axis=1)*a[j]", "sum(k, x[n,k])"),
    ("softmax(a[j])", "softmax(j, a[j])"), ("sum_k(x[n,k])", "sum(k, x[n,k])"),
    ("a[j].sum()", "sum(j, a[j])"),
    ("x.mean()", "mean(n, j, x[n,j])"), ("a[j].tanh()", "tanh(a[j])"),
    ("Sum(x[n,k], (k, 0, 2))", '"sum"'), ("sum(k=0..2, x[n,k])", "sum(k, x[n,k])"),
    ("sum{k} x[n,k]", "sum(k, ...)"), ("x[n,-1]*a[j]", "the last one is 2"),
    ("x[n,:]*a[j]", "x[n,k]"), ("x[n]*W[j,0]", "x[n,j]"), ("x", "x[n,j]"), ("a_j", "a[j]"),
    ("x_n*a[j]", "x[n,...]"), ("len(a)*a[j]", "extent"), ("a.shape", "extent"),
    ("a[j]\u00d72", "write *"), ("a[j]\u00b72", "write *"), ("a[j]\u22c52", "write *"),
    ("a[j]\u22122", "write -"), ("a[j]\u00f72", "write /"), ("a[j]\u00b2", "**2"),
    ("\u03bb*a[j]", "lam"), ("\u03b1*a[j]", "alpha"), ("\u0394*a[j]", "Delta"),
    ("\u03a3(k, x[n,k])", "sum(k, "), ("\u2211(k, x[n,k])", "sum(k, "), ("\u221aa[j]", "sqrt("),
    ("a[j] \u2265 2", ">="), ("a[j]\u00a0+ 1", "blank"), ("a[j] if a[j] > 0 else 0", "where("),
    ("a[j] > 0 ? a[j] : 0", "where("), ("a[j] && 1", "write and"), ("!a[j]", "write not"),
    ("|a[j]|", "abs("), ("a[j] <> 2", "!="), ("0 < a[j] < 1", "a < b and b < c"),
    ("2a[j]", "2*x"), ("2 a[j]", "2*x"), ("a[j] a[j]", "a*b"), ("a[j](2 + lam)", "a*(b + c)"),
    ("exp a[j]", "brackets"), ("1,5*a[j]", "1.5"), ("a[j] // 2", "write floor(a/b)"),
    ("a[j] % 2", "a - b*floor(a/b)"), ("mod(a[j], 2)", "a - b*floor(a/b)"),
    ("np.ceil(a[j])", "ceiling("), ("trunc(a[j])", "floor(abs("), ("rint(a[j])", '"round"'),
    ("max(a[j], 1, lam)", "max(max(a, b), c)"), ("log(a[j], 2)", "log(x)/log(2)"),
    ("round(a[j], 2)", "round(100*x)/100"), ("where(a[j] > 0, 1)", "where(x > 0, x, 0)"),
    ("gamma(a[j])", "exp(lgamma(x))"), ("psi(a[j])", '"digamma"'), ("ndtr(a[j])", "erfc("),

    ("e**a[j]", "exp(x)"), ("True*a[j]", "write 1"), ("lr*a[j]", "fit"), ("tanh(a[j]", "closed"),
    ("mse(x, y)", "mean(n, (y[n] - p[n])**2)"), ("cross_entropy(x, y)", "logsumexp("),
    ("relu6(a[j])", "clip(x, 0, 6)"), ("swish(a[j])", '"silu"'), ("dropout(a[j])", '"dropout"'),
    ("cumsum(a[j])", "c[t+1] = c[t] + x[t+1]"), ("argmax(k, x[n,k])", "derivative"),
    ("[v for v in a]", "runs by itself"), ("lambda q: q", "write the formula"),
]


@pytest.mark.parametrize(("formula", "mend"), FORMULAS)
def test_a_formula_of_another_notation(formula, mend):
    said = hint(f'equations = """\ns[n,j] = {formula}\nloss = sum(n, j, s[n,j])\n"""{GIVEN}')
    assert mend in said, said


LINES = [
    ("s[n,j] == a[j]", "one ="), ("s[n,j] := a[j]", "with ="), ("s[n,j] <- a[j]", "="),
    ("s[n,j] -> a[j]", "with ="), ("s[n,j] : a[j]", "with ="), ("s[n,j] -= a[j]", "s[n] += -x[n]"),
    ("s[n,j] *= a[j]", "name of its own"), ("s(n,j) = a[j]", "s[n,j] = "),
    ("s[n][j] = a[j]", "s[n,j]"), ("s_{n,j} = a[j]", "s[n,j]"), ("s[n,j] = t = a[j]", "line"),
    ("s[n,j], t = a[j], 2", "line"), ("s[:,:] = a[j]", "letter"), ("import numpy as np", "module"),
    ("def f(x): return x", "f[n] = x[n]**2"), ("for n in range(3): s[n] = 2", "for each n"),
    ("if a[0]: s = 2", "where("), ("return s", "loss = "), ("// a note", "#"), ("% a note", "#"),
    ("/* a note */", "#"), ("a[j]", "name[indices] = expression"), ("s[n,j] a[j]", "="),
    (r"s = \frac{a}{b}", "indices"), ("s = {a}", "a[j]"),
]


@pytest.mark.parametrize(("line", "mend"), LINES)
def test_a_line_of_another_notation(line, mend):
    said = hint(f'equations = """\n{line}\nloss = sum(j, a[j]**2)\n"""{GIVEN}')
    assert mend in said, said


def of_layer(kind, more=""):
    return (f'[inputs]\nx = ["N", 3]\n[[layers]]\nkind = "{kind}"\n{more}\n'
            '[[layers]]\nkind = "dense"\nunits = 1\n[loss]\nkind = "mean_squared_error"\n')


@pytest.mark.parametrize(("kind", "mend"), [
    ("fc", '"dense"'), ("linear", '"dense"'), ("Linear", '"dense"'), ("nn.Linear", '"dense"'),
    ("Dense", '"dense"'), ("Conv2D", '"conv2d"'), ("nn.Conv1d", '"conv1d"'),
    ("MaxPool2d", '"max_pool"'), ("BatchNorm2d", '"batch_norm"'), ("LayerNorm", '"layer_norm"'),
    ("LSTM", '"lstm"'), ("SimpleRNN", '"rnn"'), ("ReLU", '"relu"'), ("LeakyReLU", '"leaky_relu"'),
    ("MultiheadAttention", '"attention"'), ("TransformerEncoderLayer", '"transformer_block"'),
    ("Add", '"residual"'), ("concat", '"concatenate"'), ("sequential", "[[layers]]"),
    ("Activation", 'kind = "relu"'), ("input", "[inputs]"), ("softmax_cross_entropy", "[loss]"),
    ("mse", "equations"), ("relus", '"relu"'), ("wavelet", "equations"),
])
def test_a_layer_of_another_tool(kind, mend):
    assert mend in hint(of_layer(kind))


@pytest.mark.parametrize(("name", "mend"), [
    ("softmax", 'kind = "softmax"'), ("Softmax", 'kind = "softmax"'), ("ReLU", '"relu"'),
    ("nn.ReLU", '"relu"'), ("TanH", '"tanh"'), ("linear", "leave activation out"),
    ("none", "leave activation out"), ("swish", '"silu"'), ("logistic", '"sigmoid"'),
    ("lrelu", '"leaky_relu"'), ("np.tanh", '"tanh"'), ("sigmod", '"sigmoid"'),
    ("softmax_cross_entropy", "[loss]"),
])
def test_an_activation_of_another_tool(name, mend):
    assert mend in hint(of_layer("dense", f'units = 2\nactivation = "{name}"'))


@pytest.mark.parametrize(("key", "mend"), [
    ("size = 4", '"units"'), ("out_features = 4", '"units"'), ("hidden = 4", '"units"'),
    ("filters = 4", '"units"'), ("act = 'relu'", '"activation"'), ("use_bias = true", '"bias"'),
    ("kernel_initializer = 'zeros'", '"init"'), ("in_features = 3", "shape"),
    ("dropout = 0.5", 'kind = "dropout"'), ("weight_decay = 0.1", 'kind = "l2"'),
    ("lr = 0.1", "fit"),
    ("init = 'he'", '"he_normal"'), ("init = 'xavier'", '"glorot_uniform"'),
    ("repeat = '4'", "without quotes"), ("repeat = 4.0", "write 4"),
])
def test_an_option_of_another_tool(key, mend):
    assert mend in hint(of_layer("dense", f"units = 2\n{key}"))


@pytest.mark.parametrize(("kind", "mend"), [
    ("mse", '"mean_squared_error"'), ("MSE", '"mean_squared_error"'),
    ("MSELoss", '"mean_squared_error"'), ("nn.MSELoss", '"mean_squared_error"'),
    ("bce", '"binary_cross_entropy"'), ("BCEWithLogitsLoss", '"binary_cross_entropy"'),
    ("log_loss", '"binary_cross_entropy"'), ("sigmoid", '"binary_cross_entropy"'),
    ("cross_entropy", '"softmax_cross_entropy"'), ("CrossEntropyLoss", '"softmax_cross_entropy"'),
    ("nll_loss", '"softmax_cross_entropy"'), ("softmax", '"softmax_cross_entropy"'),
    ("L2", '"l2"'), ("l1_loss", '"absolute_error"'), ("mae", '"absolute_error"'),
    ("SmoothL1Loss", '"huber"'), ("kl_div", '"kl"'), ("CTCLoss", '"ctc"'),
    ("hinge_loss", '"hinge"'),
    ("rmse", "sqrt(mean("), ("relu", "is a layer"), ("dice", "as loss = "),
])
def test_a_loss_of_another_tool(kind, mend):
    text = of_layer("dense", "units = 4").replace("mean_squared_error", kind)
    assert mend in hint(text)
    net = Network("net")
    net.input("x", ["N", 3])
    net.layer("dense", units=2)
    with pytest.raises(SpecError) as caught:
        net.loss(kind)
    assert caught.value.faults[0].hint


EQUATIONS = 'equations = "loss = sum(n, (y[n] - w*x[n])**2)"\n'
TABLES = '[parameters]\nw = []\n[inputs]\nx = ["N"]\n[targets]\ny = ["N"]\n'


@pytest.mark.parametrize(("text", "mend"), [
    (TABLES + EQUATIONS, "above the first line in brackets"),
    (TABLES.replace("w = []\n", f"{EQUATIONS}w = []\n"), "above the first line in brackets"),
    (TABLES.replace("[inputs]", EQUATIONS + "[inputs]"), "above the first line in brackets"),
    ('[equations]\nloss = "w"\n' + TABLES, '"""'),
    ("lr = 0.1\n" + EQUATIONS + TABLES, "fit"), ("epochs = 3\n" + EQUATIONS + TABLES, "fit"),
    ("seed = 1\n" + EQUATIONS + TABLES, "init(seed=1)"),
    ("dtype = 'float32'\n" + EQUATIONS + TABLES, "init(dtype=np.float32)"),
    ("accuracy = 'full'\n" + EQUATIONS + TABLES, "[compile]"),
    ("loss = 'mse'\n" + EQUATIONS + TABLES, '"mean_squared_error"'),
    ("layers = ['relu']\n" + EQUATIONS + TABLES, "[[layers]]"),
    (EQUATIONS + TABLES.replace("[parameters]", "[params]"), '"parameters"'),
    (EQUATIONS + TABLES.replace("[parameters]", "[weights]"), '"parameters"'),
    (EQUATIONS + TABLES.replace("[inputs]", "[data]"), '"inputs"'),
    (EQUATIONS + TABLES.replace("[targets]", "[labels]"), '"targets"'),
    (EQUATIONS + TABLES.replace("w = []", "w = { shape = [], init = 'kaiming' }"), '"he_normal"'),
    (EQUATIONS + TABLES.replace("w = []", "w = { shape = [], init = 'normal' }"),
     'kind = "normal"'),
    *((TABLES + table + EQUATIONS, "write equations above the first line in brackets")
      for table in ("[constants]\nc = 1.0\n", "[indices]\nm = 3\n", "[loss]\nkind = 'l2'\n",
                    "[compile]\naccuracy = 'fast'\n", "[[layers]]\nkind = 'relu'\n")),
    (TABLES + "[loss]\nkind = 'l2'\ntitle = 'a'\n", "write title above"),
    (TABLES + "[loss]\ntype = 'l2'\n" + "[[layers]]\nkind = 'relu'\n", "a loss has a kind"),
    (TABLES + "[[layers]]\ntype = 'relu'\n", "a layer has a kind"),
    (EQUATIONS + TABLES.replace('["N"]', "[-1]"), '"N"'),
    (EQUATIONS + TABLES.replace('["N"]', '["None"]'), '"N"'),
    (EQUATIONS + TABLES.replace('["N"]', "[None]"), '"N"'),
    (EQUATIONS + TABLES.replace('["N"]', "3"), "write [3]"),
    (EQUATIONS + TABLES.replace('["N"]', "[3.0]"), "write 3"),
    (EQUATIONS + TABLES.replace('["N"]', "(3,)"), "square brackets"),
    (EQUATIONS + TABLES.replace("w = []", "w = { shape = [], integer = True }"), "true or false"),
    (EQUATIONS + TABLES.replace("w = []", "w: []"), "write ="),
    (EQUATIONS + TABLES.replace("w = []", "w []"), "write ="),
    (EQUATIONS + TABLES.replace("w = []", "w = []\nw = []"), "stands once"),
    (EQUATIONS + TABLES.replace("w = []", "w = { shape = [], init = zeros }"), "in quotes"),
    (EQUATIONS + "// a note\n" + TABLES, "begins with #"),
    ('equations = "loss = sum(n, E[x[n],0]*w)"\n' + TABLES.replace("w = []", "w = []\nE = [4, 2]"),
     'x = { shape = ["N"], integer = true, below = 4 }'),
])
def test_a_spec_that_is_laid_out_otherwise(text, mend):
    assert mend in hint(text)


@pytest.mark.parametrize("line", [
    "=" * 100_000, "s = " + "a " * 50_000 + "?", "s = " + "=> a" * 50_000,
    "s = (" + " " * 300_000, "s = " + "a" * 300_000 + " b",
    "s" * 100_000 + " = 2 a", "s = 1" + "1" * 200_000 + "a b",
    "s = " + "|" * 200_000, "s = a" + " " * 300_000 + "b",
])
def test_a_hint_takes_no_time(line):
    start = time.process_time()
    with pytest.raises((SpecError, LimitError)):
        parse_spec(f'equations = """\n{line}\n"""{GIVEN}', "net.toml")
    with pytest.raises((SpecError, LimitError)):
        parse_spec(f"{line}\n", "net.toml")
    assert time.process_time() - start < 3


def test_what_is_said_exists():
    """No table names what the language, or a layer, has not."""
    known = {*ALLOWED, *SPELLED.values(), *FUNCTIONS, *all_layers(), *LOSSES, *INITIALISERS, *TOP,
             *COMMON, *(key for layer in all_layers().values() for key in layer.options)}
    words = [(name, word) for name, listed in ALSO_CALLED.items() for word in listed.split()]
    assert {name for name, _ in words} <= known
    for name, word in words:
        assert plain(word) == word and f'"{name}"' in did_you_mean(word.upper(), [name, "zzz"])
    for table in (foreign.FUNCTIONS, foreign.NAMES, *SENTENCES.values()):
        listed = [word for words in table for word in words.split()]
        assert len(listed) == len(set(listed)) and all(plain(word) == word for word in listed)
    assert not {word for words in foreign.FUNCTIONS for word in words.split()} & set(ALLOWED)
    for kind in all_layers():
        assert kind not in SENTENCES["layer"]
    for sentence in (*foreign.FUNCTIONS.values(), *OTHERWISE.values()):
        for kind in re.findall(r'kind = "(\w+)"', sentence):
            assert kind in all_layers() or kind == "equations"


def formulas():
    """Every formula that a hint says to write."""
    said = [*foreign.FUNCTIONS.values(), *SENTENCES["loss"].values(), foreign.SUM]
    for sentence in dict.fromkeys(said):
        for formula in re.findall(r"(?:write|loss =|sum over an index:) (\S.*?)(?: of | with |$)",
                                  sentence):
            if "[[" not in formula and "it as" not in formula and "the indices" not in formula:
                yield formula


@pytest.mark.parametrize("formula", list(formulas()))
def test_what_a_hint_says_to_write_is_read(formula):
    """Its names are tensors with as many indices as it gives them."""
    shapes = {}
    for name, inner in re.findall(r"\b(\w+)\[([^\[\]]*)", formula):
        shapes[name] = ["K" if i == "label" else i.upper() for i in inner.split(",")]
    shapes |= {"label": ["N"]} if "label" in formula else {}
    shapes |= {name: [] for name in re.findall(r"(?<!\w)[a-hl-z](?![\w(\[])", formula)
               if name not in shapes and name not in "nt"}
    net = Network("net")
    for name, shape in shapes.items():
        net.input(name, shape, integer=name == "label", below="K")
    bound = set(re.findall(r"(?<=[(,] )(\w), |\((\w), ", formula))
    bound = {letter for pair in bound for letter in pair}
    free = [i for i in ("n", "j", "k") if re.search(rf"\[[^\]]*\b{i}\b", formula)
            and i not in bound]
    left = f"out[{','.join(free)}]" if free else "out"
    read_equations(f"{left} = {formula}", net.tensors)
