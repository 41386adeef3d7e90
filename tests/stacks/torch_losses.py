"""Every loss in PyTorch: from a prediction and the options of its table to a number."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .bench import Bench, Unfit
from .cases import Options

F = torch.nn.functional


def labels(bench: Bench, options: Options, p: Tensor) -> Tensor:
    if p.dim() < 2:
        raise Unfit("no rows")
    return bench.input(options.get("target", "y"), tuple(p.shape[:-1]), "word", p.shape[-1])


def same(bench: Bench, options: Options, p: Tensor, kind: str = "data", key: str = "target",
         name: str = "y") -> Tensor:
    return bench.input(options.get(key, name), tuple(p.shape), kind)


def entropy(p: Tensor, y: Tensor, **more: object) -> Tensor:
    return F.cross_entropy(p.reshape(-1, p.shape[-1]), y.reshape(-1), **more)  # type: ignore[arg-type]


def huber(bench: Bench, options: Options, p: Tensor) -> Tensor:
    return F.huber_loss(p, same(bench, options, p), delta=options.get("delta", 1.0))


def probabilities(bench: Bench, options: Options, p: Tensor) -> Tensor:
    if p.dim() < 2:
        raise Unfit("no rows")
    return F.cross_entropy(p.reshape(-1, p.shape[-1]),
                           same(bench, options, p, "row").reshape(-1, p.shape[-1]))


def sequence(bench: Bench, options: Options, p: Tensor) -> Tensor:
    y, padding = labels(bench, options, p), int(options.get("padding", 0))
    if bool((y == padding).all()):
        raise Unfit("all padding")
    return entropy(p, y, ignore_index=padding)


def focal(bench: Bench, options: Options, p: Tensor) -> Tensor:
    y = labels(bench, options, p)
    error = entropy(p, y, reduction="none")
    return torch.mean((1 - torch.exp(-error)) ** options.get("focus", 2.0) * error)


def kl(bench: Bench, options: Options, p: Tensor) -> Tensor:
    if p.dim() < 2:
        raise Unfit("no rows")
    y = same(bench, options, p, "row")
    return F.kl_div(p, y, reduction="none").sum(-1).mean()


def contrastive(bench: Bench, options: Options, p: Tensor) -> Tensor:
    if p.dim() != 2:
        raise Unfit("rows by classes")
    scores = p @ same(bench, options, p).T / options.get("temperature", 1.0)
    return F.cross_entropy(scores, torch.arange(len(scores)))


def triplet(bench: Bench, options: Options, p: Tensor) -> Tensor:
    if p.dim() != 2:
        raise Unfit("rows by classes")
    y = same(bench, options, p)
    far = same(bench, options, p, key="negative", name="negative")
    apart = ((p - y) ** 2).sum(-1) - ((p - far) ** 2).sum(-1)
    return torch.mean(torch.relu(apart + options.get("margin", 1.0)))


def ctc(bench: Bench, options: Options, p: Tensor) -> Tensor:
    if p.dim() != 3:
        raise Unfit("rows by steps by classes")
    y, blank = bench.at(options.get("target", "y")), int(options.get("blank", 0))
    rows, steps, classes = p.shape
    if y.shape[0] != rows or bool((y == blank).any()) or int(y.max()) >= classes or any(
            len(r) + int((r[1:] == r[:-1]).sum()) > steps for r in y):
        raise Unfit("no path")
    q = torch.log_softmax(p, -1).transpose(0, 1)
    return F.ctc_loss(q, y, [steps] * rows, [y.shape[1]] * rows, blank, reduction="none").mean()


LOSSES: dict[str, Callable[[Bench, Options, Tensor], Tensor]] = {
    "sum_of_squares": lambda b, o, p: torch.sum((same(b, o, p) - p) ** 2),
    "mean_squared_error": lambda b, o, p: F.mse_loss(p, same(b, o, p)),
    "absolute_error": lambda b, o, p: F.l1_loss(p, same(b, o, p)),
    "huber": huber,
    "softmax_cross_entropy": lambda b, o, p: entropy(p, labels(b, o, p)),
    "softmax_cross_entropy_probabilities": probabilities,
    "sequence_cross_entropy": sequence,
    "label_smoothing": lambda b, o, p: entropy(
        p, labels(b, o, p), label_smoothing=o.get("smoothing", 0.1)),
    "focal": focal,
    "binary_cross_entropy": lambda b, o, p: F.binary_cross_entropy_with_logits(
        p, same(b, o, p, "unit")),
    "kl": kl,
    "hinge": lambda b, o, p: torch.mean(torch.relu(1 - same(b, o, p, "sign") * p)),
    "contrastive": contrastive,
    "triplet": triplet,
    "ctc": ctc,
    "l1": lambda b, o, p: torch.sum(torch.abs(p)),
    "l2": lambda b, o, p: torch.sum(p ** 2),
}

