"""What people write who come from other notations, by kind, and how it is said in this one.

Tables and the few questions that read them; nothing here is understood or admitted.  Each entry is
a hint below a fault that stands without it, too.  Names that differ by spelling only stand in
``errors.ALSO_CALLED``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Mapping

from symbprop.errors import plain

SUM = "a product is a sum over an index: sum(k, x[n,k]*w[k])"
TRANSPOSE = "a transpose swaps the indices: W[k,j] for W[j,k]"
RUNS = "an index runs by itself, over all of its extent: sum(k, x[n,k])"
EXTENT = "an extent is a name or a number: N or 3, with x = [\"N\", 3]"
REMAINDER = "the remainder is a - b*floor(a/b)"
NO_SLOPE = "it has no derivative and is not of the language"
LAYER = 'layers stand in [[layers]], as kind = "{}"'

# No ASCII, and what it is written as.
CHARACTERS: Mapping[str, str] = {
    "\u00d7\u00b7\u22c5\u2217\u2062\u2219\u2022": "*", "\u2212\u2013\u2014\u2010\ufe63": "-",
    "\u00f7\u2215\u2044": "/", "\u2264\u2a7d": "<=", "\u2265\u2a7e": ">=", "\u2260": "!=",
    "\u2211\u03a3": "sum(k, ...)", "\u220f\u03a0": "prod(k, ...)", "\u221a": "sqrt(...)",
    "\u00b2": "**2", "\u00b3": "**3", "\u207b": "**-1", "\u22a4\u1d40": "swapped indices",
    "\u221e": "no number: it is not of the language", "\u2208": "a comma: sum(k, x[k])",
    "\u2190\u2254\u225c\u2261": "=", "\u2227": "and", "\u2228": "or", "\u00ac": "not",
    "\u2032\u2019\u2018": "an index of its own", "\u00a0\u2009\u202f\u3000\u200b": "a plain blank",
    "\uff08": "(", "\uff09": ")", "\uff0c": ",", "\uff1d": "=", "\u201c\u201d": '"',
    "\u2016": "norm(k, ...)", "\u2299\u2218": "*", "\u03c0": "pi",
}
LETTERS = (
    "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc\u03bd\u03be\u03bf"
    "\u03c1\u03c2\u03c3\u03c4\u03c5\u03c6\u03c7\u03c8\u03c9"
)
SPOKEN = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lam mu nu xi omicron rho sigma sigma "
    "tau upsilon phi chi psi omega"
)
GREEK = dict(zip(LETTERS, SPOKEN.split(), strict=True))
GREEK |= {letter.upper(): name.capitalize() for letter, name in GREEK.items()}

# Functions by their words, as `plain` makes them.
FUNCTIONS: Mapping[str, str] = {
    "log10": "write log(x)/log(10)", "log2": "write log(x)/log(2)", "exp2": "write 2**x",
    "relu6": "write clip(x, 0, 6)", "hardtanh": "write clip(x, -1, 1)",
    "mish": "write x*tanh(softplus(x))", "prelu": "write max(x, 0) + a*min(x, 0)",
    "rsqrt": "write 1/sqrt(x)", "reciprocal": "write 1/x", "cbrt": "write power(x, 1/3)",
    "hypot": "write sqrt(x**2 + y**2)", "mod fmod remainder": REMAINDER,
    "ceil": "write ceiling(x)", "trunc fix": "write sign(x)*floor(abs(x))",
    "gamma": "write exp(lgamma(x))", "factorial": "write exp(lgamma(x + 1))",
    "normcdf ndtr": "write erfc(-x/sqrt(2))/2",
    "logsoftmax": "write s[n,k] - logsumexp(j, s[n,j])", "glu": "write x*sigmoid(y)",
    "dot matmul mm bmm einsum inner outer tensordot vdot": SUM, "transpose t permute": TRANSPOSE,
    "len size shape numel ndim": EXTENT, "range arange enumerate zip linspace": RUNS,
    "var variance std stddev": "write mean(i, (x[i] - m)**2) with m = mean(i, x[i])",
    "cumsum cumprod scan": "it is a recurrence: c[0] = x[0] and c[t+1] = c[t] + x[t+1]",
    "argmax argmin sort argsort topk unique onehot": NO_SLOPE,
    "zeros ones full eye array tensor constant": "a number stands for itself, as 0.0",
    "concat concatenate cat stack append": "define it in parts: y[k] = a[k] and y[3+k] = b[k]",
    "reshape view flatten ravel squeeze": "write the indices: y[n, 4*i+j] = x[n,i,j]",
    "float int double str print input open eval exec import": "it is not of the language",
    "mse meansquarederror mseloss": "write mean(n, (y[n] - p[n])**2)",
    "mae l1loss": "write mean(n, abs(y[n] - p[n]))", "sse": "write sum(n, (y[n] - p[n])**2)",
    "rmse": "write sqrt(mean(n, (y[n] - p[n])**2))",
    "bce binarycrossentropy binarycrossentropywithlogits bcewithlogits":
        "write mean(n, softplus(s[n]) - y[n]*s[n]) of the logits s",
    "crossentropy softmaxcrossentropy nll nllloss":
        "write mean(n, logsumexp(k, s[n,k]) - s[n,label[n]]) of the logits s",
    "l2 l2loss": "write sum(j, k, W[j,k]**2)", "l1": "write sum(j, k, abs(W[j,k]))",
    **{word: LAYER.format(kind) for word, kind in {
        "dropout": "dropout", "dense linear fc": "dense", "conv1d": "conv1d",
        "conv conv2d": "conv2d", "lstm": "lstm", "gru": "gru", "rnn": "rnn",
        "attention multiheadattention": "attention", "embedding embed": "embedding",
        "batchnorm batchnorm1d batchnorm2d": "batch_norm", "layernorm": "layer_norm",
        "maxpool maxpool2d": "max_pool", "avgpool averagepool": "average_pool",
    }.items()},
}
# Names that stand alone.
NAMES: Mapping[str, str] = {
    "e": "write exp(1), and exp(x) for e**x", "inf infinity oo nan": "it is not of the language",
    "lr learningrate": "training is not part of a spec; the module's fit takes learning_rate",
    "true": "write 1", "false": "write 0",
}
OPERATORS: Mapping[type[ast.operator] | type[ast.unaryop], str] = {
    ast.BitXor: "a power is written **, as x**2", ast.MatMult: SUM,
    ast.FloorDiv: "write floor(a/b)", ast.Mod: REMAINDER,
    ast.BitAnd: "write and",
    ast.BitOr: "write or; abs(x) for |x|", ast.Invert: "write not", ast.LShift: "write x*2**n",
    ast.RShift: "write x/2**n",
}
NODES: Mapping[type[ast.AST], str] = {
    ast.IfExp: "write where(condition, then, otherwise)",
    ast.Compare: "join two comparisons by and: a < b and b < c",
    ast.Tuple: "a line defines one value; a decimal point is a point, as 1.5",
    ast.List: "a table stands in [constants]", ast.Set: "indices stand in square brackets: a[j]",
    ast.Dict: "a table stands in [constants]", ast.Lambda: "write the formula where it is used",
    ast.GeneratorExp: RUNS, ast.ListComp: RUNS, ast.SetComp: RUNS, ast.DictComp: RUNS,
    ast.JoinedStr: "a text is no value", ast.NamedExpr: "a definition is written with =",
    ast.Slice: "an index runs by itself: write a letter for it, as x[n,k]",
}
STATEMENTS: Mapping[type[ast.AST], str] = {
    ast.AnnAssign: "a definition is written with =, as s[n] = a*x[n]",
    ast.For: "an index runs by itself: s[n,j] = ... defines it for each n and j",
    ast.While: "a recurrence is written h[t+1] = f(h[t]), with h[0] = ...",
    ast.If: "write where(condition, then, otherwise)",
    ast.Import: "functions stand without a module: tanh(x)",
    ast.ImportFrom: "functions stand without a module: tanh(x)",
    ast.FunctionDef: "write the formula as a definition: f[n] = x[n]**2",
    ast.Return: "the loss is called loss: loss = ...",
    ast.Assign: "each definition has a line of its own",
}
# So much of a line is searched, since a pattern may take the square of it.
LOOKED_AT = 300
# What Python does not read, by what is found in the line, the first that fits.
LINES: tuple[tuple[str, str], ...] = (
    (r"^\s*(//|/\*|%|--|;|<!)", "a comment begins with #"),
    (r"\w\([\w, +]*\)\s*:?=(?!=)", "indices on the left stand in square brackets: s[n,j] = ..."),
    (r":=|<-|->|=>|\u2190", "a definition is written with =, as s[n] = a*x[n]"),
    (r"\?", "write where(condition, then, otherwise)"),
    (r"&&", "write and"), (r"\|\|", "write or"), (r"<>|=/=|~=", "write !="),
    (r"=<", "write <="),
    (r"\bfor\b", RUNS), (r"\bif\b", "write where(condition, then, otherwise)"),
    (r"\|[^|=]+\|", "write abs(x)"), (r"\w'", TRANSPOSE), (r"[\])]'", TRANSPOSE),
    (r"[{}]", "indices stand in square brackets: s[n,j], and sums are sum(k, ...)"),
    (r"!(?!=)", "write not; a factorial is not of the language"),
    (r"\.\.|;", "indices stand alone, with a comma: sum(k, x[n,k])"), (r"\\", "no LaTeX is read"),
    (r"(?<![\w.])\d+(\.\d+)?\s*[A-Za-z(\[](?![-+]?\d)", "a product is written with *: 2*x"),
    (r"=.*[\])]\s*[A-Za-z0-9(]", "a product is written with *: a*b"),
    (r"=.*\b\w+ +[A-Za-z]\w*", "arguments stand in brackets, and a product has its *"),
)


# Of functions that other tools call with more, or fewer, arguments.
ARITIES = {
    "max min": "one stands in another, max(max(a, b), c); over an index it is max(k, a[k])",
    "log": "to another base it is log(x)/log(2)", "round": "to two places it is round(100*x)/100",
    "logaddexp": "of more it is log(exp(a) + exp(b) + exp(c))", "clip": "as in clip(x, 0, 1)",
    "where": "as in where(x > 0, x, 0)", "atan2": "as in atan2(y, x)",
}


def of_character(character: str) -> str:
    """What to write for a character that is not ASCII."""
    for characters, written in CHARACTERS.items():
        if character in characters:
            return f"write {written}"
    if character in GREEK:
        return f"write it out, as {GREEK[character]}"
    return "names are ASCII letters, digits and underscores"


def of_word(word: str, table: Mapping[str, str]) -> str:
    """What a table says of a word; the empty string where it says nothing."""
    last = plain(word)
    return next((said for words, said in table.items() if last in words.split()), "")


def of_name(name: str, ranks: Mapping[str, int]) -> str:
    """What to write for a name that nothing has: also for x_n, where x is a tensor."""
    tensor, line, indices = name.partition("_")
    if line and ranks.get(tensor) and indices.isalnum() and len(indices) <= ranks[tensor]:
        more = ["..."]*(ranks[tensor] - len(indices))
        return f"write {tensor}[{','.join([*indices, *more])}]"
    if name.lower() == "pi":
        return "write pi"
    return of_word(name, NAMES)


def of_call(name: str, source: str, known: Container[str], ranks: Container[str]) -> str:
    """What to write for a call of ``name``, which no function has; ``source`` are its arguments."""
    last = name.rpartition(".")[2]
    if last in ranks and "." not in name:
        return f"indices stand in square brackets: {name}[{source}]"
    reduced = re.fullmatch(r"(sum|prod|mean|max|min|norm|softmax|logsumexp)_([a-z])", last)
    if reduced:
        return f"the index comes first: {reduced[1]}({reduced[2]}, {source})"
    if last != name and last in known:
        return f"functions stand without a module: {last}(...)"
    return of_word(last, FUNCTIONS)


def of_attribute(name: str) -> str:
    """What to write for ``x.name``."""
    if name == "pi":
        return "write pi"
    if name in ("T", "mT", "H"):
        return TRANSPOSE
    return of_word(name, FUNCTIONS) or of_word(name, NAMES) or (
        "a tensor is a name with indices: x[n,k]"
    )


def of_statement(statement: ast.stmt) -> str:
    """What to write instead of a statement that is no definition."""
    if isinstance(statement, ast.AugAssign):
        if isinstance(statement.op, ast.Sub):
            return "write += and the negative: s[n] += -x[n]"
        return "a value is defined once: give the other one a name of its own"
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Compare):
        return "a definition is written with one =, as s[n] = a*x[n]"
    return STATEMENTS.get(type(statement), "")


def of_line(text: str, because: str) -> str:
    """What to write instead of a line that Python does not read, and ``because`` of what not."""
    if "never closed" in because or "unmatched" in because or "does not match" in because:
        return "each bracket that opens is closed by one of its kind"
    return next((said for pattern, said in LINES if re.search(pattern, text[:LOOKED_AT])), "")


def of_left_side(target: ast.expr) -> str:
    """What to write instead of a left side that is no name with indices."""
    match target:
        case ast.Subscript(value=ast.Subscript()):
            return "indices stand in one pair of brackets: s[n,j]"
        case ast.Tuple():
            return "each definition has a line of its own"
        case ast.Attribute():
            return "a name has letters, digits and underscores"
        case _:
            return ""
