"""What can go wrong, and how it is said.

A fault names what is wrong, the values that disagree, where, and what to do about it.  A user's
mistake is never a traceback: every exception here carries the exit code of the command line and
prints itself in the form ``place: error[SP104]: message`` with an optional hint below.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Longer than any path or name that is typed by hand.
LONG_WORD = re.compile(r"\S{200,}")
MOST_SAID = 400  # characters of a message


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a user's file; lines and columns count from one, zero means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file or "<network>"]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


def inert(text: str) -> str:
    """One line: line breaks and other control characters lose their effect, as "\\n" and the like.

    Names, texts and paths of users stand in messages; none makes a line of its own.
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def brief(text: str) -> str:
    """What a user can read: of a long word and of a long text both ends, with dots between.

    Names, numbers and formulas of users stand in messages, and may be as long as a file.
    """
    text = LONG_WORD.sub(lambda word: f"{word[0][:60]}...{word[0][-20:]}", text)
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID - 83]}...{text[-80:]}"


def told(value: object) -> str:
    """A value as messages show it: short, on one line, whatever its own text is.

    What Python prints of an object without a text of its own is where it lies in memory.
    """
    try:
        text = repr(value)
    except Exception:
        text = ""
    kind = type(value).__name__
    plain = 0 < len(text) <= 40 and "\n" not in text and " at 0x" not in text
    return text if plain else f"a value of type {kind}"


def shown(error: BaseException) -> str:
    """The text of an exception; empty where it has none that can be had."""
    try:
        return str(error)[:200]
    except Exception:
        return ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One complaint.  ``code`` is stable (``SP`` and three digits) and documented in the README."""

    code: str
    message: str
    place: Place | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = f"{inert(str(self.place))}: " if self.place is not None else ""
        text = f"{where}error[{self.code}]: {brief(inert(self.message))}"
        return f"{text}\n  hint: {brief(inert(self.hint))}" if self.hint else text


class SymbpropError(Exception):
    """Base of every exception that symbprop raises on purpose."""

    exit_code = 70

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults: tuple[Fault, ...] = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class VerificationError(SymbpropError):
    """A check of a result failed: gradients disagree with the judge (exit status 1)."""

    exit_code = 1


class SpecError(SymbpropError):
    """A network that cannot be compiled as written (exit status 2)."""

    exit_code = 2


class FileError(SymbpropError):
    """A file that could not be read or written (exit status 3)."""

    exit_code = 3


class LimitError(SymbpropError):
    """A stated limit was exceeded (exit status 4)."""

    exit_code = 4


class InternalError(SymbpropError):
    """A stage broke its own invariant: a bug of ours (exit status 70)."""

    exit_code = 70


# What other libraries and people call things that have another name here; case, underscores, a
# module before it and "loss" or "layer" behind it do not count.
ALSO_CALLED = {
    # Functions.
    "abs": "absolute fabs", "acos": "arccos", "asin": "arcsin", "atan": "arctan",
    "atan2": "arctan2", "clip": "clamp", "digamma": "psi", "erfc": "complementaryerrorfunction",
    "leaky_relu": "lrelu leaky", "lgamma": "gammaln loggamma", "log": "ln",
    "log_ndtr": "lognormcdf lognormalcdf normlogcdf logcdf", "logsumexp": "lse",
    "max": "maximum amax", "mean": "average avg", "min": "minimum amin", "norm": "l2norm",
    "power": "pow", "prod": "product", "round": "rint around", "sigmoid": "logistic expit",
    "sign": "sgn", "silu": "swish", "sqrt": "squareroot", "square": "sqr", "step": "heaviside",
    "sum": "sigma", "where": "if ifelse cond piecewise",
    # Layers.
    "attention": "mha selfattention multiheadattention multihead scaleddotproductattention",
    "average_pool": "avgpool avgpool1d avgpool2d averagepooling averagepooling2d",
    "batch_norm": "bn batchnorm1d batchnorm2d batchnormalization",
    "bidirectional": "bilstm bigru birnn", "concatenate": "concat cat merge join",
    "conv1d": "convolution1d", "conv2d": "conv convolution convolution2d",
    "conv_transpose2d": "conv2dtranspose convtranspose deconv deconvolution transposedconv",
    "dense": "fc linear fullyconnected affine mlp perceptron innerproduct",
    "depthwise_conv2d": "depthwise depthwiseconv separableconv separableconv2d",
    "embedding": "embed lookup", "flatten": "ravel", "fourier_features": "fourier rff",
    "global_pool": "gap globalaveragepooling globalaveragepooling2d globalavgpool "
                   "globalmaxpooling2d adaptiveavgpool2d",
    "gru": "grucell", "layer_norm": "ln layernormalization", "lstm": "lstmcell",
    "max_pool": "maxpool1d maxpool2d maxpooling maxpooling2d pool pooling",
    "mixture_of_experts": "moe",
    "positional": "positionalencoding positionalembedding posenc",
    "reshape": "view unflatten", "residual": "add skip skipconnection shortcut resblock",
    "rnn": "simplernn elman rnncell",
    "transformer_block": "transformer transformerencoder transformerdecoder encoder decoder",
    # Losses.
    "absolute_error": "mae meanabsoluteerror l1loss",
    "binary_cross_entropy": "bce bcewithlogits binarycrossentropy logloss logistic sigmoid",
    "huber": "smoothl1", "kl": "kld kldivergence kldiv", "l1": "lasso",
    "l2": "ridge weightdecay tikhonov", "hinge": "svm",
    "mean_squared_error": "mse meansquarederror meansquareerror l2loss quadratic",
    "softmax_cross_entropy": "ce nll xent crossentropy categoricalcrossentropy "
                             "sparsecategoricalcrossentropy negativeloglikelihood softmax "
                             "logsoftmax",
    "sum_of_squares": "sse rss squarederror leastsquares", "triplet": "tripletmargin",
    # Initialisations.
    "constant": "fill full", "glorot_normal": "xaviernormal",
    "glorot_uniform": "xavier glorot xavieruniform", "he_normal": "he kaiming kaimingnormal",
    "he_uniform": "kaiminguniform", "lecun_normal": "lecun",
    "normal": "gaussian randn random truncatednormal", "ones": "one", "uniform": "rand",
    "zeros": "zero",
    # Options.
    "activation": "act nonlinearity activationfunction", "bias": "usebias",
    "filters": "channels outchannels outputchannels nfilters numfilters",
    "heads": "nheads numheads nhead", "init": "initializer kernelinitializer initialization",
    "input": "source from", "kernel": "kernelsize size window", "padding": "pad",
    "stride": "strides",
    "units": "size out output outputs features outfeatures outputfeatures hidden hiddensize "
             "hiddenunits neurons width nodes dim filters channels outputdim nunits numunits "
             "embeddingdim",
    # Keys of a spec.
    "constants": "const consts buffers", "description": "desc doc docstring",
    "equations": "equation eqs eq formulas formula", "indices": "index sizes extents",
    "inputs": "input data features arguments x", "layers": "layer network modules model",
    "parameters": "params param weights weight variables trainable theta",
    "outputs": "output", "targets": "target label labels y expected",
}


def plain(word: str) -> str:
    """A word without what does not count when names are compared."""
    return "".join(c for c in word.lower().rpartition(".")[2] if c.isalnum())


def spellings(word: str) -> tuple[str, str]:
    """The word plainly, and without "loss" or "layer" behind it."""
    whole = plain(word)
    return whole, whole.removesuffix("loss").removesuffix("layer")


def called(word: str, known: Iterable[str]) -> list[str]:
    """The known words that are this one in another spelling, or by another name."""
    listed = sorted(known)
    for said in spellings(word):
        near = [k for k in listed if plain(k) == said and k != word] or [
            k for k in listed if said in ALSO_CALLED.get(k, "").split()
        ]
        if near:
            return near
    return []


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or the empty string where none is near."""
    listed, core = sorted(known), spellings(word)[1]
    near = called(word, listed) or difflib.get_close_matches(word, listed, n=3, cutoff=0.6)
    if not near:
        near = difflib.get_close_matches(core, map(plain, listed), n=3, cutoff=0.7)
        near = [k for k in listed if plain(k) in near]
    if not near:
        return ""
    return "did you mean " + " or ".join(f'"{name}"' for name in near[:3]) + "?"
