"""Drawing cases: every layer with random legal options, one on another, and a random loss.

What fits is known from PyTorch's side alone: a layer is tried at two sets of extents, which gives
its shape, and shows by their difference which dimensions are known at call time only.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod

from .bench import ACTIVATIONS, TEXTS, Bench, Unfit
from .cases import Case, Given, Options

INITIALISERS = ("zeros", "ones", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
                "lecun_uniform", "lecun_normal")
SMOOTH = ("tanh", "sigmoid", "relu", "silu", "gelu", "softplus", "sin", "elu", "leaky_relu")
EXTENTS = ("N", "T", "S", "H")
MOST = 240


@dataclass(slots=True)
class State:
    """A case as it grows, with its run at its own extents and at others."""

    rng: random.Random
    case: Case
    here: Bench
    there: Bench
    nested: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.here.at(self.here.last).shape)

    def sizes(self, name: str) -> tuple[tuple[int, int], ...]:
        """Each dimension of a tensor at both sets of extents."""
        return tuple(zip(self.here.at(name).shape, self.there.at(name).shape, strict=True))

    @property
    def fixed(self) -> tuple[bool, ...]:
        return tuple(a == b for a, b in self.sizes(self.here.last))

    def like(self, want: Callable[[tuple[tuple[int, int], ...]], bool]) -> list[str]:
        """Tensors of real numbers, no parameters, whose sizes are as wanted."""
        return [
            n for n, t in self.here.known.items()
            if n not in self.here.parameters and n in self.there.known and t.dtype.is_floating_point
            and want(self.sizes(n))
        ]

    def fresh(self, sizes: tuple[tuple[int, int], ...]) -> str:
        """A new input of the sizes; Unfit where a dimension has no name."""
        shape: list[int | str] = []
        for a, b in sizes:
            named = [e for e in EXTENTS if (self.case.extents[e], self.there.extents[e]) == (a, b)]
            if a != b and not named:
                raise Unfit("a size that has no name")
            shape.append(a if a == b else named[0])
        name = f"also{len(self.case.given)}"
        self.case.given[name] = Given(tuple(shape))
        return name


def begin(rng: random.Random, case: Case, nested: bool = False) -> State:
    there = {name: size + 11 + 7 * i for i, (name, size) in enumerate(case.extents.items())}
    here, other = Bench(case), Bench(case, there, strict=False)
    here.stack()
    other.stack()
    return State(rng, case, here, other, nested)


# -- options --


def some(rng: random.Random, options: Options, key: str, *values: object, p: float = 0.4) -> None:
    if rng.random() < p:
        options[key] = rng.choice(values)


def initial(rng: random.Random, options: Options) -> Options:
    some(rng, options, "init", *INITIALISERS, p=0.08)
    return options


def divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def named(s: State, stem: str) -> str:
    """A name for a mask: a new one, or one that is there."""
    return s.rng.choice([stem, f"{stem}{len(s.case.layers)}"])


def activation(s: State) -> str:
    return s.rng.choice(SMOOTH if s.rng.random() < 0.6 else sorted(ACTIVATIONS))


def dense(s: State) -> Options:
    options: Options = {"units": s.rng.randint(1, 5)}
    some(s.rng, options, "activation", activation(s), p=0.6)
    some(s.rng, options, "bias", True, False, p=0.3)
    return initial(s.rng, options)


def slide(s: State, rank: int, options: Options, transposed: bool = False) -> Options:
    rng = s.rng
    sizes = s.shape[-rank:]

    def numbers(low: int, high: int, caps: tuple[int, ...] | None = None) -> object:
        made = [rng.randint(low, min(high, c)) for c in caps or (high,) * rank]
        return made if rng.random() < 0.6 or len(set(made)) > 1 else made[0]

    options["kernel"] = numbers(1, 3, None if transposed else tuple(max(1, n) for n in sizes))
    if rng.random() < 0.5:
        options["stride"] = numbers(1, 3)
    if rng.random() < 0.3:
        options["dilation"] = numbers(1, 2)
    if rng.random() < 0.4:
        options["padding"] = numbers(0, 2)
    return options


def conv(rank: int) -> Callable[[State], Options]:
    def make(s: State) -> Options:
        options = slide(s, rank, {"filters": s.rng.randint(1, 4)})
        channels = s.shape[1] if len(s.shape) > 1 else 1
        if s.rng.random() < 0.4:
            groups = s.rng.choice(divisors(channels))
            options |= {"groups": groups, "filters": groups * s.rng.randint(1, 2)}
        some(s.rng, options, "bias", True, False, p=0.3)
        return initial(s.rng, options)

    return make


def transposed(s: State) -> Options:
    options = slide(s, 2, {"filters": s.rng.randint(1, 3)}, transposed=True)
    some(s.rng, options, "output_padding", 1, [1, 0], [0, 2], p=0.3)
    some(s.rng, options, "bias", True, False, p=0.4)
    return initial(s.rng, options)


def depthwise(s: State) -> Options:
    options = slide(s, 2, {})
    some(s.rng, options, "multiplier", 1, 2, 3)
    some(s.rng, options, "bias", True, False, p=0.3)
    return initial(s.rng, options)


def pool(s: State) -> Options:
    rank = s.rng.choice([1, 2]) if len(s.shape) > 1 else 1
    options = slide(s, rank, {})
    if rank == 1 or s.rng.random() < 0.2:
        options["rank"] = rank
    return options


def attention(s: State) -> Options:
    rng, options = s.rng, {}
    heads = rng.choice([1, 2, 2, 3, 4])
    if rng.random() < 0.8:
        options["heads"] = heads
    heads = options.get("heads", 1)
    some(rng, options, "kv_heads", *divisors(heads), p=0.4)
    if s.shape[-1] % heads or not s.fixed[-1] or rng.random() < 0.3:
        options["width"] = rng.randint(1, 4)
    if rng.random() < 0.3:
        options["memory"] = memory(s)
    else:
        some(rng, options, "causal", True, False)
    some(rng, options, "mask", named(s, "seen"), p=0.3)
    some(rng, options, "rotary", True, False, p=0.4)
    if options.get("rotary") and options.get("width", s.shape[-1] // heads) % 2:
        options["width"] = 2
    some(rng, options, "bias", True, False, p=0.4)
    return initial(rng, options)


def memory(s: State) -> str:
    mine = s.sizes(s.here.last)
    found = s.like(lambda z: len(z) == len(mine) and z[:-2] == mine[:-2] and z[-1][0] == z[-1][1])
    if found and s.rng.random() < 0.5:
        return s.rng.choice(found)
    steps = [(s.case.extents["S"], s.there.extents["S"]), (2, 2), mine[-2]]
    return s.fresh((*mine[:-2], s.rng.choice(steps), (s.rng.randint(1, 3),) * 2))


def transformer(s: State) -> Options:
    options = attention(s)
    some(s.rng, options, "hidden", 1, 2, 3, 5, p=0.8)
    some(s.rng, options, "epsilon", 1e-3, 0.1, p=0.2)
    some(s.rng, options, "activation", *SMOOTH, "swiglu", p=0.5)
    some(s.rng, options, "norm", "layer_norm", "rms_norm", p=0.4)
    some(s.rng, options, "order", "pre", "post", p=0.5)
    return options


def batch_norm(s: State) -> Options:
    options: Options = {}
    some(s.rng, options, "epsilon", 1e-3, 0.1, p=0.3)
    some(s.rng, options, "statistics", "estimated", "batch", "running", p=0.5)
    return options


def recurrent(s: State) -> Options:
    options: Options = {"units": s.rng.randint(1, 4)}
    some(s.rng, options, "reverse", True, False)
    some(s.rng, options, "last", True, False)
    some(s.rng, options, "mask", named(s, "length"), p=0.35)
    return initial(s.rng, options)


def rnn(s: State) -> Options:
    options = recurrent(s)
    some(s.rng, options, "activation", *SMOOTH)
    return options


def bidirectional(s: State) -> Options:
    options = recurrent(s)
    options.pop("reverse", None)
    some(s.rng, options, "cell", "rnn", "gru", "lstm", p=0.8)
    return options


def bilinear(s: State) -> Options:
    options: Options = {"units": s.rng.randint(1, 4)}
    mine = s.sizes(s.here.last)
    if s.rng.random() < 0.7:
        found = s.like(lambda z: len(z) == len(mine) and z[:-1] == mine[:-1]
                       and z[-1][0] == z[-1][1])
        options["with"] = (s.rng.choice(found) if found and s.rng.random() < 0.7
                           else s.fresh((*mine[:-1], (s.rng.randint(1, 3),) * 2)))
    some(s.rng, options, "bias", True, False, p=0.4)
    return initial(s.rng, options)


def concatenate(s: State) -> Options:
    mine = s.sizes(s.here.last)
    axis = s.rng.randrange(len(mine))
    options: Options = {"with": []}
    found = s.like(lambda z: len(z) == len(mine) and z[:axis] == mine[:axis]
                   and z[axis + 1:] == mine[axis + 1:])
    for _ in range(s.rng.randint(1, 2)):
        wide = (mine[axis] if axis == 0 or s.rng.random() < 0.3 else (s.rng.randint(1, 3),) * 2)
        options["with"].append(
            s.rng.choice(found) if s.rng.random() < 0.75
            else s.fresh((*mine[:axis], wide, *mine[axis + 1:])))
    if axis < len(mine) - 1 or s.rng.random() < 0.3:
        options["axis"] = axis
    return options


def residual(s: State) -> Options:
    options: Options = {}
    mine = s.sizes(s.here.last)
    if s.rng.random() < 0.3:
        found = s.like(lambda z: z == mine)
        options["from"] = s.rng.choice(found) if s.rng.random() < 0.7 else s.fresh(mine)
    else:
        options["layers"] = inner(s, s.rng.randint(1, 2))
        made = s.sizes(extended(s, options["layers"]).here.last)
        if made != mine or s.rng.random() < 0.15:
            if len(made) != len(mine) or made[:-1] != mine[:-1]:
                if len(made) == 4 == len(mine) and made[2:] == mine[2:] and made[0] == mine[0]:
                    options["shortcut"] = [{"kind": "conv2d", "filters": made[1][0], "kernel": 1}]
                else:
                    raise Unfit("no shortcut")
            else:
                options["shortcut"] = [
                    {"kind": "dense", "units": made[-1][0], "bias": s.rng.random() < 0.5}]
    some(s.rng, options, "activation", activation(s), p=0.4)
    return options


def extended(s: State, layers: list[Options]) -> State:
    case = replace(s.case, layers=[*s.case.layers, *layers])
    return begin(s.rng, case, True)


def inner(s: State, count: int) -> list[Options]:
    """Layers to nest, grown on a copy of the stack."""
    grown = begin(s.rng, replace(s.case, layers=list(s.case.layers)), True)
    grown = grow(grown, count)
    layers = grown.case.layers[len(s.case.layers):]
    if not layers:
        raise Unfit("nothing to nest")
    return layers


def reshape(s: State) -> Options:
    whole = prod(s.shape[1:])
    shape: list[int] = []
    for _ in range(s.rng.randint(0, 2)):
        shape.append(s.rng.choice(divisors(whole // prod(shape))))
    return {"shape": [*shape, whole // prod(shape)]}


def experts(s: State) -> Options:
    options: Options = {"experts": s.rng.randint(1, 3), "units": s.rng.randint(1, 4)}
    some(s.rng, options, "hidden", 1, 2, 3, p=0.6)
    some(s.rng, options, "activation", activation(s))
    return initial(s.rng, options)


def feed_forward(s: State) -> Options:
    options: Options = {"hidden": s.rng.randint(1, 5)}
    some(s.rng, options, "units", 1, 2, 3)
    some(s.rng, options, "activation", activation(s), "swiglu", p=0.7)
    some(s.rng, options, "bias", True, False, p=0.4)
    return initial(s.rng, options)


def positional(s: State) -> Options:
    options: Options = {}
    if s.shape[-1] % 2 or not s.fixed[-1] or s.rng.random() < 0.5:
        options["how"] = "learned"
        some(s.rng, options, "length", s.shape[-2], s.shape[-2] + 2, p=0.6)
    else:
        some(s.rng, options, "base", 10, 50.5, 10000, p=0.5)
        some(s.rng, options, "how", "sinusoidal", p=0.3)
    return options


def fourier(s: State) -> Options:
    options: Options = {"count": s.rng.randint(1, 3)}
    some(s.rng, options, "scale", 0.3, 0.5, 1, p=0.6)
    some(s.rng, options, "seed", 0, 3, 17)
    some(s.rng, options, "learned", True, False)
    return options


def equations(s: State) -> Options:
    source, shape = s.here.last, s.shape
    form = s.rng.choice(sorted(TEXTS))
    if form == "neighbours" and shape[-1] < 2:
        raise Unfit("no neighbours")
    if form == "every_other" and shape[-1] % 2:
        raise Unfit("odd")
    name = f"own{len(s.case.layers)}"
    letters = [f"i{len(s.case.layers)}_{d}" for d in range(len(shape))]
    rows = "".join(f"{r}, " for r in letters[:-1])
    text = TEXTS[form].format(y=name, x=source, all=", ".join(letters), rows=rows, c=letters[-1],
                              size=shape[-1])
    declared = {"reverse": shape[-1], "every_other": shape[-1] // 2, "neighbours": shape[-1] - 1}
    made: Options = {"equations": text, "_form": form, "_name": name, "_reads": source}
    if form in declared:
        made["_indices"] = {letters[-1]: declared[form]}
    return made


def epsilons(*more: tuple[str, tuple[object, ...]]) -> Callable[[State], Options]:
    def make(s: State) -> Options:
        options: Options = {}
        for key, values in (("epsilon", (1e-3, 0.1, 1)), *more):
            some(s.rng, options, key, *values)
        return options

    return make


def with_groups(s: State) -> Options:
    return {"groups": s.rng.choice(divisors(s.shape[1])), **epsilons()(s)}


def nothing(s: State) -> Options:
    return {}


def highway(s: State) -> Options:
    options: Options = {}
    some(s.rng, options, "activation", activation(s))
    return initial(s.rng, options)


def dropout(s: State) -> Options:
    options: Options = {}
    some(s.rng, options, "mask", named(s, "drop"))
    return options


MAKERS: dict[str, tuple[Callable[[State], Options], int, int, str]] = {
    # kind: options, least and most rank of what it reads, dimensions that must be fixed
    "activation": (nothing, 1, 5, ""),
    "attention": (attention, 2, 4, "last"), "average_pool": (pool, 1, 4, ""),
    "batch_norm": (batch_norm, 2, 4, "second"), "bidirectional": (bidirectional, 2, 4, "last"),
    "bilinear": (bilinear, 1, 4, "last"), "concatenate": (concatenate, 1, 4, ""),
    "conv1d": (conv(1), 3, 3, "second"), "conv2d": (conv(2), 4, 4, "second"),
    "conv_transpose2d": (transposed, 4, 4, "second"), "dense": (dense, 1, 4, "last"),
    "depthwise_conv2d": (depthwise, 4, 4, "second"), "dropout": (dropout, 1, 4, ""),
    "equations": (equations, 1, 3, "last"), "feed_forward": (feed_forward, 1, 4, "last"),
    "flatten": (nothing, 2, 4, "rest"), "fourier_features": (fourier, 1, 4, "last"),
    "global_pool": (lambda s: {"how": s.rng.choice(["mean", "max"])} if s.rng.random() < 0.7
                    else {}, 3, 4, ""),
    "group_norm": (with_groups, 2, 4, "second"), "gru": (recurrent, 2, 4, "last"),
    "highway": (highway, 1, 4, "last"),
    "layer_norm": (epsilons(("affine", (True, False))), 1, 4, "last"),
    "lstm": (recurrent, 2, 4, "last"), "max_pool": (pool, 1, 4, ""),
    "mixture_of_experts": (experts, 1, 3, "last"), "positional": (positional, 2, 4, "two"),
    "reshape": (reshape, 2, 4, "beyond"), "residual": (residual, 1, 4, ""),
    "rms_norm": (epsilons(), 1, 4, "last"), "rnn": (rnn, 2, 4, "last"),
    "softmax": (nothing, 1, 4, ""), "transformer_block": (transformer, 2, 4, "last"),
}


def fits(s: State, kind: str) -> bool:
    _, low, high, rule = MAKERS[kind]
    if not low <= len(s.shape) <= high or (s.nested and kind == "equations"):
        return False
    fixed = s.fixed
    return {
        "": True, "last": fixed[-1], "second": len(fixed) > 1 and fixed[1],
        "rest": all(fixed[2:]), "beyond": all(fixed[1:]), "two": all(fixed[-2:]),
    }[rule]


# Convolutions fit only few tensors, so that they are taken oftener where they do.
WEIGHTS = {"activation": 3.0, "conv1d": 3.0, "conv2d": 3.0, "conv_transpose2d": 3.0,
           "depthwise_conv2d": 3.0, "residual": 1.5, "equations": 1.5, "softmax": 0.6}


def grow(s: State, count: int) -> State:
    """A stack with ``count`` layers more, or fewer where nothing fits."""
    tries = 0
    goal = len(s.case.layers) + count
    while len(s.case.layers) < goal and tries < 8 * count:
        tries += 1
        kinds = [k for k in MAKERS if fits(s, k)]
        kind = s.rng.choices(kinds, [WEIGHTS.get(k, 1.0) for k in kinds])[0]
        before = dict(s.case.given)
        try:
            options = MAKERS[kind][0](s)
            chosen = s.rng.choice(sorted(ACTIVATIONS)) if kind == "activation" else kind
            options = {"kind": chosen, **options}
            if kind not in ("equations", "concatenate", "flatten", "reshape") and not s.nested:
                some(s.rng, options, "repeat", 2, 2, 3, p=0.1)
                if s.rng.random() < 0.05:
                    options["name"] = f"part{len(s.case.layers)}"
            case = replace(s.case, layers=[*s.case.layers, options])
            made = begin(s.rng, case, s.nested)
            if prod(made.shape) > MOST or min(made.shape, default=1) < 1:
                raise Unfit("large")
        except Unfit:
            for name in set(s.case.given) - set(before):
                del s.case.given[name]
            continue
        s = made
    return s


# -- losses --

NUMBERS: dict[str, tuple[tuple[str, tuple[object, ...]], ...]] = {
    "huber": (("delta", (0.3, 1, 2.5)),), "label_smoothing": (("smoothing", (0.05, 0.3, 0)),),
    "focal": (("focus", (1, 3, 0.5, 1.5, 0)),), "contrastive": (("temperature", (0.5, 2)),),
    "triplet": (("margin", (0.5, 2)),),
}
LABELLED = ("softmax_cross_entropy", "sequence_cross_entropy", "label_smoothing", "focal")
PLAIN = ("sum_of_squares", "mean_squared_error", "absolute_error", "huber",
         "binary_cross_entropy", "hinge", "l1", "l2")
ROWS = (*LABELLED, "softmax_cross_entropy_probabilities", "kl")


def loss(s: State, name: str | None, target: str | None) -> Options:
    """A table of the loss on a tensor, on the output where none is named."""
    rng, shape = s.rng, tuple(s.here.at(name or s.here.last).shape)
    wide = s.sizes(name or s.here.last)[-1]
    kinds = [*PLAIN]
    if len(shape) >= 2:
        # Which class is padding is checked while the spec is read.
        rows = [k for k in ROWS if k != "sequence_cross_entropy" or wide[0] == wide[1]]
        kinds += rows * 2
    if len(shape) == 2:
        kinds += ["contrastive", "triplet"] * 4
    if len(shape) == 3 and shape[2] > 1 and wide[0] == wide[1]:
        kinds += ["ctc"] * 10
    options: Options = {"kind": rng.choice(kinds)}
    kind = options["kind"]
    if name is not None:
        options["prediction"] = name
    if target is not None and kind not in ("l1", "l2"):
        options["target"] = target
    for key, values in NUMBERS.get(kind, ()):
        some(rng, options, key, *values, p=0.7)
    if kind == "sequence_cross_entropy":
        some(rng, options, "padding", *range(shape[-1]), p=0.6)
    if kind == "triplet":
        some(rng, options, "negative", f"far{len(s.case.losses)}")
    if kind == "ctc":
        blank = rng.randrange(shape[-1])
        if blank or rng.random() < 0.5:
            options["blank"] = blank
        rows = s.sizes(name or s.here.last)[0]
        size: int | str = rows[0] if rows[0] == rows[1] else "N"
        count = rng.randint(1, max(1, min(3, shape[1])))
        s.case.given[options.get("target", "y")] = Given(
            (size, count), f"label {blank}", shape[-1], "targets")
    return options


def finished(s: State) -> Case:
    rng = s.rng
    options = loss(s, None, None)
    s.case.losses.append(options)
    if rng.random() < 0.25:
        real = s.like(lambda z: len(z) >= 1)
        s.case.losses.append(loss(s, rng.choice(real), "other"))
    if rng.random() < 0.2 and s.here.parameters:
        s.case.losses.append({"kind": rng.choice(["l1", "l2"]),
                              "prediction": rng.choice(sorted(s.here.parameters))})
    if len(s.case.losses) > 1 or rng.random() < 0.15:
        for options in s.case.losses:
            some(rng, options, "weight", 0.5, -1.5, 2, 0.001, p=0.7)
    return s.case


SHAPES: tuple[tuple[str | None, ...], ...] = (
    ("N", None), ("N", None), ("N", "T", None), ("N", "T", None), ("N", None, None),
    ("N", None, "T"), ("N", None, "H", None), ("N", None, None, None), ("N", None, None, None),
    ("N", None, None, None), ("N", None, None, None), ("N", None, None), (None, 2, None, None),
    ("N", "S", "T", None), (None, None), (None, None, None), (None,), ("N", None, "H", "T"),
)


DEPTHS = (1, 2, 2, 3, 3, 3, 4, 4, 5, 6)


def start(rng: random.Random, seed: int) -> Case:
    extents = dict(zip(EXTENTS, rng.sample(range(1, 7), 4), strict=True))
    extents["N"] = rng.randint(1, 4)
    given: dict[str, Given] = {}
    if rng.random() < 0.14:
        shape = rng.choice([("N", "T"), ("N",), ("N", "T", "S"), ("N", 3)])
        below = rng.randint(2, 5)
        given["word"] = Given(shape, "word", below)
        first: Options = {"kind": "embedding", "count": below + rng.choice([0, 0, 1]),
                          "units": rng.randint(1, 4)}
        return Case(given, [initial(rng, first)], [], extents, seed)
    form = rng.choice(SHAPES)
    high = 7 if len(form) == 4 else 5
    given["x"] = Given(tuple(s if s else rng.randint(1 if d == len(form) - 1 else 2, high)
                             for d, s in enumerate(form)))
    return Case(given, [], [], extents, seed)


def draw_case(seed: int) -> Case:
    """The case of a seed; it has a parameter, and finite values and gradients."""
    rng = random.Random(f"stacks {seed}")
    while True:
        case = start(rng, seed)
        try:
            state = grow(begin(rng, case), rng.choice(DEPTHS))
            if not state.case.layers:
                continue
            made = finished(state)
            Bench(made).gradients()
        except Unfit:
            continue
        return made
