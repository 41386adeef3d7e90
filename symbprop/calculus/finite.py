"""Which values are finite wherever the data are: those that no choice has to guard.

``where(c, f, 0)`` is not ``[c]*f`` where f may be infinite or no number, since zero times that is
no number.  A formula is finite where it is made of finite reads and numbers by functions that are
finite everywhere, by sums, products and whole powers, by roots of what is never negative, and by
quotients of what stays away from zero.  That a sum or a product of finite numbers may leave the
floats is not thought of.  The answers err towards "may be infinite".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sympy import Add, Expr

from symbprop.language.functions import Elementwise
from symbprop.language.graph import Graph, by_tensor, recurrent_names
from symbprop.language.indices import canonical, is_plain, rename
from symbprop.language.terms import Index, Read, Reduce

# Functions that are never negative, and those that are at least one.
NEVER_NEGATIVE = frozenset(
    ("exp", "abs", "sigmoid", "softplus", "relu", "hardsigmoid", "cosh", "root", "step", "erfc",
     "logcosh", "normal_hazard",
     "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "both", "either",
     "negate", "bracket")
)
PASSING = frozenset(("group", "stop_gradient"))


class Finite:
    """Answers for one graph; ``wild`` are the tensors that may be infinite or no number."""

    def __init__(self, graph: Graph) -> None:
        self.named = by_tensor(graph.definitions)
        self.signs: dict[tuple[str, str], bool] = {}
        self.wild: set[str] = set()
        # What is defined by itself is finite until one of its definitions says that it is not.
        again = bool(recurrent_names(graph.definitions))
        growing = True
        while growing:
            growing = False
            for d in graph.definitions:
                if d.target.name not in self.wild and not self.finite(d.expr):
                    self.wild.add(d.target.name)
                    growing = again

    def finite(self, expr: Expr) -> bool:
        """Whether a value is finite wherever data are."""
        if isinstance(expr, Read):
            return expr.name not in self.wild
        if not expr.args:
            return True
        if isinstance(expr, Reduce):
            return self.finite(expr.body)
        if not all(map(self.finite, expr.args)):
            return False
        if expr.is_Pow:
            if expr.exp.is_Integer and expr.exp > 0:
                return True
            return self.positive(expr.base) if expr.exp < 0 else self.not_negative(expr.base)
        if isinstance(expr, Elementwise) and not expr.record.total:
            return self._finite_here(expr)
        return True

    def _finite_here(self, expr: Elementwise) -> bool:
        """Whether a function that is not finite everywhere is so at its argument."""
        name, argument = expr.record.name, expr.args[0]
        if name == "exp":
            return self.not_positive(argument)
        if name == "log":
            return self.positive(argument)
        return name in ("log1p", "root") and self.not_negative(argument)

    def positive(self, expr: Expr) -> bool:
        """Whether a value stays above a positive number."""
        if isinstance(expr, Read):
            return self._ask(expr, self.positive)
        if not expr.args:
            return bool(expr.is_positive)
        if isinstance(expr, Reduce):
            if expr.kind == "sum":
                return self._counts_ties(expr)
            return expr.kind in ("max", "min", "prod") and self.positive(expr.body)
        if expr.is_Add:
            return any(map(self.positive, expr.args)) and all(map(self.not_negative, expr.args))
        if expr.is_Mul:
            return all(map(self.positive, expr.args))
        if expr.is_Pow:
            return bool(expr.exp > 0) and self.positive(expr.base)
        if isinstance(expr, Elementwise):
            name = expr.record.name
            if name in PASSING or name in ("abs", "root", "relu", "log1p", "expm1"):
                return self.positive(expr.args[0])
            if name == "maximum":
                return any(map(self.positive, expr.args))
            if name == "minimum":
                return all(map(self.positive, expr.args))
            if name == "where":
                return all(map(self.positive, expr.args[1:]))
            return name == "cosh"
        return False

    def not_negative(self, expr: Expr) -> bool:
        """Whether a value is nowhere below zero."""
        if isinstance(expr, Read):
            return self._ask(expr, self.not_negative)
        if not expr.args:
            return bool(expr.is_nonnegative)
        if isinstance(expr, Reduce):
            return expr.kind != "logsumexp" and self.not_negative(expr.body)
        if expr.is_Add or expr.is_Mul:
            return all(map(self.not_negative, expr.args))
        if expr.is_Pow:
            return bool(expr.exp.is_Integer and expr.exp % 2 == 0) or self.not_negative(expr.base)
        if isinstance(expr, Elementwise):
            name = expr.record.name
            if name in PASSING:
                return self.not_negative(expr.args[0])
            if name == "maximum":
                return any(map(self.not_negative, expr.args))
            if name == "minimum":
                return all(map(self.not_negative, expr.args))
            if name == "where":
                return all(map(self.not_negative, expr.args[1:]))
            return name in NEVER_NEGATIVE
        return bool(expr.is_nonnegative)

    def not_positive(self, expr: Expr) -> bool:
        """Whether a value is nowhere above zero; u - logsumexp u and u - max u are."""
        coefficient, rest = expr.as_coeff_Mul()
        if coefficient < 0 and self.not_negative(rest):
            return True
        if not isinstance(expr, Add):
            return bool(expr.is_nonpositive)
        return any(
            self._over(-t, expr + (-t), ("max", "logsumexp")) is not None for t in expr.args
        ) or all(map(self.not_positive, expr.args))

    def _counts_ties(self, expr: Reduce) -> bool:
        """sum_k [f(k) = max_k f(k)], which is one at least."""
        body = expr.body
        if not isinstance(body, Elementwise) or body.record.name != "equal":
            return False
        found = self._over(body.args[1], body.args[0], ("max", "min"))
        return found is not None and set(found) <= set(expr.indices)

    def _over(self, node: Expr, others: Expr, kinds: Sequence[str]) -> tuple[Index, ...] | None:
        """The indices of ``others`` over which ``node`` reduces it; None where it does not."""
        if isinstance(node, Read):
            named = self.named.get(node.name, [])
            if len(named) != 1 or not is_plain(named[0].target.indices):
                return None
            places = dict(zip(named[0].target.indices, node.indices, strict=True))
            node = rename(named[0].expr, places)
        if not isinstance(node, Reduce) or node.kind not in kinds:
            return None
        (body, inner), (other, outer) = canonical(node.body), canonical(others)
        if body != other:
            return None
        pairs = list(zip(inner, outer, strict=True))
        if not all(i == o or i in node.indices for i, o in pairs):
            return None
        return tuple(o for i, o in pairs if i in node.indices)

    def _ask(self, read: Read, question: Callable[[Expr], bool]) -> bool:
        """The answer for all that a tensor's definitions say; no while it is being asked."""
        key = read.name, question.__name__
        if key not in self.signs:
            self.signs[key] = False
            named = self.named.get(read.name, [])
            self.signs[key] = bool(named) and not any(d.accumulate for d in named) and all(
                question(d.expr) for d in named
            )
        return self.signs[key]

