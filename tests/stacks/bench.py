"""The workbench of PyTorch's side: numbers by name, layers one on another, loss and gradients.

Numbers depend on the seed, the name and the shape only, so that a shrunk case keeps most of them.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from .cases import Case, Options

LARGEST = 60.0


class Unfit(Exception):
    """A case that no gradient can be asked of: out of a function's domain, or too large."""


def draw(kind: str, shape: tuple[int, ...], seed: list[int], below: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if kind.startswith("label "):
        made = rng.integers(0, below - 1, shape)
        return made + (made >= int(kind.split()[1]))
    match kind:
        case "word":
            return rng.integers(0, below, shape)
        case "weight":
            deep = int(np.prod(shape[1:])) if len(shape) > 1 else 1
            return 1.3 * rng.normal(size=shape) / max(1, deep) ** 0.5
        case "gain":
            return 1 + 0.4 * rng.normal(size=shape)
        case "bias":
            return 0.5 * rng.normal(size=shape)
        case "variance" | "unit":
            return rng.uniform(0.1, 0.95, shape)
        case "dropout":
            return (rng.random(shape) < 0.7) / 0.7
        case "seen":
            return (rng.random(shape) < 0.7).astype(float)
        case "part":
            return np.where(rng.random(shape) < 0.5, rng.random(shape),
                            rng.random(shape) < 0.6).astype(float)
        case "sign":
            return np.where(rng.random(shape) < 0.5, -1.0, 1.0)
        case "row":
            rows = rng.random(shape) * (rng.random(shape) < 0.8) + 1e-3
            return rows / rows.sum(-1, keepdims=True)
    return rng.normal(size=shape)


class Bench:
    """One run of a case.

    ``strict`` refuses values outside of domains; ``jitter`` moves all numbers by a few units of
    the last place, which shows how much of a gradient is rounding.
    """

    def __init__(self, case: Case, extents: dict[str, int] | None = None, strict: bool = True,
                 jitter: int = 0) -> None:
        self.case, self.extents, self.strict = case, extents or case.extents, strict
        self.jitter = jitter
        self.known: dict[str, Tensor] = {}
        self.parameters: dict[str, Tensor] = {}
        self.data: dict[str, Tensor] = {}
        self.layers = 0
        self.counts: dict[str, int] = {}
        self.last = ""
        for name, given in case.given.items():
            shape = tuple(self.extents[s] if isinstance(s, str) else s for s in given.shape)
            self.known[name] = self.data[name] = self.numbers(
                name, given.kind, shape, given.below)
            if given.role == "inputs" and not self.last:
                self.last = name

    def numbers(self, name: str, kind: str, shape: tuple[int, ...], below: int = 0) -> Tensor:
        made = draw(kind, shape, [self.case.seed, zlib.crc32(name.encode())], below)
        if self.jitter and made.dtype.kind == "f":
            rng = np.random.default_rng(self.jitter)
            made = made * (1 + 4e-16 * rng.normal(size=shape))
        return torch.tensor(made, dtype=None if below else torch.float64)

    def parameter(self, name: str, suffix: str, shape: tuple[int, ...],
                  kind: str = "weight") -> Tensor:
        full = f"{name}{suffix}"
        assert full not in self.known, f"{full} twice"
        made = self.numbers(full, kind, shape).requires_grad_()
        self.known[full] = self.parameters[full] = made
        return made

    def input(self, name: str, shape: tuple[int, ...], kind: str, below: int = 0) -> Tensor:
        """An input of a layer or of a loss, shared where it is there."""
        if name not in self.known:
            self.known[name] = self.data[name] = self.numbers(name, kind, shape, below)
        if tuple(self.known[name].shape) != tuple(shape):
            raise Unfit(f"{name} has another shape")
        return self.known[name]

    def at(self, name: str) -> Tensor:
        if name not in self.known:
            raise Unfit(f"{name} is not there")
        return self.known[name]

    def put(self, name: str, value: Tensor) -> Tensor:
        """The output of a layer."""
        if self.strict and not bool((value.detach().abs() <= LARGEST).all()):
            raise Unfit("too large, or no number")
        assert name not in self.known, f"{name} twice"
        self.known[name] = value
        self.last = name
        return value

    def activate(self, name: str, value: Tensor) -> Tensor:
        """A function of one argument, where it is defined and of moderate size."""
        function, low, high = ACTIVATIONS[name]
        inside = value.detach()
        if self.strict and value.numel() and not (
                low < float(inside.amin()) and float(inside.amax()) < high):
            raise Unfit(f"outside of {name}")
        return function(value)

    def count(self, kind: str) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1

    # -- layers --

    def run(self, listed: list[Options], source: str) -> str:
        """The name of what a list of layers makes of a tensor."""
        from .torch_layers import LAYERS

        current = source
        for options in listed:
            current = str(options.get("input", current))
            self.at(current)
            kind = options["kind"]
            repeat = options.get("repeat", 1)
            for copy in range(repeat):
                if kind == "equations":
                    self.count(kind)
                    current = EQUATIONS[options["_form"]](self, options, current)
                    continue
                self.layers += 1
                suffix = str(options.get("name", self.layers))
                if "name" in options and repeat > 1:
                    suffix += str(copy + 1)
                self.count(kind)
                current = LAYERS[kind](self, options, suffix, current)
        self.last = current
        return current

    def stack(self) -> str:
        return self.run(self.case.layers, self.last)

    def loss(self) -> Tensor:
        from .torch_losses import LOSSES

        prediction = self.stack()
        total = torch.zeros((), dtype=torch.float64)
        for options in self.case.losses:
            of = self.at(options.get("prediction", prediction))
            self.count(f"loss {options['kind']}")
            made = LOSSES[options["kind"]](self, options, of)
            total = total + options.get("weight", 1) * made
        return total

    def gradients(self) -> tuple[float, dict[str, np.ndarray]]:
        """The loss and its derivative by every parameter; Unfit where they are not finite."""
        loss = self.loss()
        if not loss.requires_grad:
            raise Unfit("no parameter")
        loss.backward()
        found = {n: np.zeros(tuple(p.shape)) if p.grad is None else p.grad.numpy()
                 for n, p in self.parameters.items()}
        value = float(loss.detach())
        if not np.isfinite(value) or abs(value) > 1e6 or not all(
                np.isfinite(g).all() and np.abs(g).max(initial=0.0) < 1e6
                for g in found.values()):
            raise Unfit("not finite")
        return value, found


F = torch.nn.functional
# A function, and the open interval of arguments that are drawn for it.
ACTIVATIONS: dict[str, tuple[Callable[[Tensor], Tensor], float, float]] = {
    "abs": (torch.abs, -99, 99), "acos": (torch.acos, -0.97, 0.97),
    "asin": (torch.asin, -0.97, 0.97), "atan": (torch.atan, -99, 99),
    "cos": (torch.cos, -30, 30), "cosh": (torch.cosh, -4, 4),
    "digamma": (torch.digamma, 0.1, 99), "erfc": (torch.erfc, -99, 9), "elu": (F.elu, -99, 99),
    "erf": (torch.erf, -99, 99), "exp": (torch.exp, -20, 4), "expm1": (torch.expm1, -20, 4),
    "gelu": (F.gelu, -99, 99), "gelu_tanh": (lambda x: F.gelu(x, approximate="tanh"), -99, 99),
    # PyTorch's own backward pass of these two has a sixth in single precision.
    "hardsigmoid": (lambda x: torch.clamp(x + 3, 0, 6) / 6, -99, 99),
    "hardswish": (lambda x: x * torch.clamp(x + 3, 0, 6) / 6, -99, 99),
    "lgamma": (torch.lgamma, 0.1, 99), "log_ndtr": (torch.special.log_ndtr, -9, 99),
    "logcosh": (lambda x: torch.logaddexp(x, -x) - math.log(2), -99, 99),
    "leaky_relu": (F.leaky_relu, -99, 99), "log": (torch.log, 0.02, 99),
    "log1p": (torch.log1p, -0.98, 99), "relu": (F.relu, -99, 99), "selu": (F.selu, -99, 99),
    "sigmoid": (torch.sigmoid, -99, 99), "silu": (F.silu, -99, 99), "sin": (torch.sin, -30, 30),
    "sinh": (torch.sinh, -4, 4), "softplus": (F.softplus, -19, 19),
    "softsign": (F.softsign, -99, 99), "square": (torch.square, -8, 8),
    "tan": (torch.tan, -1.2, 1.2), "tanh": (torch.tanh, -99, 99),
}


# Entries of equations: the text as `draw` spells it, and what it means.
TEXTS: dict[str, str] = {
    "affine": "{y}[{all}] = 0.5*{x}[{all}] + 0.25",
    "reverse": "{y}[{rows}{c}] = {x}[{rows}{size} - 1 - {c}]",
    "pad": "{y}[{rows}{c} + 1] += {x}[{rows}{c}]",
    "twice": "{y}[{rows}{c}] += {x}[{rows}{c}]\n{y}[{rows}{c} + 1] += tanh({x}[{rows}{c}])",
    "centre": "{y}[{all}] = {x}[{all}] - mean({c}_, {x}[{rows}{c}_])",
    "neighbours": "{y}[{rows}{c}] = {x}[{rows}{c} + 1] - {x}[{rows}{c}]**2",
    "every_other": "{y}[{rows}{c}] = {x}[{rows}2*{c}]",
    "running": "{y}[{rows}0] = {x}[{rows}0]\n"
               "{y}[{rows}{c} + 1] = 0.5*{y}[{rows}{c}] + tanh({x}[{rows}{c} + 1])",
}


def _equation(meaning: Callable[[Tensor], Tensor]) -> Callable[[Bench, Options, str], str]:
    def run(bench: Bench, options: Options, source: str) -> str:
        if options["_reads"] != source:
            raise Unfit("it reads another tensor")
        name = options["_name"]
        bench.put(name, meaning(bench.at(source)))
        return name

    return run


def _running(x: Tensor) -> Tensor:
    made = [x[..., 0]]
    for k in range(1, x.shape[-1]):
        made.append(0.5 * made[-1] + torch.tanh(x[..., k]))
    return torch.stack(made, -1)


EQUATIONS: dict[str, Callable[[Bench, Options, str], str]] = {
    "affine": _equation(lambda x: 0.5 * x + 0.25),
    "reverse": _equation(lambda x: x.flip(-1)),
    "pad": _equation(lambda x: F.pad(x, (1, 0))),
    "twice": _equation(lambda x: F.pad(x, (0, 1)) + F.pad(torch.tanh(x), (1, 0))),
    "centre": _equation(lambda x: x - x.mean(-1, keepdim=True)),
    "neighbours": _equation(lambda x: x[..., 1:] - x[..., :-1] ** 2),
    "every_other": _equation(lambda x: x[..., ::2]),
    "running": _equation(_running),
}

