"""The outside judge of gradients: central differences in 60-digit arithmetic.

`disagreement` raises rather than skip: a tensor without an expected value, or a NaN, is a failure.
"""

import itertools
import random
from collections.abc import Callable

import mpmath

from symbprop.language.evaluate import evaluate
from symbprop.language.graph import Graph

DIGITS = 100


def positions(shape):
    return itertools.product(*(range(n) for n in shape))


def nested(shape, fill: Callable):
    if not shape:
        return fill()
    return [nested(shape[1:], fill) for _ in range(shape[0])]


def moved(values, position, step):
    if not position:
        return values + step
    return [
        moved(v, position[1:], step) if i == position[0] else v for i, v in enumerate(values)
    ]


def at(values, position):
    for place in position:
        values = values[place]
    return values


def random_data(graph: Graph, extents, seed=1, low=0.2, high=1.3):
    """Random mpmath values for every given tensor; integers below the tensor's limit."""
    rng = random.Random(seed)
    probe = evaluate(graph, {}, extents)
    data = {}
    for tensor in graph.tensors.values():
        if tensor.role == "defined":
            continue
        shape = probe.shape(tensor.name)
        if tensor.role == "constant":
            rest = iter(tensor.values)
            data[tensor.name] = nested(shape, lambda rest=rest: mpmath.mpf(next(rest)))
        elif tensor.integer:
            top = probe.size(tensor.limit)
            data[tensor.name] = nested(shape, lambda top=top: rng.randrange(top))
        else:
            data[tensor.name] = nested(shape, lambda: mpmath.mpf(rng.uniform(low, high)))
    return data


def disagreement(original: Graph, derivative: Graph, data, extents) -> mpmath.mpf:
    """Largest relative error of all gradients against difference quotients of ``original``."""
    worst = mpmath.mpf(0)
    checked = 0
    with mpmath.workdps(DIGITS):
        one, step = mpmath.mpf(1), mpmath.mpf(10) ** -30
        judged = evaluate(derivative, data, extents, one)
        for name, adjoint in derivative.gradients.items():
            shape = judged.shape(name)
            assert judged.shape(adjoint) == shape
            gradient = judged.tensor(adjoint)
            for position in positions(shape):
                ends = [
                    evaluate(
                        original, {**data, name: moved(data[name], position, s)}, extents, one
                    ).tensor(original.loss)
                    for s in (step, -step)
                ]
                want = (ends[0] - ends[1]) / (2 * step)
                got = at(gradient, position)
                error = abs(got - want) / max(abs(want), mpmath.mpf(10) ** -6)
                assert error == error, f"NaN in the gradient by {name} at {position}"
                worst = max(worst, error)
                checked += 1
    assert checked, "nothing was checked"
    return worst


def disagreement_along(original: Graph, derivative: Graph, data, extents, seed=1) -> mpmath.mpf:
    """The same along one random direction by parameter: two losses, not two for each element.

    In 40 digits: a step of 1e-12 leaves 1e-24 of a slope that is smooth.
    """
    rng = random.Random(seed)
    worst = mpmath.mpf(0)
    assert derivative.gradients, "nothing was checked"
    with mpmath.workdps(40):
        one, step = mpmath.mpf(1), mpmath.mpf(10) ** -12
        judged = evaluate(derivative, data, extents, one)
        for name, adjoint in derivative.gradients.items():
            shape = judged.shape(name)
            assert judged.shape(adjoint) == shape
            gradient, way = judged.tensor(adjoint), {}
            for position in positions(shape):
                way[position] = mpmath.mpf(rng.choice((-1, 1)) * rng.uniform(0.5, 1.5))
            ends = []
            for sign in (1, -1):
                there = data[name]
                for position, slope in way.items():
                    there = moved(there, position, sign * step * slope)
                ends.append(evaluate(original, {**data, name: there}, extents, one)
                            .tensor(original.loss))
            want = (ends[0] - ends[1]) / (2 * step)
            parts = [at(gradient, p) * slope for p, slope in way.items()]
            scale = max(abs(want), mpmath.fsum(map(abs, parts)) / 1000, mpmath.mpf(10) ** -6)
            error = abs(mpmath.fsum(parts) - want) / scale
            assert error == error, f"NaN in the gradient by {name}"
            worst = max(worst, error)
    return worst
