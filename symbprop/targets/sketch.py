"""A module's sketch: a graph with one tensor of each role, and programs that use what programs use.

It is never computed.  Its text shows which names a module uses itself beside a user's, whose names
here begin with ``user_``.  The steps stand for those that write more than functions of NumPy and
helpers with an underscore, which no user's name has.
"""

from __future__ import annotations

from sympy import Integer, Symbol

from symbprop.arrays.program import (
    Apply,
    Choose,
    Compute,
    Count,
    Fold,
    Loop,
    Operand,
    Program,
    Reserve,
    Step,
    Value,
)
from symbprop.language.graph import Graph, Tensor
from symbprop.language.initialisation import Initialisation
from symbprop.language.terms import Index, Read, extent

SIZE = extent("user_N")
N = Index("user_n", SIZE)
TENSORS = (
    Tensor("user_w", (SIZE,), "parameter", initial=Initialisation("normal", (0.0, 1.0))),
    Tensor("user_c", (), "constant", values=(1.0,)),
    Tensor("user_x", (SIZE,), "input"),
    Tensor("user_t", (SIZE,), "target", True, Integer(3)),
    Tensor("user_y", (SIZE,)),
    Tensor("user_m", (SIZE,)),
    Tensor("user_loss"),
)
GRAPH = Graph(
    {t.name: t for t in TENSORS}, (), "user_loss", ("user_y",), {"user_w": "user_d"}, ("user_m",)
)


def _program(*results: str) -> Program:
    given = [t for t in TENSORS if t.role != "defined"]
    values = {t.name: Value(t.name, t.shape, "float", "given") for t in given}
    for name in ("user_y", "user_z", "user_m", "user_d"):
        source = "result" if name in results else "temporary"
        values[name] = Value(name, (SIZE,), "float", source)
    values["user_i"] = Value("user_i", (SIZE,), "int")
    values["user_loss"] = Value("user_loss", (), "float", "result")
    y, x, z = (Operand(name, (N,)) for name in ("user_y", "user_x", "user_z"))
    steps: tuple[Step, ...] = (
        Reserve(y, ""),
        Count(Operand("user_i", (N,)), ""),
        Apply(z, "np.greater", (x, Operand("user_w", (N,))), ""),
        Loop(Symbol("user_t0"), SIZE, True, (Choose(y, Operand("user_t", (N,)), x, z, ""),), ""),
        Apply(Operand("user_m", (N,)), "np.negative", (x,), ""),
        Apply(Operand("user_d", (N,)), "np.negative", (y,), ""),
        Fold(Operand("user_s", ()), "sum", y, (N,), ""),
        Compute("user_loss", Read("user_s") * Read("user_c") / 3, ""),
    )
    values["user_s"] = Value("user_s", ())
    return Program(values, steps, results, ("user_N",))


PROGRAMS = {
    "forward": _program("user_y"),
    "statistics": _program("user_m"),
    "loss": _program("user_loss"),
    "value_and_grad": _program("user_loss", "user_d"),
}
