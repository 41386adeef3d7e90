"""Loss and gradients of the network neural_ode.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    u[n, 0, j] = x[n, j]
    u[n, 1 + t, j] = u[n, t, j] + (p[n, t, j] + 2*q[n, t, j] + 2*r[n, t, j] + s[n, t, j])*step/6
    a[n, t, i] = tanh(sum(j, W[i, j]*u[n, t, j]) + b[i])
    p[n, t, j] = sum(i, V[j, i]*a[n, t, i]) + c[j]
    d[n, t, i] = tanh(sum(j, W[i, j]*(u[n, t, j] + p[n, t, j]*step/2)) + b[i])
    q[n, t, j] = sum(i, V[j, i]*d[n, t, i]) + c[j]
    e[n, t, i] = tanh(sum(j, W[i, j]*(u[n, t, j] + q[n, t, j]*step/2)) + b[i])
    r[n, t, j] = sum(i, V[j, i]*e[n, t, i]) + c[j]
    f[n, t, i] = tanh(sum(j, W[i, j]*(u[n, t, j] + r[n, t, j]*step)) + b[i])
    s[n, t, j] = sum(i, V[j, i]*f[n, t, i]) + c[j]
    loss = sum(n, j, (y[n, j] - u[n, 10, j])**2)/2/N

Extents bound at each call: N.

Conventions:
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 6728*N + 64
    backward: 13286*N + 246
    workspace, in floats: 2484*N + Max(32, 2*N) + 2*Max(32, 160*N)
"""

import numpy as np

TITLE = "Neural differential equation"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W": (16, 2),
    "b": (16,),
    "V": (2, 16),
    "c": (2,),
}
INPUTS = {
    "x": ("N", 2),
}
TARGETS = {
    "y": ("N", 2),
}
OUTPUTS = ("u",)
# One derivative of the loss per parameter.
LATEX = {
    "W": (
        "\\frac{\\partial L}{\\partial W_{i,j}} = \\sum_{n,t} \\overline{\\"
        "tilde{f}}_{n,t,i} (u_{n,t,j} + r_{n,t,j} \\, \\text{step}) + \\"
        "sum_{n,t} \\left(u_{n,t,j} + \\frac{\\text{step} p_{n,t,j}}{2}\\"
        "right) \\overline{\\tilde{d}}_{n,t,i} + \\sum_{n,t} \\left(u_{n,"
        "t,j} + \\frac{\\text{step} q_{n,t,j}}{2}\\right) \\overline{\\wid"
        "etilde{\\text{e}}}_{n,t,i} + \\sum_{n,t} u_{n,t,j} \\overline{\\"
        "tilde{a}}_{n,t,i}"
    ),
    "b": (
        "\\frac{\\partial L}{\\partial b_i} = \\sum_{n,t} \\overline{\\tild"
        "e{f}}_{n,t,i} + \\sum_{n,t} \\overline{\\widetilde{\\text{e}}}_{"
        "n,t,i} + \\sum_{n,t} \\overline{\\tilde{d}}_{n,t,i} + \\sum_{n,t"
        "} \\overline{\\tilde{a}}_{n,t,i}"
    ),
    "V": (
        "\\frac{\\partial L}{\\partial V_{j,i}} = \\sum_{n,t} \\bar{s}_{n,"
        "t,j} f_{n,t,i} + \\sum_{n,t} \\bar{r}_{n,t,j} \\, \\text{e}_{n,t"
        ",i} + \\sum_{n,t} \\bar{q}_{n,t,j} d_{n,t,i} + \\sum_{n,t} \\bar"
        "{p}_{n,t,j} a_{n,t,i}"
    ),
    "c": (
        "\\frac{\\partial L}{\\partial c_j} = \\sum_{n,t} \\bar{s}_{n,t,j}"
        " + \\sum_{n,t} \\bar{r}_{n,t,j} + \\sum_{n,t} \\bar{q}_{n,t,j} +"
        " \\sum_{n,t} \\bar{p}_{n,t,j}"
    ),
}
_BUFFERS = (
    "u",
    "a_argument",
    "a",
    "p",
    "d_argument",
    "d",
    "q",
    "e_argument",
    "e",
    "r",
    "f_argument",
    "f",
    "s",
    "W_copy",
    "V_copy",
    "product_d_argument",
    "product_e_argument",
    "product_f_argument",
    "sum_loss",
    "steps_d_f_argument",
    "steps_d_e_argument",
    "steps_d_d_argument",
    "steps_d_a_argument",
    "d_u",
    "sum_d_u",
    "d_s",
    "d_f",
    "d_f_argument",
    "sum_W",
    "d_r",
    "d_e",
    "d_e_argument",
    "sum_W_2",
    "d_q",
    "d_d",
    "d_d_argument",
    "sum_W_3",
    "d_p",
    "d_a",
    "d_a_argument",
    "product_d_r",
    "product_d_q",
    "sum_d_u_2",
    "product_d_W",
    "product_d_W_2",
    "sum_d_W",
    "product_d_W_3",
    "sum_d_W_2",
    "sum_d_W_3",
    "sum_d_b",
    "sum_d_b_2",
    "sum_d_b_3",
    "sum_d_V",
    "sum_d_V_2",
    "sum_d_V_3",
    "sum_d_c",
    "sum_d_c_2",
    "sum_d_c_3",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()
_CONSTANT_step = np.array(0.1)


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W": np.asarray(rng.uniform(-0.5773502691896257, 0.5773502691896257, (16, 2)), dtype),
        "b": np.full((16,), 0.0, dtype),
        "V": np.asarray(rng.uniform(-0.5773502691896257, 0.5773502691896257, (2, 16)), dtype),
        "c": np.full((2,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    2484*N + Max(32, 2*N) + 2*Max(32, 160*N) floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(22 * N, dtype)
        self.u = memory_1.reshape(11, N, 2)
        memory_2 = np.empty(160 * N, dtype)
        self.a_argument = memory_2.reshape(10, N, 16)
        self.steps_d_f_argument = memory_2.reshape(10, N, 16)
        memory_3 = np.empty(160 * N, dtype)
        self.a = memory_3.reshape(10, N, 16)
        memory_4 = np.empty(20 * N, dtype)
        self.p = memory_4.reshape(10, N, 2)
        self.product_d_W_3 = memory_4.reshape(10, N, 2)
        memory_5 = np.empty(160 * N, dtype)
        self.d_argument = memory_5.reshape(10, N, 16)
        self.steps_d_e_argument = memory_5.reshape(10, N, 16)
        memory_6 = np.empty(160 * N, dtype)
        self.d = memory_6.reshape(10, N, 16)
        memory_7 = np.empty(20 * N, dtype)
        self.q = memory_7.reshape(10, N, 2)
        self.product_d_W_2 = memory_7.reshape(10, N, 2)
        memory_8 = np.empty(160 * N, dtype)
        self.e_argument = memory_8.reshape(10, N, 16)
        self.steps_d_d_argument = memory_8.reshape(10, N, 16)
        memory_9 = np.empty(160 * N, dtype)
        self.e = memory_9.reshape(10, N, 16)
        memory_10 = np.empty(20 * N, dtype)
        self.r = memory_10.reshape(10, N, 2)
        self.product_d_W = memory_10.reshape(10, N, 2)
        memory_11 = np.empty(160 * N, dtype)
        self.f_argument = memory_11.reshape(10, N, 16)
        self.steps_d_a_argument = memory_11.reshape(10, N, 16)
        memory_12 = np.empty(160 * N, dtype)
        self.f = memory_12.reshape(10, N, 16)
        memory_13 = np.empty(22 * N, dtype)
        self.s = memory_13[: 20 * N].reshape(10, N, 2)
        self.d_u = memory_13.reshape(11, N, 2)
        memory_14 = np.empty(max(160 * N, 32), dtype)
        self.W_copy = memory_14[: 32].reshape(2, 16)
        self.d_f = memory_14[: 160 * N].reshape(10, N, 16)
        memory_15 = np.empty(max(160 * N, 32), dtype)
        self.V_copy = memory_15[: 32].reshape(16, 2)
        self.d_f_argument = memory_15[: 160 * N].reshape(10, N, 16)
        memory_16 = np.empty(20 * N, dtype)
        self.product_d_argument = memory_16[: 2 * N].reshape(N, 2)
        self.product_e_argument = memory_16[: 2 * N].reshape(N, 2)
        self.product_f_argument = memory_16[: 2 * N].reshape(N, 2)
        self.sum_loss = memory_16[: 2 * N].reshape(N, 2)
        self.sum_d_u = memory_16[: 2 * N].reshape(N, 2)
        self.d_s = memory_16.reshape(10, N, 2)
        memory_17 = np.empty(20 * N, dtype)
        self.sum_W = memory_17.reshape(10, 2, N)
        memory_18 = np.empty(20 * N, dtype)
        self.d_r = memory_18.reshape(10, N, 2)
        memory_19 = np.empty(160 * N, dtype)
        self.d_e = memory_19.reshape(10, N, 16)
        memory_20 = np.empty(160 * N, dtype)
        self.d_e_argument = memory_20.reshape(10, N, 16)
        memory_21 = np.empty(20 * N, dtype)
        self.sum_W_2 = memory_21.reshape(10, 2, N)
        memory_22 = np.empty(20 * N, dtype)
        self.d_q = memory_22.reshape(10, N, 2)
        memory_23 = np.empty(160 * N, dtype)
        self.d_d = memory_23.reshape(10, N, 16)
        memory_24 = np.empty(160 * N, dtype)
        self.d_d_argument = memory_24.reshape(10, N, 16)
        memory_25 = np.empty(20 * N, dtype)
        self.sum_W_3 = memory_25.reshape(10, 2, N)
        memory_26 = np.empty(20 * N, dtype)
        self.d_p = memory_26.reshape(10, N, 2)
        memory_27 = np.empty(160 * N, dtype)
        self.d_a = memory_27.reshape(10, N, 16)
        memory_28 = np.empty(160 * N, dtype)
        self.d_a_argument = memory_28.reshape(10, N, 16)
        memory_29 = np.empty(max(2 * N, 32), dtype)
        self.product_d_r = memory_29[: 2 * N].reshape(N, 2)
        self.product_d_q = memory_29[: 2 * N].reshape(N, 2)
        self.sum_d_u_2 = memory_29[: 2 * N].reshape(N, 2)
        self.sum_d_W = memory_29[: 32].reshape(16, 2)
        self.sum_d_W_2 = memory_29[: 32].reshape(16, 2)
        self.sum_d_W_3 = memory_29[: 32].reshape(16, 2)
        self.sum_d_b = memory_29[: 16].reshape(16)
        self.sum_d_b_2 = memory_29[: 16].reshape(16)
        self.sum_d_b_3 = memory_29[: 16].reshape(16)
        self.sum_d_V = memory_29[: 32].reshape(2, 16)
        self.sum_d_V_2 = memory_29[: 32].reshape(2, 16)
        self.sum_d_V_3 = memory_29[: 32].reshape(2, 16)
        self.sum_d_c = memory_29[: 2].reshape(2)
        self.sum_d_c_2 = memory_29[: 2].reshape(2)
        self.sum_d_c_3 = memory_29[: 2].reshape(2)
        self.ones_1 = np.ones(10 * N, dtype)

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
def forward(params, x):
    """The output u, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 2), 0)
    W = _floats("W", params["W"], (16, 2), dtype)
    b = _floats("b", params["b"], (16,), dtype)
    V = _floats("V", params["V"], (2, 16), dtype)
    c = _floats("c", params["c"], (2,), dtype)
    x = _floats("x", x, (N, 2), dtype)
    step = _CONSTANT_step.astype(dtype, copy=False)
    u = np.empty((N, 11, 2), dtype)  # u, part by part
    u[:, 0] = x  # u[n, 0, j] = x[n, j]
    a_argument = np.empty((10, N, 16), dtype)  # a_argument, part by part
    a = np.empty((10, N, 16), dtype)  # a, part by part
    p = np.empty((10, N, 2), dtype)  # p, part by part
    d_argument = np.empty((10, N, 16), dtype)  # d_argument, part by part
    d = np.empty((10, N, 16), dtype)  # d, part by part
    q = np.empty((10, N, 2), dtype)  # q, part by part
    e_argument = np.empty((10, N, 16), dtype)  # e_argument, part by part
    e = np.empty((10, N, 16), dtype)  # e, part by part
    r = np.empty((10, N, 2), dtype)  # r, part by part
    f_argument = np.empty((10, N, 16), dtype)  # f_argument, part by part
    f = np.empty((10, N, 16), dtype)  # f, part by part
    s = np.empty((10, N, 2), dtype)  # s, part by part
    W_copy = _filled(W.T, None, (2, 16), dtype)  # W_copy[j, i] = W[i, j]
    V_copy = _filled(V.T, None, (16, 2), dtype)  # V_copy[i, j] = V[j, i]
    for t in range(10):
        # a_argument_view[n, i] = sum(j, W[i, j]*u[n, t, j])
        np.dot(u[:, t], W_copy, out=a_argument[t])
        # a_argument[t, n, i] = sum(j, W[i, j]*u[n, t, j]) + b[i]
        np.add(a_argument[t], b, out=a_argument[t])
        np.tanh(a_argument[t], out=a[t])  # a[t, n, i] = tanh(a_argument[t, n, i])
        np.dot(a[t], V_copy, out=p[t])  # p_view[n, j] = sum(i, V[j, i]*a[t, n, i])
        np.add(p[t], c, out=p[t])  # p[t, n, j] = sum(i, V[j, i]*a[t, n, i]) + c[j]
        # product_d_argument[n, j] = p[t, n, j]*step/2
        product_d_argument = np.multiply(p[t], step / 2.0)
        # product_d_argument[n, j] = u[n, t, j] + p[t, n, j]*step/2
        product_d_argument = np.add(product_d_argument, u[:, t], out=product_d_argument)
        # d_argument_view[n, i] = sum(j, W[i, j]*(u[n, t, j] + p[t, n, j]*step/2))
        np.dot(product_d_argument, W_copy, out=d_argument[t])
        # d_argument[t, n, i] = sum(j, W[i, j]*(u[n, t, j] + p[t, n, j]*step/2)) + b[i]
        np.add(d_argument[t], b, out=d_argument[t])
        np.tanh(d_argument[t], out=d[t])  # d[t, n, i] = tanh(d_argument[t, n, i])
        np.dot(d[t], V_copy, out=q[t])  # q_view[n, j] = sum(i, V[j, i]*d[t, n, i])
        np.add(q[t], c, out=q[t])  # q[t, n, j] = sum(i, V[j, i]*d[t, n, i]) + c[j]
        # product_e_argument[n, j] = q[t, n, j]*step/2
        product_e_argument = np.multiply(q[t], step / 2.0)
        # product_e_argument[n, j] = u[n, t, j] + q[t, n, j]*step/2
        product_e_argument = np.add(product_e_argument, u[:, t], out=product_e_argument)
        # e_argument_view[n, i] = sum(j, W[i, j]*(u[n, t, j] + q[t, n, j]*step/2))
        np.dot(product_e_argument, W_copy, out=e_argument[t])
        # e_argument[t, n, i] = sum(j, W[i, j]*(u[n, t, j] + q[t, n, j]*step/2)) + b[i]
        np.add(e_argument[t], b, out=e_argument[t])
        np.tanh(e_argument[t], out=e[t])  # e[t, n, i] = tanh(e_argument[t, n, i])
        np.dot(e[t], V_copy, out=r[t])  # r_view[n, j] = sum(i, V[j, i]*e[t, n, i])
        np.add(r[t], c, out=r[t])  # r[t, n, j] = sum(i, V[j, i]*e[t, n, i]) + c[j]
        product_f_argument = np.multiply(r[t], step)  # product_f_argument[n, j] = r[t, n, j]*step
        # product_f_argument[n, j] = u[n, t, j] + r[t, n, j]*step
        product_f_argument = np.add(product_f_argument, u[:, t], out=product_f_argument)
        # f_argument_view[n, i] = sum(j, W[i, j]*(u[n, t, j] + r[t, n, j]*step))
        np.dot(product_f_argument, W_copy, out=f_argument[t])
        # f_argument[t, n, i] = sum(j, W[i, j]*(u[n, t, j] + r[t, n, j]*step)) + b[i]
        np.add(f_argument[t], b, out=f_argument[t])
        np.tanh(f_argument[t], out=f[t])  # f[t, n, i] = tanh(f_argument[t, n, i])
        np.dot(f[t], V_copy, out=s[t])  # s_view[n, j] = sum(i, V[j, i]*f[t, n, i])
        np.add(s[t], c, out=s[t])  # s[t, n, j] = sum(i, V[j, i]*f[t, n, i]) + c[j]
        np.add(q[t], r[t], out=u[:, t + 1])  # u_view_6[n, j] = q[t, n, j] + r[t, n, j]
        # u_view_6[n, j] = 2*q[t, n, j] + 2*r[t, n, j]
        np.multiply(u[:, t + 1], 2.0, out=u[:, t + 1])
        # u_view_6[n, j] = p[t, n, j] + 2*(q[t, n, j] + r[t, n, j])
        np.add(u[:, t + 1], p[t], out=u[:, t + 1])
        # u_view_6[n, j] = p[t, n, j] + 2*(q[t, n, j] + r[t, n, j]) + s[t, n, j]
        np.add(u[:, t + 1], s[t], out=u[:, t + 1])
        # u_view_6[n, j] = (p[t, n, j] + 2*q[t, n, j] + 2*r[t, n, j] + s[t, n, j])*step/6
        np.multiply(u[:, t + 1], step / 6.0, out=u[:, t + 1])
        # u[n, 1 + t, j] = u[n, t, j] + (p[t, n, j] + 2*q[t, n, j] + 2*r[t, n, j] + s[t, n,
        #     j])*step/6
        np.add(u[:, t + 1], u[:, t], out=u[:, t + 1])
    return u


@np.errstate(all="ignore")
def loss(params, x, y):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 2), 0)
    W = _floats("W", params["W"], (16, 2), dtype)
    b = _floats("b", params["b"], (16,), dtype)
    V = _floats("V", params["V"], (2, 16), dtype)
    c = _floats("c", params["c"], (2,), dtype)
    x = _floats("x", x, (N, 2), dtype)
    y = _floats("y", y, (N, 2), dtype)
    step = _CONSTANT_step.astype(dtype, copy=False)
    u = np.empty((11, N, 2), dtype)  # u, part by part
    u[0] = x  # u[0, n, j] = x[n, j]
    a_argument = np.empty((10, N, 16), dtype)  # a_argument, part by part
    a = np.empty((10, N, 16), dtype)  # a, part by part
    p = np.empty((10, N, 2), dtype)  # p, part by part
    d_argument = np.empty((10, N, 16), dtype)  # d_argument, part by part
    d = np.empty((10, N, 16), dtype)  # d, part by part
    q = np.empty((10, N, 2), dtype)  # q, part by part
    e_argument = np.empty((10, N, 16), dtype)  # e_argument, part by part
    e = np.empty((10, N, 16), dtype)  # e, part by part
    r = np.empty((10, N, 2), dtype)  # r, part by part
    f_argument = np.empty((10, N, 16), dtype)  # f_argument, part by part
    f = np.empty((10, N, 16), dtype)  # f, part by part
    s = np.empty((10, N, 2), dtype)  # s, part by part
    W_copy = _filled(W.T, None, (2, 16), dtype)  # W_copy[j, i] = W[i, j]
    V_copy = _filled(V.T, None, (16, 2), dtype)  # V_copy[i, j] = V[j, i]
    for t in range(10):
        # a_argument_view[n, i] = sum(j, W[i, j]*u[t, n, j])
        np.dot(u[t], W_copy, out=a_argument[t])
        # a_argument[t, n, i] = sum(j, W[i, j]*u[t, n, j]) + b[i]
        np.add(a_argument[t], b, out=a_argument[t])
        np.tanh(a_argument[t], out=a[t])  # a[t, n, i] = tanh(a_argument[t, n, i])
        np.dot(a[t], V_copy, out=p[t])  # p_view[n, j] = sum(i, V[j, i]*a[t, n, i])
        np.add(p[t], c, out=p[t])  # p[t, n, j] = sum(i, V[j, i]*a[t, n, i]) + c[j]
        # product_d_argument[n, j] = p[t, n, j]*step/2
        product_d_argument = np.multiply(p[t], step / 2.0)
        # product_d_argument[n, j] = u[t, n, j] + p[t, n, j]*step/2
        product_d_argument = np.add(product_d_argument, u[t], out=product_d_argument)
        # d_argument_view[n, i] = sum(j, W[i, j]*(u[t, n, j] + p[t, n, j]*step/2))
        np.dot(product_d_argument, W_copy, out=d_argument[t])
        # d_argument[t, n, i] = sum(j, W[i, j]*(u[t, n, j] + p[t, n, j]*step/2)) + b[i]
        np.add(d_argument[t], b, out=d_argument[t])
        np.tanh(d_argument[t], out=d[t])  # d[t, n, i] = tanh(d_argument[t, n, i])
        np.dot(d[t], V_copy, out=q[t])  # q_view[n, j] = sum(i, V[j, i]*d[t, n, i])
        np.add(q[t], c, out=q[t])  # q[t, n, j] = sum(i, V[j, i]*d[t, n, i]) + c[j]
        # product_e_argument[n, j] = q[t, n, j]*step/2
        product_e_argument = np.multiply(q[t], step / 2.0)
        # product_e_argument[n, j] = u[t, n, j] + q[t, n, j]*step/2
        product_e_argument = np.add(product_e_argument, u[t], out=product_e_argument)
        # e_argument_view[n, i] = sum(j, W[i, j]*(u[t, n, j] + q[t, n, j]*step/2))
        np.dot(product_e_argument, W_copy, out=e_argument[t])
        # e_argument[t, n, i] = sum(j, W[i, j]*(u[t, n, j] + q[t, n, j]*step/2)) + b[i]
        np.add(e_argument[t], b, out=e_argument[t])
        np.tanh(e_argument[t], out=e[t])  # e[t, n, i] = tanh(e_argument[t, n, i])
        np.dot(e[t], V_copy, out=r[t])  # r_view[n, j] = sum(i, V[j, i]*e[t, n, i])
        np.add(r[t], c, out=r[t])  # r[t, n, j] = sum(i, V[j, i]*e[t, n, i]) + c[j]
        product_f_argument = np.multiply(r[t], step)  # product_f_argument[n, j] = r[t, n, j]*step
        # product_f_argument[n, j] = u[t, n, j] + r[t, n, j]*step
        product_f_argument = np.add(product_f_argument, u[t], out=product_f_argument)
        # f_argument_view[n, i] = sum(j, W[i, j]*(u[t, n, j] + r[t, n, j]*step))
        np.dot(product_f_argument, W_copy, out=f_argument[t])
        # f_argument[t, n, i] = sum(j, W[i, j]*(u[t, n, j] + r[t, n, j]*step)) + b[i]
        np.add(f_argument[t], b, out=f_argument[t])
        np.tanh(f_argument[t], out=f[t])  # f[t, n, i] = tanh(f_argument[t, n, i])
        np.dot(f[t], V_copy, out=s[t])  # s_view[n, j] = sum(i, V[j, i]*f[t, n, i])
        np.add(s[t], c, out=s[t])  # s[t, n, j] = sum(i, V[j, i]*f[t, n, i]) + c[j]
        np.add(q[t], r[t], out=u[t + 1])  # u_view_6[n, j] = q[t, n, j] + r[t, n, j]
        np.multiply(u[t + 1], 2.0, out=u[t + 1])  # u_view_6[n, j] = 2*q[t, n, j] + 2*r[t, n, j]
        # u_view_6[n, j] = p[t, n, j] + 2*(q[t, n, j] + r[t, n, j])
        np.add(u[t + 1], p[t], out=u[t + 1])
        # u_view_6[n, j] = p[t, n, j] + 2*(q[t, n, j] + r[t, n, j]) + s[t, n, j]
        np.add(u[t + 1], s[t], out=u[t + 1])
        # u_view_6[n, j] = (p[t, n, j] + 2*q[t, n, j] + 2*r[t, n, j] + s[t, n, j])*step/6
        np.multiply(u[t + 1], step / 6.0, out=u[t + 1])
        # u[1 + t, n, j] = u[t, n, j] + (p[t, n, j] + 2*q[t, n, j] + 2*r[t, n, j] + s[t, n,
        #     j])*step/6
        np.add(u[t + 1], u[t], out=u[t + 1])
    sum_loss = np.subtract(y, u[10])  # sum_loss[n, j] = y[n, j] - u[10, n, j]
    sum_loss_2 = np.vdot(sum_loss, sum_loss)  # sum_loss_2 = sum(n, j, (y[n, j] - u[10, n, j])**2)
    loss = sum_loss_2 / 2.0 / N  # loss = sum(n, j, (y[n, j] - u[10, n, j])**2)/2/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, y, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 2), 0)
    W = _floats("W", params["W"], (16, 2), dtype)
    b = _floats("b", params["b"], (16,), dtype)
    V = _floats("V", params["V"], (2, 16), dtype)
    c = _floats("c", params["c"], (2,), dtype)
    x = _floats("x", x, (N, 2), dtype)
    y = _floats("y", y, (N, 2), dtype)
    step = _CONSTANT_step.astype(dtype, copy=False)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_1 = np.ones(10 * N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_1 = workspace.ones_1
    u = _reserved(work.u, (11, N, 2), dtype)  # u, part by part
    u[0] = x  # u[0, n, j] = x[n, j]
    a_argument = _reserved(work.a_argument, (10, N, 16), dtype)  # a_argument, part by part
    a = _reserved(work.a, (10, N, 16), dtype)  # a, part by part
    p = _reserved(work.p, (10, N, 2), dtype)  # p, part by part
    d_argument = _reserved(work.d_argument, (10, N, 16), dtype)  # d_argument, part by part
    d = _reserved(work.d, (10, N, 16), dtype)  # d, part by part
    q = _reserved(work.q, (10, N, 2), dtype)  # q, part by part
    e_argument = _reserved(work.e_argument, (10, N, 16), dtype)  # e_argument, part by part
    e = _reserved(work.e, (10, N, 16), dtype)  # e, part by part
    r = _reserved(work.r, (10, N, 2), dtype)  # r, part by part
    f_argument = _reserved(work.f_argument, (10, N, 16), dtype)  # f_argument, part by part
    f = _reserved(work.f, (10, N, 16), dtype)  # f, part by part
    s = _reserved(work.s, (10, N, 2), dtype)  # s, part by part
    W_copy = _filled(W.T, work.W_copy, (2, 16), dtype)  # W_copy[j, i] = W[i, j]
    V_copy = _filled(V.T, work.V_copy, (16, 2), dtype)  # V_copy[i, j] = V[j, i]
    for t in range(10):
        # a_argument_view[n, i] = sum(j, W[i, j]*u[t, n, j])
        np.dot(u[t], W_copy, out=a_argument[t])
        # a_argument[t, n, i] = sum(j, W[i, j]*u[t, n, j]) + b[i]
        np.add(a_argument[t], b, out=a_argument[t])
        np.tanh(a_argument[t], out=a[t])  # a[t, n, i] = tanh(a_argument[t, n, i])
        np.dot(a[t], V_copy, out=p[t])  # p_view[n, j] = sum(i, V[j, i]*a[t, n, i])
        np.add(p[t], c, out=p[t])  # p[t, n, j] = sum(i, V[j, i]*a[t, n, i]) + c[j]
        # product_d_argument[n, j] = p[t, n, j]*step/2
        product_d_argument = np.multiply(p[t], step / 2.0, out=work.product_d_argument)
        # product_d_argument[n, j] = u[t, n, j] + p[t, n, j]*step/2
        product_d_argument = np.add(product_d_argument, u[t], out=product_d_argument)
        # d_argument_view[n, i] = sum(j, W[i, j]*(u[t, n, j] + p[t, n, j]*step/2))
        np.dot(product_d_argument, W_copy, out=d_argument[t])
        # d_argument[t, n, i] = sum(j, W[i, j]*(u[t, n, j] + p[t, n, j]*step/2)) + b[i]
        np.add(d_argument[t], b, out=d_argument[t])
        np.tanh(d_argument[t], out=d[t])  # d[t, n, i] = tanh(d_argument[t, n, i])
        np.dot(d[t], V_copy, out=q[t])  # q_view[n, j] = sum(i, V[j, i]*d[t, n, i])
        np.add(q[t], c, out=q[t])  # q[t, n, j] = sum(i, V[j, i]*d[t, n, i]) + c[j]
        # product_e_argument[n, j] = q[t, n, j]*step/2
        product_e_argument = np.multiply(q[t], step / 2.0, out=work.product_e_argument)
        # product_e_argument[n, j] = u[t, n, j] + q[t, n, j]*step/2
        product_e_argument = np.add(product_e_argument, u[t], out=product_e_argument)
        # e_argument_view[n, i] = sum(j, W[i, j]*(u[t, n, j] + q[t, n, j]*step/2))
        np.dot(product_e_argument, W_copy, out=e_argument[t])
        # e_argument[t, n, i] = sum(j, W[i, j]*(u[t, n, j] + q[t, n, j]*step/2)) + b[i]
        np.add(e_argument[t], b, out=e_argument[t])
        np.tanh(e_argument[t], out=e[t])  # e[t, n, i] = tanh(e_argument[t, n, i])
        np.dot(e[t], V_copy, out=r[t])  # r_view[n, j] = sum(i, V[j, i]*e[t, n, i])
        np.add(r[t], c, out=r[t])  # r[t, n, j] = sum(i, V[j, i]*e[t, n, i]) + c[j]
        # product_f_argument[n, j] = r[t, n, j]*step
        product_f_argument = np.multiply(r[t], step, out=work.product_f_argument)
        # product_f_argument[n, j] = u[t, n, j] + r[t, n, j]*step
        product_f_argument = np.add(product_f_argument, u[t], out=product_f_argument)
        # f_argument_view[n, i] = sum(j, W[i, j]*(u[t, n, j] + r[t, n, j]*step))
        np.dot(product_f_argument, W_copy, out=f_argument[t])
        # f_argument[t, n, i] = sum(j, W[i, j]*(u[t, n, j] + r[t, n, j]*step)) + b[i]
        np.add(f_argument[t], b, out=f_argument[t])
        np.tanh(f_argument[t], out=f[t])  # f[t, n, i] = tanh(f_argument[t, n, i])
        np.dot(f[t], V_copy, out=s[t])  # s_view[n, j] = sum(i, V[j, i]*f[t, n, i])
        np.add(s[t], c, out=s[t])  # s[t, n, j] = sum(i, V[j, i]*f[t, n, i]) + c[j]
        np.add(q[t], r[t], out=u[t + 1])  # u_view_6[n, j] = q[t, n, j] + r[t, n, j]
        np.multiply(u[t + 1], 2.0, out=u[t + 1])  # u_view_6[n, j] = 2*q[t, n, j] + 2*r[t, n, j]
        # u_view_6[n, j] = p[t, n, j] + 2*(q[t, n, j] + r[t, n, j])
        np.add(u[t + 1], p[t], out=u[t + 1])
        # u_view_6[n, j] = p[t, n, j] + 2*(q[t, n, j] + r[t, n, j]) + s[t, n, j]
        np.add(u[t + 1], s[t], out=u[t + 1])
        # u_view_6[n, j] = (p[t, n, j] + 2*q[t, n, j] + 2*r[t, n, j] + s[t, n, j])*step/6
        np.multiply(u[t + 1], step / 6.0, out=u[t + 1])
        # u[1 + t, n, j] = u[t, n, j] + (p[t, n, j] + 2*q[t, n, j] + 2*r[t, n, j] + s[t, n,
        #     j])*step/6
        np.add(u[t + 1], u[t], out=u[t + 1])
    sum_loss = np.subtract(y, u[10], out=work.sum_loss)  # sum_loss[n, j] = y[n, j] - u[10, n, j]
    sum_loss_2 = np.vdot(sum_loss, sum_loss)  # sum_loss_2 = sum(n, j, (y[n, j] - u[10, n, j])**2)
    loss = sum_loss_2 / 2.0 / N  # loss = sum(n, j, (y[n, j] - u[10, n, j])**2)/2/N
    # steps_d_f_argument[t, n, i] = f[t, n, i]**2
    steps_d_f_argument = np.square(f, out=work.steps_d_f_argument)
    # steps_d_f_argument[t, n, i] = 1 - f[t, n, i]**2
    steps_d_f_argument = np.subtract(1.0, steps_d_f_argument, out=steps_d_f_argument)
    # steps_d_e_argument[t, n, i] = e[t, n, i]**2
    steps_d_e_argument = np.square(e, out=work.steps_d_e_argument)
    # steps_d_e_argument[t, n, i] = 1 - e[t, n, i]**2
    steps_d_e_argument = np.subtract(1.0, steps_d_e_argument, out=steps_d_e_argument)
    # steps_d_d_argument[t, n, i] = d[t, n, i]**2
    steps_d_d_argument = np.square(d, out=work.steps_d_d_argument)
    # steps_d_d_argument[t, n, i] = 1 - d[t, n, i]**2
    steps_d_d_argument = np.subtract(1.0, steps_d_d_argument, out=steps_d_d_argument)
    # steps_d_a_argument[t, n, i] = a[t, n, i]**2
    steps_d_a_argument = np.square(a, out=work.steps_d_a_argument)
    # steps_d_a_argument[t, n, i] = 1 - a[t, n, i]**2
    steps_d_a_argument = np.subtract(1.0, steps_d_a_argument, out=steps_d_a_argument)
    d_u = _filled(0.0, work.d_u, (11, N, 2), dtype)  # d_u = 0
    sum_d_u = np.subtract(u[10], y, out=work.sum_d_u)  # sum_d_u[n, j] = u[10, n, j] - y[n, j]
    # sum_d_u[n, j] = (u[10, n, j] - y[n, j])/N
    sum_d_u = np.multiply(sum_d_u, dtype.type(1.0) / N, out=sum_d_u)
    d_u[10] += sum_d_u  # d_u[10, n, j] += (2*u[10, n, j] - 2*y[n, j])/2/N
    d_s = _reserved(work.d_s, (10, N, 2), dtype)  # d_s, part by part
    d_f = _reserved(work.d_f, (10, N, 16), dtype)  # d_f, part by part
    d_f_argument = _reserved(work.d_f_argument, (10, N, 16), dtype)  # d_f_argument, part by part
    sum_W = _reserved(work.sum_W, (10, 2, N), dtype)  # sum_W, part by part
    d_r = _reserved(work.d_r, (10, N, 2), dtype)  # d_r, part by part
    d_e = _reserved(work.d_e, (10, N, 16), dtype)  # d_e, part by part
    d_e_argument = _reserved(work.d_e_argument, (10, N, 16), dtype)  # d_e_argument, part by part
    sum_W_2 = _reserved(work.sum_W_2, (10, 2, N), dtype)  # sum_W_2, part by part
    d_q = _reserved(work.d_q, (10, N, 2), dtype)  # d_q, part by part
    d_d = _reserved(work.d_d, (10, N, 16), dtype)  # d_d, part by part
    d_d_argument = _reserved(work.d_d_argument, (10, N, 16), dtype)  # d_d_argument, part by part
    sum_W_3 = _reserved(work.sum_W_3, (10, 2, N), dtype)  # sum_W_3, part by part
    d_p = _reserved(work.d_p, (10, N, 2), dtype)  # d_p, part by part
    d_a = _reserved(work.d_a, (10, N, 16), dtype)  # d_a, part by part
    d_a_argument = _reserved(work.d_a_argument, (10, N, 16), dtype)  # d_a_argument, part by part
    for t in reversed(range(10)):
        np.multiply(d_u[t + 1], step / 6.0, out=d_s[t])  # d_s[t, n, j] = d_u[1 + t, n, j]*step/6
        np.dot(d_s[t], V, out=d_f[t])  # d_f[t, n, i] = sum(j, d_s[t, n, j]*V[j, i])
        # d_f_argument[t, n, i] = d_f[t, n, i]*steps_d_f_argument[t, n, i]
        np.multiply(d_f[t], steps_d_f_argument[t], out=d_f_argument[t])
        # sum_W[t, j, n] = sum(i, d_f_argument[t, n, i]*W[i, j])
        np.dot(W.T, d_f_argument[t].T, out=sum_W[t])
        np.multiply(d_u[t + 1], step / 3.0, out=d_r[t])  # d_r_view[n, j] = step*d_u[1 + t, n, j]/3
        # product_d_r[n, j] = step*sum_W[t, j, n]
        product_d_r = np.multiply(sum_W[t].T, step, out=work.product_d_r)
        # d_r[t, n, j] = step*d_u[1 + t, n, j]/3 + step*sum_W[t, j, n]
        np.add(d_r[t], product_d_r, out=d_r[t])
        np.dot(d_r[t], V, out=d_e[t])  # d_e[t, n, i] = sum(j, d_r[t, n, j]*V[j, i])
        # d_e_argument[t, n, i] = d_e[t, n, i]*steps_d_e_argument[t, n, i]
        np.multiply(d_e[t], steps_d_e_argument[t], out=d_e_argument[t])
        # sum_W_2[t, j, n] = sum(i, d_e_argument[t, n, i]*W[i, j])
        np.dot(W.T, d_e_argument[t].T, out=sum_W_2[t])
        np.multiply(d_u[t + 1], step / 3.0, out=d_q[t])  # d_q_view[n, j] = step*d_u[1 + t, n, j]/3
        # product_d_q[n, j] = step*sum_W_2[t, j, n]/2
        product_d_q = np.multiply(sum_W_2[t].T, step / 2.0, out=work.product_d_q)
        # d_q[t, n, j] = step*d_u[1 + t, n, j]/3 + step*sum_W_2[t, j, n]/2
        np.add(d_q[t], product_d_q, out=d_q[t])
        np.dot(d_q[t], V, out=d_d[t])  # d_d[t, n, i] = sum(j, d_q[t, n, j]*V[j, i])
        # d_d_argument[t, n, i] = d_d[t, n, i]*steps_d_d_argument[t, n, i]
        np.multiply(d_d[t], steps_d_d_argument[t], out=d_d_argument[t])
        # sum_W_3[t, j, n] = sum(i, d_d_argument[t, n, i]*W[i, j])
        np.dot(W.T, d_d_argument[t].T, out=sum_W_3[t])
        # d_p_view[n, j] = step*sum_W_3[t, j, n]/2
        np.multiply(sum_W_3[t].T, step / 2.0, out=d_p[t])
        np.add(d_p[t], d_s[t], out=d_p[t])  # d_p[t, n, j] = step*sum_W_3[t, j, n]/2 + d_s[t, n, j]
        np.dot(d_p[t], V, out=d_a[t])  # d_a[t, n, i] = sum(j, d_p[t, n, j]*V[j, i])
        # d_a_argument[t, n, i] = d_a[t, n, i]*steps_d_a_argument[t, n, i]
        np.multiply(d_a[t], steps_d_a_argument[t], out=d_a_argument[t])
        d_u[t] += sum_W[t].T  # d_u[t, n, j] += sum_W[t, j, n]
        d_u[t] += sum_W_2[t].T  # d_u[t, n, j] += sum_W_2[t, j, n]
        d_u[t] += sum_W_3[t].T  # d_u[t, n, j] += sum_W_3[t, j, n]
        # sum_d_u_2[n, j] = sum(i, d_a_argument[t, n, i]*W[i, j])
        sum_d_u_2 = np.dot(d_a_argument[t], W, out=work.sum_d_u_2)
        d_u[t] += sum_d_u_2  # d_u[t, n, j] += sum(i, d_a_argument[t, n, i]*W[i, j])
        d_u[t] += d_u[t + 1]  # d_u[t, n, j] += d_u[1 + t, n, j]
    # product_d_W[t, n, j] = r[t, n, j]*step
    product_d_W = np.multiply(r, step, out=work.product_d_W)
    # product_d_W[t, n, j] = u[t, n, j] + r[t, n, j]*step
    product_d_W = np.add(product_d_W, u[: 10], out=product_d_W)
    # d_W[i, j] = sum(n, t, d_f_argument[t, n, i]*(u[t, n, j] + r[t, n, j]*step))
    d_W = np.dot(d_f_argument.reshape(10 * N, 16).T, product_d_W.reshape(10 * N, 2))
    # product_d_W_2[t, n, j] = step*q[t, n, j]/2
    product_d_W_2 = np.multiply(q, step / 2.0, out=work.product_d_W_2)
    # product_d_W_2[t, n, j] = u[t, n, j] + step*q[t, n, j]/2
    product_d_W_2 = np.add(product_d_W_2, u[: 10], out=product_d_W_2)
    # sum_d_W[i, j] = sum(n, t, (u[t, n, j] + step*q[t, n, j]/2)*d_e_argument[t, n, i])
    sum_d_W = np.dot(d_e_argument.reshape(10 * N, 16).T, product_d_W_2.reshape(10 * N, 2),
        out=work.sum_d_W)
    # d_W[i, j] = sum(n, t, d_f_argument[t, n, i]*(u[t, n, j] + r[t, n, j]*step)) + sum(n, t, (u[t,
    #     n, j] + step*q[t, n, j]/2)*d_e_argument[t, n, i])
    d_W = np.add(d_W, sum_d_W, out=d_W)
    # product_d_W_3[t, n, j] = step*p[t, n, j]/2
    product_d_W_3 = np.multiply(p, step / 2.0, out=work.product_d_W_3)
    # product_d_W_3[t, n, j] = u[t, n, j] + step*p[t, n, j]/2
    product_d_W_3 = np.add(product_d_W_3, u[: 10], out=product_d_W_3)
    # sum_d_W_2[i, j] = sum(n, t, (u[t, n, j] + step*p[t, n, j]/2)*d_d_argument[t, n, i])
    sum_d_W_2 = np.dot(d_d_argument.reshape(10 * N, 16).T, product_d_W_3.reshape(10 * N, 2),
        out=work.sum_d_W_2)
    # d_W[i, j] = sum(n, t, d_f_argument[t, n, i]*(u[t, n, j] + r[t, n, j]*step)) + sum(n, t, (u[t,
    #     n, j] + step*p[t, n, j]/2)*d_d_argument[t, n, i]) + sum(n, t, (u[t, n, j] + step*q[t, n,
    #     j]/2)*d_e_argument[t, n, i])
    d_W = np.add(d_W, sum_d_W_2, out=d_W)
    # sum_d_W_3[i, j] = sum(n, t, u[t, n, j]*d_a_argument[t, n, i])
    sum_d_W_3 = np.dot(d_a_argument.reshape(10 * N, 16).T, u[: 10].reshape(10 * N, 2),
        out=work.sum_d_W_3)
    # d_W[i, j] = sum(n, t, d_f_argument[t, n, i]*(u[t, n, j] + r[t, n, j]*step)) + sum(n, t, (u[t,
    #     n, j] + step*p[t, n, j]/2)*d_d_argument[t, n, i]) + sum(n, t, (u[t, n, j] + step*q[t, n,
    #     j]/2)*d_e_argument[t, n, i]) + sum(n, t, u[t, n, j]*d_a_argument[t, n, i])
    d_W = np.add(d_W, sum_d_W_3, out=d_W)
    # d_b[i] = sum(n, t, d_f_argument[t, n, i])
    d_b = np.dot(ones_1, d_f_argument.reshape(10 * N, 16))
    # sum_d_b[i] = sum(n, t, d_e_argument[t, n, i])
    sum_d_b = np.dot(ones_1, d_e_argument.reshape(10 * N, 16), out=work.sum_d_b)
    # d_b[i] = sum(n, t, d_f_argument[t, n, i]) + sum(n, t, d_e_argument[t, n, i])
    d_b = np.add(d_b, sum_d_b, out=d_b)
    # sum_d_b_2[i] = sum(n, t, d_d_argument[t, n, i])
    sum_d_b_2 = np.dot(ones_1, d_d_argument.reshape(10 * N, 16), out=work.sum_d_b_2)
    # d_b[i] = sum(n, t, d_f_argument[t, n, i]) + sum(n, t, d_e_argument[t, n, i]) + sum(n, t,
    #     d_d_argument[t, n, i])
    d_b = np.add(d_b, sum_d_b_2, out=d_b)
    # sum_d_b_3[i] = sum(n, t, d_a_argument[t, n, i])
    sum_d_b_3 = np.dot(ones_1, d_a_argument.reshape(10 * N, 16), out=work.sum_d_b_3)
    # d_b[i] = sum(n, t, d_f_argument[t, n, i]) + sum(n, t, d_e_argument[t, n, i]) + sum(n, t,
    #     d_d_argument[t, n, i]) + sum(n, t, d_a_argument[t, n, i])
    d_b = np.add(d_b, sum_d_b_3, out=d_b)
    # d_V[j, i] = sum(n, t, d_s[t, n, j]*f[t, n, i])
    d_V = np.dot(d_s.reshape(10 * N, 2).T, f.reshape(10 * N, 16))
    # sum_d_V[j, i] = sum(n, t, d_r[t, n, j]*e[t, n, i])
    sum_d_V = np.dot(d_r.reshape(10 * N, 2).T, e.reshape(10 * N, 16), out=work.sum_d_V)
    # d_V[j, i] = sum(n, t, d_s[t, n, j]*f[t, n, i]) + sum(n, t, d_r[t, n, j]*e[t, n, i])
    d_V = np.add(d_V, sum_d_V, out=d_V)
    # sum_d_V_2[j, i] = sum(n, t, d_q[t, n, j]*d[t, n, i])
    sum_d_V_2 = np.dot(d_q.reshape(10 * N, 2).T, d.reshape(10 * N, 16), out=work.sum_d_V_2)
    # d_V[j, i] = sum(n, t, d_s[t, n, j]*f[t, n, i]) + sum(n, t, d_r[t, n, j]*e[t, n, i]) + sum(n,
    #     t, d_q[t, n, j]*d[t, n, i])
    d_V = np.add(d_V, sum_d_V_2, out=d_V)
    # sum_d_V_3[j, i] = sum(n, t, d_p[t, n, j]*a[t, n, i])
    sum_d_V_3 = np.dot(d_p.reshape(10 * N, 2).T, a.reshape(10 * N, 16), out=work.sum_d_V_3)
    # d_V[j, i] = sum(n, t, d_s[t, n, j]*f[t, n, i]) + sum(n, t, d_r[t, n, j]*e[t, n, i]) + sum(n,
    #     t, d_q[t, n, j]*d[t, n, i]) + sum(n, t, d_p[t, n, j]*a[t, n, i])
    d_V = np.add(d_V, sum_d_V_3, out=d_V)
    d_c = np.dot(ones_1, d_s.reshape(10 * N, 2))  # d_c[j] = sum(n, t, d_s[t, n, j])
    # sum_d_c[j] = sum(n, t, d_r[t, n, j])
    sum_d_c = np.dot(ones_1, d_r.reshape(10 * N, 2), out=work.sum_d_c)
    # d_c[j] = sum(n, t, d_s[t, n, j]) + sum(n, t, d_r[t, n, j])
    d_c = np.add(d_c, sum_d_c, out=d_c)
    # sum_d_c_2[j] = sum(n, t, d_q[t, n, j])
    sum_d_c_2 = np.dot(ones_1, d_q.reshape(10 * N, 2), out=work.sum_d_c_2)
    # d_c[j] = sum(n, t, d_s[t, n, j]) + sum(n, t, d_r[t, n, j]) + sum(n, t, d_q[t, n, j])
    d_c = np.add(d_c, sum_d_c_2, out=d_c)
    # sum_d_c_3[j] = sum(n, t, d_p[t, n, j])
    sum_d_c_3 = np.dot(ones_1, d_p.reshape(10 * N, 2), out=work.sum_d_c_3)
    # d_c[j] = sum(n, t, d_s[t, n, j]) + sum(n, t, d_r[t, n, j]) + sum(n, t, d_q[t, n, j]) + sum(n,
    #     t, d_p[t, n, j])
    d_c = np.add(d_c, sum_d_c_3, out=d_c)
    grads = {
        "W": d_W,
        "b": d_b,
        "V": d_V,
        "c": d_c,
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


def value_and_flat_grad(vector, x, y):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, y))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, y,
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
        (x, y),
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


def _reserved(out, shape, dtype):
    """An array for parts that are written one after another."""
    return np.empty(shape, dtype) if out is None else out


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
    extents = {"N": 3}
    limits = {}
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
