"""Each step takes a mean of all steps' values, weighted by how its query meets their keys.

Several heads (Vaswani et al., 2017); ``kv_heads`` lets groups of heads share keys and values
(Ainslie et al., 2023); ``causal`` hides later steps; ``mask`` names a tensor of rows by steps whose
zeros hide a step from all; ``rotary`` turns queries and keys by angles that grow with the position
(Su et al., 2021), each half of a head with the other; ``memory`` names a tensor that keys and
values come from.
"""

from symbprop.networks.layers import Call, Layer

EXAMPLE = """
[inputs]
x = ["N", "T", 4]
[[layers]]
kind = "attention"
heads = 2
causal = true
rotary = true
[loss]
kind = "sum_of_squares"
"""

OPTIONS = {
    "heads": "count", "kv_heads": "count", "width": "count", "causal": "truth", "mask": "text",
    "rotary": "truth", "memory": "text", "bias": "truth", "init": "init",
}
HIDDEN = "-1e9"


def turn(call: Call, name: str, made: str, heads: str, place: str, steps: str) -> None:
    """``made`` is ``name`` turned by its position."""
    at, angle = f"..., {heads}, {place}", f"[{place}, d]"
    call.equations(f"""
c{name}{angle} = cos({place}*f[d])
s{name}{angle} = sin({place}*f[d])
{made}[{at}, d] = {name}[{at}, d]*c{name}{angle} - {name}[{at}, d + half]*s{name}{angle}
{made}[{at}, d + half] = {name}[{at}, d + half]*c{name}{angle} + {name}[{at}, d]*s{name}{angle}
""", {place: steps, "d": "half"})


def build(call: Call) -> str:
    options = call.options
    call.match("...", "T", "K")
    heads = options.get("heads", 1)
    shared = options.get("kv_heads", heads)
    width = options.get("width")
    if width is None:
        if call.fixed("K") % heads:
            raise call.fault("SP123", f"{heads} heads do not divide a width of "
                             f"{call.extents['K']}", "say the width of a head")
        width = call.fixed("K") // heads
    if heads % shared:
        raise call.fault("SP123", f"{shared} heads of keys do not divide {heads} heads")
    memory = options.get("memory")
    if memory is not None and options.get("causal", False):
        raise call.fault("SP139", "causal attention looks at its own steps, not at a memory")
    held = call.network.known(memory or call.source, call.place)
    lead = call.shape[: call.leading]
    if len(held.shape) != len(call.shape) or held.shape[: call.leading] != lead:
        raise call.fault("SP123", f"attention reads {held.name}, whose leading dimensions are not "
                         f"those of {call.source}")
    call.own("y", held.name)
    call.extents["S"], call.extents["M"] = held.shape[-2:]
    own = (shared, heads // shared) if shared != heads else (heads,)
    h, g = ("g, r", "g") if shared != heads else ("h", "h")
    init, bias = options.get("init"), options.get("bias", False)
    call.parameter("Q", (*own, width, "K"), init)
    call.parameter("V", (shared, width, "M"), init)
    call.parameter("W", (shared, width, "M"), init)
    call.parameter("O", ("K", *own, width), init)
    projections = {
        "q": f"q[..., {h}, t, d] = sum(k, Q[{h}, d, k]*x[..., t, k])",
        "v": f"v[..., {g}, s, d] = sum(k, V[{g}, d, k]*y[..., s, k])",
        "w": f"w[..., {g}, s, d] = sum(k, W[{g}, d, k]*y[..., s, k])",
    }
    if bias:
        call.parameter("bq", (*own, width))
        call.parameter("bv", (shared, width))
        call.parameter("bw", (shared, width))
        for name, indices in (("q", h), ("v", g), ("w", g)):
            projections[name] += f" + b{name}[{indices}, d]"
    call.equations("\n".join(projections.values()))
    query, key = "q", "v"
    if options.get("rotary", False):
        if width % 2:
            raise call.fault("SP123", f"rotary positions need an even width of a head, not {width}")
        half = width // 2
        call.number("half", half)
        call.constant("f", (half,), [10000.0 ** (-i / half) for i in range(half)])
        turn(call, "q", "qr", h, "t", "T")
        turn(call, "v", "vr", g, "s", "S")
        query, key = "qr", "vr"
    call.equations(f"a[..., {h}, t, s] = sum(d, {query}[..., {h}, t, d]*{key}[..., {g}, s, d])"
                   f"/sqrt({width})")
    seen = []
    if options.get("causal", False):
        seen.append("(s <= t)")
    if "mask" in options:
        call.input("mask", (*lead, "S"), options["mask"])
        seen.append("(mask[..., s] > 0)")
    score = f"a[..., {h}, t, s]"
    if seen:
        score = f"where({' and '.join(seen)}, {score}, {HIDDEN})"
    text = f"""
p[..., {h}, t, s] = softmax(s, {score})
z[..., {h}, t, d] = sum(s, p[..., {h}, t, s]*w[..., {g}, s, d])
o[..., t, k] = sum({h}, d, O[k, {h}, d]*z[..., {h}, t, d])"""
    if bias:
        call.parameter("bo", ("K",))
        text += " + bo[k]"
    return call.equations(text)


LAYERS = (Layer("attention", build, OPTIONS),)
