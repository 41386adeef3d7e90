"""Mutations of layers, their options, tensors and losses."""

from __future__ import annotations

import random
import re

from symbprop.networks.layers import all_layers
from symbprop.networks.layers.activation import ACTIVATIONS
from symbprop.networks.losses import LOSSES

from .pools import VALUES, WORDS
from .sources import SOURCES
from .tokens import replaced

LAYER = re.compile(r"(?ms)^\[\[layers\]\]\n.*?(?=^\[|\Z)")
TENSOR = re.compile(r"(?m)^\[(parameters|inputs|targets|constants|indices)\]$")
SMALL = ("dense", *ACTIVATIONS)
EXTENTS = ("N", "T", "M", "N+1", "N-1", "2*N", "N/2", "T-1", "N*T", "N-N", "0*N", "N+T", "N**2",
           "(N)", "N-100", "n", "x", "units", "1+1", "N+1/2", "N+0.5", "-N", "3", "N+" + "9" * 30)


def _layers(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in LAYER.finditer(text)]


def reordered(rng: random.Random, text: str) -> str:
    spans = _layers(text)
    blocks = [text[a:b] for a, b in spans]
    rng.shuffle(blocks)
    for (a, b), block in sorted(zip(spans, blocks, strict=True), reverse=True):
        text = text[:a] + block + text[b:]
    return text


def _many(rng: random.Random, layer: str) -> int:
    """A thousand of what is one definition or two; what is a dozen takes as long at fewer."""
    found = re.search(r'kind = "(\w+)"', layer)
    few = found is None or found[1] not in SMALL or "repeat" in layer
    return 8 if few else rng.choice((20, 20, 20, 1000))


def repeated(rng: random.Random, text: str) -> str:
    spans = _layers(text)
    if not spans:
        return text
    begin, end = rng.choice(spans)
    count = rng.choice((2, 3, 20001, 10**9, _many(rng, text[begin:end])))
    return f"{text[:end].rstrip()}\nrepeat = {count}\n{text[end:]}"


def copied(rng: random.Random, text: str) -> str:
    spans = _layers(text)
    if not spans:
        return text
    a, b = rng.choice(spans)
    return text[:b] + text[a:b] * rng.choice((1, 2, 3, _many(rng, text[a:b]))) + text[b:]


def options_swapped(rng: random.Random, text: str) -> str:
    """What one layer says goes to another."""
    spans = _layers(text)
    if len(spans) < 2:
        return text
    (a, b), (c, d) = sorted(rng.sample(spans, 2))
    first, second = text[a:b].split("\n"), text[c:d].split("\n")
    p, q = rng.randrange(1, max(2, len(first))), rng.randrange(1, max(2, len(second)))
    if p < len(first) and q < len(second):
        first[p], second[q] = second[q], first[p]
    return text[:a] + "\n".join(first) + text[b:c] + "\n".join(second) + text[d:]


def of_another(rng: random.Random, text: str) -> str:
    """A layer of another file."""
    other = SOURCES[rng.choice([n for n in SOURCES if "[[layers]]" in SOURCES[n]])]
    a, b = rng.choice(_layers(other))
    spans = _layers(text)
    place = rng.choice(spans)[1] if spans else len(text)
    return f"{text[:place].rstrip()}\n{other[a:b]}\n{text[place:]}"


def _likely(rng: random.Random) -> str:
    """A value that many options take."""
    return rng.choice(("2", "1", "true", "[2, 2]", f'"{rng.choice(WORDS)}"', rng.choice(VALUES)))


def another_layer(rng: random.Random, text: str) -> str:
    """A layer with some of its options."""
    layer = rng.choice(list(all_layers().values()))
    options = rng.sample(sorted(layer.options), min(len(layer.options), rng.randrange(4)))
    listed = "".join(
        f"{option} = {_likely(rng)}\n" for option in dict.fromkeys((*layer.required, *options)))
    spans = _layers(text)
    place = rng.choice(spans)[rng.randrange(2)] if spans else len(text)
    return f'{text[:place].rstrip()}\n[[layers]]\nkind = "{layer.kind}"\n{listed}\n{text[place:]}'


def inside(rng: random.Random, text: str) -> str:
    """Residual layers within one another."""
    depth = rng.choice((1, 2, 10, 40, 60, 200))
    inner = '{ kind = "tanh" }'
    for _ in range(depth):
        inner = f'{{ kind = "residual", layers = [{inner}] }}'
    spans = _layers(text)
    place = rng.choice(spans)[1] if spans else len(text)
    block = f'[[layers]]\nkind = "residual"\nlayers = [{inner}]\n'
    return f"{text[:place].rstrip()}\n{block}{text[place:]}"


def extent(rng: random.Random, text: str) -> str:
    """Another extent in a shape."""
    return replaced(rng, text, re.compile(r'"[A-Z]"(?=[\],])|(?<=[\[ ])\d+(?=[\],])'),
                    lambda old: f'"{rng.choice(EXTENTS)}"')


def role(rng: random.Random, text: str) -> str:
    """Parameters for inputs, and the like."""
    return replaced(rng, text, TENSOR, lambda old: rng.choice((
        "[parameters]", "[inputs]", "[targets]", "[constants]", "[indices]")))


def declared(rng: random.Random, text: str) -> str:
    """A tensor the more."""
    found = list(TENSOR.finditer(text))
    name = rng.choice(("a", "x", "w", "y", "E", "x1", "n", "N", "loss"))
    line = f"\n{name} = {rng.choice(VALUES)}"
    if not found:
        return f"{text}\n[{rng.choice(('inputs', 'parameters', 'constants', 'indices'))}]{line}\n"
    place = rng.choice(found).end()
    return text[:place] + line + text[place:]


def loss(rng: random.Random, text: str) -> str:
    record = LOSSES[rng.choice(list(LOSSES))]
    options = "".join(f"{o} = {rng.choice(VALUES)}\n" for o in (*record.numbers, *record.words)
                      if rng.random() < 0.4)
    begin = text.find("[loss]")
    head = text[:begin] if begin >= 0 else text
    more = rng.choice(("", "", "weight = 0.5\n", f"weight = {rng.choice(VALUES)}\n",
                       'target = "x"\n', f'prediction = "{rng.choice(WORDS)}"\n', 'target = "t"\n'))
    block = rng.choice(("[loss]", "[loss]", "[[loss]]"))
    found = f'{block}\nkind = "{record.kind}"\n{options}{more}'
    return f"{head.rstrip()}\n{found * rng.choice((1, 1, 2, 50))}"


def promised(rng: random.Random, text: str) -> str:
    """Full accuracy."""
    value = rng.choice(('"full"', rng.choice(VALUES)))
    return f"{text.rstrip()}\n[compile]\naccuracy = {value}\n"


def defined(rng: random.Random, text: str) -> str:
    """A layer of one's own, with something in the place of something else."""
    parts = {
        "input": '["...", "K"]', "arguments": '{ units = "count", s = 1.0 }',
        "parameters": '{ V = ["units", "K"] }',
        "equations": "'y[..., j] = s*sum(k, V[j,k]*x[..., k])'", "output": '"y"',
    }
    for key in rng.sample(sorted(parts), rng.choice((0, 1, 1, 2))):
        parts[key] = rng.choice(VALUES)
    listed = "".join(f"{key} = {value}\n" for key, value in parts.items())
    spans = _layers(text)
    place = rng.choice(spans)[1] if spans else len(text)
    block = '[[layers]]\nkind = "own"\nunits = 2\n'
    return (f"{text[:place].rstrip()}\n{block}{text[place:].rstrip()}\n"
            f"[define.own]\n{listed}")


STRUCTURE = (reordered, repeated, copied, options_swapped, of_another, another_layer, another_layer,
             inside, extent, extent, role, declared, loss, promised, defined)
