"""Windows that slide over the last dimensions: what convolution and pooling share.

Along each dimension a window has ``kernel`` taps, ``dilation`` apart, and begins every ``stride``
places of an input that ``padding`` places surround.  Where the windows do not use up the input,
the rest is left over, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, floor

from symbprop.arguments import doors
from symbprop.errors import Fault, SpecError
from symbprop.networks.layers import Call

PLACES, TAPS, SIZES = "ij", "pq", "HL"
OPTIONS = {"kernel": "counts", "stride": "counts", "dilation": "counts", "padding": "naturals"}


@dataclass(frozen=True, slots=True)
class Windows:
    """The numbers of each dimension, how often the window fits, and how the text spells them."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[int, ...]
    counts: tuple[Expr, ...]

    @property
    def places(self) -> str:
        """``i, j``"""
        return ", ".join(PLACES[: len(self.kernel)])

    @property
    def taps(self) -> str:
        """``p, q``"""
        return ", ".join(TAPS[: len(self.kernel)])

    @property
    def inside(self) -> str:
        """``2*i + p, 2*j + q``: where a tap of a window reads the padded input."""
        return ", ".join(self.reach(d) for d in range(len(self.kernel)))

    def reach(self, dimension: int) -> str:
        if not 0 <= dimension < len(self.kernel):
            raise SpecError(Fault("SP135", f"windows over {len(self.kernel)} dimensions have no "
                                  f"dimension {dimension}"))
        step, gap = self.stride[dimension], self.dilation[dimension]
        place, tap = PLACES[dimension], TAPS[dimension]
        return f"{step}*{place} + {gap}*{tap}".replace("1*", "") if step < 10 and gap < 10 else (
            f"{step}*{place} + {gap}*{tap}")

    @property
    def extents(self) -> dict[str, Expr]:
        """How far each place and each tap runs."""
        rank = len(self.kernel)
        return dict(zip(PLACES[:rank], self.counts, strict=True)) | {
            t: Integer(k) for t, k in zip(TAPS[:rank], self.kernel, strict=True)
        }


def each(call: Call, option: str, rank: int, default: int | Sequence[int]) -> tuple[int, ...]:
    """An option's number for every dimension; one number stands for all."""
    if not 1 <= rank <= len(PLACES):
        raise call.fault("SP135", f"{call.kind} slides over {rank} dimensions, but windows have "
                         f"one to {len(PLACES)}")
    value = call.options.get(option, default)
    listed = tuple(value) if isinstance(value, list | tuple) else (value,) * rank
    if len(listed) != rank:
        raise call.fault("SP135", f"{call.kind} slides over {rank} dimensions, but {option} has "
                         f"{len(listed)} numbers")
    return listed


def windows(call: Call, rank: int, default_stride: Sequence[int] | None = None) -> Windows:
    """The windows of a layer whose input was matched with the extents of `SIZES`."""
    kernel = each(call, "kernel", rank, 2)
    stride = each(call, "stride", rank, default_stride or 1)
    dilation, padding = each(call, "dilation", rank, 1), each(call, "padding", rank, 0)
    counts: list[Expr] = []
    for d in range(rank):
        size = call.extent(SIZES[d])
        room = size + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1
        # What a stride leaves over is not read.
        count = floor(room / stride[d]) + 1
        if count.is_nonpositive:
            raise call.fault("SP123", f"a window of {kernel[d]} taps {dilation[d]} apart does not "
                             f"fit into {size} places with a padding of {padding[d]}")
        counts.append(count)
    return Windows(kernel, stride, dilation, padding, tuple(counts))


def padded(call: Call, slide: Windows) -> str:
    """The name, in the layer's text, of the input with zeros around it."""
    if not any(slide.padding):
        return "x"
    rank = len(slide.kernel)
    sizes = [call.extent(SIZES[d]) + 2 * slide.padding[d] for d in range(rank)]
    call.declare("z", (*call.shape[:-rank], *sizes))
    moved = ", ".join(f"{PLACES[d]} + {slide.padding[d]}" for d in range(rank))
    call.leading = len(call.shape) - rank
    call.equations(f"z[..., {moved}] += x[..., {slide.places}]")
    return "z"


def convolve(call: Call, rank: int) -> str:
    """``s = sum of W times the window``, in groups of channels where asked for, and a bias."""
    call.match("N", "C", *SIZES[:rank])
    slide = windows(call, rank)
    groups, filters = call.options.get("groups", 1), call.options["filters"]
    source = padded(call, slide)
    where, taps, inside = slide.places, slide.taps, slide.inside
    extents = slide.extents
    init, bias = call.options.get("init"), call.options.get("bias", True)
    if groups == 1:
        call.parameter("W", (filters, "C", *slide.kernel), init)
        if bias:
            call.parameter("b", (filters,))
        text = f"s[n, o, {where}] = sum(c, {taps}, W[o, c, {taps}]*{source}[n, c, {inside}])"
        return call.equations(text + (" + b[o]" if bias else ""), extents)
    width = call.fixed("C")
    if width % groups or filters % groups:
        raise call.fault("SP123", f"{groups} groups do not divide {width} channels into {filters} "
                         "filters")
    call.number("deep", width // groups)
    call.number("each", filters // groups)
    call.parameter("W", (groups, filters // groups, width // groups, *slide.kernel), init)
    if bias:
        call.parameter("b", (filters,))
    text = (f"s[n, each*g + o, {where}] = sum(c, {taps}, "
            f"W[g, o, c, {taps}]*{source}[n, deep*g + c, {inside}])")
    return call.equations(text + (" + b[each*g + o]" if bias else ""), extents)


doors(__name__)
