"""Every index form as arrays: modules against the reference evaluator, with and without workspace.

The judge evaluates the author's graph, differentiated but neither simplified nor lowered, with
plain loops over indices.
"""

import random

import numpy as np
import pytest

from symbprop.calculus.differentiate import differentiate
from symbprop.errors import SpecError
from symbprop.language.evaluate import evaluate
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

HEAD = {
    "x": '[inputs]\nx = ["N", 5]\n',
    "image": '[inputs]\nx = ["N", 2, 7, 6]\n',
    "series": '[inputs]\nx = ["N", "T", 3]\n',
    "words": '[inputs]\n[inputs.word]\nshape = ["N", "T"]\ninteger = true\nbelow = 6\n',
}

FORMS = {
    "shift": ("x", {"w": [4]}, "s[n,j] = w[j]*(x[n,j+1] - x[n,j])\nloss = sum(n, j, s[n,j]**2)"),
    "reverse": ("x", {"w": [5]}, "s[n,j] = w[4-j]*x[n,j]\nloss = sum(n, j, tanh(s[n,j]))"),
    "stride": ("x", {"w": [5]}, "h[n,j] = tanh(w[j]*x[n,j])\ns[n,k] = h[n,2*k]*h[n,1+k]\n"
               "loss = sum(n, k, s[n,k]**2)"),
    "constant": ("x", {"w": [5]}, "h[n,j] = w[j]*x[n,j]\nloss = sum(n, h[n,0]*h[n,4]) + w[2]"),
    "diagonal": ("x", {"W": [5, 5]}, "loss = sum(j, W[j,j]**3) + sum(n, j, W[j,0]*x[n,j])"),
    "conv": ("image", {"W": [3, 2, 3, 2], "b": [3]},
             "s[n,o,i,j] = sum(c, p, q, W[o,c,p,q]*x[n,c,i+p,j+q]) + b[o]\n"
             "h[n,o,i,j] = relu(s[n,o,i,j])\nloss = sum(n, o, i, j, h[n,o,i,j]**2)"),
    "two convs": ("image", {"W": [3, 2, 3, 2], "V": [2, 3, 2, 2]},
                  "h[n,o,i,j] = tanh(sum(c, p, q, W[o,c,p,q]*x[n,c,2*i+p,j+q]))\n"
                  "g[n,o,i,j] = sum(c, p, q, V[o,c,p,q]*h[n,c,i+p,2*j+q])\n"
                  "loss = sum(n, o, i, j, g[n,o,i,j]**2)"),
    "convolutions and pools": (
        "image", {"W": [3, 2, 2, 2], "b": [3], "V": [2, 3, 2, 1], "A": [2, 2]},
        "h[n,o,i,j] = relu(sum(c, p, q, W[o,c,p,q]*x[n,c,i+p,j+q]) + b[o])\n"
        "m[n,o,i,j] = max(a, d, h[n,o,2*i+a,2*j+d])\n"
        "g[n,o,i,j] = tanh(sum(c, p, q, V[o,c,p,q]*m[n,c,i+p,j+q]))\n"
        "f[n,c] = mean(i, j, g[n,c,i,j])\n"
        "loss = sum(n, o, logsumexp(k, sum(c, A[k,c]*f[n,c])) + sum(c, A[o,c]*f[n,c])**2)"),
    "strides and dilations": (
        "image", {"W": [2, 2, 2, 3]},
        "s[n,o,i,j] = sum(c, p, q, W[o,c,p,q]*x[n,c,3*i+p,j+2*q])\n"
        "t[n,o,i,j] = sum(c, p, q, W[o,c,p,q]*x[n,c,i+2*p,2*j+q])\n"
        "loss = sum(n, o, i, j, tanh(s[n,o,i,j])) + sum(n, o, i, j, t[n,o,i,j]**3)"),
    "stride over a free length": (
        "series", {"W": [4, 3, 2]},
        "h[n,t,j] = tanh(sum(k, p, W[j,k,p]*z[n,2*t+p,k]))\nz[n,t+1,k] += x[n,t,k]\n"
        "loss = sum(n, t, j, h[n,t,j]**2)"),
    "convolution over time": (
        "series", {"W": [4, 3, 2], "V": [2, 4, 2]},
        "z[n,t+1,k] += x[n,t,k]\nh[n,t,j] = tanh(sum(k, p, W[j,k,p]*z[n,t+p,k]))\n"
        "y[n,t+1,j] += h[n,t,j]\ng[n,t,j] = sum(k, p, V[j,k,p]*y[n,t+p,k])\n"
        "loss = sum(n, t, j, g[n,t,j]**2)"),
    "depthwise": ("image", {"W": [2, 3, 2]},
                  "s[n,c,i,j] = sum(p, q, W[c,p,q]*x[n,c,i+p,j+2*q])\n"
                  "loss = sum(n, c, i, j, tanh(s[n,c,i,j]))"),
    "transposed conv": ("image", {"W": [2, 3, 3, 2]},
                        "h[n,c,i,j] = tanh(x[n,c,i,j])\n"
                        "s[n,o,2*i+p,j+q] += sum(c, W[c,o,p,q]*h[n,c,i,j])\n"
                        "loss = sum(n, o, i, j, s[n,o,i,j]**2)"),
    "max pool": ("image", {"w": [2]},
                 "h[n,c,i,j] = w[c]*x[n,c,i,j]\n"
                 "m[n,c,i,j] = max(p, q, h[n,c,2*i+p,2*j+q])\n"
                 "loss = sum(n, c, i, j, m[n,c,i,j]**2)"),
    "overlapping pool": ("image", {"w": [2]},
                         "h[n,c,i,j] = w[c]*x[n,c,i,j]\n"
                         "m[n,c,i,j] = max(p, q, h[n,c,2*i+p,j+q])\n"
                         "loss = sum(n, c, i, j, m[n,c,i,j]**2)"),
    "average pool": ("image", {"w": [2]},
                     "h[n,c,i,j] = tanh(w[c]*x[n,c,i,j])\n"
                     "m[n,c,i,j] = mean(p, q, h[n,c,3*i+p,2*j+q])\n"
                     "loss = sum(n, c, i, j, m[n,c,i,j]**2)"),
    "padding": ("image", {"w": [2]},
                "h[n,c,i,j] = w[c]*x[n,c,i,j]\n"
                "z[n,c,i+1,j+2] += h[n,c,i,j]\n"
                "loss = sum(n, c, i, j, cos(z[n,c,i,j]))"),
    "flatten": ("image", {"W": [2, 84]},
                "y[n,42*c+6*i+j] = tanh(x[n,c,i,j])\n"
                "loss = sum(n, o, sum(k, W[o,k]*y[n,k])**2)"),
    "reshape": ("image", {"w": [3, 28]},
                "y[n,42*c+6*i+j] = x[n,c,i,j]**2\nz[n,a,b] = w[a,b]*y[n,28*a+b]\n"
                "loss = sum(n, a, b, z[n,a,b]**2)"),
    "space to depth": ("image", {"w": [2]},
                       "y[n,2*c+q,i,j] = w[c]*x[n,c,i,2*j+q]\n"
                       "loss = sum(n, k, i, j, y[n,k,i,j]**3)"),
    "regions": ("x", {"w": [5], "v": [5]},
                "y[n,j] = w[j]*x[n,j]\ny[n,j+5] = tanh(v[j]*x[n,j])\n"
                "loss = sum(n, k, y[n,k]*y[n,9-k])"),
    "matrix into a region": ("x", {"W": [3, 5], "V": [2, 5]},
                             "y[n,j] = sum(k, W[j,k]*x[n,k])\n"
                             "y[n,j+3] = sum(k, V[j,k]*x[n,k])\n"
                             "loss = sum(n, k, tanh(y[n,k]))"),
    "lookup": ("words", {"E": [6, 4], "v": [4]},
               "h[n,t,d] = tanh(E[word[n,t],d])\nloss = sum(n, t, d, h[n,t,d]*v[d])"),
    "transposed lookup": ("words", {"E": [4, 6], "v": [4]},
                          "h[n,t] = sum(d, E[d,word[n,t]]*v[d])\nloss = sum(n, t, h[n,t]**2)"),
    "shifted lookup": ("words", {"E": [8, 4]},
                       "h[n,t,d] = E[word[n,t] + 2, d]\nloss = sum(n, t, d, h[n,t,d]**2)"),
    "rnn": ("series", {"W": [4, 3], "U": [4, 4], "b": [4]},
            "h[n,0,j] = 0\n"
            "h[n,t+1,j] = tanh(sum(k, W[j,k]*x[n,t,k]) + sum(k, U[j,k]*h[n,t,k]) + b[j])\n"
            "loss = sum(n, j, h[n,T,j]**2)"),
    "rnn over all steps": ("series", {"W": [4, 3], "U": [4, 4], "h0": [4]},
                           "h[n,0,j] = h0[j]\n"
                           "s[n,t,j] = sum(k, W[j,k]*x[n,t,k]) + sum(k, U[j,k]*h[n,t,k])\n"
                           "h[n,t+1,j] = tanh(s[n,t,j])\n"
                           "loss = sum(n, t, j, h[n,t,j]**2)"),
    "backwards": ("series", {"W": [4, 3], "U": [4, 4]},
                  "h[n,T,j] = 0\n"
                  "h[n,t,j] = tanh(sum(k, W[j,k]*x[n,t,k]) + sum(k, U[j,k]*h[n,t+1,k]))\n"
                  "loss = sum(n, t, j, h[n,t,j]**2)"),
    "gru": ("series", {"W": [4, 3], "U": [4, 4], "Z": [4, 4]},
            "h[n,0,j] = 0\n"
            "z[n,t,j] = sigmoid(sum(k, Z[j,k]*h[n,t,k]))\n"
            "c[n,t,j] = tanh(sum(k, W[j,k]*x[n,t,k]) + sum(k, U[j,k]*z[n,t,k]*h[n,t,k]))\n"
            "h[n,t+1,j] = z[n,t,j]*h[n,t,j] + (1 - z[n,t,j])*c[n,t,j]\n"
            "loss = mean(n, t, j, h[n,t,j]**2)"),
    "lstm": ("series", {"W": [4, 2, 3], "U": [4, 2, 2], "b": [4, 2]},
             "h[n,0,j] = 0\nc[n,0,j] = 0\n"
             "s[n,t,g,j] = sum(k, W[g,j,k]*x[n,t,k]) + sum(k, U[g,j,k]*h[n,t,k]) + b[g,j]\n"
             "c[n,t+1,j] = sigmoid(s[n,t,1,j])*c[n,t,j] + sigmoid(s[n,t,0,j])*tanh(s[n,t,2,j])\n"
             "h[n,t+1,j] = sigmoid(s[n,t,3,j])*tanh(c[n,t+1,j])\n"
             "loss = sum(n, j, h[n,T,j]**2)"),
    "gated cell": ("series", {"W": [4, 3], "U": [4, 4], "v": [4]},
             "c[n,0,j] = v[j]\n"
             "c[n,t+1,j] = sigmoid(sum(k, U[j,k]*h[n,t,k]))*c[n,t,j] + sum(k, W[j,k]*x[n,t,k])\n"
             "h[n,0,j] = 1\n"
             "h[n,t+1,j] = sigmoid(v[j]*h[n,t,j])*tanh(c[n,t+1,j])\n"
             "loss = sum(n, t, j, h[n,t,j]**2)"),
    "looking ahead": ("series", {"w": [3], "v": [3]},
                      "c[n,0,j] = v[j]\n"
                      "r[n,t,j] = tanh(c[n,t+1,j])\n"
                      "h[n,0,j] = 1\nh[n,t+1,j] = r[n,t,j]*h[n,t,j]\n"
                      "c[n,t+1,j] = w[j]*c[n,t,j] + x[n,t,j]*h[n,t,j]\n"
                      "loss = sum(n, t, j, h[n,t,j]**2)"),
    "two stacked": ("series", {"W": [4, 3], "U": [4, 4], "V": [4, 4], "Q": [4, 4]},
                    "h[n,0,j] = 0\n"
                    "h[n,t+1,j] = tanh(sum(k, W[j,k]*x[n,t,k]) + sum(k, U[j,k]*h[n,t,k]))\n"
                    "g[n,0,j] = 0\n"
                    "g[n,t+1,j] = tanh(sum(k, V[j,k]*h[n,t+1,k]) + sum(k, Q[j,k]*g[n,t,k]))\n"
                    "loss = sum(n, j, g[n,T,j]**2)"),
    "scalar recurrence": ("series", {"a": [], "b": []},
                          "u[0] = 1\nu[t+1] = a*u[t] + b*sum(n, k, x[n,t,k])\nloss = u[T]**2"),
    "cumulative sum": ("series", {"w": [3]},
                       "c[n,0] = 0\nc[n,t+1] = c[n,t] + sum(k, w[k]*x[n,t,k])\n"
                       "loss = sum(n, t, tanh(c[n,t]))"),
    "attention": ("series", {"Q": [4, 3], "K": [4, 3], "V": [2, 3]},
                  "q[n,t,d] = sum(k, Q[d,k]*x[n,t,k])\nr[n,t,d] = sum(j, K[d,j]*x[n,t,j])\n"
                  "v[n,t,e] = sum(k, V[e,k]*x[n,t,k])\n"
                  "a[n,t,s] = sum(d, q[n,t,d]*r[n,s,d])/2\n"
                  "p[n,t,s] = softmax(s, where(s <= t, a[n,t,s], -1e9))\n"
                  "y[n,t,e] = sum(s, p[n,t,s]*v[n,s,e])\nloss = sum(n, t, e, y[n,t,e]**2)"),
    "heads": ("series", {"Q": [2, 4, 3], "K": [2, 4, 3], "O": [3, 2, 3]},
              "q[n,h,t,d] = sum(k, Q[h,d,k]*x[n,t,k])\nr[n,h,t,d] = sum(k, K[h,d,k]*x[n,t,k])\n"
              "p[n,h,t,s] = softmax(s, sum(d, q[n,h,t,d]*r[n,h,s,d]))\n"
              "y[n,h,t,e] = sum(s, p[n,h,t,s]*x[n,s,e])\n"
              "o[n,t,f] = sum(h, e, O[f,h,e]*y[n,h,t,e])\nloss = sum(n, t, f, o[n,t,f]**2)"),
    "three factors": ("series", {"A": [4, 3], "B": [4, 5], "C": [5]},
                      "y[n,t] = sum(k, d, e, A[d,k]*x[n,t,k]*B[d,e]*C[e])\n"
                      "loss = sum(n, t, y[n,t]**2)"),
    "bilinear": ("series", {"A": [2, 3, 3]},
                 "y[n,t,o] = sum(j, k, A[o,j,k]*x[n,t,j]*x[n,t,k])\n"
                 "loss = sum(n, t, o, tanh(y[n,t,o]))"),
    "idle index": ("x", {"w": [5]}, "loss = sum(n, j, k, w[k]**2) + sum(n, j, w[j]*x[n,j])"),
    "scalar condition": ("x", {"w": [5], "a": []},
                         "h[n,j] = where(a > 0.3, w[j]*x[n,j], a*w[j])\n"
                         "loss = sum(n, j, h[n,j]**2)"),
    "position": ("series", {"w": [3]},
                 "y[n,t,k] = w[k]*x[n,t,k]*cos(t*w[k])\nloss = sum(n, t, k, y[n,t,k])"),
    "norms": ("series", {"g": [3]},
              "m[n,t] = mean(k, g[k]*x[n,t,k])\nv[n,t] = mean(k, (g[k]*x[n,t,k] - m[n,t])**2)\n"
              "y[n,t,k] = (x[n,t,k] - m[n,t])/sqrt(v[n,t] + 0.001)\n"
              "loss = sum(n, t, k, y[n,t,k]**3)"),
}


# Extents of indices that their use leaves open.
OPEN = {
    "convolutions and pools": {"a": 2, "d": 2}, "space to depth": {"q": 2}, "shift": {"j": 4},
    "stride": {"k": 2}, "max pool": {"p": 2, "q": 3}, "overlapping pool": {"p": 3, "q": 2},
    "average pool": {"p": 3, "q": 2}, "idle index": {"j": 5, "n": "N"},
}


def spec_graph(head, parameters, equations, indices=()):
    text = head + "[parameters]\n"
    text += "".join(f"{k} = {list(v)}\n" for k, v in parameters.items())
    if indices:
        text += "[indices]\n" + "".join(f"{k} = {v!r}\n" for k, v in indices.items())
    text = f'loss = "loss"\nequations = """\n{equations}\n"""\n' + text
    return parse_spec(text, "net.toml").graph


def module_of(head, parameters, equations, indices=()):
    graph = spec_graph(HEAD[head], parameters, equations, indices)
    module = compile_graph(graph, "net").module
    space = {"__name__": "generated"}
    exec(compile(module, "net", "exec"), space)
    return graph, space, module


def data_for(graph, extents, seed=0):
    rng = np.random.default_rng(seed)
    found = {}
    for tensor in graph.tensors.values():
        if tensor.role == "defined":
            continue
        shape = tuple(extents.get(str(e), e) for e in tensor.shape)
        shape = tuple(map(int, shape))
        found[tensor.name] = (
            np.reshape(tensor.values, shape) if tensor.role == "constant" else
            rng.integers(0, int(tensor.limit), shape) if tensor.integer
            else rng.normal(size=shape)
        )
    return found


def disagreement(graph, space, extents, seed=0):
    """Largest error of loss and gradients, relative to the gradient's largest element."""
    given = data_for(graph, extents, seed)
    derivative = differentiate(graph)
    judged = evaluate(derivative, {k: v.tolist() for k, v in given.items()}, extents, 1.0)
    params = {t.name: given.pop(t.name) for t in graph.with_role("parameter")}
    for tensor in graph.with_role("constant"):
        del given[tensor.name]  # the module holds it itself
    order = [str(n) for n in space["Workspace"].__init__.__code__.co_varnames[1:]]
    sizes = [extents[n] for n in order if n in extents]
    workspace = space["Workspace"](*sizes)
    worst = 0.0
    calls = [space["value_and_grad"](params, **given),
             space["value_and_grad"](params, **given, workspace=workspace),
             space["value_and_grad"](params, **given, workspace=workspace)]
    calls[0] = (space["loss"](params, **given), calls[0][1])
    for value, grads in calls:
        wanted = judged.tensor("loss")
        worst = max(worst, abs(value - wanted) / max(1.0, abs(wanted)))
        for name, adjoint in derivative.gradients.items():
            want = np.array(judged.tensor(adjoint))
            error = np.abs(grads[name] - want).max(initial=0.0)
            worst = max(worst, error / max(1.0, np.abs(want).max(initial=0.0)))
    return worst


@pytest.mark.parametrize("name", sorted(FORMS))
def test_arrays_compute_what_the_indices_say(name):
    graph, space, _ = module_of(*FORMS[name], OPEN.get(name, {}))
    for extents in ({"N": 2, "T": 4}, {"N": 1, "T": 1}, {"N": 3, "T": 2}):
        assert disagreement(graph, space, extents, random.Random(name).randrange(99)) < 1e-12


@pytest.mark.parametrize("ahead", [
    "r[n,t,j] = tanh(c[n,t+1,j])\nc[n,0,j] = 0\nc[n,t+1,j] = w[j]*r[n,t,j]*x[n,t,j]",
    "r[n,t,j] = tanh(c[n,t+1,j])\nc[n,0,j] = 0\nc[n,t+1,j] = c[n,t,j] + r[n,t,j]*x[n,t,j]",
])
def test_a_way_round_that_never_gets_earlier_is_refused(ahead):
    with pytest.raises(SpecError) as caught:
        module_of("series", {"w": [3]}, ahead + "\nloss = sum(n, t, j, w[j]*r[n,t,j])")
    assert [f.code for f in caught.value.faults] == ["SP230"]


@pytest.mark.parametrize("name", ["rnn", "gru", "lstm", "two stacked", "backwards"])
def test_a_recurrence_is_one_loop_each_way_with_its_weights_outside(name):
    head, parameters, equations = FORMS[name]
    texts = {}
    for steps in ('"T"', "5", "50"):
        fixed = HEAD[head].replace('"T"', steps)
        text = equations if steps == '"T"' else equations.replace("T", steps)
        graph = spec_graph(fixed, parameters, text)
        made = compile_graph(graph, "net").module
        texts[steps] = made[made.index("def value_and_grad"):made.index("def pack")]
    loops = {k: [line for line in t.splitlines() if "for t in" in line] for k, t in texts.items()}
    stacked = 2 if name == "two stacked" else 1
    for found in loops.values():
        assert len(found) == 2 * stacked
        assert sum("reversed(" in line for line in found) == stacked
    # As many statements for any number of steps, and no gradient of a weight inside a loop.
    assert len({t.count(" = ") + t.count("out=") for k, t in texts.items() if k != '"T"'}) == 1
    inside = [line for line in texts['"T"'].splitlines() if line.startswith("        ")]
    assert not any(line.strip().startswith(f"d_{p} ") for line in inside for p in parameters)
