"""ONNX's operators that move elements, or sum them up, as equations.

An input that says where to (axes, starts, a shape) is read while the equations are written: the
extents of a case are fixed, and only its floats are the module's arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from math import prod

import numpy as np

from tests.onnx_node import Node, NotSupportedError, Written, assign, letters, read


def moved(node: Node, text: str, sizes: dict[str, int] | None = None, inputs: int = 1) -> Written:
    """Equations of the first ``inputs`` inputs."""
    return Written(text, given={f"x{n}": floats(node, n) for n in range(inputs)},
                   sizes=sizes or {})


def floats(node: Node, number: int) -> np.ndarray:
    array = np.asarray(node.given(number))
    if array.dtype not in (np.float32, np.float64):
        raise NotSupportedError(f"{array.dtype} as input")
    if array.size == 0:
        raise NotSupportedError("an extent of zero")
    return array


def numbers(node: Node, number: int, name: str, default: list[int]) -> list[int]:
    """What is an input in some versions of an operator and an attribute in others."""
    if node.has(number):
        return [int(n) for n in np.atleast_1d(node.given(number))]
    return list(node.attributes.get(name, default))


def reshaped(node: Node) -> Written:
    """Both shapes are cut into the same runs of factors; an extent is the product of its own.

    Shapes without common factors in order meet in a tensor of one dimension between them.
    """
    before, after = floats(node, 0).shape, node.output.shape

    def cuts(shape: tuple[int, ...]) -> set[int]:
        return {prod(shape[n:]) for n in range(len(shape) + 1)}

    places = sorted(cuts(before) | cuts(after), reverse=True)
    if any(a % b for a, b in pairwise(places)):
        # Row by row in a line, from which the other shape reads.
        def flat(shape: tuple[int, ...], stem: str) -> str:
            steps = [prod(shape[n + 1 :]) for n in range(len(shape))]
            named = zip(steps, letters(len(shape), stem), strict=True)
            return " + ".join(f"{step}*{name}" for step, name in named)

        return moved(node, (f"w[{flat(before, 'j')}] = {read('x0', letters(len(before), 'j'))}\n"
                            + assign(node, f"w[{flat(after, 'i')}]")))
    factors = {low: f"m{n}" for n, low in enumerate(places[1:])}
    sizes = {f"m{n}": high // low
             for n, (high, low) in enumerate(pairwise(places))}

    def indices(shape: tuple[int, ...]) -> list[str]:
        found = []
        for n in range(len(shape)):
            high, low = prod(shape[n:]), prod(shape[n + 1 :])
            terms = [(cut // low, factors[cut]) for cut in places[1:] if low <= cut < high]
            found.append(" + ".join(f"{k}*{m}" if k > 1 else m for k, m in terms) or "0")
        return found

    return moved(node, f"{read('y', indices(after))} = {read('x0', indices(before))}", sizes)


def sliced(node: Node) -> Written:
    shape = node.shape(0)
    starts, ends = numbers(node, 1, "starts", []), numbers(node, 2, "ends", [])
    axes = numbers(node, 3, "axes", list(range(len(starts))))
    steps = numbers(node, 4, "steps", [1] * len(starts))
    source = letters(node.rank)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        first, _, step = slice(start, end, step).indices(shape[axis])
        source[axis] = f"{step}*i{axis % len(shape)} + {first}"
    return moved(node, assign(node, read("x0", source)))


def split(node: Node) -> Written:
    """The first part, which is the one that is compared."""
    return moved(node, assign(node, read("x0", letters(node.rank))))


def padded(node: Node) -> Written:
    if node.attributes.get("mode", b"constant") != b"constant":
        raise NotSupportedError("an edge that repeats the data")
    shape, pads = floats(node, 0).shape, numbers(node, 1, "pads", [])
    axes = numbers(node, 3, "axes", list(range(len(shape))))
    before = [0] * len(shape)
    for n, axis in enumerate(axes):
        before[axis] = pads[n]
    fill = float(node.given(2)) if node.has(2) else float(node.attributes.get("value", 0.0))
    own = letters(node.rank, "j")
    to = [f"{j} + {n}" if n else j for j, n in zip(own, before, strict=True)]
    # A plain index on the left runs over the whole of its place: the frame is wider by one.
    text = (f"{read('w', letters(node.rank, 'f'))} += 0\n"
            f"{read('w', [f'{t} + 1' for t in to])} += {read('x0', own)} - {fill}\n"
            + assign(node, f"{read('w', [f'{i} + 1' for i in letters(node.rank)])} + {fill}"))
    sizes = {f"f{n}": size + 1 for n, size in enumerate(node.output.shape)}
    return moved(node, text, sizes | {f"j{n}": size for n, size in enumerate(shape)})


def expanded(node: Node) -> Written:
    """Broadcast by the rules of ONNX, which are NumPy's."""
    shape = floats(node, 0).shape
    i = letters(node.rank)[node.rank - len(shape) :]
    whole = node.output.shape[node.rank - len(shape) :]
    own = [name if size == out else "0" for name, size, out in zip(i, shape, whole, strict=True)]
    return moved(node, assign(node, read("x0", own)))


def tiled(node: Node) -> Written:
    shape = floats(node, 0).shape
    i, a = letters(node.rank), letters(node.rank, "a")
    left = [f"{size}*{b} + {j}" for size, b, j in zip(shape, a, i, strict=True)]
    sizes = {f"i{n}": size for n, size in enumerate(shape)}
    sizes |= {f"a{n}": whole // size
              for n, (whole, size) in enumerate(zip(node.output.shape, shape, strict=True))}
    return moved(node, f"{read('y', left)} = {read('x0', i)}", sizes)


def cumulated(node: Node) -> Written:
    axis = int(node.given(1)) % node.rank
    kind, a = ("prod", 1) if node.operator == "CumProd" else ("sum", 0)
    i = letters(node.rank)
    sign = ("<", ">")[node.attributes.get("reverse", 0)]
    sign += "" if node.attributes.get("exclusive", 0) else "="
    body = read("x0", [*i[:axis], "k", *i[axis + 1 :]])
    return moved(node, assign(node, f"{kind}(k, where(k {sign} i{axis}, {body}, {a}))"))


def blocks(node: Node) -> Written:
    """Depth to space and back; ``a`` and ``b`` are the places within a block."""
    size, deep = node.attributes["blocksize"], node.operator == "DepthToSpace"
    channels = (node.output.shape[1] if deep else node.shape(0)[1])
    columns_first = node.attributes.get("mode", b"DCR") == b"CRD"
    depth = (f"{size * size}*c + {size}*a + b" if columns_first
             else f"{size * channels}*a + {channels}*b + c")
    small, large = f"[n, {depth}, h, w]", f"[n, c, {size}*h + a, {size}*w + b]"
    rows, columns = (node.shape(0) if deep else node.output.shape)[2:]
    sizes = {"n": node.shape(0)[0], "c": channels, "a": size, "b": size, "h": rows, "w": columns}
    text = f"y{large} = x0{small}" if deep else f"y{small} = x0{large}"
    return moved(node, text, sizes)


def looked_up(node: Node) -> Written:
    """Places counted from the end are counted from the start, as they are data."""
    axis, places = node.axis(0), node.given(1)
    size = node.shape(0)[axis]
    if places.ndim == 0:
        raise NotSupportedError("a lookup by a scalar")
    i = letters(node.rank)
    if node.operator == "Gather":
        source = [*i[:axis], read("x1", i[axis : axis + places.ndim]), *i[axis + places.ndim :]]
    else:
        source = [*i[:axis], read("x1", i), *i[axis + 1 :]]
    made = moved(node, assign(node, read("x0", source)))
    return Written(made.equations, given=made.given, data={"x1": places % size},
                   below={"x1": size})


def looked_up_by_tuples(node: Node) -> Written:
    """Each row of the last dimension of the places is a tuple of indices."""
    whole, places = floats(node, 0).shape, node.given(1)
    batch, depth = node.attributes.get("batch_dims", 0), places.shape[-1]
    i = letters(node.rank)
    lead = i[: places.ndim - 1]
    source = [*i[:batch], *(read(f"at{n}", lead) for n in range(depth)), *i[len(lead) :]]
    below = {f"at{n}": whole[batch + n] for n in range(depth)}
    return Written(assign(node, read("x0", source)), given={"x0": node.given(0)},
                   data={f"at{n}": places[..., n] % whole[batch + n] for n in range(depth)},
                   below=below)


def summed(node: Node) -> Written:
    """Einstein's notation, which is nearly ours; three dots are indices of their own."""
    said = node.attributes["equation"].decode().replace(" ", "")
    left, _, right = said.partition("->")
    operands = left.split(",")
    if "->" not in said:
        right = "".join(sorted(c for c in set(left) if c.isalpha() and left.count(c) == 1))
    terms, sizes = [], {}
    for number, operand in enumerate(operands):
        shape = floats(node, number).shape
        dots = len(shape) - len(operand.replace("...", ""))
        names = re.findall("[a-z]", operand.replace("...", "")) if "..." not in operand else [
            *operand.split("...")[0], *letters(dots, "dots"), *operand.split("...")[1]]
        terms.append(read(f"x{number}", [f"e{c}" if len(c) == 1 else c for c in names]))
        sizes |= {f"e{c}" if len(c) == 1 else c: n for c, n in zip(names, shape, strict=True)}
    inner = right.split("...")
    wide = len(floats(node, 0).shape) - len(operands[0].replace("...", ""))
    out = [f"e{c}" for c in inner[0]]
    if len(inner) > 1:
        out += [*letters(wide, "dots"), *(f"e{c}" for c in inner[1])]
    bound = sorted(set(sizes) - set(out))
    body = "*".join(terms)
    body = f"sum({', '.join(bound)}, {body})" if bound else body
    return moved(node, f"{read('y', out)} = {body}", sizes, len(operands))


def local_response(node: Node) -> Written:
    a = node.attributes
    size, channels = a["size"], node.shape(0)[1]
    below, above = (size - 1) // 2, size // 2
    i = letters(node.rank)
    body = read("x0", [i[0], "c", *i[2:]])
    near = f"(c >= i1 - {below}) and (c <= i1 + {above})"
    text = (f"{read('s', i)} = sum(c, where({near}, {body}**2, 0))\n"
            + assign(node, f"{read('x0', i)}/({a.get('bias', 1.0)} + {a.get('alpha', 1e-4)}/{size}"
                           f"*{read('s', i)})**{a.get('beta', 0.75)}"))
    return moved(node, text, {"c": channels})


def standardised(node: Node) -> Written:
    """Mean and variance over the axes; the judge adds 1e-9 to the deviation."""
    axes = node.attributes.get("axes", [0, 2, 3])
    i = letters(node.rank)
    over = [f"k{n}" for n in axes]
    body = read("x0", [f"k{n}" if n in axes else i[n] for n in range(node.rank)])
    rest, bound = [i[n] for n in range(node.rank) if n not in axes], ", ".join(over)
    return moved(node, (
        f"{read('m', rest)} = mean({bound}, {body})\n"
        f"{read('v', rest)} = mean({bound}, ({body} - {read('m', rest)})**2)\n"
        + assign(node, f"({read('x0', i)} - {read('m', rest)})/(sqrt({read('v', rest)}) + 1e-9)")))


def over_norm(node: Node) -> Written:
    axis, p = node.axis(-1), node.attributes.get("p", 2)
    i = letters(node.rank)
    body = read("x0", [*i[:axis], "k", *i[axis + 1 :]])
    size = f"norm(k, {body})" if p == 2 else f"sum(k, abs({body}))"
    # A row of zeros stays as it is.
    text = f"{read('s', [n for n in i if n != f'i{axis}'])} = {size}\n"
    own = read("s", [n for n in i if n != f"i{axis}"])
    return moved(node, text + assign(node, f"{read('x0', i)}/where({own} > 0, {own}, 1)"))


def inverse(node: Node) -> Written:
    if node.operator == "Acosh" and (node.given(0) == 1).any():
        raise NotSupportedError("a point where the slope is infinite")
    x = read("x0", letters(node.rank))
    forms = {
        "Asinh": f"log({x} + sqrt({x}**2 + 1))", "Acosh": f"log({x} + sqrt({x}**2 - 1))",
        "Atanh": f"(log1p({x}) - log1p(-{x}))/2",
    }
    return moved(node, assign(node, forms[node.operator]))


def swiglu(node: Node) -> Written:
    i = letters(node.rank)
    a, b = read("x0", i), read("x1", i)
    alpha = node.attributes.get("alpha", 1.0)
    return moved(node, assign(node, f"{a}*sigmoid({alpha}*{a})*{b}"), inputs=2)


def rotated(node: Node) -> Written:
    """Pairs of features turned by given angles, looked up where positions are given."""
    a, shape = node.attributes, floats(node, 0).shape
    flat = len(shape) == 3
    heads = a["num_heads"] if flat else shape[1]
    width = shape[2] // heads if flat else shape[3]
    rows, steps = (shape[0], shape[1]) if flat else (shape[0], shape[2])
    turned = a.get("rotary_embedding_dim", 0) or width
    half = turned // 2

    def at(name: str, place: str) -> str:
        if not flat:
            return f"{name}[n, h, t, {place}]"
        return f"w[n, h, t, {place}]" if name == "y" else f"{name}[n, t, {width}*h + {place}]"

    first, second = ("2*d", "2*d + 1") if a.get("interleaved", 0) else ("d", f"d + {half}")
    where = "[x3[n, t], d]" if node.has(3) else "[n, t, d]"
    cos, sin = f"x1{where}", f"x2{where}"
    lines = [f"{at('y', first)} = {at('x0', first)}*{cos} - {at('x0', second)}*{sin}",
             f"{at('y', second)} = {at('x0', second)}*{cos} + {at('x0', first)}*{sin}"]
    if turned < width:
        lines.append(f"{at('y', f'r + {turned}')} = {at('x0', f'r + {turned}')}")
    if flat:
        lines.append(f"y[n, t, {width}*h + j] = w[n, h, t, j]")
    made = moved(node, "\n".join(lines), inputs=3)
    sizes = {"j": width, "n": rows, "t": steps, "h": heads, "d": half, "r": width - turned}
    if not node.has(3):
        return Written(made.equations, given=made.given, sizes=sizes)
    return Written(made.equations, given=made.given, data={"x3": node.given(3)},
                   below={"x3": node.shape(1)[0]}, sizes=sizes)


MOVES: dict[str, Callable[[Node], str | Written]] = {
    **dict.fromkeys(("Reshape", "Flatten", "Squeeze", "Unsqueeze"), reshaped),
    **dict.fromkeys(("Gather", "GatherElements"), looked_up),
    "GatherND": looked_up_by_tuples,
    **dict.fromkeys(("DepthToSpace", "SpaceToDepth"), blocks),
    **dict.fromkeys(("CumSum", "CumProd"), cumulated),
    **dict.fromkeys(("Asinh", "Acosh", "Atanh"), inverse),
    "Einsum": summed, "Expand": expanded, "LRN": local_response, "LpNormalization": over_norm,
    "MeanVarianceNormalization": standardised, "Pad": padded, "RotaryEmbedding": rotated,
    "Slice": sliced, "Split": split, "SwiGLU": swiglu, "Tile": tiled,
}
