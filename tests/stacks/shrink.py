"""Shrinking: drop what a failure does not need, while its kind stays the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from .bench import Unfit
from .cases import Case, Options

Judge = Callable[[Case], str | None]


def shrink(case: Case, judge: Judge, tries: int = 400) -> tuple[Case, str]:
    """The smallest case found, and what is wrong with it."""
    said = judge(case)
    assert said is not None, "only a failure can be shrunk"
    kind = said.split(":")[0]
    changed = True
    while changed and tries > 0:
        changed = False
        for smaller in candidates(case):
            tries -= 1
            try:
                now = judge(smaller)
            except (Unfit, AssertionError, KeyError, RuntimeError, ValueError, IndexError):
                # PyTorch's side does not accept it.
                continue
            if now is not None and now.split(":")[0] == kind:
                case, said, changed = smaller, now, True
                break
            if tries <= 0:
                break
    return case, said


def candidates(case: Case) -> Iterator[Case]:
    """Smaller cases, those that drop most first."""
    for layers in listed(case.layers):
        yield replace(case, layers=layers)
    if len(case.losses) > 1:
        for i in range(len(case.losses)):
            yield replace(case, losses=[*case.losses[:i], *case.losses[i + 1:]])
    for i, options in enumerate(case.losses):
        for key in options:
            if key != "kind":
                less = {k: v for k, v in options.items() if k != key}
                yield replace(case, losses=[*case.losses[:i], less, *case.losses[i + 1:]])
    if case.losses != [{"kind": "sum_of_squares"}]:
        yield replace(case, losses=[{"kind": "sum_of_squares"}])
    used = str(case.layers) + str(case.losses)
    for name in case.given:
        if f"'{name}'" not in used and len(case.given) > 1:
            yield replace(case, given={k: v for k, v in case.given.items() if k != name})
    for name, size in case.extents.items():
        for less in (1, 2):
            if less < size:
                yield replace(case, extents={**case.extents, name: less})
    for name, given in case.given.items():
        for d, s in enumerate(given.shape):
            if isinstance(s, int) and s > 1:
                shape = (*given.shape[:d], s - 1, *given.shape[d + 1:])
                yield replace(case, given={**case.given, name: replace(given, shape=shape)})


def listed(layers: list[Options], nested: bool = False) -> Iterator[list[Options]]:
    for i in range(len(layers)):
        if len(layers) > 1 or not nested:
            yield [*layers[:i], *layers[i + 1:]]
    for i, options in enumerate(layers):
        for less in options_of(options):
            yield [*layers[:i], less, *layers[i + 1:]]
        for key in ("layers", "shortcut"):
            if key in options:
                yield [*layers[:i], *options[key], *layers[i + 1:]]


def options_of(options: Options) -> Iterator[Options]:
    for key, value in options.items():
        if key == "kind" or key.startswith("_"):
            continue
        yield {k: v for k, v in options.items() if k != key}
        if key in ("layers", "shortcut"):
            for less in listed(value, nested=True):
                yield {**options, key: less}
        elif isinstance(value, int) and not isinstance(value, bool) and value > 1:
            yield {**options, key: value - 1}
        elif isinstance(value, list) and len(value) > 1:
            if len(set(map(str, value))) == 1 and key != "shape":
                yield {**options, key: value[0]}
            for d in range(len(value)):
                if isinstance(value[d], int) and value[d] > 1:
                    yield {**options, key: [*value[:d], value[d] - 1, *value[d + 1:]]}
                elif isinstance(value[d], str):
                    yield {**options, key: [*value[:d], *value[d + 1:]]}
