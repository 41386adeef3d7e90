"""Every layer in PyTorch: from options, suffix and the name of what it reads to its output's name.

Names and shapes of parameters are stated here anew, from what each layer's file says of them.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from math import prod

import torch
from torch import Tensor

from .bench import ACTIVATIONS, Bench, Unfit
from .cases import Options

F = torch.nn.functional
Build = Callable[[Bench, Options, str, str], str]


def each(options: Options, key: str, rank: int, default: int | tuple[int, ...]) -> tuple[int, ...]:
    value = options.get(key, default)
    return tuple(value) if isinstance(value, list | tuple) else (int(value),) * rank


def need(holds: bool, why: str) -> None:
    if not holds:
        raise Unfit(why)


def finish(bench: Bench, suffix: str, name: str, value: Tensor, activation: str | None) -> str:
    """The output ``name``, or ``h`` where there is an activation."""
    full = f"{name}{suffix}"
    if activation is None:
        bench.put(full, value)
        return full
    bench.known[full] = value
    bench.put(f"h{suffix}", bench.activate(activation, value))
    return f"h{suffix}"


def activation(bench: Bench, options: Options, suffix: str, source: str) -> str:
    bench.put(f"h{suffix}", bench.activate(options["kind"], bench.at(source)))
    return f"h{suffix}"


def dense(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, units = bench.at(source), options["units"]
    s = x @ bench.parameter("W", suffix, (units, x.shape[-1])).T
    if options.get("bias", True):
        s = s + bench.parameter("b", suffix, (units,), "bias")
    return finish(bench, suffix, "s", s, options.get("activation"))


def softmax(bench: Bench, options: Options, suffix: str, source: str) -> str:
    bench.put(f"p{suffix}", torch.softmax(bench.at(source), -1))
    return f"p{suffix}"


def dropout(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    mask = bench.input(options.get("mask", f"mask{suffix}"), tuple(x.shape), "dropout")
    bench.put(f"h{suffix}", x * mask)
    return f"h{suffix}"


def residual(bench: Bench, options: Options, suffix: str, source: str) -> str:
    here = bench.run(options["layers"], source) if "layers" in options else source
    there = (bench.run(options["shortcut"], source) if "shortcut" in options
             else options.get("from", source))
    f, g = bench.at(here), bench.at(there)
    need(f.shape == g.shape, "other shapes")
    return finish(bench, suffix, "r", f + g, options.get("activation"))


def concatenate(bench: Bench, options: Options, suffix: str, source: str) -> str:
    parts = [bench.at(n) for n in (source, *options["with"])]
    axis = options.get("axis", parts[0].dim() - 1)
    need(all(p.dim() == parts[0].dim() and p.shape[:axis] == parts[0].shape[:axis]
             and p.shape[axis + 1:] == parts[0].shape[axis + 1:] for p in parts), "other shapes")
    bench.put(f"j{suffix}", torch.cat(parts, axis))
    return f"j{suffix}"


def flatten(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    need(x.dim() >= 2, "rank")
    if x.dim() == 2:
        return source
    bench.put(f"f{suffix}", x.reshape(len(x), prod(x.shape[1:])))
    return f"f{suffix}"


def reshape(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, shape = bench.at(source), options["shape"]
    need(x.dim() >= 2 and prod(x.shape[1:]) == prod(shape), "other sizes")
    if x.dim() == 2 and len(shape) == 1:
        return source
    name = f"f{suffix}" if len(shape) == 1 else f"g{suffix}"
    if x.dim() > 2 and len(shape) > 1:
        bench.known[f"f{suffix}"] = x.flatten(1)
    bench.put(name, x.reshape(len(x), *shape))
    return name


# -- windows --


def room(x: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...],
         padding: tuple[int, ...]) -> None:
    for size, k, d, p in zip(x.shape[-len(kernel):], kernel, dilation, padding, strict=True):
        need(size + 2 * p - d * (k - 1) - 1 >= 0, "no window fits")


def patches(x: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...],
            dilation: tuple[int, ...]) -> Tensor:
    """All taps of all windows, the taps as a last dimension."""
    taken = []
    rank = len(kernel)
    counts = [(size - d * (k - 1) - 1) // s + 1
              for size, k, s, d in zip(x.shape[-rank:], kernel, stride, dilation, strict=True)]
    for tap in itertools.product(*map(range, kernel)):
        where = tuple(slice(p * d, p * d + s * (count - 1) + 1, s)
                      for p, d, s, count in zip(tap, dilation, stride, counts, strict=True))
        taken.append(x[(..., *where)])
    return torch.stack(taken, -1)


def pool(how: str) -> Build:
    def build(bench: Bench, options: Options, suffix: str, source: str) -> str:
        x, rank = bench.at(source), options.get("rank", 2)
        need(x.dim() >= rank, "rank")
        kernel = each(options, "kernel", rank, 2)
        stride = each(options, "stride", rank, kernel)
        dilation, padding = each(options, "dilation", rank, 1), each(options, "padding", rank, 0)
        room(x, kernel, stride, dilation, padding)
        around = [p for p in reversed(padding) for _ in range(2)]
        if how == "max":
            need(all(2 * p <= k for p, k in zip(padding, kernel, strict=True)), "padding")
            x = F.pad(x, around, value=-1e30)
            m = patches(x, kernel, stride, dilation).amax(-1)
            need(bool((m > -1e29).all()), "an empty window")
        else:
            m = patches(F.pad(x, around), kernel, stride, dilation).mean(-1)
        bench.put(f"m{suffix}", m)
        return f"m{suffix}"

    return build


def conv(rank: int) -> Build:
    def build(bench: Bench, options: Options, suffix: str, source: str) -> str:
        x, groups, filters = bench.at(source), options.get("groups", 1), options["filters"]
        need(x.dim() == rank + 2, "rank")
        need(x.shape[1] % groups == 0 and filters % groups == 0, "groups")
        kernel, stride = each(options, "kernel", rank, 2), each(options, "stride", rank, 1)
        dilation, padding = each(options, "dilation", rank, 1), each(options, "padding", rank, 0)
        room(x, kernel, stride, dilation, padding)
        if groups == 1:
            w = bench.parameter("W", suffix, (filters, x.shape[1], *kernel))
        else:
            w = bench.parameter("W", suffix, (groups, filters // groups, x.shape[1] // groups,
                                              *kernel)).flatten(0, 1)
        b = (bench.parameter("b", suffix, (filters,), "bias") if options.get("bias", True)
             else None)
        made = (F.conv1d if rank == 1 else F.conv2d)(x, w, b, stride, padding, dilation, groups)
        bench.put(f"s{suffix}", made)
        return f"s{suffix}"

    return build


def conv_transpose2d(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, filters = bench.at(source), options["filters"]
    need(x.dim() == 4, "rank")
    kernel, stride = each(options, "kernel", 2, 2), each(options, "stride", 2, 1)
    dilation, padding = each(options, "dilation", 2, 1), each(options, "padding", 2, 0)
    beyond = each(options, "output_padding", 2, 0)
    whole = [s * (n - 1) + d * (k - 1) + 1 + o
             for s, n, d, k, o in zip(stride, x.shape[2:], dilation, kernel, beyond, strict=True)]
    need(all(n - 2 * p > 0 for n, p in zip(whole, padding, strict=True)), "all cut away")
    w = bench.parameter("W", suffix, (x.shape[1], filters, *kernel))
    z = torch.zeros((x.shape[0], filters, *whole), dtype=x.dtype)
    for p, q in itertools.product(*map(range, kernel)):
        rows, columns = (
            slice(tap * d, tap * d + s * (n - 1) + 1, s)
            for tap, d, s, n in zip((p, q), dilation, stride, x.shape[2:], strict=True))
        z[:, :, rows, columns] += torch.einsum("ncij,co->noij", x, w[:, :, p, q])
    bias = options.get("bias", True)
    cut = z[:, :, padding[0]:whole[0] - padding[0], padding[1]:whole[1] - padding[1]]
    if bias:
        cut = cut + bench.parameter("b", suffix, (filters,), "bias")[:, None, None]
    name = "s" if bias or any(padding) else "z"
    bench.put(f"{name}{suffix}", cut)
    return f"{name}{suffix}"


def depthwise(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, times = bench.at(source), options.get("multiplier", 1)
    need(x.dim() == 4, "rank")
    kernel, stride = each(options, "kernel", 2, 2), each(options, "stride", 2, 1)
    dilation, padding = each(options, "dilation", 2, 1), each(options, "padding", 2, 0)
    room(x, kernel, stride, dilation, padding)
    channels = x.shape[1]
    shape = (channels, *kernel) if times == 1 else (channels, times, *kernel)
    w = bench.parameter("W", suffix, shape).reshape(channels * times, 1, *kernel)
    b = (bench.parameter("b", suffix, (channels * times,), "bias")
         if options.get("bias", True) else None)
    bench.put(f"s{suffix}", F.conv2d(x, w, b, stride, padding, dilation, channels))
    return f"s{suffix}"


def global_pool(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    need(x.dim() >= 3, "rank")
    over = tuple(range(2, x.dim()))
    bench.put(f"m{suffix}", x.mean(over) if options.get("how", "mean") == "mean" else x.amax(over))
    return f"m{suffix}"


# -- norms --


def batch_norm(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, epsilon = bench.at(source), options.get("epsilon", 1e-5)
    need(x.dim() >= 2, "rank")
    channels = x.shape[1]
    if options.get("statistics", "estimated") == "running":
        m = bench.input(f"m{suffix}", (channels,), "data")
        v = bench.input(f"v{suffix}", (channels,), "variance")
    else:
        rows = x.transpose(0, 1).reshape(channels, -1)
        m, v = rows.mean(1), rows.var(1, unbiased=False)
        need(x.numel() > channels, "one row")
    g = bench.parameter("g", suffix, (channels,), "gain")
    b = bench.parameter("b", suffix, (channels,), "bias")
    m, v, g, b = (t.reshape(-1, *[1] * (x.dim() - 2)) for t in (m, v, g, b))
    bench.put(f"y{suffix}", g * (x - m) / torch.sqrt(v + epsilon) + b)
    return f"y{suffix}"


def group_norm(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, groups = bench.at(source), options["groups"]
    need(x.dim() >= 2 and x.shape[1] % groups == 0, "groups")
    need(prod(x.shape[1:]) > groups, "one number in a group")
    g = bench.parameter("g", suffix, (x.shape[1],), "gain")
    b = bench.parameter("b", suffix, (x.shape[1],), "bias")
    bench.put(f"y{suffix}", F.group_norm(x, groups, g, b, options.get("epsilon", 1e-5)))
    return f"y{suffix}"


def layer_norm(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    width = x.shape[-1]
    need(width > 1, "one number in a row")
    g = b = None
    if options.get("affine", True):
        g = bench.parameter("g", suffix, (width,), "gain")
        b = bench.parameter("b", suffix, (width,), "bias")
    bench.put(f"y{suffix}", F.layer_norm(x, (width,), g, b, options.get("epsilon", 1e-5)))
    return f"y{suffix}"


def rms_norm(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    g = bench.parameter("g", suffix, (x.shape[-1],), "gain")
    bench.put(f"y{suffix}", F.rms_norm(x, (x.shape[-1],), g, options.get("epsilon", 1e-6)))
    return f"y{suffix}"


# -- recurrences --


def recurrence(bench: Bench, options: Options, suffix: str, source: str, kind: str) -> str:
    x, units = bench.at(source), options["units"]
    need(x.dim() >= 2, "rank")
    steps, width = x.shape[-2:]
    mask = (bench.input(options["mask"], tuple(x.shape[:-1]), "part") if "mask" in options
            else None)
    gates = {"rnn": (), "gru": (3,), "lstm": (4,)}[kind]
    w = bench.parameter("W", suffix, (*gates, units, width))
    u = bench.parameter("U", suffix, (*gates, units, units))
    b = bench.parameter("b", suffix, (*gates, units), "bias")
    c = bench.parameter("c", suffix, (units,), "bias") if kind == "gru" else None
    h = torch.zeros((*x.shape[:-2], units), dtype=x.dtype)
    cell, made = h, [h] * steps
    order = range(steps - 1, -1, -1) if options.get("reverse", False) else range(steps)
    for t in order:
        now = x[..., t, :]
        if kind == "rnn":
            name = options.get("activation", "tanh")
            new, kept = bench.activate(name, now @ w.T + h @ u.T + b), cell
        elif kind == "gru":
            assert c is not None
            r = torch.sigmoid(now @ w[0].T + b[0] + h @ u[0].T)
            z = torch.sigmoid(now @ w[1].T + b[1] + h @ u[1].T)
            q = torch.tanh(now @ w[2].T + b[2] + r * (h @ u[2].T + c))
            new, kept = q + z * (h - q), cell
        else:
            i, f, o = (torch.sigmoid(now @ w[k].T + b[k] + h @ u[k].T) for k in (0, 1, 3))
            kept = f * cell + i * torch.tanh(now @ w[2].T + b[2] + h @ u[2].T)
            new = o * torch.tanh(kept)
        if mask is None:
            h, cell = new, kept
        else:
            share = mask[..., t, None]
            h, cell = torch.lerp(h, new, share), torch.lerp(cell, kept, share)
        made[t] = h
    last = options.get("last", False)
    bench.put(f"y{suffix}", h if last else torch.stack(made, -2))
    return f"y{suffix}"


def cells(kind: str) -> Build:
    return lambda bench, options, suffix, source: recurrence(bench, options, suffix, source, kind)


def bidirectional(bench: Bench, options: Options, suffix: str, source: str) -> str:
    passes = [
        recurrence(bench, {**options, "reverse": letter == "b"}, f"{suffix}{letter}", source,
                   options.get("cell", "lstm"))
        for letter in "fb"
    ]
    bench.put(f"y{suffix}", torch.cat([bench.at(n) for n in passes], -1))
    return f"y{suffix}"


# -- the rest --


def embedding(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    need(not x.dtype.is_floating_point, "no integers")
    bench.put(f"e{suffix}", F.embedding(
        x, bench.parameter("E", suffix, (options["count"], options["units"]))))
    return f"e{suffix}"


def positional(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    need(x.dim() >= 2, "rank")
    steps, width = x.shape[-2:]
    if options.get("how", "sinusoidal") == "learned":
        length = options.get("length", steps)
        need(length >= steps, "length")
        p = bench.parameter("P", suffix, (length, width))[:steps]
    else:
        need(width % 2 == 0, "even")
        p = torch.empty((steps, width), dtype=x.dtype)
        for t, k in itertools.product(range(steps), range(width)):
            angle = torch.tensor(
                t * float(options.get("base", 10000)) ** (-(k - k % 2) / width), dtype=x.dtype)
            p[t, k] = torch.cos(angle) if k % 2 else torch.sin(angle)
    bench.put(f"y{suffix}", x + p)
    return f"y{suffix}"


def turned(x: Tensor) -> Tensor:
    """Rotary positions by complex numbers, an arithmetic of another kind than the layer's."""
    half = x.shape[-1] // 2
    f = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    angle = torch.arange(x.shape[-2], dtype=torch.float64)[:, None] * f
    z = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([z.real, z.imag], -1)


def attention(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    need(x.dim() >= 2, "rank")
    steps, wide = x.shape[-2:]
    heads = options.get("heads", 1)
    shared = options.get("kv_heads", heads)
    need(heads % shared == 0, "heads")
    need("width" in options or wide % heads == 0, "heads")
    width = options.get("width", wide // heads)
    y = bench.at(options["memory"]) if "memory" in options else x
    need(y.dim() == x.dim() and y.shape[:-2] == x.shape[:-2], "memory")
    own = (heads,) if shared == heads else (shared, heads // shared)
    q = bench.parameter("Q", suffix, (*own, width, wide)).reshape(heads, width, wide)
    k = bench.parameter("V", suffix, (shared, width, y.shape[-1]))
    v = bench.parameter("W", suffix, (shared, width, y.shape[-1]))
    out = bench.parameter("O", suffix, (wide, *own, width)).reshape(wide, heads, width)
    query = torch.einsum("...tk,hdk->...htd", x, q)
    key, value = (torch.einsum("...sk,hdk->...hsd", y, m) for m in (k, v))
    bias = options.get("bias", False)
    if bias:
        query = query + bench.parameter("bq", suffix, (*own, width), "bias").reshape(
            heads, 1, width)
        key = key + bench.parameter("bv", suffix, (shared, width), "bias")[:, None]
        value = value + bench.parameter("bw", suffix, (shared, width), "bias")[:, None]
    if options.get("rotary", False):
        need(width % 2 == 0, "even")
        query, key = turned(query), turned(key)
    key, value = (m.repeat_interleave(heads // shared, -3) for m in (key, value))
    scores = query @ key.transpose(-1, -2) / width ** 0.5
    if options.get("causal", False):
        need("memory" not in options, "causal")
        scores = scores.masked_fill(
            torch.triu(torch.ones(steps, steps, dtype=torch.bool), 1), -1e9)
    if "mask" in options:
        mask = bench.input(options["mask"], tuple(y.shape[:-1]), "seen")
        scores = scores.masked_fill((mask <= 0)[..., None, None, :], -1e9)
    seen = torch.softmax(scores, -1) @ value
    o = torch.einsum("...htd,khd->...tk", seen, out)
    if bias:
        o = o + bench.parameter("bo", suffix, (wide,), "bias")
    bench.put(f"o{suffix}", o)
    return f"o{suffix}"


def feed_forward(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, hidden, chosen = bench.at(source), options["hidden"], options.get("activation", "gelu")
    gated = chosen == "swiglu"
    bias, units = options.get("bias", not gated), options.get("units", x.shape[-1])
    s = x @ bench.parameter("W", suffix, (hidden, x.shape[-1])).T
    if bias:
        s = s + bench.parameter("b", suffix, (hidden,), "bias")
    if gated:
        h = F.silu(s) * (x @ bench.parameter("V", suffix, (hidden, x.shape[-1])).T)
    else:
        h = bench.activate(chosen, s)
    y = h @ bench.parameter("U", suffix, (units, hidden)).T
    if bias:
        y = y + bench.parameter("c", suffix, (units,), "bias")
    bench.put(f"y{suffix}", y)
    return f"y{suffix}"


def transformer_block(bench: Bench, options: Options, suffix: str, source: str) -> str:
    norm = {"layer_norm": layer_norm, "rms_norm": rms_norm}[options.get("norm", "layer_norm")]
    numbers = {"epsilon": options["epsilon"]} if "epsilon" in options else {}
    first = options.get("order", "pre") == "pre"
    inner = {"hidden": options.get("hidden", 4 * bench.at(source).shape[-1]),
             **{k: v for k, v in options.items() if k in ("activation", "bias")}}
    current = source
    for letter, part, given in (("a", attention, options), ("f", feed_forward, inner)):
        read = norm(bench, numbers, f"{suffix}{letter}n", current) if first else current
        made = bench.at(current) + bench.at(part(bench, given, f"{suffix}{letter}", read))
        current = f"r{letter}{suffix}"
        bench.put(current, made)
        if not first:
            current = norm(bench, numbers, f"{suffix}{letter}n", current)
    return current


def highway(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x = bench.at(source)
    width = x.shape[-1]
    w = bench.parameter("W", suffix, (width, width))
    b = bench.parameter("b", suffix, (width,), "bias")
    v = bench.parameter("V", suffix, (width, width))
    c = bench.parameter("c", suffix, (width,), "bias")
    h = bench.activate(options.get("activation", "tanh"), F.linear(x, w, b))
    bench.put(f"y{suffix}", torch.lerp(x, h, torch.sigmoid(F.linear(x, v, c))))
    return f"y{suffix}"


def experts(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, count, units = bench.at(source), options["experts"], options["units"]
    width, hidden = x.shape[-1], options.get("hidden")
    p = torch.softmax(F.linear(x, bench.parameter("V", suffix, (count, width)),
                               bench.parameter("c", suffix, (count,), "bias")), -1)
    if hidden:
        w = bench.parameter("W", suffix, (count, hidden, width))
        b = bench.parameter("b", suffix, (count, hidden), "bias")
        u = bench.parameter("U", suffix, (count, units, hidden))
        name = options.get("activation", "gelu")
        made = [bench.activate(name, F.linear(x, w[e], b[e])) @ u[e].T for e in range(count)]
    else:
        w = bench.parameter("W", suffix, (count, units, width))
        made = [x @ w[e].T for e in range(count)]
    d = bench.parameter("d", suffix, (count, units), "bias")
    parts = [p[..., e, None] * (m + d[e]) for e, m in enumerate(made)]
    bench.put(f"y{suffix}", torch.stack(parts).sum(0))
    return f"y{suffix}"


def bilinear(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, w = bench.at(source), bench.at(options.get("with", source))
    need(w.dim() >= 1 and x.shape[:-1] == w.shape[:-1], "other rows")
    a = bench.parameter("A", suffix, (options["units"], x.shape[-1], w.shape[-1]))
    b = (bench.parameter("b", suffix, (options["units"],), "bias") if options.get("bias", True)
         else None)
    made = torch.einsum("ojk,...j,...k->...o", a, x, w)
    bench.put(f"y{suffix}", made if b is None else made + b)
    return f"y{suffix}"


def fourier_features(bench: Bench, options: Options, suffix: str, source: str) -> str:
    x, count, scale = bench.at(source), options["count"], options.get("scale", 1.0)
    if options.get("learned", False):
        b = bench.parameter("B", suffix, (count, x.shape[-1]))
    else:
        # The directions are drawn by the standard library's generator.
        rng = random.Random(options.get("seed", 0))
        b = torch.tensor([[rng.gauss(0.0, float(scale)) for _ in range(x.shape[-1])]
                          for _ in range(count)], dtype=x.dtype)
    a = 2 * torch.pi * x @ b.T
    if bench.strict and a.numel() and float(a.detach().abs().amax()) > 40:
        raise Unfit("too many turns")
    bench.put(f"y{suffix}", torch.cat([torch.cos(a), torch.sin(a)], -1))
    return f"y{suffix}"


LAYERS: dict[str, Build] = {
    **dict.fromkeys(ACTIVATIONS, activation),
    "attention": attention, "average_pool": pool("mean"), "batch_norm": batch_norm,
    "bidirectional": bidirectional, "bilinear": bilinear, "concatenate": concatenate,
    "conv1d": conv(1), "conv2d": conv(2), "conv_transpose2d": conv_transpose2d, "dense": dense,
    "depthwise_conv2d": depthwise, "dropout": dropout, "embedding": embedding,
    "feed_forward": feed_forward, "flatten": flatten, "fourier_features": fourier_features,
    "global_pool": global_pool, "group_norm": group_norm, "gru": cells("gru"),
    "highway": highway, "layer_norm": layer_norm, "lstm": cells("lstm"), "max_pool": pool("max"),
    "mixture_of_experts": experts, "positional": positional, "reshape": reshape,
    "residual": residual, "rms_norm": rms_norm, "rnn": cells("rnn"), "softmax": softmax,
    "transformer_block": transformer_block,
}
