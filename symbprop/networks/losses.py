"""Losses: a record each, whose formula is text in the notation of the language.

In a formula, ``p`` and ``y`` stand for prediction and target at all their indices, ``all`` for
those indices and ``rows`` and ``c`` for all but the last and the last; ``d`` is another index like
``c``, and ``p_d`` and ``y_d`` are ``p`` and ``y`` at it; ``m`` is another index like the first, and
``y_m`` is the target there; ``size`` is the extent of the rows.  A formula of several lines defines
tensors of its own before, whose names begin with that of the loss, ``loss``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from symbprop.arguments import doors
from symbprop.errors import Fault, Place, SpecError, did_you_mean, told
from symbprop.language.graph import Tensor
from symbprop.networks.options import ANY, Number
from symbprop.networks.template import defined_names, fill

if TYPE_CHECKING:
    from symbprop.networks.network import Network


@dataclass(frozen=True, slots=True)
class Loss:
    """``shape`` says what target fits: same, labels (one integer per row), or none.

    Or sequences: a row of integers for every row of the first dimension.  ``numbers`` are options
    with their defaults and ranges; ``words`` are options that choose a text to fill in, the first
    by default; ``other`` names an option that is a second tensor like the prediction.
    """

    kind: str
    formula: str
    shape: str = "same"
    source: str = ""
    numbers: Mapping[str, Number] = field(default_factory=dict)
    other: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def option_faults(
        self, given: Mapping[str, Any], prefix: str, at: Callable[[str], Place | None]
    ) -> list[Fault]:
        """What is wrong with the numbers and words among the given options, and the weight."""
        listed = {"weight": ANY, **self.numbers}
        found = [
            record.fault(given[key], prefix + key, at(key))
            for key, record in listed.items() if key in given
        ]
        for key, texts in self.words.items():
            if key in given and given[key] not in tuple(texts):
                found.append(Fault(
                    "SP133", f"{prefix}{key}: one of {', '.join(texts)} is needed, not "
                    f"{told(given[key])}", at(key), did_you_mean(told(given[key]), texts)))
        return [fault for fault in found if fault is not None]

    def _filled(self, options: Mapping[str, float | str], values: Mapping[str, str]) -> str:
        """The formula with its options and everything else put in."""
        texts: dict[str, str] = dict(values)
        for key, number in self.numbers.items():
            value = options.get(key, number.default)
            assert isinstance(value, int | float)
            texts[key] = repr(int(value)) if number.whole else repr(float(value))
        for key, words in self.words.items():
            chosen = options.get(key, next(iter(words)))
            texts[key] = words[str(chosen)].format(**texts)
        return self.formula.format(**texts)


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a network's loss; ``target`` is "y" where none is named.

    ``options`` are the numbers and words of the loss that differ from their defaults, ``other``
    names its second tensor where it has one.
    """

    kind: str
    prediction: str
    target: str | None = None
    weight: float = 1
    options: Mapping[str, float | str] = field(default_factory=dict)
    place: Place | None = None
    other: str | None = None


# The states of a row of labels are its labels, each with a blank before, and a blank at the end.
# The two ways into a state are joined by max(a, b) + softplus(-abs(a - b)), which is the logarithm
# of the sum of their exponentials, also for states that nothing has reached: -1e9 stands for their
# logarithm, and a row that ends there has too few steps for its labels and the blanks between them.
CTC = """
{loss}_q[n, t, c] = {seq}[n, t, c] - logsumexp(d, {seq}[n, t, d])
{loss}_b[n, 0, k] = where(k == 0, 0, -1e9)
{loss}_c[n, 0, l] = -1e9
{loss}_r[n, t, 0] = -1e9
{loss}_r[n, t, l+1] = {loss}_c[n, t, l]
{loss}_s[n, t, 0] = -1e9
{loss}_s[n, t, m+1] = where({labels}[n, m+1] != {labels}[n, m], {loss}_c[n, t, m], -1e9)
{loss}_b[n, t+1, k] = ({loss}_q[n, t, {blank}] + max({loss}_b[n, t, k], {loss}_r[n, t, k])
    + softplus(-abs({loss}_b[n, t, k] - {loss}_r[n, t, k])))
{loss}_a[n, t, l] = (max({loss}_c[n, t, l], {loss}_b[n, t, l])
    + softplus(-abs({loss}_c[n, t, l] - {loss}_b[n, t, l])))
{loss}_c[n, t+1, l] = ({loss}_q[n, t, {labels}[n, l]] + max({loss}_a[n, t, l], {loss}_s[n, t, l])
    + softplus(-abs({loss}_a[n, t, l] - {loss}_s[n, t, l])))
{loss}_f[n] = (max({loss}_b[n, {steps}, {count}], {loss}_c[n, {steps}, {count} - 1])
    + softplus(-abs({loss}_b[n, {steps}, {count}] - {loss}_c[n, {steps}, {count} - 1])))
{loss} = mean(n, {impossible})
"""
# Over 0 where no path exists: the loss of such a row is inf and its gradient is not finite.
IMPOSSIBLE = {
    "inf": "-{loss}_f[n]/step({loss}_f[n] + 5e8)",
    "zero": "where({loss}_f[n] > -5e8, -{loss}_f[n], 0)",
}

CLASS = Number(0, least=0, whole=True)
LOSSES = {
    loss.kind: loss
    for loss in (
        Loss("sum_of_squares", "sum({all}, ({y} - {p})**2)"),
        Loss("mean_squared_error", "mean({all}, ({y} - {p})**2)"),
        Loss("absolute_error", "mean({all}, abs({y} - {p}))"),
        Loss("huber", "mean({all}, where(abs({y} - {p}) <= {delta}, ({y} - {p})**2/2, "
             "{delta}*(abs({y} - {p}) - {delta}/2)))", source="Huber, 1964",
             numbers={"delta": Number(1, over=0)}),
        Loss("softmax_cross_entropy", "mean({rows}, logsumexp({c}, {p}) - {at_label})", "labels"),
        Loss("softmax_cross_entropy_probabilities",
             "mean({rows}, sum({c}, {y}*(logsumexp({d}, {p_d}) - {p})))"),
        Loss("sequence_cross_entropy",
             "sum({rows}, where({y} != {padding}, logsumexp({c}, {p}) - {at_label}, 0))"
             "/sum({rows}, where({y} != {padding}, 1, 0))", "labels", numbers={"padding": CLASS}),
        Loss("label_smoothing",
             "mean({rows}, logsumexp({c}, {p}) - (1 - {smoothing})*{at_label} "
             "- {smoothing}*mean({c}, {p}))", "labels", "Szegedy et al., 2016",
             {"smoothing": Number(0.1, least=0, under=1)}),
        Loss("focal",
             "\n{loss}_e[{rows}] = logsumexp({c}, {p}) - {at_label}\n"
             "{loss} = mean({rows}, "
             "(-expm1(-max({loss}_e[{rows}], 1e-30)))**{focus}*{loss}_e[{rows}])",
             "labels", "Lin et al., 2017",
             {"focus": Number(2, least=0, most=64)}),
        Loss("binary_cross_entropy", "mean({all}, softplus({p}) - {y}*{p})"),
        Loss("kl", "mean({rows}, sum({c}, xlogy({y}, {y}) - {y}*{p}))"),
        Loss("hinge", "mean({all}, max(0, 1 - {y}*{p}))"),
        Loss("contrastive",
             "\n{loss}_s[{rows}, {m}] = sum({c}, {p}*{y_m})/{temperature}\n"
             "{loss} = mean({rows}, logsumexp({m}, {loss}_s[{rows}, {m}]) "
             "- {loss}_s[{rows}, {rows}])",
             "same", "InfoNCE: van den Oord et al., 2018", {"temperature": Number(1, over=0)}),
        Loss("triplet",
             "mean({rows}, max(0, sum({c}, ({p} - {y})**2) - sum({c}, ({p} - {other})**2) "
             "+ {margin}))", "same", "Schroff et al., 2015", {"margin": Number(1, least=0)},
             "negative"),
        Loss("ctc", CTC, "sequences", "Graves et al., 2006", {"blank": CLASS},
             words={"impossible": IMPOSSIBLE}),
        Loss("l1", "sum({all}, abs({p}))", "none"),
        Loss("l2", "sum({all}, {p}**2)", "none"),
    )
}
LEAST_RANK = {"ctc": 3, "contrastive": 2, "triplet": 2}


def add_loss(network: Network, term: Term, name: str) -> None:
    """Append ``name = loss of prediction``; declare the target where it is unknown.

    Raises SpecError.
    """
    kind, prediction, target, place = term.kind, term.prediction, term.target, term.place
    loss = LOSSES[kind]
    tensor = network.known(prediction, place)
    # What is declared below is no index either.
    own = (target or "y", term.other or loss.other)
    axes = network.running(prediction, own)
    values = {"all": ", ".join(axes), "p": _at(prediction, axes), "loss": name}
    if not axes:
        raise SpecError(Fault("SP122", f"the prediction {prediction} is a scalar", place,
                              "write the loss as an equation"))
    values["rows"], values["c"] = ", ".join(axes[:-1]), axes[-1]
    least = LEAST_RANK.get(kind, 2 if "{rows}" in loss.formula else 1)
    if len(axes) < least or (kind in LEAST_RANK and len(axes) > least):
        wanted = "steps by classes" if kind == "ctc" else "classes"
        raise SpecError(Fault("SP122", f"{kind} needs a prediction of rows by {wanted}", place))
    d, m = network.free_names(f"{axes[-1]}_", f"{axes[0]}_", but=own)
    values |= {"d": d, "m": m, "p_d": _at(prediction, [*axes[:-1], d])}
    if loss.other:
        chosen = term.other or loss.other
        if chosen not in network.tensors:
            network.target(chosen, tensor.shape, place=place)
        _same_shape(network, kind, prediction, chosen, tensor.shape, place)
        values["other"] = _at(chosen, axes)
    if loss.shape != "none":
        chosen = target or "y"
        labels = loss.shape != "same"
        shape = tensor.shape[:-1] if labels else tensor.shape
        if chosen not in network.tensors:
            if loss.shape == "sequences":
                raise SpecError(Fault("SP103", f"{kind} needs the tensor {chosen}", place,
                                      "declare it in [targets] as integers, labels of each row"))
            network.target(chosen, shape, integer=labels,
                           below=tensor.shape[-1] if labels else None, place=place)
        if loss.shape == "sequences":
            held = network.tensors[chosen]
            if len(held.shape) != 2 or held.shape[0] != shape[0] or not held.integer:
                raise SpecError(Fault("SP123", f"{kind} needs integers {chosen} of rows by labels",
                                      place))
            values |= {"seq": prediction, "labels": chosen, "steps": str(tensor.shape[1]),
                       "count": str(held.shape[1])}
        else:
            _same_shape(network, kind, prediction, chosen, shape, place)
            values["y"] = _at(chosen, axes[:-1] if labels else axes)
            values["y_m"] = "" if labels else _at(chosen, [m, *axes[1:]])
            if labels:
                values["at_label"] = _at(prediction, [*axes[:-1], values["y"]])
    for option, number in loss.numbers.items():
        if number.whole and (tensor.shape[-1] - term.options.get(option, 0)).is_nonpositive:
            raise SpecError(Fault("SP142", f"{kind}: {option} is class {term.options[option]} of "
                                  f"{tensor.shape[-1]} classes", place))
    text = loss._filled(term.options, values)
    if loss.shape == "sequences":
        (rows, steps), count = tensor.shape[:2], network.tensors[target or "y"].shape[1]
        for part, extents in (("b", (steps + 1, count + 1)), ("c", (steps + 1, count)),
                              ("r", (steps, count + 1)), ("s", (steps, count))):
            network.add(Tensor(f"{name}_{part}", (rows, *extents)), place)
        # The letters of the text are its own, whatever the network calls its tensors.
        kept = (*network.tensors, *defined_names(text),
                *(str(s) for e in (rows, steps, count) for s in e.free_symbols))
        filled = fill(text, {n: n for n in kept}, network.taken, 0, place)
        sizes = {"t": steps, "k": count + 1, "l": count, "m": count - 1}
        known = {new: sizes[old] for new, old in filled.indices.items() if old in sizes}
        network.equations(filled.text, place, indices=known)
        return
    network.equations(text if "\n" in text else f"{name} = {text}", place)


def _same_shape(
    network: Network, kind: str, prediction: str, chosen: str, shape: tuple[object, ...],
    place: Place | None,
) -> None:
    """Raise SP123 where a tensor that a loss compares has another shape than it needs."""
    if network.tensors[chosen].shape != shape:
        wanted = f"({', '.join(map(str, shape))})"
        raise SpecError(
            Fault("SP123", f"{kind} compares {network.described(prediction)} with "
                  f"{network.described(chosen)}, where the shape {wanted} is needed", place)
        )


def _at(name: str, indices: list[str]) -> str:
    return f"{name}[{', '.join(indices)}]" if indices else name


doors(__name__)
