"""ONNX's own operator cases as an outside judge of forward values, and their gradients.

    python -m tests.onnx_cases        # in the checkout: runs all, writes tests/onnx_table.md

Each operator that something here stands for is written as one of our layers where that can say the
case, else as equations of our language (`onnx_layers.py`, `onnx_moves.py`, and here), compiled, and
run on the case's data; the output must be ONNX's within the case's own tolerances.  The gradient of
a random projection of the output must be that of differences, a little off the case's point, which
often lies on a kink.  A case is `passed`, `failed`, or `not supported` for a reason that is given.
Only cases of one node are run: those of several repeat the same operators as their expansions.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from symbprop.errors import SpecError
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph
from tests.onnx_layers import LAYERED, last_normalisation, trained_normalisation
from tests.onnx_moves import MOVES
from tests.onnx_node import Node, NotSupportedError, Written, assign, letters, read, x

TABLE = Path(__file__).parent / "onnx_table.md"


# --- operators ---------------------------------------------------------------------------------

UNARY = {
    "Abs": "abs({})", "Acos": "acos({})", "Asin": "asin({})", "Atan": "atan({})",
    "Cos": "cos({})", "Cosh": "cosh({})", "Erf": "erf({})", "Exp": "exp({})",
    "HardSwish": "hardswish({})", "Identity": "{}", "Log": "log({})",
    "Mish": "{0}*tanh(softplus({0}))", "Neg": "-{}", "Reciprocal": "1/{}", "Relu": "relu({})",
    "Sigmoid": "sigmoid({})", "Sign": "sign({})", "Sin": "sin({})", "Sinh": "sinh({})",
    "Softplus": "softplus({})", "Softsign": "softsign({})", "Sqrt": "sqrt({})",
    "Tan": "tan({})", "Tanh": "tanh({})",
}
BINARY = {
    "Add": "{} + {}", "Sub": "{} - {}", "Mul": "{}*{}", "Div": "{}/{}", "Pow": "power({}, {})",
    "PRelu": "leaky_relu({}, {})",
}
JOINED = {"Max": "max", "Min": "min"}
REDUCED = {
    "ReduceL1": "sum({over}, abs({body}))", "ReduceL2": "norm({over}, {body})",
    "ReduceLogSum": "log(sum({over}, {body}))", "ReduceLogSumExp": "logsumexp({over}, {body})",
    "ReduceMax": "max({over}, {body})", "ReduceMean": "mean({over}, {body})",
    "ReduceMin": "min({over}, {body})", "ReduceProd": "prod({over}, {body})",
    "ReduceSum": "sum({over}, {body})", "ReduceSumSquare": "sum({over}, {body}**2)",
}


def with_options(node: Node) -> str:
    """Elementwise operators with numbers as attributes."""
    a, given = node.attributes, x(node)
    alpha = a.get("alpha")
    match node.operator:
        case "Elu":
            return f"elu({given}, {alpha or 1.0})"
        case "Celu":
            k = alpha or 1.0
            return f"where({given} > 0, {given}, {k}*expm1(min({given}, 0)/{k}))"
        case "LeakyRelu":
            return f"leaky_relu({given}, {0.01 if alpha is None else alpha})"
        case "HardSigmoid":
            return f"clip({0.2 if alpha is None else alpha}*{given} + {a.get('beta', 0.5)}, 0, 1)"
        case "Selu":
            if alpha is None and "gamma" not in a:
                return f"selu({given})"
            return f"{a['gamma']}*elu({given}, {alpha})"
        case "Gelu":
            tanh = a.get("approximate", b"none") == b"tanh"
            return f"{'gelu_tanh' if tanh else 'gelu'}({given})"
        case "Swish":
            return f"{given}*sigmoid({1.0 if alpha is None else alpha}*{given})"
        case "ThresholdedRelu":
            return f"where({given} > {1.0 if alpha is None else alpha}, {given}, 0)"
        case "Shrink":
            lam, bias = a.get("lambd", 0.5), a.get("bias", 0.0)
            return (f"where({given} > {lam}, {given} - {bias}, "
                    f"where({given} < {-lam}, {given} + {bias}, 0))")
        case _:
            raise AssertionError(node.operator)


OPTIONS = ("Elu", "Celu", "LeakyRelu", "HardSigmoid", "Selu", "Gelu", "Swish", "ThresholdedRelu",
           "Shrink")


def reduction(node: Node) -> str:
    shape = node.shape(0)
    axes = node.given(1).tolist() if node.has(1) else node.attributes.get("axes")
    if not axes:
        if node.attributes.get("noop_with_empty_axes", 0):
            if node.operator != "ReduceSum":
                raise NotSupportedError("a reduction over no axis")
            return assign(node, x(node))
        axes = range(len(shape))
    gone = {n % len(shape) for n in axes}
    keep = node.attributes.get("keepdims", 1)
    out = iter(letters(node.rank))
    source, over = [], []
    for n in range(len(shape)):
        if n in gone:
            over.append(f"k{n}")
            source.append(f"k{n}")
            if keep:
                next(out)
        else:
            source.append(next(out))
    body = read("x0", source)
    return assign(node, REDUCED[node.operator].format(over=", ".join(over), body=body))


def softmax(node: Node) -> str:
    axis = node.axis(-1)
    i = letters(node.rank)
    body = read("x0", [*i[:axis], "k", *i[axis + 1 :]])
    if node.operator == "LogSoftmax":
        return assign(node, f"{x(node)} - logsumexp(k, {body})")
    return assign(node, f"exp({x(node)} - logsumexp(k, {body}))")


def matmul(node: Node) -> str:
    a, b = node.shape(0), node.shape(1)
    out = letters(node.rank)
    row = [out[-2 if len(b) > 1 else -1]] if len(a) > 1 else []
    column = [out[-1]] if len(b) > 1 else []
    lead = out[: node.rank - len(row) - len(column)]

    def batch(shape: tuple[int, ...]) -> list[str]:
        own = shape[:-2]
        used = lead[len(lead) - len(own) :] if own else []
        whole = node.output.shape[len(lead) - len(own) : len(lead)]
        return [i if s == w else "0" for i, s, w in zip(used, own, whole, strict=True)]

    left = read("x0", [*batch(a), *row, "k"])
    right = read("x1", [*batch(b), "k", *column])
    return assign(node, f"sum(k, {left}*{right})")


def gemm(node: Node) -> str:
    a = node.attributes
    left = "x0[k, i0]" if a.get("transA", 0) else "x0[i0, k]"
    right = "x1[i1, k]" if a.get("transB", 0) else "x1[k, i1]"
    text = f"{a.get('alpha', 1.0)}*sum(k, {left}*{right})"
    if node.has(2):
        text += f" + {a.get('beta', 1.0)}*{x(node, 2)}"
    return assign(node, text)


def transpose(node: Node) -> str:
    rank = node.rank
    order = node.attributes.get("perm", list(reversed(range(rank))))
    source = [""] * rank
    for place, axis in enumerate(order):
        source[axis] = f"i{place}"
    return assign(node, read("x0", source))


def concatenation(node: Node) -> str:
    axis = node.axis(0)
    lines, start = [], 0
    for number in range(len(node.inputs)):
        own = [f"j{number}_{n}" for n in range(node.rank)]
        to = [*own]
        to[axis] = f"{own[axis]}+{start}"
        lines.append(f"{read('y', to)} = {read(f'x{number}', own)}")
        start += node.shape(number)[axis]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Window:
    """How a sliding window reads ``source``, and the equations that make that tensor.

    Where the window leaves the data, ``source`` is a copy in a frame of zeros; ``sizes`` are the
    extents of the frame, which no equation states.
    """

    source: str
    places: list[str]
    taps: list[str]
    equations: str
    before: list[int]
    sizes: list[int]


def window(node: Node, kernel: tuple[int, ...], shift: float = 0) -> Window:
    """The window of a convolution or pooling; the copy holds the data plus ``shift``."""
    a, space = node.attributes, len(kernel)
    strides, dilations = a.get("strides", [1] * space), a.get("dilations", [1] * space)
    data, out = node.shape(0)[2:], node.output.shape[2:]
    ends = [
        (o - 1) * s + (k - 1) * d + 1
        for o, s, k, d in zip(out, strides, kernel, dilations, strict=True)
    ]
    before = a.get("pads", [0] * space)[:space]
    rule = a.get("auto_pad", b"NOTSET")
    if rule in (b"SAME_UPPER", b"SAME_LOWER"):
        over = [max(end - size, 0) for end, size in zip(ends, data, strict=True)]
        before = [(n + (rule == b"SAME_LOWER")) // 2 for n in over]
    taps = letters(space, "p")
    places = [
        f"{s}*i{n + 2}+{d}*{p}"
        for n, (s, d, p) in enumerate(zip(strides, dilations, taps, strict=True))
    ]
    sizes = [
        max(end, size + first) for end, size, first in zip(ends, data, before, strict=True)
    ]
    if list(data) == sizes:
        return Window("x0", places, taps, "", before, sizes)
    # One more place at the front: a plain index on the left would run over the whole frame.
    places = [f"{place}+1" for place in places]
    before, sizes = [n + 1 for n in before], [n + 1 for n in sizes]
    own = [f"j{n}" for n in range(space + 2)]
    to = own[:2] + [f"{i}+{n}" for i, n in zip(own[2:], before, strict=True)]
    text = (f"{read('framed', [*own[:2], *letters(space, 'f')])} += 0\n"
            f"{read('framed', to)} += {read('x0', own)} + {shift}\n")
    return Window("framed", places, taps, text, before, sizes)


def convolution(node: Node) -> str:
    if node.attributes.get("group", 1) != 1:
        raise NotSupportedError("groups")
    w = window(node, node.shape(1)[2:])
    text = (f"sum({', '.join(['c', *w.taps])}, {read('x1', ['i1', 'c', *w.taps])}"
            f"*{read(w.source, ['i0', 'c', *w.places])})")
    return w.equations + assign(node, text + (" + x2[i1]" if node.has(2) else ""))


def pooling(node: Node) -> str:
    kernel = tuple(node.attributes["kernel_shape"])
    if node.operator == "MaxPool":
        # Raised above zero, so that the frame never holds the largest.
        shift = 1 + float(np.max(np.abs(node.given(0).astype(float))))
        w = window(node, kernel, shift)
        body = read(w.source, ["i0", "i1", *w.places])
        back = f" - {shift}" if w.equations else ""
        return w.equations + assign(node, f"max({', '.join(w.taps)}, {body}){back}")
    w = window(node, kernel)
    if node.operator == "LpPool":
        p = node.attributes.get("p", 2)
        size = f"abs({read(w.source, ['i0', 'i1', *w.places])})**{p}"
        return w.equations + assign(node, f"sum({', '.join(w.taps)}, {size})**(1/{p})")
    body, over = read(w.source, ["i0", "i1", *w.places]), ", ".join(w.taps)
    if not w.equations:
        return assign(node, f"mean({over}, {body})")
    # The mean is over the places that count: the data, and its padding where that is asked for.
    counted, first = list(node.shape(0)[2:]), w.before
    if node.attributes.get("count_include_pad", 0):
        pads = node.attributes.get("pads", [0] * 2 * len(kernel))
        first = [1] * len(kernel)
        counted = [
            size + a + b
            for size, a, b in zip(counted, pads, pads[len(kernel) :], strict=False)
        ]
    held = " * ".join(
        f"where({p} >= {a}, where({p} < {a + size}, 1, 0), 0)"
        for p, a, size in zip(w.places, first, counted, strict=True)
    )
    return w.equations + assign(node, f"sum({over}, {body})/sum({over}, {held})")


def global_pooling(node: Node) -> str:
    kind = "max" if node.operator == "GlobalMaxPool" else "mean"
    over = [f"k{n}" for n in range(node.rank - 2)]
    return assign(node, f"{kind}({', '.join(over)}, {read('x0', ['i0', 'i1', *over])})")


def normalisation(node: Node) -> str | Written:
    made = last_normalisation(node)
    if made is not None:
        return made
    axis = node.axis(-1)
    i = letters(node.rank)
    over = [f"k{n}" for n in range(axis, node.rank)]
    bound, free = ", ".join(over), i[:axis]
    body = read("x0", [*free, *over])
    epsilon = node.attributes.get("epsilon", 1e-5)
    if node.operator == "RMSNormalization":
        text = (f"{read('v', free)} = mean({bound}, {body}**2)\n"
                + assign(node, f"{x(node)}/sqrt({read('v', free)} + {epsilon})*{x(node, 1)}"))
        return text
    text = (f"{read('m', free)} = mean({bound}, {body})\n"
            f"{read('v', free)} = mean({bound}, ({body} - {read('m', free)})**2)\n")
    formula = f"({x(node)} - {read('m', free)})/sqrt({read('v', free)} + {epsilon})*{x(node, 1)}"
    return text + assign(node, formula + (f" + {x(node, 2)}" if node.has(2) else ""))


def channel_normalisation(node: Node) -> str | Written:
    over = [f"k{n}" for n in range(node.rank - 2)]
    epsilon = node.attributes.get("epsilon", 1e-5)
    if node.operator == "BatchNormalization":
        if node.attributes.get("training_mode", 0):
            return trained_normalisation(node)
        return assign(node, f"(({x(node)}) - x3[i1])/sqrt(x4[i1] + {epsilon})*x1[i1] + x2[i1]")
    body, bound = read("x0", ["i0", "i1", *over]), ", ".join(over)
    return (f"m[i0, i1] = mean({bound}, {body})\n"
            f"v[i0, i1] = mean({bound}, ({body} - m[i0, i1])**2)\n"
            + assign(node, f"({x(node)} - m[i0, i1])/sqrt(v[i0, i1] + {epsilon})*x1[i1] + x2[i1]"))


def clipped(node: Node) -> str:
    text = x(node)
    if node.has(1):
        text = f"max({text}, {x(node, 1)})"
    if node.has(2):
        text = f"min({text}, {x(node, 2)})"
    return assign(node, text)


def chosen(node: Node) -> str:
    return assign(node, f"where({x(node, 0)} > 0, {x(node, 1)}, {x(node, 2)})")


def joined(node: Node) -> str:
    text = x(node)
    for number in range(1, len(node.inputs)):
        text = f"{JOINED[node.operator]}({text}, {x(node, number)})"
    return assign(node, text)


def added(node: Node) -> str:
    text = " + ".join(x(node, n) for n in range(len(node.inputs)))
    return assign(node, f"({text})/{len(node.inputs)}" if node.operator == "Mean" else text)


def dropout(node: Node) -> str:
    if node.has(2) and bool(node.given(2)):
        raise NotSupportedError("a mask that the operator draws itself")
    return assign(node, x(node))


def cross_entropy(node: Node) -> Written:
    """Over classes on axis 1; an ignored label has weight zero, and its place holds class 0."""
    logits, labels = node.given(0), node.given(1)
    free = ["n", *(f"d{k}" for k in range(logits.ndim - 2))]
    ignored = labels == node.attributes.get("ignore_index", np.iinfo(np.int64).min)
    given, data = {"x0": logits}, {"x1": np.where(ignored, 0, labels)}
    label, weight = read("x1", free), []
    if node.has(2):
        given["x2"] = node.given(2)
        weight.append(f"x2[{label}]")
    if ignored.any():
        data["kept"] = (~ignored).astype(float)
        weight.append(read("kept", free))
    picked = read("x0", ["n", label, *free[1:]])
    formula = f"-{picked}"
    if node.operator == "SoftmaxCrossEntropyLoss":
        formula = f"logsumexp(c, {read('x0', ['n', 'c', *free[1:]])}) - {picked}"
    over, kind = ", ".join(free), node.attributes.get("reduction", b"mean").decode()
    if weight:
        formula = f"{'*'.join(weight)}*({formula})"
    if kind == "none":
        text = f"{read('y', free)} = {formula}"
    elif weight and kind == "mean":
        text = f"y = sum({over}, {formula})/sum({over}, {'*'.join(weight)})"
    else:
        text = f"y = {kind}({over}, {formula})"
    return Written(text, given=given, data=data, below={"x1": logits.shape[1]})


TRANSLATIONS: dict[str, Callable[[Node], str | Written]] = {
    **{op: lambda node, f=form: assign(node, f.format(x(node))) for op, form in UNARY.items()},
    **{op: lambda node, f=form: assign(node, f.format(x(node), x(node, 1)))
       for op, form in BINARY.items()},
    **{op: lambda node: assign(node, with_options(node)) for op in OPTIONS},
    **dict.fromkeys(JOINED, joined),
    **dict.fromkeys(REDUCED, reduction),
    **dict.fromkeys(("Sum", "Mean"), added),
    **dict.fromkeys(("Softmax", "LogSoftmax"), softmax),
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), pooling),
    **dict.fromkeys(("GlobalMaxPool", "GlobalAveragePool"), global_pooling),
    **dict.fromkeys(("LayerNormalization", "RMSNormalization"), normalisation),
    **dict.fromkeys(("InstanceNormalization", "BatchNormalization"), channel_normalisation),
    **dict.fromkeys(("SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"), cross_entropy),
    "Clip": clipped, "Concat": concatenation, "Conv": convolution, "Dropout": dropout,
    "Gemm": gemm, "MatMul": matmul, "Transpose": transpose, "Where": chosen,
    **MOVES, **LAYERED,
}
# What the language cannot say of the operators that are not translated.
BEYOND = {
    "what is true or false as output": "And Equal Greater GreaterOrEqual IsInf IsNaN Less "
        "LessOrEqual Not Or Xor OptionalHasElement",
    "integer arithmetic": "BitCast BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor ConvInteger "
        "DynamicQuantizeLinear DequantizeLinear MatMulInteger QLinearConv QLinearMatMul "
        "QuantizeLinear",
    "all cases are of integers": "Trilu",
    "places, not values, as output": "ArgMax ArgMin Hardmax NonZero OneHot TopK",
    "rounding, which has no function in the language": "Ceil Floor Mod Round",
    "a conversion of types": "Cast CastLike",
    "constants without a float input": "BlackmanWindow Constant ConstantOfShape EyeLike "
        "HammingWindow HannWindow MelWeightMatrix Range Shape Size",
    "numbers that it draws itself": "Bernoulli",
    "a shape that depends on values": "Compress NonMaxSuppression Unique",
    "interpolation between places, for which there is no layer": "AffineGrid DeformConv GridSample "
        "Resize RoiAlign Upsample",
    "values that replace others at places given as data, where the language adds": "Scatter "
        "ScatterElements ScatterND TensorScatter",
    "lengths or places of rows given at run time": "MaxUnpool ReverseSequence",
    "complex numbers": "DFT STFT",
    "a determinant, which is no function of the language": "Det",
    "graphs as attributes": "FlexAttention If Loop Scan SequenceMap",
    "sequences or optional values": "OptionalGetElement SequenceInsert SplitToSequence",
    "strings or images": "ImageDecoder RegexFullMatch StringConcat StringNormalizer StringSplit "
        "TfIdfVectorizer",
    "tables and trees, not formulas": "ArrayFeatureExtractor Binarizer LabelEncoder TreeEnsemble",
    "steps of an optimiser, with its state as outputs": "Adagrad Adam Momentum",
    "a state taken in and given out, for which there is no layer": "CausalConvWithState "
        "LinearAttention",
    "patches or crops, for which there is no layer": "CenterCropPad Col2Im",
}
# Inputs that say how, not what: they are read while the equations are written.
STATIC = {**dict.fromkeys(REDUCED, (1,)), "Dropout": (1, 2)}


def frame_of(node: Node) -> list[int]:
    kernel = node.shape(1)[2:] if node.operator == "Conv" else node.attributes["kernel_shape"]
    return window(node, tuple(kernel)).sizes


# --- running -----------------------------------------------------------------------------------


def cases() -> list[Any]:
    """Every case of one node, by name."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        # ONNX computes its expected infinities as it says them.
        warnings.simplefilter("ignore")
        np.random.seed(0)
        found = collect_testcases(None)
    single = [c for c in found if len(c.model.graph.node) == 1]
    return sorted(single, key=lambda c: c.name)


def node_of(case: Any) -> Node:
    from onnx import helper

    made = case.model.graph.node[0]
    inputs, outputs = case.data_sets[0]
    names = [i.name for i in case.model.graph.input]
    known = dict(zip(names, inputs, strict=False))
    listed = tuple(known.get(name) if name else None for name in made.input)
    attributes = {a.name: helper.get_attribute_value(a) for a in made.attribute}
    version = max(o.version for o in case.model.opset_import)
    first = outputs[0] if isinstance(outputs[0], np.ndarray | np.generic) else np.array("sequence")
    place = next(n for n, name in enumerate(made.output) if name)
    return Node(made.op_type, attributes, listed, np.asarray(first), version, place)


def projection(node: Node) -> str:
    if not node.rank:
        return "loss = way*y"
    over = letters(node.rank, "o")
    return f"loss = sum({', '.join(over)}, {read('way', over)}*{read('y', over)})"


def spec_of_written(
    node: Node, made: Written
) -> tuple[str, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The spec of a case that brings its layers, its parameters and its data itself."""
    inputs = ""
    for name, array in made.data.items():
        shape = str(list(array.shape))
        if name in made.below:
            shape = f"{{ shape = {shape}, integer = true, below = {made.below[name]} }}"
        inputs += f"{name} = {shape}\n"
    declared = "[parameters]\n" + "".join(
        f"{name} = {list(array.shape)}\n" for name, array in made.given.items()
    ) + f"[inputs]\n{inputs}[targets]\nway = {list(node.output.shape)}\n"
    equations = made.equations
    if "@out" in equations:
        probe = declared + made.layers + '[loss]\nkind = "sum_of_squares"\n'
        last = parse_spec(probe).last
        equations = equations.replace("@out", str(last))
    sizes = {f"i{n}": size for n, size in enumerate(node.output.shape)} | made.sizes
    words = set(re.findall(r"[A-Za-z_]\w*", equations))
    equations += f"\n{projection(node)}\n"
    text = (f'loss = "loss"\noutputs = ["y"]\nequations = """\n{equations}"""\n' + declared
            + "[indices]\n"
            + "".join(f"{name} = {size}\n" for name, size in sizes.items() if name in words)
            + made.layers)
    params = {name: np.asarray(v, float) for name, v in (made.given | made.owned).items()}
    data = {name: v.astype(np.int64 if name in made.below else np.float64)
            for name, v in made.data.items()}
    return text, params, data


def spec_of(node: Node) -> tuple[str, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The case as a spec, its float inputs as parameters, and its other data."""
    params: dict[str, np.ndarray] = {}
    data: dict[str, np.ndarray] = {}
    if node.output.dtype not in (np.float32, np.float64):
        raise NotSupportedError(f"{node.output.dtype} as output")
    if node.output.size == 0:
        raise NotSupportedError("an extent of zero")
    equations = TRANSLATIONS[node.operator](node)
    if isinstance(equations, Written):
        return spec_of_written(node, equations)
    declared = {"parameters": "", "inputs": ""}
    for number, given in enumerate(node.inputs):
        if given is None or number in STATIC.get(node.operator, ()):
            continue
        name = f"x{number}"
        array = np.asarray(given)
        if array.size == 0:
            raise NotSupportedError("an extent of zero")
        shape = list(array.shape)
        if array.dtype == bool:
            declared["inputs"] += f"{name} = {shape}\n"
            data[name] = array.astype(np.float64)
        elif array.dtype in (np.float32, np.float64):
            declared["parameters"] += f"{name} = {shape}\n"
            params[name] = array.astype(np.float64)
        else:
            raise NotSupportedError(f"{array.dtype} as input")
    loss = projection(node)
    declared["targets"] = f"way = {list(node.output.shape)}\n"
    sizes = {f"i{n}": size for n, size in enumerate(node.output.shape)}
    if node.operator in ("MaxPool", "AveragePool", "LpPool"):
        sizes |= {f"p{n}": size for n, size in enumerate(node.attributes["kernel_shape"])}
    if "framed" in equations:
        sizes |= dict(zip(letters(node.rank, "f"), frame_of(node), strict=False))
        sizes |= {f"j{n}": size for n, size in enumerate(node.shape(0))}
    used = {k: v for k, v in sizes.items() if k in equations}
    text = f'loss = "loss"\noutputs = ["y"]\nequations = """\n{equations}\n{loss}\n"""\n'
    text += "".join(f"[{part}]\n{body}" for part, body in declared.items())
    text += "[indices]\n" + "".join(f"{k} = {v}\n" for k, v in used.items())
    return text, params, data


def gradient_error(space: dict[str, Any], params: dict, data: dict, seed: int = 0) -> float:
    """The largest error of directional derivatives, a little off the point of the case."""
    rng = np.random.default_rng(seed)
    params = {k: v + 0.01 * rng.uniform(-1, 1, v.shape) for k, v in params.items()}
    _, grads = space["value_and_grad"](params, **data)
    worst = 0.0
    for name in params:
        way = rng.normal(size=params[name].shape)

        def along(h: float, name: str = name, way: np.ndarray = way) -> float:
            return float(space["loss"]({**params, name: params[name] + h * way}, **data))

        errors = []
        for h in (1e-3, 1e-4, 1e-6):
            slope = (8 * (along(h) - along(-h)) - along(2 * h) + along(-2 * h)) / (12 * h)
            size = max(1.0, abs(slope), float(np.sum(np.abs(grads[name] * way))))
            errors.append(abs(slope - float(np.sum(grads[name] * way))) / size)
        worst = max(worst, min(errors)) if np.all(np.isfinite(errors)) else np.inf
    return worst


def verdict(case: Any) -> tuple[str, str]:
    """passed, failed or not supported, and why; whatever is raised on the way is a failure."""
    node = node_of(case)
    try:
        text, params, data = spec_of(node)
        if not params:
            raise NotSupportedError("no float input")
    except NotSupportedError as reason:
        return "not supported", str(reason)
    try:
        why = fault(case, node, text, params, data)
    except SpecError as error:
        why = f"refused with {error.faults[0].code}"
    except Exception as error:
        why = f"a crash with {type(error).__name__}"
    return ("failed", why) if why else ("passed", "")


@cache
def module_of(text: str) -> Any:
    """The code of a spec's module: a quarter of the cases differ in their data alone."""
    return compile(compile_graph(parse_spec(text).graph, "case").module, "case", "exec")


def fault(case: Any, node: Node, text: str, params: dict, data: dict) -> str:
    """What is wrong with a case's compiled module; empty where nothing is."""
    space: dict[str, Any] = {"__name__": "generated"}
    exec(module_of(text), space)
    rng = np.random.default_rng(len(case.name))
    found = np.asarray(space["forward"](params, **data))
    if found.shape != node.output.shape:
        return "another shape"
    if not np.allclose(found, node.output, rtol=case.rtol, atol=case.atol, equal_nan=True):
        return "other values"
    data = {**data, "way": rng.normal(size=node.output.shape)}
    if not gradient_error(space, params, data) < 1e-6:
        return "another gradient"
    return ""


@dataclass(frozen=True)
class Row:
    """An operator's line of the table; ``failures`` are written below it."""

    passed: int
    failed: int
    unsupported: int
    why: str
    failures: tuple[str, ...] = ()


def by_operator() -> dict[str, list[Any]]:
    """The cases of each operator, the operators in the order of their names."""
    found: dict[str, list[Any]] = {}
    for case in cases():
        found.setdefault(case.model.graph.node[0].op_type, []).append(case)
    return dict(sorted(found.items()))


def judged(of_one: list[Any]) -> Row:
    """What comes of the cases of one operator."""
    kinds, reasons, failures = Counter[str](), Counter[str](), []
    for case in of_one:
        kind, why = verdict(case)
        kinds[kind] += 1
        if kind == "failed":
            failures.append(f"Failed: {case.name}, {why}.")
        if why:
            reasons[f"{kind}: {why}"] += 1
    said = "; ".join(f"{n} {why}" for why, n in sorted(reasons.items()))
    return Row(kinds["passed"], kinds["failed"], kinds["not supported"], said, tuple(failures))


def table(rows: dict[str, Row] | None = None) -> str:
    """The report, the same for the same version of ONNX.

    ``rows`` are those of the translated operators, judged where they are not given.
    """
    import onnx

    of_each = by_operator()
    if rows is None:
        rows = {name: judged(of_one) for name, of_one in of_each.items() if name in TRANSLATIONS}
    silent = set(of_each) - set(rows)
    total = [sum(getattr(row, kind) for row in rows.values())
             for kind in ("passed", "failed", "unsupported")]
    lines = [
        "# ONNX's operator cases",
        "",
        "Written by `python -m tests.onnx_cases`; do not edit.  The generated cases of one node of",
        f"onnx {onnx.__version__}: the first output that a case asks for, by its own tolerances,",
        "and the gradient of a random projection of it by each float input against differences.",
        "",
        "| operator | passed | failed | not supported | why |",
        "| --- | --- | --- | --- | --- |",
        "| **all** | " + " | ".join(map(str, total)) + " | |",
        *(line(operator, rows[operator]) for operator in sorted(rows)),
        "",
        *(said for row in rows.values() for said in row.failures),
        "Not supported, since the operator is about what is not here:",
        "",
    ]
    for reason, operators in BEYOND.items():
        named = sorted(silent.intersection(operators.split()))
        silent.difference_update(named)
        lines += [f"- {reason}: {', '.join(named)}"] if named else []
    if silent:
        raise AssertionError(f"no reason is given for {sorted(silent)}")
    lines.append("")
    return "\n".join(lines)


def line(name: str, row: Row) -> str:
    return f"| {name} | {row.passed} | {row.failed} | {row.unsupported} | {row.why} |"


def kept_rows(text: str) -> dict[str, Row]:
    """The rows of a table's operators, read back."""
    found = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (.*) \|$", text, re.M)
    return {name: Row(int(passed), int(failed), int(unsupported), why)
            for name, passed, failed, unsupported, why in found}


def main() -> None:
    TABLE.write_text(table(), encoding="utf-8")
    print(f"wrote {TABLE.name}")


if __name__ == "__main__":
    main()
