"""Every layer and every loss where all extents are 1, and where there are one row and none.

From the records: each example's numbers become 1, so that a new layer is tried by being there.
Without rows a loss that is a mean is NaN, as in PyTorch, and its module says so.
"""

import re

import numpy as np
import pytest
from compiled import of_spec
from test_layers import SPECS
from three_ways import called, data_of, extents_of, judge, module_of

from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES

# Where 1 is no number of the layer: widths that halve, and a padding that leaves windows empty.
INSTEAD = {
    "attention": (('"T", 1]', '"T", 2]'),), "positional": (("1]", "2]"),),
    "conv_transpose2d": (("output_padding = [1, 1]\n", ""), ("padding = [1, 1]\n", "")),
    "max_pool": (("padding = [1, 1]\n", ""),),
}
# With one class all labels are the one that is left out.
NOTHING_LEFT = {"loss sequence_cross_entropy"}


# Layers that no example has, of values between 0 and 1, where all of them have some.
WRITTEN = " ".join(SPECS.values())
TRIED = SPECS | {
    f"layer {kind}": '[inputs]\nx = ["N", 1]\n[[layers]]\nkind = "sigmoid"\n[[layers]]\nkind = '
    f'"{kind}"\n[[layers]]\nkind = "dense"\nunits = 1\n[loss]\nkind = "mean_squared_error"\n'
    for kind in all_layers() if f'kind = "{kind}"' not in WRITTEN
}


def ones(name):
    text = re.sub(r"(?<![\w.])\d+(?![\w.])", "1", TRIED[name])
    for old, new in INSTEAD.get(name, ()):
        assert old in text
        text = text.replace(old, new)
    return of_spec(text)


@pytest.mark.parametrize("name", sorted(TRIED))
def test_all_extents_are_one(name):
    compilation = ones(name)
    free = sorted(extents_of(compilation.graph))
    assert "N" in free
    space = module_of(compilation)
    for sizes in ({}, {"N": 1}, dict.fromkeys(free, 1), {"N": 0}):
        extents = extents_of(compilation.graph, **sizes)
        data = data_of(compilation.graph, extents)
        if name == "loss ctc" and extents["T"] < extents["L"]:
            # No path is so short.
            assert called(space, "loss", data) == np.inf
        elif name in NOTHING_LEFT:
            assert np.isnan(called(space, "loss", data))
        elif sizes == {"N": 0} and name == "loss contrastive":
            with pytest.raises(ValueError, match="the extent N is 0, but must be at least 1"):
                called(space, "loss", data)
        else:
            assert not judge(compilation, sizes).failures


@pytest.mark.parametrize("kind", sorted(LOSSES))
def test_a_mean_over_no_rows_is_no_number_and_is_said(kind):
    compilation = ones(f"loss {kind}")
    divides = "a mean over nothing is NaN" in compilation.module
    if kind == "contrastive":
        return
    data = data_of(compilation.graph, extents_of(compilation.graph, N=0))
    value, grads = called(module_of(compilation), "value_and_grad", data)
    assert np.isnan(value) == divides or kind in ("sequence_cross_entropy",)
    assert all(np.shape(g) == v.shape for g, v in zip(
        grads.values(), (data[n] for n in grads), strict=True))


@pytest.mark.parametrize(("layers", "shape"), [
    ("flatten", '8, 1, 1'), ("flatten", "1, 1, 1"), ("flatten", "1, 8, 1"), ("flatten", "1"),
    ("softmax", "1"), ("layer_norm", "1"), ("global_pool", "3, 1, 1"), ("rms_norm", "1, 1"),
])
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_trailing_dimensions_of_one(layers, shape, rows):
    text = f"""
[inputs]
x = ["N", {shape}]
[[layers]]
kind = "{layers}"
[[layers]]
kind = "dense"
units = 2
[loss]
kind = "mean_squared_error"
"""
    compilation = of_spec(text)
    assert not judge(compilation, {"N": rows}).failures
