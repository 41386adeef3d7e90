"""The same functions in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

functional = torch.nn.functional

SAME = (
    "abs", "acos", "asin", "atan", "atan2", "cos", "cosh", "digamma", "erf", "erfc", "exp", "expm1",
    "floor", "greater", "greater_equal", "less", "less_equal", "lgamma", "log", "log1p",
    "logaddexp", "maximum", "minimum", "round", "sigmoid", "sign", "sin", "sinh", "tan", "tanh",
    "xlogy",
)
PEERS: dict[str, Callable[..., Any]] = {
    name: getattr(torch, name) for name in SAME
} | {
    "elu": lambda x, a: torch.where(x > 0, x, a * torch.expm1(x)),
    "leaky_relu": lambda x, a: torch.where(x > 0, x, a * x),
    "equal": torch.eq, "not_equal": torch.ne, "relu": torch.relu, "root": torch.sqrt,
    "gelu": functional.gelu, "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "hardsigmoid": functional.hardsigmoid, "hardswish": functional.hardswish,
    "selu": functional.selu, "silu": functional.silu, "softplus": functional.softplus,
    "softsign": functional.softsign, "power": torch.pow, "clip": torch.clamp,
    "where": lambda c, a, b: torch.where(c != 0, a, b), "log_ndtr": torch.special.log_ndtr,
}


def peer(name: str, columns: Sequence[np.ndarray]) -> list[np.ndarray] | None:
    """PyTorch's value and slopes at columns of arguments; None where it lacks the function."""
    if name not in PEERS:
        return None
    given = [torch.tensor(np.array(c), requires_grad=True) for c in columns]
    value = PEERS[name](*given)
    slopes = (
        torch.autograd.grad(value.sum(), given, allow_unused=True) if value.requires_grad
        else [None] * len(given)
    )
    return [
        value.detach().numpy().astype(columns[0].dtype),
        *(np.zeros_like(columns[0]) if s is None else s.numpy() for s in slopes),
    ]
