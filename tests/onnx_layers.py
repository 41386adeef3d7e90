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
    if node.has(7):
        return with_peepholes(node)
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


def with_peepholes(node: Node) -> Written:
    """An LSTM whose gates read the cell, which our layer's do not: as equations, one way."""
    if ways(node) != ["f"] or node.attributes.get("layout", 0) or not node.has(3):
        raise NotSupportedError("peepholes in another layout")
    units, (steps, rows) = node.attributes["hidden_size"], node.shape(0)[:2]

    def gate(number: int) -> str:
        at = f"j + {number * units}"
        return (f"sum(k, x1[0, {at}, k]*x0[t, n, k]) + sum(l, x2[0, {at}, l]*h[n, t, l]) "
                f"+ x3[0, {at}] + x3[0, j + {(number + 4) * units}]")

    text = f"""
h[n, 0, j] = 0
c[n, 0, j] = 0
i[n, t, j] = sigmoid({gate(0)} + x7[0, j]*c[n, t, j])
f[n, t, j] = sigmoid({gate(2)} + x7[0, j + {2 * units}]*c[n, t, j])
g[n, t, j] = tanh({gate(3)})
c[n, t+1, j] = f[n, t, j]*c[n, t, j] + i[n, t, j]*g[n, t, j]
o[n, t, j] = sigmoid({gate(1)} + x7[0, j + {units}]*c[n, t+1, j])
h[n, t+1, j] = o[n, t, j]*tanh(c[n, t+1, j])
y_f[n, t, j] = h[n, t+1, j]
"""
    given = {f"x{n}": node.given(n) for n in (0, 1, 2, 3, 7)}
    return Written(text + collected(node, steps), given=given,
                   sizes={"t": steps, "n": rows, "j": units})


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


def attention(node: Node) -> Written:
    """The layer ``attention`` where keys may be seen by all; else equations.

    The layer projects its steps to queries, and those of a memory to keys and values.  ONNX gives
    the projected ones: they lie side by side, and the projections choose them.
    """
    a = node.attributes
    if node.place:
        raise NotSupportedError("scores as the only output")
    flat = len(node.shape(0)) == 3

    def split(number: int, heads: int) -> np.ndarray:
        """Rows by heads by steps by width, however the case lays them out."""
        array = node.given(number)
        if not flat:
            return array
        return np.swapaxes(array.reshape(*array.shape[:2], heads, -1), 1, 2)

    heads = a["q_num_heads"] if flat else node.shape(0)[1]
    shared = a["kv_num_heads"] if flat else node.shape(1)[1]
    q, k, v = split(0, heads), split(1, shared), split(2, shared)
    scale = a.get("scale") or 1/np.sqrt(q.shape[-1])
    # The scores may be seen through a window of steps; -1 stands for all.
    window = [a.get(f"{side}_window_size", -1) for side in ("left", "right")]
    hidden = node.has(3) or node.has(6) or a.get("is_causal", 0) or max(window) >= 0
    plain = not (hidden or node.has(4) or a.get("softcap", 0))
    if plain and k.shape[-1] == v.shape[-1] == q.shape[-1]:
        return projected(node, q, k, v, scale, flat)
    return scored(node, (q, k, v), scale, window, flat)


def side_by_side(array: np.ndarray) -> np.ndarray:
    """Rows by steps by features, of rows by heads by steps by width."""
    return np.swapaxes(array, 1, 2).reshape(array.shape[0], array.shape[2], -1)


def projected(
    node: Node, q: np.ndarray, k: np.ndarray, v: np.ndarray, scale: float, flat: bool
) -> Written:
    heads, width, shared = q.shape[1], q.shape[3], k.shape[1]
    layers = (f'[[layers]]\nkind = "attention"\ninput = "x0"\nname = "_a"\nmemory = "x1"\n'
              f"heads = {heads}\nkv_heads = {shared}\nwidth = {width}\n")
    own = (shared, heads // shared) if shared != heads else (heads,)
    chosen = np.eye(heads * width).reshape(*own, width, heads * width)
    both = np.eye(2 * shared * width).reshape(2, shared, width, 2 * shared * width)
    owned = {"Q_a": chosen * (scale * np.sqrt(width)), "V_a": both[0], "W_a": both[1],
             "O_a": np.moveaxis(chosen, -1, 0)}
    memory = np.concatenate([side_by_side(k), side_by_side(v)], axis=-1)
    text = ("y[n, t, k] = @out[n, t, k]" if flat
            else f"y[n, h, t, d] = @out[n, t, {width}*h + d]")
    sizes = {"n": q.shape[0], "t": q.shape[2], "h": heads, "d": width, "k": heads * width}
    return Written(text, layers, {"x0": side_by_side(q), "x1": memory}, owned, sizes=sizes)


def scored(
    node: Node, qkv: tuple[np.ndarray, ...], scale: float, window: list[int], flat: bool
) -> Written:
    """Scores with past steps, a mask, a cap and a window, over groups g of heads r."""
    q, k, v = qkv
    a, lines = node.attributes, []
    rows, heads, steps, width = q.shape
    shared, past = k.shape[1], 0
    each, wide = heads // shared, v.shape[3]
    given, data = {"q": q, "k": k, "v": v}, {}
    sizes = {"n": rows, "g": shared, "r": each, "t": steps, "d": width, "e": wide}
    key, value = "k[n, g, s, d]", "v[n, g, s, e]"
    if node.has(4):
        given |= {"pk": node.given(4), "pv": node.given(5)}
        past = node.shape(4)[2]
        sizes |= {"b": past, "u": k.shape[2]}
        for name, index in (("k", "d"), ("v", "e")):
            lines += [f"a{name}[n, g, b, {index}] = p{name}[n, g, b, {index}]",
                      f"a{name}[n, g, u + {past}, {index}] = {name}[n, g, u, {index}]"]
        key, value = "ak[n, g, s, d]", "av[n, g, s, e]"
    sizes["s"] = past + k.shape[2]
    head = f"{each}*g + r" if each > 1 else "g + r" if shared > 1 else "r"
    head = "g" if each == 1 else head
    at = "n, g, t" if each == 1 else "n, g, r, t"
    lines.append(f"a[{at}, s] = {scale}*sum(d, q[n, {head}, t, d]*{key})")
    score = f"a[{at}, s]"
    if a.get("softcap", 0):
        score = f"{a['softcap']}*tanh({score}/{a['softcap']})"
    # What may be seen is data, known here from places, lengths and masks.
    first, place = np.full((rows, 1, 1, 1), past), np.arange(sizes["s"])
    seen = np.ones((rows, heads, steps, sizes["s"]), bool)
    if node.has(6):
        lengths = node.given(6).reshape(rows, 1, 1, 1)
        first, seen = lengths - steps, seen & (place < lengths)
    t = np.arange(steps)[:, None] + first
    if a.get("is_causal", 0):
        seen = seen & (place <= t)
    if window[0] >= 0:
        seen = seen & (place >= t - window[0])
    if window[1] >= 0:
        seen = seen & (place <= t + window[1])
    if node.has(3):
        mask = node.given(3)
        missing = sizes["s"] - mask.shape[-1]
        if missing and mask.shape[-1] > 1:
            fill = False if mask.dtype == bool else -np.inf
            frame = [(0, 0)] * (mask.ndim - 1) + [(0, missing)]
            mask = np.pad(mask, frame, constant_values=fill)
        if mask.dtype == bool:
            seen = seen & mask
        else:
            seen = seen & (mask != -np.inf)
            given["m"] = np.where(mask == -np.inf, 0, mask)
            names = ["n", head, "t", "s"][4 - mask.ndim :]
            own = [i if size == out else "0" for i, size, out in
                   zip(names, mask.shape, seen.shape[4 - mask.ndim :], strict=True)]
            score += f" + {read('m', own)}"
    result = f"sum(s, p[{at}, s]*{value})"
    if not seen.all():
        data["seen"] = seen
        score = f"where(seen[n, {head}, t, s] > 0, {score}, -1e9)"
    if not seen.any(axis=-1).all():
        # A step that sees nothing gives zero.
        data["some"] = seen.any(axis=-1)
        result = f"some[n, {head}, t]*{result}"
    out = f"n, t, {wide}*({head}) + e" if flat else f"n, {head}, t, e"
    lines += [f"c[{at}, s] = {score}",
              f"p[{at}, s] = exp(c[{at}, s] - logsumexp(l, c[{at}, l]))",
              f"y[{out}] = {result}"]
    return Written("\n".join(lines), given=given, data=data, sizes=sizes)


def layered(node: Node, kind: str, owned: dict[str, np.ndarray], options: str = "") -> Written:
    """One normalising layer, named ``_n``, over the first input."""
    epsilon = float(node.attributes.get("epsilon", 1e-5))
    layers = (f'[[layers]]\nkind = "{kind}"\ninput = "x0"\nname = "_n"\n'
              f"epsilon = {epsilon}\n{options}")
    return Written(assign(node, read("@out", letters(node.rank))), layers, {"x0": node.given(0)},
                   owned)


def grouped_normalisation(node: Node) -> Written:
    return layered(node, "group_norm", {"g_n": node.given(1), "b_n": node.given(2)},
                   f"groups = {node.attributes['num_groups']}\n")


def last_normalisation(node: Node) -> Written | None:
    """``layer_norm`` or ``rms_norm``; None where they are over more than the last dimension."""
    if node.axis(-1) != len(node.shape(0)) - 1 or node.shape(1) != node.shape(0)[-1:]:
        return None
    if node.operator == "RMSNormalization":
        return layered(node, "rms_norm", {"g_n": node.given(1)})
    if not node.has(2):
        return None
    return layered(node, "layer_norm", {"g_n": node.given(1), "b_n": node.given(2)})


def trained_normalisation(node: Node) -> Written:
    """``batch_norm`` by the statistics of the batch, which is what training mode is."""
    return layered(node, "batch_norm", {"g_n": node.given(1), "b_n": node.given(2)},
                   'statistics = "batch"\n')


LAYERED: dict[str, Callable[[Node], Written]] = {
    **dict.fromkeys(("RNN", "LSTM"), recurrent), "GRU": gated,
    "Attention": attention, "ConvTranspose": transposed_convolution,
    "GroupNormalization": grouped_normalisation,
}
