"""ONNX's operators that a layer stands for, as layers where their options can say the case.

What a layer cannot say (another order of gates is only packing, another cell is not) is written
as equations, of which the gradient comes from the same rule.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.onnx_node import Node, NotSupportedError, Written, assign, letters, read

# Where our gate of each number stands among ONNX's, which orders them iofc.
LSTM_GATES = [0, 2, 3, 1]


def given_state(node: Node) -> None:
    """Raise where a recurrent case says what neither a layer nor our equations take."""
    steps = node.shape(0)[1 if node.attributes.get("layout", 0) else 0]
    if node.has(4) and (node.given(4) != steps).any():
        raise NotSupportedError("rows of unequal lengths")
    if any(node.has(n) and node.given(n).any() for n in (5, 6)):
        raise NotSupportedError("an initial state other than zero")
    if node.has(7) and node.given(7).any():
        raise NotSupportedError("peepholes: gates that read the cell")
    for name in ("activations", "clip", "activation_alpha", "activation_beta", "input_forget"):
        if name in node.attributes:
            raise NotSupportedError(f"the attribute {name}")


def ways(node: Node) -> list[str]:
    """``f`` and ``r``, one for each direction of a recurrent case."""
    kind = node.attributes.get("direction", b"forward")
    return {b"forward": ["f"], b"reverse": ["r"], b"bidirectional": ["f", "r"]}[kind]


def collected(node: Node, steps: int) -> str:
    """ONNX's output, Y or Y_h, from the states y_f and y_r of rows by steps."""
    rows_first, lines = node.attributes.get("layout", 0), []
    for number, way in enumerate(ways(node)):
        last = steps - 1 if way == "f" else 0
        if node.place:
            left = f"y[n, {number}, j]" if rows_first else f"y[{number}, n, j]"
            lines.append(f"{left} = y_{way}[n, {last}, j]")
        else:
            left = f"y[n, t, {number}, j]" if rows_first else f"y[t, {number}, n, j]"
            lines.append(f"{left} = y_{way}[n, t, j]")
    return "\n".join(lines)


def recurrent(node: Node) -> Written:
    """The layers ``rnn`` and ``lstm``: both biases of ONNX are one, the gates change places."""
    given_state(node)
    x, units = node.given(0), node.attributes["hidden_size"]
    x = x if node.attributes.get("layout", 0) else np.swapaxes(x, 0, 1)
    gates = LSTM_GATES if node.operator == "LSTM" else [0]
    layers, owned = "", {}
    for number, way in enumerate(ways(node)):
        layers += (f'[[layers]]\nkind = "{node.operator.lower()}"\ninput = "x0"\n'
                   f'name = "_{way}"\nunits = {units}\n')
        layers += "reverse = true\n" if way == "r" else ""

        def packed(array: np.ndarray) -> np.ndarray:
            parts = array.reshape(-1, units, *array.shape[1:])[gates]
            return parts if len(gates) > 1 else parts[0]

        owned[f"W_{way}"] = packed(node.given(1)[number])
        owned[f"U_{way}"] = packed(node.given(2)[number])
        bias = np.zeros(2 * len(gates) * units)
        if node.has(3):
            bias = node.given(3)[number]
        owned[f"b_{way}"] = packed(bias[: bias.size // 2] + bias[bias.size // 2 :])
    return Written(collected(node, x.shape[1]), layers, {"x0": x}, owned,
                   sizes={"t": x.shape[1], "n": x.shape[0], "j": units})


def gated(node: Node) -> Written:
    """ONNX's GRU resets before the product with the state, our layer after it: as equations."""
    given_state(node)
    units, biased = node.attributes["hidden_size"], node.has(3)
    after = node.attributes.get("linear_before_reset", 0)
    rows_first = node.attributes.get("layout", 0)
    rows, steps = node.shape(0)[:2] if rows_first else node.shape(0)[1::-1]
    x = "x0[n, t, k]" if rows_first else "x0[t, n, k]"
    lines = []
    for number, way in enumerate(ways(node)):
        now, then, first = ("t", "t+1", 0) if way == "f" else ("t+1", "t", steps)

        def affine(gate: int, state: str, number: int = number) -> tuple[str, str]:
            at = f"j + {gate * units}" if gate else "j"
            own = f"sum(k, x1[{number}, {at}, k]*{x})"
            other = f"sum(l, x2[{number}, {at}, l]*{state})"
            if biased:
                own += f" + x3[{number}, {at}]"
                other += f" + x3[{number}, j + {(gate + 3) * units}]"
            return own, other

        h = f"h_{way}[n, {now}, l]"
        update, reset = (" + ".join(affine(gate, h)) for gate in (0, 1))
        own, other = affine(2, h if after else f"r_{way}[n, t, l]*{h}")
        other = f"r_{way}[n, t, j]*({other})" if after else other
        lines += [
            f"h_{way}[n, {first}, j] = 0",
            f"z_{way}[n, t, j] = sigmoid({update})",
            f"r_{way}[n, t, j] = sigmoid({reset})",
            f"q_{way}[n, t, j] = tanh({own} + {other})",
            f"h_{way}[n, {then}, j] = z_{way}[n, t, j]*h_{way}[n, {now}, j] "
            f"+ (1 - z_{way}[n, t, j])*q_{way}[n, t, j]",
            f"y_{way}[n, t, j] = h_{way}[n, {then}, j]",
        ]
    given = {f"x{n}": node.given(n) for n in range(3 + biased)}
    return Written("\n".join([*lines, collected(node, steps)]), given=given,
                   sizes={"t": steps, "n": rows, "j": units})


def transposed_convolution(node: Node) -> Written:
    """The layer ``conv_transpose2d``; other ranks, groups and one-sided cuts as equations."""
    a, kernel = node.attributes, node.shape(1)[2:]
    space = len(kernel)
    strides, dilations = a.get("strides", [1] * space), a.get("dilations", [1] * space)
    groups, data, out = a.get("group", 1), node.shape(0)[2:], node.output.shape[2:]
    full = [s * (n - 1) + d * (k - 1) + 1
            for s, n, d, k in zip(strides, data, dilations, kernel, strict=True)]
    pads = a.get("pads", [0] * 2 * space)
    begin = list(pads[:space])
    if a.get("auto_pad") in (b"SAME_UPPER", b"SAME_LOWER"):
        over = [max(f - o, 0) for f, o in zip(full, out, strict=True)]
        begin = [(n + (a["auto_pad"] == b"SAME_LOWER")) // 2 for n in over]
    elif "output_shape" in a:
        begin = [max(f - o, 0) // 2 for f, o in zip(full, out, strict=True)]
    beyond = [o + 2 * b - f for o, b, f in zip(out, begin, full, strict=True)]
    if space == 2 and groups == 1 and min(beyond) >= 0:
        layers = (f'[[layers]]\nkind = "conv_transpose2d"\ninput = "x0"\nname = "_c"\n'
                  f"filters = {node.output.shape[1]}\nkernel = {list(kernel)}\n"
                  f"stride = {list(strides)}\ndilation = {list(dilations)}\n"
                  f"padding = {begin}\noutput_padding = {beyond}\n"
                  f"bias = {str(node.has(2)).lower()}\n")
        owned = {"W_c": node.given(1)}
        if node.has(2):
            owned["b_c"] = node.given(2)
        i = letters(4)
        return Written(assign(node, read("@out", i)), layers, {"x0": node.given(0)}, owned)
    whole = [max(f, o + b) for f, o, b in zip(full, out, begin, strict=True)]
    taps, places, frame = letters(space, "p"), letters(space, "j"), letters(space, "f")
    at = [f"{s}*{j} + {d}*{p}"
          for s, j, d, p in zip(strides, places, dilations, taps, strict=True)]
    sources, filters = node.shape(0)[1] // groups, node.shape(1)[1]
    lines = [f"{read('z', ['n', 'm', *frame])} += 0"]
    for g in range(groups):
        c = f"c + {g * sources}"
        to = f"o + {g * filters}" if groups > 1 else "o"
        lines.append(f"{read('z', ['n', to, *at])} += sum(c, {read('x1', [c, 'o', *taps])}"
                     f"*{read('x0', ['n', c, *places])})")
    i = letters(space + 2)
    moved = [f"{name} + {b}" for name, b in zip(i[2:], begin, strict=True)]
    lines.append(assign(node, read("z", [*i[:2], *moved])
                        + (" + x2[i1]" if node.has(2) else "")))
    sizes = {"n": node.shape(0)[0], "m": node.output.shape[1], "o": filters, "c": sources}
    for names, extents in ((taps, kernel), (places, data), (frame, whole)):
        sizes |= dict(zip(names, extents, strict=True))
    given = {f"x{n}": node.given(n) for n in range(2 + node.has(2))}
    return Written("\n".join(lines), given=given, sizes=sizes)


def grouped_normalisation(node: Node) -> Written:
    epsilon = float(node.attributes.get("epsilon", 1e-5))
    layers = (f'[[layers]]\nkind = "group_norm"\ninput = "x0"\nname = "_g"\n'
              f"groups = {node.attributes['num_groups']}\nepsilon = {epsilon}\n")
    return Written(assign(node, read("@out", letters(node.rank))), layers, {"x0": node.given(0)},
                   {"g_g": node.given(1), "b_g": node.given(2)})


LAYERED: dict[str, Callable[[Node], Written]] = {
    **dict.fromkeys(("RNN", "LSTM"), recurrent), "GRU": gated,
    "ConvTranspose": transposed_convolution, "GroupNormalization": grouped_normalisation,
}
