"""Loss and gradients of the network graph_network.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    h[v, j] = tanh(sum(k, W[j, k]*x[v, k]) + b[j])
    m[e, j] = tanh(sum(k, A1[j, k]*h[source[e], k]) + sum(k, h[goal[e], k]*B1[j, k]) + c1[j])
    a[goal[e], j] += m[e, j]
    g[v, j] = tanh(h[v, j] + sum(k, U1[j, k]*a[v, k]))
    o[e, j] = tanh(sum(k, A2[j, k]*g[source[e], k]) + sum(k, g[goal[e], k]*B2[j, k]) + c2[j])
    q[goal[e], j] += o[e, j]
    r[v, j] = tanh(g[v, j] + sum(k, U2[j, k]*q[v, k]))
    p[v] = sum(j, V[j]*r[v, j])
    loss = sum(v, (y[v] - p[v])**2)/V

Extents bound at each call: E, V.

Keywords, where a name is taken: V_ for V.

Conventions:
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 576*E + 403*V
    backward: 1120*E + 713*V
    workspace, in floats: 16*E + 9*V + 5*Max(8*E, 8*V)
"""

import numpy as np

TITLE = "Graph network"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W": (8, 5),
    "b": (8,),
    "A1": (8, 8),
    "B1": (8, 8),
    "c1": (8,),
    "U1": (8, 8),
    "A2": (8, 8),
    "B2": (8, 8),
    "c2": (8,),
    "U2": (8, 8),
    "V": (8,),
}
INPUTS = {
    "x": ("V_", 5),
    "source": ("E",),
    "goal": ("E",),
}
TARGETS = {
    "y": ("V_",),
}
OUTPUTS = ("p",)
# One derivative of the loss per parameter.
LATEX = {
    "W": (
        "\\frac{\\partial L}{\\partial W_{j,k}} = \\sum_v \\overline{\\tild"
        "e{h}}_{v,j} x_{v,k}"
    ),
    "b": (
        "\\frac{\\partial L}{\\partial b_j} = \\sum_v \\overline{\\tilde{h}"
        "}_{v,j}"
    ),
    "A1": (
        "\\frac{\\partial L}{\\partial A^{(1)}_{j,k}} = \\sum_{\\text{e}} "
        "\\overline{\\tilde{m}}_{\\text{e},j} h_{\\text{source}_{\\text{e}"
        "},k}"
    ),
    "B1": (
        "\\frac{\\partial L}{\\partial B^{(1)}_{j,k}} = \\sum_{\\text{e}} "
        "\\overline{\\tilde{m}}_{\\text{e},j} h_{\\text{goal}_{\\text{e}},"
        "k}"
    ),
    "c1": (
        "\\frac{\\partial L}{\\partial c^{(1)}_j} = \\sum_{\\text{e}} \\ove"
        "rline{\\tilde{m}}_{\\text{e},j}"
    ),
    "U1": (
        "\\frac{\\partial L}{\\partial U^{(1)}_{j,k}} = \\sum_v \\overline"
        "{\\tilde{g}}_{v,j} a_{v,k}"
    ),
    "A2": (
        "\\frac{\\partial L}{\\partial A^{(2)}_{j,k}} = \\sum_{\\text{e}} "
        "\\overline{\\tilde{o}}_{\\text{e},j} g_{\\text{source}_{\\text{e}"
        "},k}"
    ),
    "B2": (
        "\\frac{\\partial L}{\\partial B^{(2)}_{j,k}} = \\sum_{\\text{e}} "
        "\\overline{\\tilde{o}}_{\\text{e},j} g_{\\text{goal}_{\\text{e}},"
        "k}"
    ),
    "c2": (
        "\\frac{\\partial L}{\\partial c^{(2)}_j} = \\sum_{\\text{e}} \\ove"
        "rline{\\tilde{o}}_{\\text{e},j}"
    ),
    "U2": (
        "\\frac{\\partial L}{\\partial U^{(2)}_{j,k}} = \\sum_v \\overline"
        "{\\tilde{r}}_{v,j} q_{v,k}"
    ),
    "V": (
        "\\frac{\\partial L}{\\partial V_j} = \\sum_v -\\frac{2 (y_v - p_v"
        ")}{V} r_{v,j}"
    ),
}
_BUFFERS = (
    "h_argument",
    "h",
    "h_read",
    "m_argument",
    "h_read_2",
    "sum_m_argument",
    "m",
    "a",
    "g_argument",
    "g",
    "g_read",
    "o_argument",
    "g_read_2",
    "sum_o_argument",
    "o",
    "q",
    "r_argument",
    "r",
    "p",
    "rest_loss",
    "d_p",
    "d_r_argument",
    "square_d_r_argument",
    "d_q",
    "d_o_argument",
    "d_q_read",
    "g_read_3",
    "g_read_4",
    "d_g",
    "sum_d_g",
    "sum_d_g_2",
    "d_g_argument",
    "d_a",
    "d_m_argument",
    "d_a_read",
    "h_read_3",
    "h_read_4",
    "d_h",
    "sum_d_h",
    "sum_d_h_2",
    "d_h_argument",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W": np.asarray(rng.uniform(-0.6793662204867574, 0.6793662204867574, (8, 5)), dtype),
        "b": np.full((8,), 0.0, dtype),
        "A1": np.asarray(rng.uniform(-0.6123724356957945, 0.6123724356957945, (8, 8)), dtype),
        "B1": np.asarray(rng.uniform(-0.6123724356957945, 0.6123724356957945, (8, 8)), dtype),
        "c1": np.full((8,), 0.0, dtype),
        "U1": np.asarray(rng.uniform(-0.6123724356957945, 0.6123724356957945, (8, 8)), dtype),
        "A2": np.asarray(rng.uniform(-0.6123724356957945, 0.6123724356957945, (8, 8)), dtype),
        "B2": np.asarray(rng.uniform(-0.6123724356957945, 0.6123724356957945, (8, 8)), dtype),
        "c2": np.full((8,), 0.0, dtype),
        "U2": np.asarray(rng.uniform(-0.6123724356957945, 0.6123724356957945, (8, 8)), dtype),
        "V": np.asarray(rng.normal(0.0, 0.3535533905932738, (8,)), dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    16*E + 9*V + 5*Max(8*E, 8*V) floats for extents (E, V_).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, E, V_, dtype=np.float64):
        E = _whole("E", E)
        V_ = _whole("V_", V_)
        self.size = (E, V_,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(8 * V_, dtype)
        self.h_argument = memory_1.reshape(8, V_)
        self.h = memory_1.reshape(8, V_)
        self.d_h_argument = memory_1.reshape(8, V_)
        memory_2 = np.empty(max(8 * E, 8 * V_), dtype)
        self.h_read = memory_2[: 8 * E].reshape(8, E)
        self.h_read_2 = memory_2[: 8 * E].reshape(8, E)
        self.a = memory_2[: 8 * V_].reshape(8, V_)
        self.sum_d_h = memory_2[: 8 * E].reshape(8, E)
        memory_3 = np.empty(8 * E, dtype)
        self.m_argument = memory_3.reshape(E, 8)
        self.m = memory_3.reshape(E, 8)
        self.d_m_argument = memory_3.reshape(E, 8)
        memory_4 = np.empty(max(8 * E, 8 * V_), dtype)
        self.sum_m_argument = memory_4[: 8 * E].reshape(E, 8)
        self.g_argument = memory_4[: 8 * V_].reshape(8, V_)
        self.g = memory_4[: 8 * V_].reshape(8, V_)
        self.d_g_argument = memory_4[: 8 * V_].reshape(8, V_)
        self.d_h = memory_4[: 8 * V_].reshape(8, V_)
        memory_5 = np.empty(max(8 * E, 8 * V_), dtype)
        self.g_read = memory_5[: 8 * E].reshape(8, E)
        self.g_read_2 = memory_5[: 8 * E].reshape(8, E)
        self.q = memory_5[: 8 * V_].reshape(8, V_)
        self.d_q_read = memory_5[: 8 * E].reshape(8, E)
        self.g_read_4 = memory_5[: 8 * E].reshape(8, E)
        self.sum_d_g_2 = memory_5[: 8 * E].reshape(8, E)
        self.h_read_3 = memory_5[: 8 * E].reshape(8, E)
        memory_6 = np.empty(8 * E, dtype)
        self.o_argument = memory_6.reshape(E, 8)
        self.o = memory_6.reshape(E, 8)
        self.d_o_argument = memory_6.reshape(E, 8)
        self.d_a_read = memory_6.reshape(8, E)
        memory_7 = np.empty(max(8 * E, 8 * V_), dtype)
        self.sum_o_argument = memory_7[: 8 * E].reshape(E, 8)
        self.r_argument = memory_7[: 8 * V_].reshape(8, V_)
        self.r = memory_7[: 8 * V_].reshape(8, V_)
        self.square_d_r_argument = memory_7[: 8 * V_].reshape(8, V_)
        self.d_q = memory_7[: 8 * V_].reshape(8, V_)
        self.g_read_3 = memory_7[: 8 * E].reshape(8, E)
        self.sum_d_g = memory_7[: 8 * E].reshape(8, E)
        self.d_a = memory_7[: 8 * V_].reshape(8, V_)
        self.sum_d_h_2 = memory_7[: 8 * E].reshape(8, E)
        memory_8 = np.empty(V_, dtype)
        self.p = memory_8.reshape(V_)
        self.rest_loss = memory_8.reshape(V_)
        self.d_p = memory_8.reshape(V_)
        memory_9 = np.empty(max(8 * E, 8 * V_), dtype)
        self.d_r_argument = memory_9[: 8 * V_].reshape(8, V_)
        self.d_g = memory_9[: 8 * V_].reshape(8, V_)
        self.h_read_4 = memory_9[: 8 * E].reshape(8, E)
        self.ones_E = np.ones(E, dtype)
        self.ones_V = np.ones(V_, dtype)

    def require(self, size, dtype):
        """Raise TypeError or ValueError where this is no workspace, or one for other data."""
        if not isinstance(self, Workspace):
            raise TypeError(f"workspace is a {type(self).__name__}, not a Workspace of this module")
        if self.size != size or self.dtype != dtype:
            raise ValueError(
                f"the workspace was made for extents {self.size} in {self.dtype}, "
                f"but the arguments have {size} in {dtype}"
            )


@np.errstate(all="ignore")
def forward(params, x, source, goal):
    """The output p, a new array."""
    dtype = _dtype(params)
    E = _length("source", source, ("E",), 0)
    V_ = _length("x", x, ("V_", 5), 0)
    W = _floats("W", params["W"], (8, 5), dtype)
    b = _floats("b", params["b"], (8,), dtype)
    A1 = _floats("A1", params["A1"], (8, 8), dtype)
    B1 = _floats("B1", params["B1"], (8, 8), dtype)
    c1 = _floats("c1", params["c1"], (8,), dtype)
    U1 = _floats("U1", params["U1"], (8, 8), dtype)
    A2 = _floats("A2", params["A2"], (8, 8), dtype)
    B2 = _floats("B2", params["B2"], (8, 8), dtype)
    c2 = _floats("c2", params["c2"], (8,), dtype)
    U2 = _floats("U2", params["U2"], (8, 8), dtype)
    V = _floats("V", params["V"], (8,), dtype)
    x = _floats("x", x, (V_, 5), dtype)
    source = _integers("source", source, (E,), V_)
    goal = _integers("goal", goal, (E,), V_)
    h_argument = np.dot(W, x.T)  # h_argument[j, v] = sum(k, W[j, k]*x[v, k])
    # h_argument[j, v] = sum(k, W[j, k]*x[v, k]) + b[j]
    h_argument = np.add(h_argument, b[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, v] = tanh(h_argument[j, v])
    h_read = np.take(h, source, axis=1, mode="clip")  # h_read[k, e] = h[k, source[e]]
    m_argument = np.dot(h_read.T, A1.T)  # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]])
    h_read_2 = np.take(h, goal, axis=1, mode="clip")  # h_read_2[k, e] = h[k, goal[e]]
    # sum_m_argument[e, j] = sum(k, h[k, goal[e]]*B1[j, k])
    sum_m_argument = np.dot(h_read_2.T, B1.T)
    # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]]) + sum(k, h[k, goal[e]]*B1[j, k])
    m_argument = np.add(m_argument, sum_m_argument, out=m_argument)
    # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]]) + sum(k, h[k, goal[e]]*B1[j, k]) + c1[j]
    m_argument = np.add(m_argument, c1, out=m_argument)
    m = np.tanh(m_argument)  # m[e, j] = tanh(m_argument[e, j])
    a = np.zeros((8, V_), dtype)  # a = 0
    _add_rows(a.T, goal, m)  # a[j, goal[e]] += m[e, j]
    g_argument = np.dot(U1, a)  # g_argument[j, v] = sum(k, U1[j, k]*a[k, v])
    # g_argument[j, v] = h[j, v] + sum(k, U1[j, k]*a[k, v])
    g_argument = np.add(g_argument, h, out=g_argument)
    g = np.tanh(g_argument)  # g[j, v] = tanh(g_argument[j, v])
    g_read = np.take(g, source, axis=1, mode="clip")  # g_read[k, e] = g[k, source[e]]
    o_argument = np.dot(g_read.T, A2.T)  # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]])
    g_read_2 = np.take(g, goal, axis=1, mode="clip")  # g_read_2[k, e] = g[k, goal[e]]
    # sum_o_argument[e, j] = sum(k, g[k, goal[e]]*B2[j, k])
    sum_o_argument = np.dot(g_read_2.T, B2.T)
    # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]]) + sum(k, g[k, goal[e]]*B2[j, k])
    o_argument = np.add(o_argument, sum_o_argument, out=o_argument)
    # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]]) + sum(k, g[k, goal[e]]*B2[j, k]) + c2[j]
    o_argument = np.add(o_argument, c2, out=o_argument)
    o = np.tanh(o_argument)  # o[e, j] = tanh(o_argument[e, j])
    q = np.zeros((8, V_), dtype)  # q = 0
    _add_rows(q.T, goal, o)  # q[j, goal[e]] += o[e, j]
    r_argument = np.dot(U2, q)  # r_argument[j, v] = sum(k, U2[j, k]*q[k, v])
    # r_argument[j, v] = g[j, v] + sum(k, U2[j, k]*q[k, v])
    r_argument = np.add(r_argument, g, out=r_argument)
    r = np.tanh(r_argument)  # r[j, v] = tanh(r_argument[j, v])
    p = np.dot(r.T, V)  # p[v] = sum(j, V[j]*r[j, v])
    return p


@np.errstate(all="ignore")
def loss(params, x, source, goal, y):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    E = _length("source", source, ("E",), 0)
    V_ = _length("x", x, ("V_", 5), 0)
    W = _floats("W", params["W"], (8, 5), dtype)
    b = _floats("b", params["b"], (8,), dtype)
    A1 = _floats("A1", params["A1"], (8, 8), dtype)
    B1 = _floats("B1", params["B1"], (8, 8), dtype)
    c1 = _floats("c1", params["c1"], (8,), dtype)
    U1 = _floats("U1", params["U1"], (8, 8), dtype)
    A2 = _floats("A2", params["A2"], (8, 8), dtype)
    B2 = _floats("B2", params["B2"], (8, 8), dtype)
    c2 = _floats("c2", params["c2"], (8,), dtype)
    U2 = _floats("U2", params["U2"], (8, 8), dtype)
    V = _floats("V", params["V"], (8,), dtype)
    x = _floats("x", x, (V_, 5), dtype)
    source = _integers("source", source, (E,), V_)
    goal = _integers("goal", goal, (E,), V_)
    y = _floats("y", y, (V_,), dtype)
    h_argument = np.dot(W, x.T)  # h_argument[j, v] = sum(k, W[j, k]*x[v, k])
    # h_argument[j, v] = sum(k, W[j, k]*x[v, k]) + b[j]
    h_argument = np.add(h_argument, b[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, v] = tanh(h_argument[j, v])
    h_read = np.take(h, source, axis=1, mode="clip")  # h_read[k, e] = h[k, source[e]]
    m_argument = np.dot(h_read.T, A1.T)  # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]])
    h_read_2 = np.take(h, goal, axis=1, mode="clip")  # h_read_2[k, e] = h[k, goal[e]]
    # sum_m_argument[e, j] = sum(k, h[k, goal[e]]*B1[j, k])
    sum_m_argument = np.dot(h_read_2.T, B1.T)
    # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]]) + sum(k, h[k, goal[e]]*B1[j, k])
    m_argument = np.add(m_argument, sum_m_argument, out=m_argument)
    # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]]) + sum(k, h[k, goal[e]]*B1[j, k]) + c1[j]
    m_argument = np.add(m_argument, c1, out=m_argument)
    m = np.tanh(m_argument)  # m[e, j] = tanh(m_argument[e, j])
    a = np.zeros((8, V_), dtype)  # a = 0
    _add_rows(a.T, goal, m)  # a[j, goal[e]] += m[e, j]
    g_argument = np.dot(U1, a)  # g_argument[j, v] = sum(k, U1[j, k]*a[k, v])
    # g_argument[j, v] = h[j, v] + sum(k, U1[j, k]*a[k, v])
    g_argument = np.add(g_argument, h, out=g_argument)
    g = np.tanh(g_argument)  # g[j, v] = tanh(g_argument[j, v])
    g_read = np.take(g, source, axis=1, mode="clip")  # g_read[k, e] = g[k, source[e]]
    o_argument = np.dot(g_read.T, A2.T)  # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]])
    g_read_2 = np.take(g, goal, axis=1, mode="clip")  # g_read_2[k, e] = g[k, goal[e]]
    # sum_o_argument[e, j] = sum(k, g[k, goal[e]]*B2[j, k])
    sum_o_argument = np.dot(g_read_2.T, B2.T)
    # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]]) + sum(k, g[k, goal[e]]*B2[j, k])
    o_argument = np.add(o_argument, sum_o_argument, out=o_argument)
    # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]]) + sum(k, g[k, goal[e]]*B2[j, k]) + c2[j]
    o_argument = np.add(o_argument, c2, out=o_argument)
    o = np.tanh(o_argument)  # o[e, j] = tanh(o_argument[e, j])
    q = np.zeros((8, V_), dtype)  # q = 0
    _add_rows(q.T, goal, o)  # q[j, goal[e]] += o[e, j]
    r_argument = np.dot(U2, q)  # r_argument[j, v] = sum(k, U2[j, k]*q[k, v])
    # r_argument[j, v] = g[j, v] + sum(k, U2[j, k]*q[k, v])
    r_argument = np.add(r_argument, g, out=r_argument)
    r = np.tanh(r_argument)  # r[j, v] = tanh(r_argument[j, v])
    p = np.dot(r.T, V)  # p[v] = sum(j, V[j]*r[j, v])
    sum_loss = np.subtract(y, p)  # sum_loss[v] = y[v] - p[v]
    sum_loss_2 = np.dot(sum_loss, sum_loss)  # sum_loss_2 = sum(v, (y[v] - p[v])**2)
    loss = sum_loss_2 / V_  # loss = sum(v, (y[v] - p[v])**2)/V
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, source, goal, y, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    E = _length("source", source, ("E",), 0)
    V_ = _length("x", x, ("V_", 5), 0)
    W = _floats("W", params["W"], (8, 5), dtype)
    b = _floats("b", params["b"], (8,), dtype)
    A1 = _floats("A1", params["A1"], (8, 8), dtype)
    B1 = _floats("B1", params["B1"], (8, 8), dtype)
    c1 = _floats("c1", params["c1"], (8,), dtype)
    U1 = _floats("U1", params["U1"], (8, 8), dtype)
    A2 = _floats("A2", params["A2"], (8, 8), dtype)
    B2 = _floats("B2", params["B2"], (8, 8), dtype)
    c2 = _floats("c2", params["c2"], (8,), dtype)
    U2 = _floats("U2", params["U2"], (8, 8), dtype)
    V = _floats("V", params["V"], (8,), dtype)
    x = _floats("x", x, (V_, 5), dtype)
    source = _integers("source", source, (E,), V_)
    goal = _integers("goal", goal, (E,), V_)
    y = _floats("y", y, (V_,), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_E = np.ones(E, dtype)
        ones_V = np.ones(V_, dtype)
    else:
        Workspace.require(workspace, (E, V_,), dtype)
        work = workspace
        ones_E = workspace.ones_E
        ones_V = workspace.ones_V
    h_argument = np.dot(W, x.T, out=work.h_argument)  # h_argument[j, v] = sum(k, W[j, k]*x[v, k])
    # h_argument[j, v] = sum(k, W[j, k]*x[v, k]) + b[j]
    h_argument = np.add(h_argument, b[:, None], out=h_argument)
    h = np.tanh(h_argument, out=work.h)  # h[j, v] = tanh(h_argument[j, v])
    # h_read[k, e] = h[k, source[e]]
    h_read = np.take(h, source, axis=1, out=work.h_read, mode="clip")
    # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]])
    m_argument = np.dot(h_read.T, A1.T, out=work.m_argument)
    # h_read_2[k, e] = h[k, goal[e]]
    h_read_2 = np.take(h, goal, axis=1, out=work.h_read_2, mode="clip")
    # sum_m_argument[e, j] = sum(k, h[k, goal[e]]*B1[j, k])
    sum_m_argument = np.dot(h_read_2.T, B1.T, out=work.sum_m_argument)
    # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]]) + sum(k, h[k, goal[e]]*B1[j, k])
    m_argument = np.add(m_argument, sum_m_argument, out=m_argument)
    # m_argument[e, j] = sum(k, A1[j, k]*h[k, source[e]]) + sum(k, h[k, goal[e]]*B1[j, k]) + c1[j]
    m_argument = np.add(m_argument, c1, out=m_argument)
    m = np.tanh(m_argument, out=work.m)  # m[e, j] = tanh(m_argument[e, j])
    a = _filled(0.0, work.a, (8, V_), dtype)  # a = 0
    _add_rows(a.T, goal, m)  # a[j, goal[e]] += m[e, j]
    g_argument = np.dot(U1, a, out=work.g_argument)  # g_argument[j, v] = sum(k, U1[j, k]*a[k, v])
    # g_argument[j, v] = h[j, v] + sum(k, U1[j, k]*a[k, v])
    g_argument = np.add(g_argument, h, out=g_argument)
    g = np.tanh(g_argument, out=work.g)  # g[j, v] = tanh(g_argument[j, v])
    # g_read[k, e] = g[k, source[e]]
    g_read = np.take(g, source, axis=1, out=work.g_read, mode="clip")
    # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]])
    o_argument = np.dot(g_read.T, A2.T, out=work.o_argument)
    # g_read_2[k, e] = g[k, goal[e]]
    g_read_2 = np.take(g, goal, axis=1, out=work.g_read_2, mode="clip")
    # sum_o_argument[e, j] = sum(k, g[k, goal[e]]*B2[j, k])
    sum_o_argument = np.dot(g_read_2.T, B2.T, out=work.sum_o_argument)
    # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]]) + sum(k, g[k, goal[e]]*B2[j, k])
    o_argument = np.add(o_argument, sum_o_argument, out=o_argument)
    # o_argument[e, j] = sum(k, A2[j, k]*g[k, source[e]]) + sum(k, g[k, goal[e]]*B2[j, k]) + c2[j]
    o_argument = np.add(o_argument, c2, out=o_argument)
    o = np.tanh(o_argument, out=work.o)  # o[e, j] = tanh(o_argument[e, j])
    q = _filled(0.0, work.q, (8, V_), dtype)  # q = 0
    _add_rows(q.T, goal, o)  # q[j, goal[e]] += o[e, j]
    r_argument = np.dot(U2, q, out=work.r_argument)  # r_argument[j, v] = sum(k, U2[j, k]*q[k, v])
    # r_argument[j, v] = g[j, v] + sum(k, U2[j, k]*q[k, v])
    r_argument = np.add(r_argument, g, out=r_argument)
    r = np.tanh(r_argument, out=work.r)  # r[j, v] = tanh(r_argument[j, v])
    p = np.dot(r.T, V, out=work.p)  # p[v] = sum(j, V[j]*r[j, v])
    rest_loss = np.subtract(y, p, out=work.rest_loss)  # rest_loss[v] = y[v] - p[v]
    sum_loss = np.dot(rest_loss, rest_loss)  # sum_loss = sum(v, rest_loss[v]**2)
    loss = sum_loss / V_  # loss = sum(v, rest_loss[v]**2)/V
    d_p = np.multiply(rest_loss, -dtype.type(2.0) / V_, out=work.d_p)  # d_p[v] = -2*rest_loss[v]/V
    d_V = np.dot(r, d_p)  # d_V[j] = sum(v, d_p[v]*r[j, v])
    # d_r_argument[j, v] = V[j]*d_p[v]
    d_r_argument = np.multiply(V[:, None], d_p, out=work.d_r_argument)
    # square_d_r_argument[j, v] = r[j, v]**2
    square_d_r_argument = np.square(r, out=work.square_d_r_argument)
    # square_d_r_argument[j, v] = 1 - r[j, v]**2
    square_d_r_argument = np.subtract(1.0, square_d_r_argument, out=square_d_r_argument)
    # d_r_argument[j, v] = (1 - r[j, v]**2)*V[j]*d_p[v]
    d_r_argument = np.multiply(d_r_argument, square_d_r_argument, out=d_r_argument)
    d_U2 = np.dot(d_r_argument, q.T)  # d_U2[j, k] = sum(v, d_r_argument[j, v]*q[k, v])
    # d_q[k, v] = sum(j, d_r_argument[j, v]*U2[j, k])
    d_q = np.dot(U2.T, d_r_argument, out=work.d_q)
    d_o_argument = np.square(o, out=work.d_o_argument)  # d_o_argument[e, j] = o[e, j]**2
    # d_o_argument[e, j] = 1 - o[e, j]**2
    d_o_argument = np.subtract(1.0, d_o_argument, out=d_o_argument)
    # d_q_read[j, e] = d_q[j, goal[e]]
    d_q_read = np.take(d_q, goal, axis=1, out=work.d_q_read, mode="clip")
    # d_o_argument[e, j] = d_q[j, goal[e]]*(1 - o[e, j]**2)
    d_o_argument = np.multiply(d_o_argument, d_q_read.T, out=d_o_argument)
    # g_read_3[k, e] = g[k, source[e]]
    g_read_3 = np.take(g, source, axis=1, out=work.g_read_3, mode="clip")
    # d_A2[j, k] = sum(e, d_o_argument[e, j]*g[k, source[e]])
    d_A2 = np.dot(d_o_argument.T, g_read_3.T)
    # g_read_4[k, e] = g[k, goal[e]]
    g_read_4 = np.take(g, goal, axis=1, out=work.g_read_4, mode="clip")
    # d_B2[j, k] = sum(e, d_o_argument[e, j]*g[k, goal[e]])
    d_B2 = np.dot(d_o_argument.T, g_read_4.T)
    d_c2 = np.dot(ones_E, d_o_argument)  # d_c2[j] = sum(e, d_o_argument[e, j])
    d_g = _filled(d_r_argument, work.d_g, (8, V_), dtype)  # d_g[j, v] = d_r_argument[j, v]
    # sum_d_g[k, e] = sum(j, d_o_argument[e, j]*A2[j, k])
    sum_d_g = np.dot(A2.T, d_o_argument.T, out=work.sum_d_g)
    _add_rows(d_g.T, source, sum_d_g.T)  # d_g[k, source[e]] += sum(j, d_o_argument[e, j]*A2[j, k])
    # sum_d_g_2[k, e] = sum(j, d_o_argument[e, j]*B2[j, k])
    sum_d_g_2 = np.dot(B2.T, d_o_argument.T, out=work.sum_d_g_2)
    _add_rows(d_g.T, goal, sum_d_g_2.T)  # d_g[k, goal[e]] += sum(j, d_o_argument[e, j]*B2[j, k])
    d_g_argument = np.square(g, out=work.d_g_argument)  # d_g_argument[j, v] = g[j, v]**2
    # d_g_argument[j, v] = 1 - g[j, v]**2
    d_g_argument = np.subtract(1.0, d_g_argument, out=d_g_argument)
    # d_g_argument[j, v] = d_g[j, v]*(1 - g[j, v]**2)
    d_g_argument = np.multiply(d_g_argument, d_g, out=d_g_argument)
    d_U1 = np.dot(d_g_argument, a.T)  # d_U1[j, k] = sum(v, d_g_argument[j, v]*a[k, v])
    # d_a[k, v] = sum(j, d_g_argument[j, v]*U1[j, k])
    d_a = np.dot(U1.T, d_g_argument, out=work.d_a)
    d_m_argument = np.square(m, out=work.d_m_argument)  # d_m_argument[e, j] = m[e, j]**2
    # d_m_argument[e, j] = 1 - m[e, j]**2
    d_m_argument = np.subtract(1.0, d_m_argument, out=d_m_argument)
    # d_a_read[j, e] = d_a[j, goal[e]]
    d_a_read = np.take(d_a, goal, axis=1, out=work.d_a_read, mode="clip")
    # d_m_argument[e, j] = d_a[j, goal[e]]*(1 - m[e, j]**2)
    d_m_argument = np.multiply(d_m_argument, d_a_read.T, out=d_m_argument)
    # h_read_3[k, e] = h[k, source[e]]
    h_read_3 = np.take(h, source, axis=1, out=work.h_read_3, mode="clip")
    # d_A1[j, k] = sum(e, d_m_argument[e, j]*h[k, source[e]])
    d_A1 = np.dot(d_m_argument.T, h_read_3.T)
    # h_read_4[k, e] = h[k, goal[e]]
    h_read_4 = np.take(h, goal, axis=1, out=work.h_read_4, mode="clip")
    # d_B1[j, k] = sum(e, d_m_argument[e, j]*h[k, goal[e]])
    d_B1 = np.dot(d_m_argument.T, h_read_4.T)
    d_c1 = np.dot(ones_E, d_m_argument)  # d_c1[j] = sum(e, d_m_argument[e, j])
    d_h = _filled(d_g_argument, work.d_h, (8, V_), dtype)  # d_h[j, v] = d_g_argument[j, v]
    # sum_d_h[k, e] = sum(j, d_m_argument[e, j]*A1[j, k])
    sum_d_h = np.dot(A1.T, d_m_argument.T, out=work.sum_d_h)
    _add_rows(d_h.T, source, sum_d_h.T)  # d_h[k, source[e]] += sum(j, d_m_argument[e, j]*A1[j, k])
    # sum_d_h_2[k, e] = sum(j, d_m_argument[e, j]*B1[j, k])
    sum_d_h_2 = np.dot(B1.T, d_m_argument.T, out=work.sum_d_h_2)
    _add_rows(d_h.T, goal, sum_d_h_2.T)  # d_h[k, goal[e]] += sum(j, d_m_argument[e, j]*B1[j, k])
    d_h_argument = np.square(h, out=work.d_h_argument)  # d_h_argument[j, v] = h[j, v]**2
    # d_h_argument[j, v] = 1 - h[j, v]**2
    d_h_argument = np.subtract(1.0, d_h_argument, out=d_h_argument)
    # d_h_argument[j, v] = d_h[j, v]*(1 - h[j, v]**2)
    d_h_argument = np.multiply(d_h_argument, d_h, out=d_h_argument)
    d_W = np.dot(d_h_argument, x)  # d_W[j, k] = sum(v, d_h_argument[j, v]*x[v, k])
    d_b = np.dot(d_h_argument, ones_V)  # d_b[j] = sum(v, d_h_argument[j, v])
    grads = {
        "W": d_W,
        "b": d_b,
        "A1": d_A1,
        "B1": d_B1,
        "c1": d_c1,
        "U1": d_U1,
        "A2": d_A2,
        "B2": d_B2,
        "c2": d_c2,
        "U2": d_U2,
        "V": d_V,
    }
    return loss, grads


def pack(params):
    """All parameters, or all gradients, as one new vector in the order of PARAMETERS."""
    dtype = _dtype(params)
    return np.concatenate([_floats(n, params[n], s, dtype).ravel() for n, s in PARAMETERS.items()])


def unpack(vector, **extents):
    """The dict of new arrays that ``pack`` made this vector of; free extents by keyword."""
    shapes = {
        name: tuple(extents.get(size, size) for size in shape) for name, shape in PARAMETERS.items()
    }
    counts = [int(np.prod(shape, dtype=np.intp)) for shape in shapes.values()]
    dtype = np.float32 if getattr(vector, "dtype", None) == np.float32 else np.float64
    vector = _floats("vector", vector, (sum(counts),), np.dtype(dtype))
    parts = np.split(vector, np.cumsum(counts)[:-1])
    return {
        name: part.reshape(shape).copy()
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


def value_and_flat_grad(vector, x, source, goal, y):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, source, goal, y))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, source, goal, y,
    learning_rate=0.01,
    max_steps=1000,
    target_loss=None,
    min_improvement=0.0,
    callback=None,
):
    """Move each parameter against its derivative times the learning rate, until it is enough.

    Stops when the loss is at most ``target_loss``, when it changes by less than
    ``min_improvement``, when it is no longer finite, when ``callback(step, loss, params)``, which
    is given copies, returns True, or after ``max_steps``.  The given arrays stay as they are.
    """
    return _descend(
        params,
        (x, source, goal, y),
        learning_rate,
        max_steps,
        target_loss,
        min_improvement,
        callback,
    )


def _descend(params, data, learning_rate, max_steps, target_loss, min_improvement, callback):
    """``fit`` with its data in a tuple, so that no name of theirs meets one of these."""
    dtype = _dtype(params)
    max_steps = _whole("max_steps", max_steps)
    for name, value in (("learning_rate", learning_rate), ("min_improvement", min_improvement)):
        if not np.isfinite(_number(value)):
            raise ValueError(f"{name} is {value!r}, expected a finite number")
    if target_loss is not None and np.isnan(_number(target_loss)):
        raise ValueError(f"target_loss is {target_loss!r}, which is not a number or None")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback is {callback!r}, expected a function of (step, loss, params)")
    params = {n: _floats(n, params[n], s, dtype).copy() for n, s in PARAMETERS.items()}
    losses = []
    for step in range(max_steps + 1):
        value, grads = value_and_grad(params, *data)
        losses.append(float(value))
        if target_loss is not None and value <= target_loss:
            return Fit(params, losses, "the loss is acceptable")
        if not np.isfinite(value):
            return Fit(params, losses, "the loss is no longer finite; try a smaller learning rate")
        if step and abs(losses[-2] - losses[-1]) < min_improvement:
            return Fit(params, losses, "improvements became negligible")
        if callback is not None:
            copies = {name: array.copy() for name, array in params.items()}
            if callback(step, losses[-1], copies):
                return Fit(params, losses, "the callback asked to stop")
        if step < max_steps:
            for name, grad in grads.items():
                params[name] -= dtype.type(learning_rate) * grad
    return Fit(params, losses, "all steps were made")


def _dtype(params):
    """The dtype of the parameters; plain Python floats go with either."""
    if not isinstance(params, dict) or params.keys() != PARAMETERS.keys():
        raise _misnamed(params)
    dtype = first = None
    for name in PARAMETERS:
        found = getattr(params[name], "dtype", None)
        if found is None or found is dtype:
            continue
        kind = _array(name, params[name]).dtype.type
        if kind is not np.float32 and kind is not np.float64:
            raise _mistyped(name, params[name], "expected float32 or float64", "float64")
        found = np.dtype(kind)  # the one in native order, which NumPy knows as its own
        if dtype is not None and found is not dtype:
            raise TypeError(
                f"{first} holds {dtype}, but {name} holds {found}; use one dtype: params = "
                "{name: np.asarray(value, np.float64) for name, value in params.items()}"
            )
        dtype, first = found, name
    return np.dtype(np.float64) if dtype is None else dtype


def _floats(name, value, shape, dtype):
    """The argument as an array of the given shape and dtype; raises TypeError or ValueError."""
    if type(value) is np.ndarray and value.dtype is dtype and value.shape == shape:
        return value
    if not shape and (type(value) is dtype.type or type(value) is float):
        return np.array(value, dtype)
    array = _array(name, value)
    if array.dtype.kind != "f":
        raise _mistyped(name, value, f"expected {dtype}", dtype)
    if hasattr(value, "dtype") and array.dtype.newbyteorder("=") != dtype:
        raise _mistyped(name, value, f"but the parameters hold {dtype}", dtype)
    if array.shape != shape and not _fits(array.shape, shape):
        raise _misshapen(name, value, shape)
    return array.astype(dtype, copy=False)


def _integers(name, value, shape, limit):
    """The argument as integers from 0 to below ``limit``; raises TypeError or ValueError."""
    array = _array(name, value)
    if limit is not None and array.shape == (*shape, limit):
        raise ValueError(
            f"{name} has shape {array.shape}, expected {shape}; if it is one-hot, "
            f"pass {_written(name, value)}.argmax(-1)"
        )
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(
            f"{name} holds {array.dtype}, expected integers; if all are whole, "
            f"pass {_written(name, value)}.astype(np.int64)"
        )
    if array.shape != shape:
        raise _misshapen(name, value, shape)
    indices = np.ascontiguousarray(array, np.intp).reshape(shape)
    if limit is not None and indices.size and indices.view(np.uintp).max() >= limit:
        low, high = array.min(), array.max()
        mend = "; a negative one does not count from the end" if low < 0 else ""
        if (low, high) == (1, limit):
            mend = f"; if they count from one, pass {_written(name, value)} - 1"
        raise ValueError(
            f"{name} holds values from {low} to {high}, expected 0 to {limit - 1}{mend}"
        )
    return indices


def _length(name, value, shape, axis):
    """The extent that an argument binds."""
    found = _array(name, value).shape
    if len(found) != len(shape):
        raise _misshapen(name, value, shape)
    return found[axis]


def _filled(value, out, shape, dtype):
    """A copy of ``value``, broadcast to ``shape``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, value)
    return out


def _add_rows(table, index, rows):
    """Add each row to the row of the table that its index names; equal indices add up.

    Element by element in one dimension, where ``add.at`` is several times faster than by rows.
    """
    if table.flags.c_contiguous:
        width = table[:1].size
        index = (index.reshape(-1, 1) * width + np.arange(width)).ravel()
        table = table.reshape(-1)
    np.add.at(table, index, rows.reshape(index.shape + table.shape[1:]))


def check(seed=0):
    """The largest relative disagreement of the gradients, in float64, with what they should be.

    That is what differences of the loss are along one direction in one parameter at a time.
    """
    return max(_disagreements(seed).values(), default=0.0)


def _disagreements(seed):
    """By what is compared; the numbers look random and are the same on every machine."""
    found = {}
    for signs in ("any", "positive data", "positive"):
        params, args, ways = _point(seed, signs)
        value, grads = value_and_grad(params, *args)
        if np.isfinite(value):
            break
    for name, grad in grads.items():
        way = ways[name] / max(1.0, np.sqrt(np.sum(ways[name] * ways[name])))

        def along(h, name=name, way=way, params=params, args=args):
            return float(loss({**params, name: params[name] + h * way}, *args))

        # A wide step is the more exact one, a narrow one seldom meets a kink among thousands.
        errors = []
        for h in (1e-3, 1e-5, 1e-7):
            near, far = along(h) - along(-h), along(2 * h) - along(-2 * h)
            slope = (8 * near - far) / (12 * h)
            # What rounding leaves of the loss is no slope.
            least = max(abs(slope), 1e-3 * abs(float(value)), 1e-300)
            errors.append(abs(slope - np.sum(grad * way)) / least)
        error = min(errors) if np.all(np.isfinite(errors)) else np.inf
        found[f"gradient by {name}, by differences"] = error
    return {name: error if np.isfinite(error) else np.inf for name, error in found.items()}


def _point(number, signs):
    """Parameters, data in the order of calls, and directions by parameter."""
    extents = {"E": 3, "V_": 4}
    limits = {"source": extents["V_"], "goal": extents["V_"]}
    start = 1000003 * number
    params, data, ways = {}, {}, {}
    for kind, shapes in ((params, PARAMETERS), (data, {**INPUTS, **TARGETS}), (ways, PARAMETERS)):
        for name, shape in shapes.items():
            sizes = tuple(extents.get(size, size) for size in shape)
            numbers = _spread(start, int(np.prod(sizes, dtype=np.intp))).reshape(sizes)
            start += numbers.size
            side = 2.0 * numbers - 1.0
            if kind is params:
                width = np.sqrt(float(max(1, np.prod(sizes[1:], dtype=np.intp))))
                side = (0.3 + 0.9 * np.abs(side)) * np.where(side < 0.0, -1.0, 1.0) / width
                side = np.abs(side) if signs == "positive" else side
            elif name in limits and kind is data:
                side = np.asarray(numbers * limits[name], np.intp)
            elif kind is data:
                side = 1.5 * side if signs == "any" else 0.2 + 0.9 * numbers
            kind[name] = side
    return params, tuple(data.values()), ways


def _spread(start, count):
    """Numbers between 0 and 1 that look as if they were drawn, by whole numbers modulo 2**32."""
    found = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    for factor in (2654435761, 2246822519, 3266489917):
        found = found * np.uint64(factor) % np.uint64(2**32)
        found ^= found >> np.uint64(15)
    return (found + 0.5) / 2.0**32


# Arguments that do not fit: an error names each, what it is, what is expected, and what to pass.


def _array(name, value):
    """The argument as NumPy reads it; raises TypeError where that is no array."""
    if type(value) is np.ndarray:
        return value
    try:
        array = np.asarray(value)
    except Exception:
        array = np.asarray(None)  # whatever the reason is: it is no array
    if (array.ndim or array.dtype.kind in "biufc") and not isinstance(value, np.ma.MaskedArray):
        return array
    told = "None" if value is None else f"a {type(value).__name__}"
    mend = ", as np.asarray makes one of numbers"
    if hasattr(value, "detach"):
        mend = f"; pass {_written(name)}.detach().cpu().numpy()"
    raise TypeError(f"{name} is {told}, expected an array{mend}")


def _written(name, value=None):
    """An argument as the caller writes it, as an array where its value is another object."""
    text = f'params["{name}"]' if name in PARAMETERS else name
    return text if value is None or isinstance(value, np.ndarray) else f"np.asarray({text})"


def _mistyped(name, value, expected, dtype):
    """The error where an argument holds numbers of another kind."""
    found, text = np.asarray(value).dtype, _written(name, value)
    return TypeError(f"{name} holds {found}, {expected}; pass {text}.astype(np.{dtype})")


def _fits(found, shape):
    """Whether a shape is the one expected, in which a text stands for any extent."""
    return len(found) == len(shape) and all(
        isinstance(size, str) or size == extent for size, extent in zip(shape, found, strict=True)
    )


def _misshapen(name, value, shape):
    """The error where a shape does not fit: what bound its extents, and what makes it fit."""
    shapes = {**INPUTS, **TARGETS, **PARAMETERS}
    binding = {size: key for key, sizes in reversed(shapes.items()) for size in sizes}
    found, named = np.shape(value), shapes.get(name, shape)
    wanted, because = list(shape), {}
    for axis, extent in enumerate(named):
        bound = extent != shape[axis] and extent.isidentifier()
        if bound and binding[extent] == name:
            wanted[axis] = extent  # by this argument itself, so that any fits
        elif bound:
            because[extent] = f"{extent} is {shape[axis]} in {binding[extent]}"
    known = [size for size in wanted if not isinstance(size, str)]
    rows = np.size(value) // max(1, np.prod(known, dtype=int))
    sizes = tuple(rows if isinstance(size, str) else size for size in wanted)
    alike = [n for n in found if n != 1] == [n for n in sizes if n != 1]
    mend = ""
    if _fits(found[::-1], wanted) and not _fits(found, wanted):
        mend = f"; pass {_written(name, value)}.T"
    elif alike or sizes == (*found[:1], np.prod(found[1:], dtype=int)):
        free = any(isinstance(extent, str) for extent in named[:1])
        text = ", ".join(map(str, (-1, *sizes[1:]) if free else sizes)) or "()"
        mend = f"; pass {_written(name, value)}.reshape({text})"
    expected = ", ".join(map(str, wanted if mend else shape)) + "," * (len(shape) == 1)
    told = f", as {' and '.join(because.values())}" if because else ""
    return ValueError(f"{name} has shape {found}, expected ({expected}){told}{mend}")


def _misnamed(params):
    """The error where parameters are no dict with the keys of PARAMETERS."""
    import difflib

    if not isinstance(params, dict):
        return TypeError(f"params is a dict of arrays, not {type(params).__name__}; see init()")
    missing = sorted(PARAMETERS.keys() - params.keys())
    unknown = sorted(map(str, params.keys() - PARAMETERS.keys()))
    lower = {name.lower(): name for name in missing}
    meant = [
        f"{lower[near]} by {name}"
        for name in unknown for near in difflib.get_close_matches(name.lower(), lower, 1)
    ]
    mend = f"; did you mean {', '.join(meant)}?" if meant else ""
    return ValueError(f"params lacks {missing} and has unknown {unknown}{mend}")


def _precision(dtype):
    """One of the two dtypes that there are; raises TypeError."""
    if isinstance(dtype, np.ndarray) or dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"dtype is {dtype!r}, expected np.float32 or np.float64")
    return np.dtype(dtype)


def _whole(name, value):
    """An integer that is not negative, as an int; raises ValueError."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is {value!r}, expected an integer that is not negative")
    return int(value)


def _number(value):
    """A value as a float, NaN where it is no number."""
    try:
        return np.nan if isinstance(value, (bool, str, bytes)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


if __name__ == "__main__":
    found = _disagreements(0)
    worst = max(found, key=found.get, default="nothing")
    error = found.get(worst, 0.0)
    print(f"largest relative disagreement: {error:.1e}, of the {worst}")
    raise SystemExit(0 if error < 1e-6 else 1)
