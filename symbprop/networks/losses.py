"""Losses: a record each, whose formula is text in the notation of the language.

In a formula, ``p`` and ``y`` stand for prediction and target at all their indices, ``all`` for
those indices and ``rows`` and ``c`` for all but the last and the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symbprop.errors import Fault, Place, SpecError

if TYPE_CHECKING:
    from symbprop.networks.network import Network


@dataclass(frozen=True, slots=True)
class Loss:
    """``shape`` says what target fits: same, or labels (one integer per row)."""

    kind: str
    formula: str
    shape: str = "same"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a network's loss; ``target`` is "y" where none is named."""

    kind: str
    prediction: str
    target: str | None = None
    weight: float = 1
    delta: float = 1.0
    place: Place | None = None


LOSSES = {
    loss.kind: loss
    for loss in (
        Loss("sum_of_squares", "sum({all}, ({y} - {p})**2)"),
        Loss("mean_squared_error", "mean({all}, ({y} - {p})**2)"),
        Loss("absolute_error", "mean({all}, abs({y} - {p}))"),
        Loss("huber", "mean({all}, where(abs({y} - {p}) <= {delta}, ({y} - {p})**2/2, "
             "{delta}*(abs({y} - {p}) - {delta}/2)))", source="Huber, 1964"),
        Loss("softmax_cross_entropy", "mean({rows}, logsumexp({c}, {p}) - {at_label})", "labels"),
        Loss("softmax_cross_entropy_probabilities",
             "mean({rows}, sum({c}, {y}*(logsumexp({d}, {p_d}) - {p})))"),
        Loss("binary_cross_entropy", "mean({all}, softplus({p}) - {y}*{p})"),
        Loss("kl", "mean({rows}, sum({c}, xlogy({y}, {y}) - {y}*{p}))"),
        Loss("hinge", "mean({all}, max(0, 1 - {y}*{p}))"),
        Loss("l1", "sum({all}, abs({p}))", "none"),
        Loss("l2", "sum({all}, {p}**2)", "none"),
    )
}


def add_loss(
    network: Network,
    kind: str,
    prediction: str,
    target: str | None,
    name: str,
    delta: float = 1.0,
    place: Place | None = None,
) -> None:
    """Append ``name = loss of prediction``; declare the target where it is unknown."""
    loss = LOSSES[kind]
    tensor = network.known(prediction, place)
    axes = network.running(prediction)
    values = {"all": ", ".join(axes), "p": _at(prediction, axes), "delta": repr(float(delta))}
    if not axes:
        raise SpecError(Fault("SP122", f"the prediction {prediction} is a scalar", place,
                              "write the loss as an equation"))
    values["rows"], values["c"] = ", ".join(axes[:-1]), axes[-1]
    if len(axes) < 2 and ("{rows}" in loss.formula):
        raise SpecError(Fault("SP122", f"{kind} needs a prediction of rows by classes", place))
    (other,) = network.free_names(f"{axes[-1]}_")
    values["d"], values["p_d"] = other, _at(prediction, [*axes[:-1], other])
    if loss.shape != "none":
        chosen = target or "y"
        labels = loss.shape == "labels"
        shape = tensor.shape[:-1] if labels else tensor.shape
        if chosen not in network.tensors:
            network.target(chosen, shape, integer=labels,
                           below=tensor.shape[-1] if labels else None, place=place)
        held = network.tensors[chosen]
        if held.shape != shape:
            wanted = f"({', '.join(map(str, shape))})"
            raise SpecError(
                Fault("SP123", f"{kind} compares {network.described(prediction)} with "
                      f"{network.described(chosen)}, where the shape {wanted} is needed", place)
            )
        values["y"] = _at(chosen, axes[:-1] if labels else axes)
        if labels:
            values["at_label"] = _at(prediction, [*axes[:-1], values["y"]])
    text = f"{name} = {loss.formula.format(**values)}"
    network.equations(text, place)


def _at(name: str, indices: list[str]) -> str:
    return f"{name}[{', '.join(indices)}]" if indices else name
