"""One record per elementwise function: derivative, stable form, spellings, kinks, sample points.

Every function of the language is a SymPy class that evaluates nothing by itself, so that a formula
stays as written.  `sqrt` and `square` are powers and have no record.  `group` is what `building`
puts where SymPy would change a formula; nobody writes it.  Kinks follow PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import mpmath
import sympy
from sympy import Expr, Rational

from symbprop.arguments import checked
from symbprop.errors import Fault, SpecError, did_you_mean
from symbprop.language.terms import FormulaLike

HALF = Rational(1, 2)
SELU_ALPHA = Rational("1.6732632423543772848170429916717")
SELU_SCALE = Rational("1.0507009873554804934193349852946")


@dataclass(frozen=True, slots=True)
class ElementwiseFunction:
    """What the language knows of one function.

    ``derivative`` gives the partial by each argument in the language's own functions; ``value``
    computes with any number type, taking its transcendental functions from a namespace; ``numpy``
    is the one ufunc that evaluates it stably, or None; ``form`` is a stable spelling in other
    functions where one ufunc is not enough; ``latex`` is a format string of the arguments;
    ``samples`` are points inside the domain and off every kink; ``total`` says that it is finite at
    every finite argument, however large.  ``scale`` says what the error of the value, and that of
    the slopes, is measured by where that is more than the value, given this and the arguments, and
    ``digits`` says so to readers; None and nothing where it is nowhere.  ``precise`` is the name of
    the record that stands for this one where every digit counts.  ``rooted`` says of the value and
    of the slopes whether they have roots that no number marks: about those the promise is what half
    a unit in the last place of the arguments does.
    """

    name: str
    arity: int
    derivative: Callable[..., tuple[Expr, ...]]
    value: Callable[..., Any]
    samples: tuple[tuple[str, ...], ...]
    latex: str
    numpy: str | None = None
    form: Callable[..., Expr] | None = None
    kink: str = ""
    total: bool = True
    scale: tuple[Callable[..., Any] | None, Callable[..., Any] | None] = (None, None)
    digits: str = ""
    precise: str = ""
    rooted: tuple[bool, bool] = (False, False)


class Elementwise(sympy.Function):
    """Base of the language's functions: real, differentiable by record, never self-evaluating."""

    record: ClassVar[ElementwiseFunction]
    is_real = True

    @classmethod
    def eval(cls, *args: Expr) -> None:
        return None

    @classmethod
    def _should_evalf(cls, arg: Expr) -> int:
        return -1

    def _eval_evalf(self, prec: int) -> None:
        # SymPy asks for the value of a number to order terms and to guess signs: at each level of a
        # function of a function of a number several times.
        return None

    def _latex(self, printer: Any, exp: str = "") -> str:
        # Only for a bare notebook display; derivations have a printer of their own.
        pattern = self.record.latex
        bare = {f"{{{n}}}" for n in range(len(self.args)) if f"({{{n}}}" not in pattern}
        shown = [
            rf"\left({printer.doprint(a)}\right)" if f"{{{n}}}" in bare and a.is_Add
            else printer.doprint(a)
            for n, a in enumerate(self.args)
        ]
        text = pattern.format(*shown)
        return rf"\left({text}\right)^{{{exp}}}" if exp else text

    def fdiff(self, argindex: int = 1) -> Expr:
        return self.record.derivative(*self.args)[argindex - 1]


FUNCTIONS: dict[str, ElementwiseFunction] = {}
CLASSES: dict[str, type[Elementwise]] = {}


@checked
def apply(name: str, *args: FormulaLike) -> Expr:
    """The function called ``name`` of the given arguments.  Raises SpecError."""
    kind = CLASSES.get(name)
    if kind is None:
        raise SpecError(
            Fault("SP104", f"unknown function {name!r}", None, did_you_mean(name, FUNCTIONS))
        )
    if len(args) != kind.record.arity:
        raise SpecError(Fault("SP105", f"{name} takes {kind.record.arity} arguments, but "
                              f"{len(args)} are given"))
    return kind(*args)


def real(number: Any) -> Any:
    """What comparisons look at, so that a complex step crosses them unharmed."""
    return number.real if hasattr(number, "real") else number


class _Rational:
    """The number functions of exact fractions: there are none."""

    def __getattr__(self, name: str) -> Any:
        raise TypeError(f"{name} has no value in exact fractions; use floats or mpmath")


def namespace_for(number: Any) -> Any:
    """The module of number functions that belongs to a number's type."""
    if isinstance(number, mpmath.ctx_mp_python._mpf | mpmath.ctx_mp_python._mpc):
        return mpmath.mp
    if isinstance(number, Fraction):
        return _Rational()
    return mpmath.fp


def _define(
    name: str,
    derivative: Callable[..., tuple[Expr, ...]],
    value: Callable[..., Any],
    samples: str,
    latex: str = "",
    numpy: str | None = None,
    form: Callable[..., Expr] | None = None,
    kink: str = "",
    written: bool = True,
    total: bool = True,
    scale: tuple[Callable[..., Any] | None, Callable[..., Any] | None] = (None, None),
    digits: str = "",
    rooted: tuple[bool, bool] = (False, False),
) -> None:
    """Enter one record; ``samples`` holds points set apart by semicolons.

    `FUNCTIONS` holds what authors write.
    """
    points = tuple(tuple(p.split()) for p in samples.split(";"))
    arity = len(points[0])
    if not latex:
        inner = ", ".join(f"{{{i}}}" for i in range(arity))
        latex = rf"\operatorname{{{{{name.replace('_', ' ')}}}}}\left({inner}\right)"
    record = ElementwiseFunction(
        name, arity, derivative, value, points, latex, numpy, form, kink, total, scale, digits,
        rooted=rooted,
    )
    if written:
        FUNCTIONS[name] = record
    CLASSES[name] = type(name, (Elementwise,), {"record": record, "nargs": arity})


def _f(name: str) -> Callable[..., Expr]:
    """A function that is looked up when it is used, since records name one another."""
    return lambda *args: apply(name, *args)


_exp, _log, _tanh, _sigmoid, _abs, _step = map(
    _f, ("exp", "log", "tanh", "sigmoid", "abs", "step")
)
_where, _greater, _less, _equal, _erf = map(_f, ("where", "greater", "less", "equal", "erf"))
_group, _gauss, _power = map(_f, ("group", "gauss", "power"))
_at_least, _at_most, _maximum, _both, _either = map(
    _f, ("greater_equal", "less_equal", "maximum", "both", "either")
)


TRUTHS = frozenset(("greater", "greater_equal", "less", "less_equal", "equal", "not_equal",
                    "both", "either", "negate", "step"))


def _bracket(condition: Expr) -> Expr:
    """Iverson's bracket of a condition; of a number, whether it is other than zero."""
    if type(condition).__name__ not in TRUTHS:
        condition = apply("not_equal", condition, 0)
    return apply("bracket", condition)


def _either_nonzero(x: Expr, y: Expr) -> Expr:
    return _bracket(_either(apply("not_equal", x, 0), apply("not_equal", y, 0)))


def _atan2_slopes(y: Expr, x: Expr) -> tuple[Expr, ...]:
    # Squares of both would overflow, or be zero, long before their quotients by the distance.
    distance, somewhere = apply("hypot", x, y), _either_nonzero(x, y)
    return somewhere * _group(x / distance) / distance, -somewhere * _group(y / distance) / distance


def _positive(x: Any) -> bool:
    return bool(real(x) > 0)


def _magnitude(x: Any) -> Any:
    return -x if real(x) < 0 else x


def _tanh_value(ns: Any, x: Any) -> Any:
    # Shifted towards the finite side: cosh of a large argument overflows.
    e = ns.expm1(-2 * _magnitude(x))
    return (e if real(x) < 0 else -e) / (e + 2)


def _sigmoid_value(ns: Any, x: Any) -> Any:
    if _positive(x):
        return 1 / (1 + ns.exp(-x))
    e = ns.exp(x)
    return e / (1 + e)


def _normal_density(x: Expr) -> Expr:
    return _exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi)


def _root_of(expr: Expr) -> Expr:
    """A root in which SymPy makes no Abs of a square, as of x^2 (2 - x^2)."""
    root = sympy.sqrt(expr)
    return sympy.sqrt(_group(expr)) if root.has(sympy.Abs) else root


def _gelu_tanh_inner(x: Expr) -> Expr:
    return sympy.sqrt(2 / sympy.pi) * (x + Rational(44715, 1000000) * x**3)


def _gelu_tanh_slope(x: Expr) -> Expr:
    # Where the tanh is one to the last digit, x (1 - t^2) is zero before x^2 overflows.
    t = _tanh(_gelu_tanh_inner(x))
    still = _group(x * (1 - t**2))
    bent = 3 * Rational(44715, 1000000) * x * _group(x * still)
    return HALF * (1 + t) + sympy.sqrt(2 / sympy.pi) / 2 * (still + bent)


_ANY = "0.7;-1.3;0.01;2.5"


def _unit(found: Any, *args: Any) -> Any:
    return 1


def _argument(found: Any, x: Any, *others: Any) -> Any:
    return x


def _by_square(found: Any, x: Any) -> Any:
    return 1 + x * x


def _by_difference(found: Any, x: Any, y: Any) -> Any:
    """What rounding x - y does to its exponential."""
    return found * (1 + abs(x - y))


def _by_logarithm(found: Any, x: Any, y: Any) -> Any:
    """What rounding y - 1 does to x^(y - 1), and to the sign of a negative number's power."""
    turn = mpmath.inf if x == 0 else abs(mpmath.log(abs(x)))
    return found * (1 + (1 + abs(y)) * (turn + (x < 0)))


_define("exp", lambda x: (_exp(x),), lambda ns, x: ns.exp(x), _ANY, r"e^{{{0}}}", "np.exp",
        total=False)
_define("log", lambda x: (1 / x,), lambda ns, x: ns.log(x), "0.7;2.5;0.01",
        r"\log\left({0}\right)", "np.log", total=False)
_define("log1p", lambda x: (1 / (1 + x),), lambda ns, x: ns.log1p(x), "0.7;-0.3;0.01",
        numpy="np.log1p", total=False)
_define("expm1", lambda x: (_exp(x),), lambda ns, x: ns.expm1(x), _ANY, numpy="np.expm1",
        total=False)
_define("abs", lambda x: (apply("sign", x),), lambda ns, x: _magnitude(x), _ANY,
        r"\left|{0}\right|", "np.abs", kink="abs'(0) = 0")
_define("sign", lambda x: (sympy.S.Zero,),
        lambda ns, x: 0 * x + (int(real(x) > 0) - int(real(x) < 0)), _ANY, numpy="np.sign")
_define("tanh", lambda x: (1 - _tanh(x) ** 2,), _tanh_value, _ANY,
        r"\tanh\left({0}\right)", "np.tanh", scale=(None, _unit),
        digits="tanh' is exact to an ulp of 1 where it is small")
_define("sigmoid", lambda x: (_sigmoid(x) * (1 - _sigmoid(x)),), _sigmoid_value, _ANY,
        r"\sigma\left({0}\right)", form=lambda x: 1 / (1 + _exp(-x)), scale=(None, _unit),
        digits="sigmoid' is exact to an ulp of 1 where it is small")
_define("softplus", lambda x: (_sigmoid(x),),
        lambda ns, x: (x if _positive(x) else 0 * x) + ns.log1p(ns.exp(-_magnitude(x))), _ANY,
        form=lambda x: _maximum(x, 0) + apply("log1p", _exp(-_abs(x))))
_define("relu", lambda x: (_bracket(_step(x)),),
        lambda ns, x: x if not real(x) <= 0 else 0 * x, _ANY,
        form=lambda x: _maximum(x, 0), kink="relu'(0) = relu'(nan) = 0")
_define("leaky_relu", lambda x, a: (_where(_greater(x, 0), 1, a),
                                    _where(_greater(x, 0), 0, x)),
        lambda ns, x, a: x if _positive(x) else a * x, "0.7 0.1;-1.3 0.2",
        form=lambda x, a: _where(_greater(x, 0), x, a * x), kink="leaky_relu'(0) = slope")
_define("elu", lambda x, a: (_where(_greater(x, 0), 1, a * _exp(x)),
                             _where(_greater(x, 0), 0, apply("expm1", x))),
        lambda ns, x, a: x if _positive(x) else a * ns.expm1(x), "0.7 1.1;-1.3 0.8",
        form=lambda x, a: _where(_greater(x, 0), x, a * apply("expm1", -_maximum(-x, 0))),
        kink="elu'(0) = alpha")
_define("selu", lambda x: (SELU_SCALE * _where(_greater(x, 0), 1, SELU_ALPHA * _exp(x)),),
        lambda ns, x: _selu_value(ns, x), _ANY,
        form=lambda x: SELU_SCALE * apply("elu", x, SELU_ALPHA),
        kink="selu'(0) = scale * alpha")
# By erfc the tail keeps its digits, for 2.3 to 7 times the time of erf (NumPy 2.4.6, 128 x 256, as
# loss of gelu alone); PyTorch 2.13 loses it, too.  With full accuracy it is kept.
_define("gelu", lambda x: (HALF * (1 + _erf(x / sympy.sqrt(2))) + x * _normal_density(x),),
        lambda ns, x: x * ns.erfc(-x / ns.sqrt(x * 0 + 2)) / 2, _ANY,
        form=lambda x: HALF * x * (1 + _erf(x / sympy.sqrt(2))), scale=(_argument, _unit),
        digits="gelu(x) is exact to an ulp of x, and gelu' to an ulp of 1, where they are small")
_define("gelu_tanh", lambda x: (_gelu_tanh_slope(x),),
        lambda ns, x: x * (1 + _tanh_value(
            ns, ns.sqrt(2 / ns.pi) * (x + x * x * x * 44715 / 1000000))) / 2, _ANY,
        form=lambda x: HALF * x * (1 + _tanh(_gelu_tanh_inner(x))),
        scale=(_argument, _by_square),
        digits="gelu_tanh(x) is exact to an ulp of x, and its slope to one of 1 + x^2, where they "
               "are small")
_define("silu", lambda x: (_sigmoid(x) * (1 + x * _sigmoid(-x)),),
        lambda ns, x: x * _sigmoid_value(ns, x), _ANY, form=lambda x: x * _sigmoid(x),
        scale=(_argument, _unit),
        digits="silu' is exact to an ulp of 1 where it is small")
_define("softsign", lambda x: (1 / (1 + _abs(x)) ** 2,),
        lambda ns, x: x / (1 + _magnitude(x)), _ANY, form=lambda x: x / (1 + _abs(x)))
_define("hardsigmoid", lambda x: (_bracket(_both(_greater(x, -3), _less(x, 3))) / 6,),
        lambda ns, x: _hard_ramp(x) / 6, "0.7;-1.3;4;-5",
        form=lambda x: apply("clip", x + 3, 0, 6) / 6,
        kink="hardsigmoid'(-3) = hardsigmoid'(3) = 0")
_define("hardswish",
        lambda x: (_bracket(_greater(x, -3))
                   * _where(_less(x, 3), _group(2 * x + 3) / 6, 1),),
        lambda ns, x: x * _hard_ramp(x) / 6, "0.7;-1.3;4;-5",
        form=lambda x: x * apply("clip", x + 3, 0, 6) / 6,
        kink="hardswish'(-3) = 0, hardswish'(3) = 1")
_define("sin", lambda x: (apply("cos", x),), lambda ns, x: ns.sin(x), _ANY,
        r"\sin\left({0}\right)", "np.sin")
_define("cos", lambda x: (-apply("sin", x),), lambda ns, x: ns.cos(x), _ANY,
        r"\cos\left({0}\right)", "np.cos")
_define("tan", lambda x: (1 + apply("tan", x) ** 2,), lambda ns, x: ns.tan(x), _ANY,
        r"\tan\left({0}\right)", "np.tan", total=False)
_define("asin", lambda x: (1 / _root_of((1 - x) * (1 + x)),), lambda ns, x: ns.asin(x),
        "0.7;-0.3", r"\arcsin\left({0}\right)", "np.arcsin", total=False)
_define("acos", lambda x: (-1 / _root_of((1 - x) * (1 + x)),), lambda ns, x: ns.acos(x),
        "0.7;-0.3", r"\arccos\left({0}\right)", "np.arccos", total=False)
_define("atan", lambda x: (1 / (1 + x**2),), lambda ns, x: ns.atan(x), _ANY,
        r"\arctan\left({0}\right)", "np.arctan")
_define("sinh", lambda x: (apply("cosh", x),), lambda ns, x: ns.sinh(x), _ANY,
        r"\sinh\left({0}\right)", "np.sinh", total=False)
_define("cosh", lambda x: (apply("sinh", x),), lambda ns, x: ns.cosh(x), _ANY,
        r"\cosh\left({0}\right)", "np.cosh", total=False)
_define("atan2",
        lambda y, x: _atan2_slopes(y, x),
        lambda ns, y, x: _atan2_value(ns, y, x), "0.7 1.3;-0.4 0.2;0.3 -0.6;-1.1 -0.6",
        numpy="np.arctan2", total=False, kink="atan2(0, 0) = 0 with slopes 0")
_define("erf", lambda x: (2 * _exp(-(x**2)) / sympy.sqrt(sympy.pi),),
        lambda ns, x: ns.erf(x), _ANY, scale=(None, _unit),
        digits="erf' is exact to an ulp of 1 where it is small")
_define("erfc", lambda x: (-2 * _exp(-(x**2)) / sympy.sqrt(sympy.pi),),
        lambda ns, x: ns.erfc(x), _ANY, scale=(None, _unit),
        digits="erfc' is exact to an ulp of 1 where it is small")
_define("log_ndtr", lambda x: (apply("normal_hazard", -x),), lambda ns, x: _log_ndtr_value(ns, x),
        "0.7;-1.3;0.01;2.5;-9", r"\log\left(\Phi\left({0}\right)\right)", total=False)
_define("logcosh", lambda x: (_tanh(x),), lambda ns, x: _logcosh_value(ns, x), _ANY,
        r"\log\left(\cosh\left({0}\right)\right)", form=lambda x: _logcosh_form(x))
_define("logaddexp", lambda a, b: (_sigmoid(a - b), _sigmoid(b - a)),
        lambda ns, a, b: _logaddexp_value(ns, a, b), "0.7 0.2;-1.3 0.4;2 30",
        r"\log\left(e^{{{0}}} + e^{{{1}}}\right)", "np.logaddexp", total=False,
        scale=(_unit, _by_difference), rooted=(True, False),
        digits="logaddexp(x, y) is exact to an ulp of 1 where it is small; its slopes lose digits "
               "with x - y")
_define("lgamma", lambda x: (apply("digamma", x),), lambda ns, x: _lgamma_value(ns, x),
        "0.7;2.5;0.01;12;-1.3;-0.4;-3.6",
        r"\log\left(\left|\Gamma\left({0}\right)\right|\right)", total=False,
        kink="lgamma is infinite at 0, -1, -2, ..., where it has no slope", rooted=(True, True))
_define("digamma", lambda x: (apply("polygamma", 1, x),), lambda ns, x: _digamma_value(ns, x),
        "0.7;2.5;0.01;12;-1.3;-0.4;-3.6", r"\psi\left({0}\right)", total=False,
        kink="digamma(0) is infinite, digamma(-1), digamma(-2), ... are NaN", rooted=(True, False))
_define("floor", lambda x: (sympy.S.Zero,), lambda ns, x: _floor_value(ns, x),
        _ANY, r"\left\lfloor {0} \right\rfloor", "np.floor", kink="floor' = 0 everywhere")
_define("round", lambda x: (sympy.S.Zero,), lambda ns, x: _round_value(ns, x), _ANY,
        numpy="np.rint", kink="round takes the even one of two; round' = 0 everywhere")
_define("maximum", lambda a, b: ((_bracket(_greater(a, b)) + _bracket(_at_least(a, b))) / 2,
                                 (_bracket(_greater(b, a)) + _bracket(_at_least(b, a))) / 2),
        lambda ns, a, b: a if real(a) >= real(b) or a != a else b, "0.7 0.2;-1.3 0.4",
        r"\max\left({0}, {1}\right)", "np.maximum",
        kink="max shares a tie half and half; where one is NaN both slopes are 0")
_define("minimum", lambda a, b: ((_bracket(_less(a, b)) + _bracket(_at_most(a, b))) / 2,
                                 (_bracket(_less(b, a)) + _bracket(_at_most(b, a))) / 2),
        lambda ns, a, b: a if real(a) <= real(b) or a != a else b, "0.7 0.2;-1.3 0.4",
        r"\min\left({0}, {1}\right)", "np.minimum",
        kink="min shares a tie half and half; where one is NaN both slopes are 0")
_define("where", lambda c, a, b: (sympy.S.Zero, _bracket(c), _bracket(apply("negate", c))),
        lambda ns, c, a, b: a if real(c) != 0 else b, "1 0.7 0.3;0 0.7 0.3", numpy="np.where")
_define("clip", lambda x, low, high: tuple(map(_bracket, (
            _both(_at_least(x, low), _at_most(x, high)), _both(_less(x, low), _less(low, high)),
            _either(_greater(x, high), _greater(low, high))))),
        lambda ns, x, low, high: _clip_value(x, low, high),
        "0.7 -1 2;-1.3 -1 2;2.5 -1 2;0.7 2 -1;1.3 2 1;2.5 2 1.5", numpy="np.clip",
        kink="clip has slope 1 at its ends; where low > high it is high")
_define("step", lambda x: (sympy.S.Zero,), lambda ns, x: 0 * x + (real(x) > 0), _ANY,
        r"\left[{0} > 0\right]", form=lambda x: _greater(x, 0))
_define("stop_gradient", lambda x: (sympy.S.Zero,), lambda ns, x: x, _ANY,
        form=lambda x: x)
_define("group", lambda x: (sympy.S.One,), lambda ns, x: x, _ANY, r"\left({0}\right)",
        written=False)
_define("bracket", lambda c: (sympy.S.Zero,), lambda ns, c: c, "1;0", "{0}", written=False)
_define("xlogy",
        lambda x, y: (apply("xlogy", 1 - _both(_equal(x, 0), _at_most(y, 0)), y), x / y),
        lambda ns, x, y: 0 * x if x == 0 and y == y else x * ns.log(y), "0.7 0.2;1.3 2.4;0 1.5",
        r"{0} \log\left({1}\right)",
        form=lambda x, y: _where(_equal(x, 0), 0, x * _log(y)), total=False)
_define("power",
        lambda x, y: (_bracket(apply("not_equal", y, 0)) * y * apply("power", x, y - 1),
                      _bracket(_either(apply("not_equal", x, 0), _less(y, 0)))
                      * apply("xlogy", apply("power", x, y), x)),
        lambda ns, x, y: x**y, "0.7 0.2;1.3 2.4;2.1 -1.5", r"{0}^{{{1}}}", "np.power", total=False,
        kink="power(0, 0) = 1 with slopes 0", scale=(None, _by_logarithm),
        digits="power'(x, y) loses digits with y log(x)")
_define("root", lambda x: (_where(_greater(x, 0), 1 / (2 * apply("root", x)), 0),),
        lambda ns, x: ns.sqrt(x), "0.7;2.5", r"\sqrt{{{0}}}", "np.sqrt", kink="norm'(0) = 0",
        total=False)


def _selu_value(ns: Any, x: Any) -> Any:
    scale = x * 0 + int(SELU_SCALE.p)
    scale = scale / int(SELU_SCALE.q)
    if _positive(x):
        return scale * x
    return scale * (x * 0 + int(SELU_ALPHA.p)) / int(SELU_ALPHA.q) * ns.expm1(x)


def _hard_ramp(x: Any) -> Any:
    if real(x) <= -3:
        return 0 * x
    return 0 * x + 6 if real(x) >= 3 else x + 3


def _clip_value(x: Any, low: Any, high: Any) -> Any:
    """min(max(x, low), high), so that ``high`` wins where ``low`` lies above it."""
    raised = low if real(x) < real(low) else x
    return high if real(raised) > real(high) else raised


def _floor_value(ns: Any, x: Any) -> Any:
    """The largest integer that is not above x; what is no finite number is its own."""
    if real(x) - real(x) != 0:
        return x
    return 0 * x + _whole_below(ns, real(x))


def _whole_below(ns: Any, x: Any) -> int:
    return int(ns.floor(x)) if ns is mpmath.mp else math.floor(x)


def _round_value(ns: Any, x: Any) -> Any:
    """The nearest integer, of two the even one; what is no finite number is its own."""
    if real(x) - real(x) != 0:
        return x
    below = _whole_below(ns, real(x))
    over = 2 * (real(x) - below)
    return 0 * x + below + int(over > 1 or (over == 1 and below % 2 == 1))


def _logcosh_value(ns: Any, x: Any) -> Any:
    a = _magnitude(x)
    if real(a) < 20:
        return ns.log1p(2 * ns.sinh(a / 2) ** 2)
    return a + ns.log1p(ns.exp(-2 * a)) - ns.log(x * 0 + 2)


def _logcosh_form(x: Expr) -> Expr:
    # From 20 on the other exponential is below the last digit.
    size, near = _abs(x), apply("sinh", apply("minimum", _abs(x), 20) / 2)
    return _where(_less(size, 20), apply("log1p", 2 * near**2), size - _log(sympy.Integer(2)))


def _logaddexp_value(ns: Any, a: Any, b: Any) -> Any:
    high, low = (a, b) if real(a) >= real(b) else (b, a)
    if real(high) == real(low) and high - high != 0:
        return high
    return high + ns.log1p(ns.exp(low - high))


def _far_out(ns: Any, x: Any) -> bool:
    """Where erfc underflows, or keeps no digit of its quotient by the density."""
    return bool(real(x) > (5 if ns is mpmath.fp else 100))


def _mills_value(ns: Any, a: Any) -> Any:
    """Phi(-a) exp(a^2/2) by its continued fraction, which sixty terms give far out."""
    rest = a * 0
    for k in range(60, 0, -1):
        rest = k / (a + rest)
    return 1 / (ns.sqrt(2 * ns.pi) * (a + rest))


def _log_ndtr_value(ns: Any, x: Any) -> Any:
    if _far_out(ns, -x):
        return ns.log(_mills_value(ns, -x)) - x * x / 2
    half = ns.erfc(_magnitude(x) / ns.sqrt(x * 0 + 2)) / 2
    return ns.log1p(-half) if _positive(x) else ns.log(half)


def _hazard_value(ns: Any, x: Any) -> Any:
    if _far_out(ns, x):
        return 1 / (ns.sqrt(2 * ns.pi) * _mills_value(ns, x))
    two = x * 0 + 2
    return 2 * ns.exp(-x * x / 2) / (ns.sqrt(two * ns.pi) * ns.erfc(x / ns.sqrt(two)))


def _lgamma_value(ns: Any, x: Any) -> Any:
    if real(x) > 0:
        return ns.loggamma(x)
    sine = ns.sin(ns.pi * (x - _round_value(ns, real(x))))
    if sine == 0:
        return ns.inf
    return ns.log(ns.pi / (sine if real(sine) > 0 else -sine)) - ns.loggamma(1 - x)


def _digamma_value(ns: Any, x: Any) -> Any:
    if x == 0:
        return -ns.inf
    return ns.psi(0, x)


def _polygamma_value(ns: Any, n: Any, x: Any) -> Any:
    order = int(real(n))
    if real(x) >= 0:
        return ns.psi(order, x)
    # mpmath takes a step for each integer up to zero.
    angle = ns.pi * (x - _round_value(ns, real(x)))
    cotangent = ns.cos(angle) / ns.sin(angle)
    turned = 0 * cotangent
    for coefficient in reversed(_cotangent_slope(order)):
        turned = turned * cotangent + coefficient
    return (-1) ** order * ns.psi(order, 1 - x) - ns.pi ** (order + 1) * turned


def _cotangent_slope(order: int) -> list[int]:
    """The derivative of cot of that order as a polynomial of cot, the lowest power first."""
    powers = [0, 1]
    for _ in range(order):
        slopes = [k * c for k, c in enumerate(powers)][1:]
        powers = [-a - b for a, b in zip([*slopes, 0, 0], [0, 0, *slopes], strict=True)]
    return powers


def _atan2_value(ns: Any, y: Any, x: Any) -> Any:
    # By half angles of real quotients, since a complex step needs an analytic formula.
    if real(x) > 0:
        return ns.atan(y / x)
    if real(y) != 0:
        turn = ns.pi / 2 if real(y) > 0 else -ns.pi / 2
        return turn - ns.atan(x / y)
    return ns.atan2(real(y), real(x)) + 0 * y


# --- every digit --------------------------------------------------------------------------------
# What stands for a function where accuracy is "full": its derivative and form keep the relative
# error of a few units in the last place over the whole range of double precision.  Those without
# form or ufunc are written out by targets.


def _define_precise(
    name: str,
    derivative: Callable[..., tuple[Expr, ...]],
    form: Callable[..., Expr] | None = None,
    written_out: bool = False,
) -> None:
    """A record for every digit, which is otherwise that of the function called ``name``.

    One that is ``written_out`` has a helper of its own where the plain one has a ufunc.
    """
    plain = FUNCTIONS[name]
    precise = f"precise_{name}"
    FUNCTIONS[name] = replace(plain, precise=precise)
    CLASSES[name].record = FUNCTIONS[name]
    samples = ";".join(map(" ".join, plain.samples))
    numpy = None if written_out else plain.numpy
    _define(precise, derivative, plain.value, samples, plain.latex, numpy, form, plain.kink,
            written=False, total=plain.total)


_define("hypot", lambda x, y: (_either_nonzero(x, y) * x / apply("hypot", x, y),
                               _either_nonzero(x, y) * y / apply("hypot", x, y)),
        lambda ns, x, y: ns.sqrt(x * x + y * y), "0.7 1.3;-0.4 0.2",
        r"\sqrt{{{0}^2 + {1}^2}}", "np.hypot", written=False, total=False)
_define("gauss", lambda x, c: (-2 * c * x * _gauss(x, c), -(x**2) * _gauss(x, c)),
        lambda ns, x, c: ns.exp(-c * x * x), "0.7 0.5;-1.3 1;2.5 0.5", r"e^{{-{1} {0}^2}}",
        written=False)
_define("normal_cdf", lambda x: (_gauss(x, HALF) / sympy.sqrt(2 * sympy.pi),),
        lambda ns, x: ns.erfc(-x / ns.sqrt(x * 0 + 2)) / 2, _ANY, r"\Phi\left({0}\right)",
        written=False)
_define("gelu_slope", lambda x: ((2 - x**2) * _gauss(x, HALF) / sympy.sqrt(2 * sympy.pi),),
        lambda ns, x: _gelu_slope_value(ns, x), _ANY, r"\operatorname{{gelu}}'\left({0}\right)",
        written=False)
_define("silu_slope",
        lambda x: (_sigmoid(x) * _sigmoid(-x) * (2 + x * (_sigmoid(-x) - _sigmoid(x))),),
        lambda ns, x: _sigmoid_value(ns, x) * (1 + x * _sigmoid_value(ns, -x)), _ANY,
        r"\operatorname{{silu}}'\left({0}\right)", written=False)
_define("gelu_tanh_slope", lambda x: (_gelu_tanh_bend(x),),
        lambda ns, x: _gelu_tanh_slope_value(ns, x), _ANY,
        r"\operatorname{{gelu\,tanh}}'\left({0}\right)", written=False)
_define("normal_hazard", lambda x: (apply("normal_hazard", x)
                                    * _group(apply("normal_hazard", x) - x),),
        lambda ns, x: _hazard_value(ns, x), "0.7;-1.3;0.01;2.5;9",
        r"\frac{{\varphi\left({0}\right)}}{{\Phi\left(-{0}\right)}}", written=False)
_define("polygamma", lambda n, x: (sympy.S.Zero, apply("polygamma", n + 1, x)),
        lambda ns, n, x: _polygamma_value(ns, n, x), "1 0.7;1 2.5;2 0.6;3 12;1 -1.3;2 -3.6",
        r"\psi^{{({0})}}\left({1}\right)", written=False, total=False)
_define("logistic_of", lambda a, b: (
            apply("logistic_of", a, b) * apply("logistic_of", b, a),
            -apply("logistic_of", a, b) * apply("logistic_of", b, a)),
        lambda ns, a, b: _sigmoid_value(ns, a - b), "0.7 0.2;-1.3 0.4",
        r"\sigma\left({0} - {1}\right)", written=False)
_define_precise("logcosh", lambda x: (apply("precise_tanh", x),), FUNCTIONS["logcosh"].form)
_define_precise("logaddexp", lambda a, b: (apply("logistic_of", a, b), apply("logistic_of", b, a)),
                written_out=True)
_define_precise("erfc", lambda x: (-2 * _gauss(x, 1) / sympy.sqrt(sympy.pi),))
_define_precise("tanh", lambda x: (2 / (1 + apply("cosh", 2 * x)),))
_define_precise("sigmoid", lambda x: (1 / _group(2 + 2 * apply("cosh", x)),),
                FUNCTIONS["sigmoid"].form)
_define_precise("softplus", lambda x: (apply("precise_sigmoid", x),),
                FUNCTIONS["softplus"].form)
_define_precise("erf", lambda x: (2 * _gauss(x, 1) / sympy.sqrt(sympy.pi),))
_define_precise("gelu", lambda x: (apply("gelu_slope", x),), lambda x: x * apply("normal_cdf", x))
_define_precise("silu", lambda x: (apply("silu_slope", x),))
_define_precise("gelu_tanh", lambda x: (apply("gelu_tanh_slope", x),))
# y - 1 is exact from 1/2 on, up to where floats are whole and even.
_define_precise("power", lambda x, y: (
    _bracket(apply("not_equal", y, 0)) * y * _where(
        _both(_both(_less(y, HALF), apply("not_equal", x, 0)), _at_most(y, 2**52)),
        apply("precise_power", x, y) / x, apply("precise_power", x, y - 1)),
    _bracket(_either(apply("not_equal", x, 0), _less(y, 0)))
    * apply("xlogy", apply("precise_power", x, y), x)))


def _gelu_slope_value(ns: Any, x: Any) -> Any:
    two = x * 0 + 2
    return ns.erfc(-x / ns.sqrt(two)) / 2 + x * ns.exp(-x * x / 2) / ns.sqrt(two * ns.pi)


def _gelu_tanh_slope_value(ns: Any, x: Any) -> Any:
    a = 2 * ns.sqrt(2 / ns.pi)
    b = a * 44715 / 1000000
    t = a * x + b * x * x * x
    return _sigmoid_value(ns, t) * (1 + x * _sigmoid_value(ns, -t) * (a + 3 * b * x * x))


def _gelu_tanh_bend(x: Expr) -> Expr:
    a = 2 * sympy.sqrt(2 / sympy.pi)
    t, first = 2 * _gelu_tanh_inner(x), a * (1 + 3 * Rational(44715, 1000000) * x**2)
    up, down = _sigmoid(t), _sigmoid(-t)
    second = 6 * a * Rational(44715, 1000000) * x
    return up * down * (2 * first + x * (first**2 * (down - up) + second))


_COMPARISONS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "greater": (">", lambda a, b: a > b),
    "greater_equal": (r"\ge", lambda a, b: a >= b),
    "less": ("<", lambda a, b: a < b),
    "less_equal": (r"\le", lambda a, b: a <= b),
    "equal": ("=", lambda a, b: a == b),
    "not_equal": (r"\ne", lambda a, b: a != b),
}


def _zeros(*args: Expr) -> tuple[Expr, ...]:
    return (sympy.S.Zero,) * len(args)


def _define_comparison(name: str, sign: str, holds: Callable[[Any, Any], bool]) -> None:
    _define(name, _zeros, lambda ns, a, b: int(holds(real(a), real(b))), "0.7 0.2;-1.3 0.4",
            rf"\left[{{0}} {sign} {{1}}\right]", f"np.{name}")


for _name, (_sign, _holds) in _COMPARISONS.items():
    _define_comparison(_name, _sign, _holds)
_define("both", _zeros, lambda ns, a, b: int(real(a) != 0 and real(b) != 0), "1 0;1 1",
        r"{0} \wedge {1}", "np.logical_and")
_define("either", _zeros, lambda ns, a, b: int(real(a) != 0 or real(b) != 0), "1 0;0 0",
        r"{0} \vee {1}", "np.logical_or")
_define("negate", _zeros, lambda ns, a: int(real(a) == 0), "1;0", r"\neg {0}", "np.logical_not")

# Functions that no ufunc and no form computes: targets write them out.
WRITTEN_OUT = {
    name: c.record for name, c in CLASSES.items()
    if c.record.numpy is None and c.record.form is None and name not in ("group", "bracket")
}
