"""No digit is lost to a rewrite: singles far from zero against exact values.

Data are sixteenths near 1e5, where a single holds 128ths, and differ by units: their differences
are exact.  What a well-conditioned formula gives is within a few roundings of these; a difference
of large sums would be wrong in its first digits.
"""

import mpmath
import numpy as np
import pytest

from symbprop.calculus.differentiate import differentiate
from symbprop.language.evaluate import evaluate
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

FAR = 1e5
SIZES = {"N": 40}
HEAD = """
[parameters]
c = []
m = [3]
w = ["N"]
s = []
r = []
[inputs]
x = ["N"]
y = ["N"]
z = ["N", 3]
"""

FORMULAS = {
    "mean of squares": "loss = mean(n, (x[n] - c)**2)",
    "three halves of them": "loss = 1.5*mean(n, (x[n] - c)**2)",
    "a third of them": "loss = mean(n, (x[n] - c)**2)/3",
    "by element": "loss = sum(n, 1.05*(x[n] - w[n])**2) + sum(n, r*w[n]/1000)",
    "a residual of two": "loss = sum(n, (x[n] - w[n] + (r - 2))**2)",
    "intercept": "p[n] = s*(y[n] - x[n]) + c\nloss = mean(n, (x[n] - p[n])**2)",
    "slope and intercept": "p[n] = s*(x[n] - 100000) + c\nloss = mean(n, (p[n] - y[n])**2)/2",
    "a Gaussian": "loss = mean(n, (x[n] - c)**2*exp(-s))/2 + s/2",
    "a Gaussian of three": (
        "loss = mean(n, sum(k, (z[n,k] - m[k])**2))*exp(-s) + 3*s + 0.1*sum(k, (m[k] - c)**2)"),
    "a centred sum": "loss = sum(n, x[n] - c)**2",
    "a doubly centred sum": "loss = sum(n, k, (z[n,k] - m[k])*s)**2",
    "sums of one index": "loss = sum(n, k, x[n] - m[k])**2/100",
    "a weighted sum": "loss = sum(n, (y[n] - x[n])*(x[n] - c))",
    "a mean that is named": (
        "u[n,k] = z[n,k] - m[k]\nv[n] = mean(k, u[n,k])\nloss = sum(n, k, (u[n,k] - v[n])**2)"),
    "variance": (
        "u[n] = (x[n] - c)*w[n]/100000\na = mean(n, u[n])\nv = mean(n, (u[n] - a)**2)\n"
        "loss = log(v + 1)"),
    "layer norm": (
        "u[n,k] = z[n,k] - m[k]*s/s\na[n] = mean(k, u[n,k])\nv[n] = mean(k, (u[n,k] - a[n])**2)\n"
        "h[n,k] = (u[n,k] - a[n])/sqrt(v[n] + 0.01)\nloss = sum(n, k, h[n,k]**3*(n + k))/100"),
    "huber": "loss = mean(n, where(abs(x[n] - c) < 1, (x[n] - c)**2, 2*abs(x[n] - c) - 1))",
    "neighbours": "loss = sum(n, (x[n] - c + r)**2)",
    "neighbours after a number": "loss = sum(n, (0.3*r + (x[n] - w[n]) - 0.1)**2)",
    "scaled neighbours": "loss = sum(n, (0.3*(x[n] - w[n]) + r*y[n]/100000)**2)",
    "neighbours of scalars": "loss = (c - m[0] + 0.3)**2 + (m[0] - c + r)**2*0.7",
    "neighbours of several widths": "loss = sum(n, k, (z[n,k] - m[k] + r + (x[n] - w[n]))**2)",
    "neighbours in a row": "loss = sum(n, (0.7*r*s + (x[n] - w[n]) - 0.3*s)**2)",
    "complements": "loss = mean(n, (x[n] - c)**2*sigmoid(r) + (x[n] - c)**2*sigmoid(-r))",
    "complements of a difference": "loss = mean(n, (x[n] - c)*sigmoid(r) + (w[n] - c)*sigmoid(-r))",
    "a denominator": "loss = sum(n, (x[n] - w[n] + 1/r)*r*s)**2",
    "two denominators": "loss = sum(n, ((x[n] - w[n])/r + 1/s + (x[n] - c))*r*s)",
    "a recurrence": (
        "h[0] = r\nh[n+1] = x[n] - w[n] - h[n]/3 + r\nloss = sum(n, h[n+1]**2)"),
    "a logarithm": "loss = mean(n, log(1 + (x[n] - c)**2))",
}


def data():
    rng = np.random.default_rng(3)

    def near(*shape):
        return np.asarray(FAR + np.round(16 * rng.normal(size=shape)) / 16, np.float32)

    params = {"c": near() + np.float32(0.25), "m": near(3), "w": near(40), "s": np.float32(0.75),
              "r": np.float32(0.7)}
    return params, {"x": near(40), "y": near(40), "z": near(40, 3)}


def compiled(text, outputs=("loss",)):
    listed = ", ".join(f'"{n}"' for n in outputs)
    graph = parse_spec(
        f'loss = "loss"\noutputs = [{listed}]\nequations = """\n{text}\n"""\n{HEAD}', "net.toml"
    ).graph
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net").module, "net", "exec"), space)
    return graph, space


def exact(graph, given):
    derivative = differentiate(graph)
    with mpmath.workdps(60):
        numbers = {k: np.vectorize(mpmath.mpf, otypes=[object])(v.astype(float)).tolist()
                   for k, v in given.items()}
        meaning = evaluate(derivative, numbers, SIZES, mpmath.mpf(1))
        found = {k: meaning.tensor(a) for k, a in derivative.gradients.items()}
        found["loss"] = meaning.tensor("loss")
        return {k: np.array(v, dtype=object).astype(float) for k, v in found.items()}


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_far_from_zero_a_single_has_its_digits(name):
    graph, space = compiled(FORMULAS[name])
    params, inputs = data()
    right = exact(graph, params | inputs)
    work = space["Workspace"](40, dtype=np.float32)
    value, grads = space["value_and_grad"](params, **inputs, workspace=work)
    assert value.dtype == np.float32
    for key, want in right.items():
        got = value if key == "loss" else grads[key]
        # A few roundings of what is summed, of which each is about one.
        scale = max(np.abs(want).max(), 1e-2)
        assert np.abs(got - want).max() <= 3e-5 * scale, (key, got, want)


VALUES = {
    "array": ["w[i]", "x[i] + w[i]", "x[i] - w[i] + y[i]", "3*x[i] - 0.7*w[i] + c", "x[i]*w[i]",
              "x[i]*w[i]*y[i]", "sin(w[i])", "gelu(w[i]/100000)", "h[i]", "2*h[i] - 3*w[i]",
              "sum(k, z[i,k]*m[k])", "sum(k, z[i,k]*m[k]) + c", "0.3*(x[i] - w[i]) + h[i]*w[i]",
              "x[i] - (w[i] - y[i])", "w[i]**3 + x[i]**2", "norm(k, z[i,k] - m[k])", "s*w[i] + r",
              "where(w[i] > x[i], w[i], 2*x[i])", "mean(k, z[i,k]) - c", "c - w[i] - x[i]",
              "-w[i] - x[i]", "softmax(i, w[i]*s)", "i*w[i] + r"],
    "scalar": ["c", "c + r", "c - s + 0.3*r", "c*r", "c*r*s + c", "sin(c)", "sum(i, w[i]*x[i])",
               "sum(i, w[i]) - c", "r*(c - s)", "3*(c - s) + r", "norm(i, w[i])", "c**2 + r**0.5",
               "m[1] + m[0]*c", "mean(i, (x[i] - c)**2)", "-c - r", "c/r - s/3", "max(c, r) - s"],
}


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_a_value_less_itself_is_nothing(kind):
    """u - stop_gradient(u) computes u twice, by the same steps."""
    index = "[i]" if kind == "array" else ""
    lines = ["h[i] = 0.3*w[i] + cos(x[i])"]
    for n, u in enumerate(VALUES[kind]):
        lines.append(f"d{n}{index} = {u} - stop_gradient({u})")
        lines.append(f"e{n}{index} = stop_gradient({u}) - ({u})")
    names = [f"{letter}{n}" for n in range(len(VALUES[kind])) for letter in "de"]
    size = "abs({0}[i])" if kind == "array" else "abs({0})"
    inside = " + ".join(size.format(n) for n in names)
    loss = f"sum(i, {inside})" if kind == "array" else inside
    lines.append(f"loss = {loss} + 0*(r + s + c) + 0*sum(i, w[i] + m[0])")
    _, space = compiled("\n".join(lines), names)
    params, inputs = data()
    for dtype in (np.float32, np.float64):
        given = {k: np.asarray(v, dtype) * dtype(1.1) for k, v in params.items()}
        more = {k: np.asarray(v, dtype) for k, v in inputs.items()}
        found = space["forward"](given, **more)
        assert {n: v for n, v in found.items() if np.any(v)} == {}
        for work in (None, space["Workspace"](40, dtype=dtype)):
            value, _ = space["value_and_grad"](given, **more, workspace=work)
            assert value == 0
        assert space["loss"](given, **more) == 0


@pytest.mark.parametrize("size", [0.0, 1e3, -1e5, 1e12])
def test_a_cross_entropy_loses_nothing_with_the_size_of_its_scores(size):
    """The largest is less the label's first, before the logarithm of the others is added."""
    from symbprop.networks.network import Network

    net = Network("scores")
    net.parameter("z", ("N", 4))
    net.target("y", ("N",), integer=True, below=4)
    net.loss("softmax_cross_entropy", prediction="z", target="y")
    space = {"__name__": "made"}
    exec(compile_graph(net.graph, "scores").module, space)
    rows = np.array([[0.25, 0, -1, 2], [3, 1, 0.5, 0.125], [0, 0, 0, 0]])
    labels = np.array([0, 1, 3])
    value = space["loss"]({"z": rows + size}, labels)
    exact = np.log(np.exp(rows - rows[range(3), labels][:, None]).sum(1)).mean()
    assert value == pytest.approx(exact, rel=4e-16)


LOGARITHMS = {
    "named": """
l[n,j] = z[n,j] - logsumexp(k, z[n,k])
loss = sum(n, j, t[n,j]*l[n,j])""",
    "written out": """
loss = sum(n, j, (z[n,j] - logsumexp(k, z[n,k]))*t[n,j])""",
    "turned": """
l[j,n] = logsumexp(k, z[n,k]) - z[n,j]
loss = -sum(n, j, t[n,j]*l[j,n])""",
    "with more": """
l[n,j] = 2*z[n,j] - 2*logsumexp(k, z[n,k]) + 3
loss = sum(n, j, t[n,j]*(l[n,j] - 3)/2)""",
    "beside itself": """
s[n] = logsumexp(k, z[n,k])
l[n,j] = z[n,j] - s[n]
loss = sum(n, j, t[n,j]*l[n,j]) + 0*sum(n, tanh(s[n]))""",
    "spelt": """
p[n,j] = exp(z[n,j])/sum(k, exp(z[n,k]))
loss = sum(n, j, t[n,j]*log(p[n,j]))""",
}


@pytest.mark.parametrize("form", LOGARITHMS)
@pytest.mark.parametrize("size", [0.0, 1e3, -1e5, 1e12])
@pytest.mark.parametrize("accuracy", ["fast", "full"])
def test_logarithms_of_probabilities_lose_nothing_with_the_size_of_the_scores(form, size, accuracy):
    """As PyTorch's log_softmax: what is less the largest is known exactly."""
    shapes = '[parameters]\nz = ["N", 4]\n[inputs]\nt = ["N", 4]\n'
    graph = parse_spec(f'equations = """{LOGARITHMS[form]}\n"""\n{shapes}', "logarithms").graph
    space = {"__name__": "made"}
    exec(compile_graph(graph, "logarithms", accuracy=accuracy).module, space)
    rows = np.array([[0.25, 0, -1, 2], [3, 1, 0.5, 0.125], [0, 0, 0, 0]])
    shares = np.array([[0, 1, 0, 0], [1, 2, 0.5, 0], [0.25, 0, 0, 0.125]])
    value, grads = space["value_and_grad"]({"z": rows + size}, shares)
    logs = rows - np.log(np.exp(rows).sum(1))[:, None]
    assert value == pytest.approx((shares * logs).sum(), rel=1e-15)
    slopes = shares - shares.sum(1)[:, None] * np.exp(logs)
    np.testing.assert_allclose(grads["z"], slopes, rtol=0, atol=4e-15 * np.abs(slopes).max())
