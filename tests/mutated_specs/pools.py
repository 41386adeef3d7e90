"""What is put in the place of something else."""

from __future__ import annotations

from symbprop.language.functions import FUNCTIONS
from symbprop.language.reductions import REDUCTIONS
from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES
from symbprop.networks.spec import TOP

NUMBERS = (
    "0", "1", "-1", "2", "3", "7", "64", "65", "100", "1000", "20001", "10000000",
    "1099511627776", "1099511627777", "9223372036854775807", "9223372036854775808",
    "1" + "0" * 20, "9" * 400, "9" * 5000, "-" + "9" * 400, "0.5", "2.0", "-0.0", "1e400",
    "1e308", "-1e308", "1e-400", "5e-324", "1e-999999999", "1e999999999", "0." + "1" * 300, "nan",
    "-nan", "inf", "-inf", "+inf", "true", "false", "1979-05-27", "07:32:00",
    "1979-05-27T07:32:00Z", "2025-02-30", "0x10", "0o17", "0b11", "1_000", "1__0", "007", "1.",
    ".5", "1e", "1/2", "3/7", "1j", "\u0663", "\u00b2", "\u00bd", "1,5", "NaN", "None", "null",
)
VALUES = (
    *NUMBERS, '""', '"a"', '"N"', '"nope"', '"a b"', '"x' + "y" * 300 + '"', '"\\u0000"',
    '"\\n"', '"\\u202e"', '"\\U0001F600"', "'''a\nb'''", '"""\n"""', "[]", "[[]]", "[1]", "[0]",
    "[-1]", "[1.5]", '["N"]', '["N", "N"]', '["N", 3]', '[3, "N+1"]', '["N-1"]', '["2*N"]',
    '["N/2"]', '["N**2"]', '["N*M"]', "[3, 4]", "[1, 1, 1]", "[true]", '[{ kind = "relu" }]',
    "[1, [2]]", "[nan]", "[[1, 2], [3]]", "[[1.0, 2.0], [3.0, 4.0]]", "{}", "{ shape = [3] }",
    '{ shape = ["N"], integer = true, below = 3 }', '{ shape = [3], init = "nope" }',
    '{ shape = [3], init = { kind = "normal", mean = 0, deviation = -1 } }',
    '{ shape = [3], latex = "\\\\input{x}" }', '{ shape = 3 }', '{ kind = "relu" }',
    "{ integer = true }", "{ a = { b = { c = 1 } } }", "[" * 60 + "]" * 60,
)
NAMES = (
    "a", "b", "w", "W", "x", "y", "n", "N", "T", "k", "loss", "Loss", "params", "grads", "np",
    "numpy", "work", "out", "d_W1", "lambda", "None", "True", "class", "import", "print", "E", "I",
    "S", "Q", "O", "pi", "e", "oo", "re", "im", "beta", "gamma", "zeta", "_", "__class__", "_a",
    "a_", "a1", "x" * 300, "x" * 10000, "\u00e9", "\u03b1", "\u03bb", "\u03a3", "x\u200b", "1a",
    "a-b", "a.b",
    "sum", "max", "mean", "exp", "where", "index", "shape", "units", "self", "value_and_grad",
    "Workspace", "check", "OUTPUTS", "e_1", "d_x", "arange", "len", "range",
)
KINDS = (*sorted(all_layers()), *sorted(LOSSES), "linear", "mse", "equations", "Dense", "", "own")
KEYS = (
    *TOP, *sorted({option for layer in all_layers().values() for option in layer.options}),
    "kind", "input", "repeat", "name", "shape", "init", "latex", "integer", "below", "prediction",
    "target", "weight", "accuracy", "Units", "unit", "lr", "a.b", '"a b"', '""', "\u00e9",
    "arguments",
    "output", "from", "with", "layer", "inputs.x", "'units'",
)
WORDS = (*KINDS, *KEYS, *NAMES[:40], "he_normal", "glorot_uniform", "zeros", "ones", "normal",
         "fast", "full", "pre", "post", "mean", "max", "batch", "relu", "swiglu", "softmax")
FUNCTION_NAMES = tuple(sorted({*FUNCTIONS, *REDUCTIONS}))
OPERATORS = (
    "+", "-", "*", "/", "**", "//", "%", "@", "==", "!=", "<", "<=", ">", ">=", "=", "+=", "-=",
    ":=", "<<", ">>", "&", "|", "^", "~", " and ", " or ", " not ", " is ", " in ", " if ",
    " else ",
    ".", ",", ":", ";", "->", "=>", "!", "?", "\u00b7", "\u00d7", "\u2212", "\u00f7", "++", "--",
    "***", "\\", "$", "#",
    "' '", '"', "...", "\u2026", "\u221a", "\u2211", "\u2264", "\u2260", "**-", "*-", "/0/",
    "**0.5*", "**-1*", "**64*",
    "**1000000*", "**(1/3)*", "**a*",
)
# Whole texts of other languages, and of those who try what is executed.
FOREIGN = (
    "np.tanh({})", "math.exp({})", "torch.relu({})", "{}.T", "{}.sum()", "{}[0]", "{}[i]",
    "{}[i][j]", "{}[:, 0]", "{}[...]", "{}[-1]", "{}[1.5]", "{}[i, i]", "{}[i+1/2]", "{}[2**i]",
    "{}[i**64]", "{}[10**9*i]", "{}[-i]", "{}[i-1]", "{}[i//2]", "{}[i%2]", "{}[x]", "{}[[0]]",
    "{}['a']", "(lambda: {})()", "[{} for i in x]", "{{{}}}", "f'{{{}}}'", "({} := 1)", "*{}",
    "**{}", "__import__('os').system('{}')", "().__class__.__base__.{}", "{}()", "{}(i)",
    "sum({})", "sum({} for i)", "sum(i, {}", "sum(i, j, k, l, m, {})", "sum(i, i, {})",
    "sum(3, {})", "sum(i + 1, {})", "max({})", "max(i, {})", "min(i, j, {})", "prod(i, {})",
    "mean(i, {})", "logsumexp(i, {})", "norm(i, {})", "softmax({})", "softmax(i, {})",
    "where({}, 1, 2)", "where(1, {}, 2)", "where({} > 0, {}, 0)", "clip({}, 1, 0)",
    "{} if 1 else 2",
    "not {}", "1 < {} < 2", "({},)", "({})({})", "yield {}", "await {}", "{}!", "|{}|",
    "\u2016{}\u2016",
    "{}\u2032", "d{}/dx", "{}^2", "{}\u00b2", "2{}", "-{}", "--{}", "+-+{}", "1/{}", "{}/0",
    "0/{}", "{}**0",
    "0**{}", "{}**{}", "{}**{}**{}", "10**10**10*{}", "log(0)*{}", "sqrt(-1)*{}", "acos(2)*{}",
    "{}*1e400", "{}*1e-400", "{}*nan", "{}*inf", "{}*True", "{}*'a'", "{}*b'a'", "{}*1j", "{}*0x1f",
    "stop_gradient({})", "step({})", "erf({}, 1)", "atan2({})", "power({}, {})", "sqrt({})",
    "log({})", "exp({})", "nope({})", "Tanh({})", "ln({})", "{} {}", "{}{}",
)
LOOK_ALIKES = {
    "a": "\u0430", "e": "\u0435", "o": "\u043e", "x": "\u0445", "i": "\u0456", "c": "\u0441",
    "p": "\u0440", "y": "\u0443", "N": "\u039d",
    "*": "\u00d7", "-": "\u2212", '"': "\u201c", "'": "\u2019", "=": "\uff1d", "(": "\uff08",
    ")": "\uff09", "[": "\uff3b", "]": "\uff3d",
    ",": "\uff0c", ".": "\uff0e", "0": "\uff10", "1": "\uff11", "2": "\uff12", "3": "\uff13",
    "+": "\uff0b", "/": "\u2215", " ": "\u00a0",
    "\n": "\u2028", "<": "\u2039", "#": "\uff03", "_": "\uff3f",
}
STRANGE = (
    "\0", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad",
    "\u200b", "\u200d", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff", "\ufffd", "\uffff",
    "\ud800", "\udfff", "\U0001f600", "\U000e0041", "\u0301", "\r", "\r\n", "\n", "\t", "\\",
    "\\\n",
    "\\u12", "\\N{x}", '"', "'", '"""', "'''", "#", "$", "%", "{{ config }}", "{% include %}", "%s",
    "<script>", "`", "~", ";", "@", "e\u0301" * 40, "\u221e", "\u65e5\u672c", "\ufdfa",
)
