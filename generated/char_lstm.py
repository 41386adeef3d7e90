"""Loss and gradients of the network char_lstm.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    u[t, a] = scale[a]*x[t, a]
    f1[t, a] = sigmoid(W[0, 0, a]*u[t, a] + b[0, 0, a])
    o1[t, a] = sigmoid(W[0, 2, a]*u[t, a] + b[0, 2, a])
    i1[t, a] = sigmoid(W[0, 1, a]*h1[t, a] + b[0, 1, a])
    g1[t, a] = tanh(W[0, 3, a]*h1[t, a] + b[0, 3, a])
    c1[0, a] = cell[0, a]
    c1[1 + t, a] = f1[t, a]*c1[t, a] + i1[t, a]*g1[t, a]
    h1[0, a] = hidden[0, a]
    h1[1 + t, a] = o1[t, a]*tanh(c1[1 + t, a])
    f2[t, a] = sigmoid(W[1, 0, a]*h1[1 + t, a] + b[1, 0, a])
    o2[t, a] = sigmoid(W[1, 2, a]*h1[1 + t, a] + b[1, 2, a])
    i2[t, a] = sigmoid(W[1, 1, a]*h2[t, a] + b[1, 1, a])
    g2[t, a] = tanh(W[1, 3, a]*h2[t, a] + b[1, 3, a])
    c2[0, a] = cell[1, a]
    c2[1 + t, a] = f2[t, a]*c2[t, a] + i2[t, a]*g2[t, a]
    h2[0, a] = hidden[1, a]
    h2[1 + t, a] = o2[t, a]*tanh(c2[1 + t, a])
    y[t, a] = scale_out[a]*h2[1 + t, a] + b_out[a]
    score[t, a] = y[t, a] - log(2 + sum(q, exp(y[t, q])))
    loss = -sum(t, a, following[t, a]*score[t, a])/14/T

Extents bound at each call: T.

Conventions:
    sigmoid' is exact to an ulp of 1 where it is small
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 842*T + 56
    backward: 2018*T
    workspace, in floats: 322*T + 2*Max(14, 14*T) + 98
"""

import numpy as np

TITLE = "Character LSTM of the ADBench suite, 2 layers of 14"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W": (2, 4, 14),
    "b": (2, 4, 14),
    "scale": (14,),
    "scale_out": (14,),
    "b_out": (14,),
}
INPUTS = {
    "x": ("T", 14),
    "hidden": (2, 14),
    "cell": (2, 14),
}
TARGETS = {
    "following": ("T", 14),
}
OUTPUTS = ("score",)
# One derivative of the loss per parameter.
LATEX = {
    "W": (
        "\\frac{\\partial L}{\\partial W_{1,3,a}} = \\sum_t \\bar{g}^{(2)}"
        "_{t,a} h^{(2)}_{t,a} (1 - (g^{(2)}_{t,a})^2),\\quad \\frac{\\pa"
        "rtial L}{\\partial W_{1,1,a}} = \\sum_t \\bar{i}^{(2)}_{t,a} h^"
        "{(2)}_{t,a} (1 - i^{(2)}_{t,a}) i^{(2)}_{t,a},\\quad \\frac{\\p"
        "artial L}{\\partial W_{1,2,a}} = \\sum_t \\bar{o}^{(2)}_{t,a} h"
        "^{(1)}_{t+1,a} (1 - o^{(2)}_{t,a}) o^{(2)}_{t,a},\\quad \\frac"
        "{\\partial L}{\\partial W_{1,0,a}} = \\sum_t \\bar{f}^{(2)}_{t,a"
        "} h^{(1)}_{t+1,a} (1 - f^{(2)}_{t,a}) f^{(2)}_{t,a},\\quad \\f"
        "rac{\\partial L}{\\partial W_{0,3,a}} = \\sum_t \\bar{g}^{(1)}_{"
        "t,a} h^{(1)}_{t,a} (1 - (g^{(1)}_{t,a})^2),\\quad \\frac{\\part"
        "ial L}{\\partial W_{0,1,a}} = \\sum_t \\bar{i}^{(1)}_{t,a} h^{("
        "1)}_{t,a} (1 - i^{(1)}_{t,a}) i^{(1)}_{t,a},\\quad \\frac{\\par"
        "tial L}{\\partial W_{0,2,a}} = \\sum_t \\bar{o}^{(1)}_{t,a} u_{"
        "t,a} (1 - o^{(1)}_{t,a}) o^{(1)}_{t,a},\\quad \\frac{\\partial "
        "L}{\\partial W_{0,0,a}} = \\sum_t \\bar{f}^{(1)}_{t,a} u_{t,a} "
        "(1 - f^{(1)}_{t,a}) f^{(1)}_{t,a}"
    ),
    "b": (
        "\\frac{\\partial L}{\\partial b_{1,3,a}} = \\sum_t \\bar{g}^{(2)}"
        "_{t,a} (1 - (g^{(2)}_{t,a})^2),\\quad \\frac{\\partial L}{\\part"
        "ial b_{1,1,a}} = \\sum_t \\bar{i}^{(2)}_{t,a} (1 - i^{(2)}_{t,"
        "a}) i^{(2)}_{t,a},\\quad \\frac{\\partial L}{\\partial b_{1,2,a}"
        "} = \\sum_t \\bar{o}^{(2)}_{t,a} (1 - o^{(2)}_{t,a}) o^{(2)}_{"
        "t,a},\\quad \\frac{\\partial L}{\\partial b_{1,0,a}} = \\sum_t \\b"
        "ar{f}^{(2)}_{t,a} (1 - f^{(2)}_{t,a}) f^{(2)}_{t,a},\\quad \\f"
        "rac{\\partial L}{\\partial b_{0,3,a}} = \\sum_t \\bar{g}^{(1)}_{"
        "t,a} (1 - (g^{(1)}_{t,a})^2),\\quad \\frac{\\partial L}{\\partia"
        "l b_{0,1,a}} = \\sum_t \\bar{i}^{(1)}_{t,a} (1 - i^{(1)}_{t,a}"
        ") i^{(1)}_{t,a},\\quad \\frac{\\partial L}{\\partial b_{0,2,a}} "
        "= \\sum_t \\bar{o}^{(1)}_{t,a} (1 - o^{(1)}_{t,a}) o^{(1)}_{t,"
        "a},\\quad \\frac{\\partial L}{\\partial b_{0,0,a}} = \\sum_t \\bar"
        "{f}^{(1)}_{t,a} (1 - f^{(1)}_{t,a}) f^{(1)}_{t,a}"
    ),
    "scale": (
        "\\frac{\\partial L}{\\partial \\text{scale}_a} = \\sum_t x_{t,a} "
        "((1 - f^{(1)}_{t,a}) W_{0,0,a} \\bar{f}^{(1)}_{t,a} f^{(1)}_{"
        "t,a} + (1 - o^{(1)}_{t,a}) W_{0,2,a} \\bar{o}^{(1)}_{t,a} o^{"
        "(1)}_{t,a})"
    ),
    "scale_out": (
        "\\frac{\\partial L}{\\partial \\text{scale\\_out}_a} = \\sum_t \\ba"
        "r{y}_{t,a} h^{(2)}_{t+1,a}"
    ),
    "b_out": (
        "\\frac{\\partial L}{\\partial b^{(\\text{out})}_a} = \\sum_t \\bar"
        "{y}_{t,a}"
    ),
}
_BUFFERS = (
    "u",
    "product_o1",
    "o1",
    "product_f1",
    "f1",
    "c1",
    "h1",
    "i1",
    "g1",
    "tanh_c1",
    "product_i1",
    "product_c1",
    "product_f2",
    "f2",
    "product_o2",
    "o2",
    "c2",
    "h2",
    "i2",
    "g2",
    "tanh_c2",
    "product_i2",
    "product_c2",
    "steps_d_c2",
    "steps_d_h2",
    "steps_d_h2_2",
    "steps_d_c1",
    "steps_d_h1",
    "steps_d_h1_2",
    "y",
    "exp_y",
    "score_argument",
    "log_score",
    "score",
    "d_score",
    "d_score_argument",
    "d_y",
    "d_h2",
    "product_d_h2",
    "d_c2",
    "d_g2",
    "d_i2",
    "product_d_c2",
    "product_d_c2_2",
    "product_d_h2_2",
    "product_d_h2_3",
    "d_o2",
    "d_f2",
    "d_h1",
    "sum_d_h1",
    "sum_d_h1_2",
    "d_c1",
    "d_g1",
    "d_i1",
    "product_d_c1",
    "product_d_c1_2",
    "product_d_h1",
    "product_d_h1_2",
    "d_o1",
    "d_f1",
    "sum_d_scale",
    "sum_d_scale_2",
    "square_d_W",
    "sum_d_W",
    "sum_d_W_2",
    "sum_d_W_3",
    "square_d_W_2",
    "sum_d_W_4",
    "sum_d_W_5",
    "sum_d_W_6",
    "square_d_b",
    "sum_d_b",
    "sum_d_b_2",
    "sum_d_b_3",
    "square_d_b_2",
    "sum_d_b_4",
    "sum_d_b_5",
    "sum_d_b_6",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W": np.asarray(rng.normal(0.0, 1.0, (2, 4, 14)), dtype),
        "b": np.asarray(rng.uniform(-0.2672612419124244, 0.2672612419124244, (2, 4, 14)), dtype),
        "scale": np.asarray(rng.normal(1.0, 0.1, (14,)), dtype),
        "scale_out": np.asarray(rng.normal(1.0, 0.1, (14,)), dtype),
        "b_out": np.full((14,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    322*T + 2*Max(14, 14*T) + 98 floats for extents (T).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, T, dtype=np.float64):
        T = _whole("T", T)
        self.size = (T,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(14 * T, dtype)
        self.u = memory_1.reshape(T, 14)
        self.sum_d_b_2 = memory_1.reshape(T, 14)
        memory_2 = np.empty(14 * T, dtype)
        self.product_o1 = memory_2.reshape(T, 14)
        self.o1 = memory_2.reshape(T, 14)
        memory_3 = np.empty(14 * T, dtype)
        self.product_f1 = memory_3.reshape(T, 14)
        self.f1 = memory_3.reshape(T, 14)
        memory_4 = np.empty(14 * T + 14, dtype)
        self.c1 = memory_4.reshape(T + 1, 14)
        memory_5 = np.empty(14 * T + 14, dtype)
        self.h1 = memory_5.reshape(T + 1, 14)
        memory_6 = np.empty(14 * T, dtype)
        self.i1 = memory_6.reshape(T, 14)
        memory_7 = np.empty(14 * T, dtype)
        self.g1 = memory_7.reshape(T, 14)
        self.square_d_b_2 = memory_7.reshape(T, 14)
        memory_8 = np.empty(14 * T, dtype)
        self.tanh_c1 = memory_8.reshape(T, 14)
        self.d_o1 = memory_8.reshape(T, 14)
        memory_9 = np.empty(max(14, 14 * T), dtype)
        self.product_i1 = memory_9[: 14].reshape(14)
        self.product_c1 = memory_9[: 14].reshape(14)
        self.product_f2 = memory_9[: 14 * T].reshape(T, 14)
        self.f2 = memory_9[: 14 * T].reshape(T, 14)
        memory_10 = np.empty(14 * T, dtype)
        self.product_o2 = memory_10.reshape(T, 14)
        self.o2 = memory_10.reshape(T, 14)
        memory_11 = np.empty(14 * T + 14, dtype)
        self.c2 = memory_11.reshape(T + 1, 14)
        self.d_c1 = memory_11.reshape(T + 1, 14)
        memory_12 = np.empty(14 * T + 14, dtype)
        self.h2 = memory_12.reshape(T + 1, 14)
        memory_13 = np.empty(14 * T, dtype)
        self.i2 = memory_13.reshape(T, 14)
        memory_14 = np.empty(14 * T, dtype)
        self.g2 = memory_14.reshape(T, 14)
        self.square_d_b = memory_14.reshape(T, 14)
        self.sum_d_b_5 = memory_14.reshape(T, 14)
        memory_15 = np.empty(14 * T, dtype)
        self.tanh_c2 = memory_15.reshape(T, 14)
        self.d_o2 = memory_15.reshape(T, 14)
        memory_16 = np.empty(max(14, 14 * T), dtype)
        self.product_i2 = memory_16[: 14].reshape(14)
        self.product_c2 = memory_16[: 14].reshape(14)
        self.steps_d_c2 = memory_16[: 14 * T].reshape(T, 14)
        self.d_f2 = memory_16[: 14 * T].reshape(T, 14)
        memory_17 = np.empty(14 * T, dtype)
        self.steps_d_h2 = memory_17.reshape(T, 14)
        self.sum_d_h1 = memory_17.reshape(T, 14)
        self.d_g1 = memory_17.reshape(T, 14)
        memory_18 = np.empty(14 * T, dtype)
        self.steps_d_h2_2 = memory_18.reshape(T, 14)
        self.sum_d_h1_2 = memory_18.reshape(T, 14)
        self.d_i1 = memory_18.reshape(T, 14)
        memory_19 = np.empty(14 * T, dtype)
        self.steps_d_c1 = memory_19.reshape(T, 14)
        self.d_f1 = memory_19.reshape(T, 14)
        memory_20 = np.empty(14 * T, dtype)
        self.steps_d_h1 = memory_20.reshape(T, 14)
        self.sum_d_scale = memory_20.reshape(T, 14)
        self.sum_d_W = memory_20.reshape(T, 14)
        self.sum_d_W_3 = memory_20.reshape(T, 14)
        self.sum_d_W_4 = memory_20.reshape(T, 14)
        self.sum_d_W_6 = memory_20.reshape(T, 14)
        self.sum_d_b_3 = memory_20.reshape(T, 14)
        memory_21 = np.empty(14 * T, dtype)
        self.steps_d_h1_2 = memory_21.reshape(T, 14)
        self.sum_d_scale_2 = memory_21.reshape(T, 14)
        self.square_d_W = memory_21.reshape(T, 14)
        self.sum_d_W_2 = memory_21.reshape(T, 14)
        self.square_d_W_2 = memory_21.reshape(T, 14)
        self.sum_d_W_5 = memory_21.reshape(T, 14)
        self.sum_d_b = memory_21.reshape(T, 14)
        memory_22 = np.empty(14 * T + 14, dtype)
        self.y = memory_22[: 14 * T].reshape(T, 14)
        self.score = memory_22[: 14 * T].reshape(T, 14)
        self.d_score = memory_22[: 14 * T].reshape(T, 14)
        self.d_h2 = memory_22.reshape(T + 1, 14)
        self.d_h1 = memory_22.reshape(T + 1, 14)
        memory_23 = np.empty(14 * T + 14, dtype)
        self.exp_y = memory_23[: 14 * T].reshape(T, 14)
        self.d_y = memory_23[: 14 * T].reshape(T, 14)
        self.product_d_h2 = memory_23[: 14 * T].reshape(T, 14)
        self.d_c2 = memory_23.reshape(T + 1, 14)
        memory_24 = np.empty(14 * T, dtype)
        self.score_argument = memory_24[: T].reshape(T)
        self.d_g2 = memory_24.reshape(T, 14)
        self.sum_d_b_4 = memory_24.reshape(T, 14)
        memory_25 = np.empty(14 * T, dtype)
        self.log_score = memory_25[: T].reshape(T)
        self.d_score_argument = memory_25[: T].reshape(T)
        self.d_i2 = memory_25.reshape(T, 14)
        self.sum_d_b_6 = memory_25.reshape(T, 14)
        memory_26 = np.empty(14, dtype)
        self.product_d_c2 = memory_26.reshape(14)
        self.product_d_c2_2 = memory_26.reshape(14)
        self.product_d_h2_2 = memory_26.reshape(14)
        self.product_d_h2_3 = memory_26.reshape(14)
        self.product_d_c1 = memory_26.reshape(14)
        self.product_d_c1_2 = memory_26.reshape(14)
        self.product_d_h1 = memory_26.reshape(14)
        self.product_d_h1_2 = memory_26.reshape(14)
        self.ones_14 = np.ones(14, dtype)
        self.ones_T = np.ones(T, dtype)

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
def forward(params, x, hidden, cell):
    """The output score, a new array."""
    dtype = _dtype(params)
    T = _length("x", x, ("T", 14), 0)
    W = _floats("W", params["W"], (2, 4, 14), dtype)
    b = _floats("b", params["b"], (2, 4, 14), dtype)
    scale = _floats("scale", params["scale"], (14,), dtype)
    scale_out = _floats("scale_out", params["scale_out"], (14,), dtype)
    b_out = _floats("b_out", params["b_out"], (14,), dtype)
    x = _floats("x", x, (T, 14), dtype)
    hidden = _floats("hidden", hidden, (2, 14), dtype)
    cell = _floats("cell", cell, (2, 14), dtype)
    ones_14 = np.ones(14, dtype)
    u = np.multiply(scale, x)  # u[t, a] = scale[a]*x[t, a]
    product_f1 = np.multiply(W[0, 0], u)  # product_f1[t, a] = W[0, 0, a]*u[t, a]
    # product_f1[t, a] = W[0, 0, a]*u[t, a] + b[0, 0, a]
    product_f1 = np.add(product_f1, b[0, 0], out=product_f1)
    f1 = np.negative(product_f1)  # f1[t, a] = -product_f1
    f1 = np.exp(f1, out=f1)  # f1[t, a] = exp(-product_f1)
    f1 = np.add(f1, 1.0, out=f1)  # f1[t, a] = 1 + exp(-product_f1)
    f1 = np.divide(1.0, f1, out=f1)  # f1[t, a] = sigmoid(W[0, 0, a]*u[t, a] + b[0, 0, a])
    product_o1 = np.multiply(W[0, 2], u)  # product_o1[t, a] = W[0, 2, a]*u[t, a]
    # product_o1[t, a] = W[0, 2, a]*u[t, a] + b[0, 2, a]
    product_o1 = np.add(product_o1, b[0, 2], out=product_o1)
    o1 = np.negative(product_o1)  # o1[t, a] = -product_o1
    o1 = np.exp(o1, out=o1)  # o1[t, a] = exp(-product_o1)
    o1 = np.add(o1, 1.0, out=o1)  # o1[t, a] = 1 + exp(-product_o1)
    o1 = np.divide(1.0, o1, out=o1)  # o1[t, a] = sigmoid(W[0, 2, a]*u[t, a] + b[0, 2, a])
    c1 = np.empty((T + 1, 14), dtype)  # c1, part by part
    c1[0] = cell[0]  # c1[0, a] = cell[0, a]
    h1 = np.empty((T + 1, 14), dtype)  # h1, part by part
    h1[0] = hidden[0]  # h1[0, a] = hidden[0, a]
    i1 = np.empty((T, 14), dtype)  # i1, part by part
    g1 = np.empty((T, 14), dtype)  # g1, part by part
    for t in range(T):
        product_i1 = np.multiply(W[0, 1], h1[t])  # product_i1[a] = W[0, 1, a]*h1[t, a]
        # product_i1[a] = W[0, 1, a]*h1[t, a] + b[0, 1, a]
        product_i1 = np.add(product_i1, b[0, 1], out=product_i1)
        np.negative(product_i1, out=i1[t])  # i1_view[a] = -product_i1
        np.exp(i1[t], out=i1[t])  # i1_view[a] = exp(-product_i1)
        np.add(i1[t], 1.0, out=i1[t])  # i1_view[a] = 1 + exp(-product_i1)
        np.divide(1.0, i1[t], out=i1[t])  # i1[t, a] = sigmoid(W[0, 1, a]*h1[t, a] + b[0, 1, a])
        np.multiply(W[0, 3], h1[t], out=g1[t])  # g1_view[a] = W[0, 3, a]*h1[t, a]
        np.add(g1[t], b[0, 3], out=g1[t])  # g1_view[a] = W[0, 3, a]*h1[t, a] + b[0, 3, a]
        np.tanh(g1[t], out=g1[t])  # g1[t, a] = tanh(W[0, 3, a]*h1[t, a] + b[0, 3, a])
        np.multiply(c1[t], f1[t], out=c1[t + 1])  # c1_view_2[a] = f1[t, a]*c1[t, a]
        product_c1 = np.multiply(g1[t], i1[t])  # product_c1[a] = i1[t, a]*g1[t, a]
        # c1[1 + t, a] = f1[t, a]*c1[t, a] + i1[t, a]*g1[t, a]
        np.add(c1[t + 1], product_c1, out=c1[t + 1])
        np.tanh(c1[t + 1], out=h1[t + 1])  # h1_view_4[a] = tanh(c1[1 + t, a])
        np.multiply(h1[t + 1], o1[t], out=h1[t + 1])  # h1[1 + t, a] = o1[t, a]*tanh(c1[1 + t, a])
    product_f2 = np.multiply(W[1, 0], h1[1 : T + 1])  # product_f2[t, a] = W[1, 0, a]*h1[1 + t, a]
    # product_f2[t, a] = W[1, 0, a]*h1[1 + t, a] + b[1, 0, a]
    product_f2 = np.add(product_f2, b[1, 0], out=product_f2)
    f2 = np.negative(product_f2)  # f2[t, a] = -product_f2
    f2 = np.exp(f2, out=f2)  # f2[t, a] = exp(-product_f2)
    f2 = np.add(f2, 1.0, out=f2)  # f2[t, a] = 1 + exp(-product_f2)
    f2 = np.divide(1.0, f2, out=f2)  # f2[t, a] = sigmoid(W[1, 0, a]*h1[1 + t, a] + b[1, 0, a])
    product_o2 = np.multiply(W[1, 2], h1[1 : T + 1])  # product_o2[t, a] = W[1, 2, a]*h1[1 + t, a]
    # product_o2[t, a] = W[1, 2, a]*h1[1 + t, a] + b[1, 2, a]
    product_o2 = np.add(product_o2, b[1, 2], out=product_o2)
    o2 = np.negative(product_o2)  # o2[t, a] = -product_o2
    o2 = np.exp(o2, out=o2)  # o2[t, a] = exp(-product_o2)
    o2 = np.add(o2, 1.0, out=o2)  # o2[t, a] = 1 + exp(-product_o2)
    o2 = np.divide(1.0, o2, out=o2)  # o2[t, a] = sigmoid(W[1, 2, a]*h1[1 + t, a] + b[1, 2, a])
    c2 = np.empty((T + 1, 14), dtype)  # c2, part by part
    c2[0] = cell[1]  # c2[0, a] = cell[1, a]
    h2 = np.empty((T + 1, 14), dtype)  # h2, part by part
    h2[0] = hidden[1]  # h2[0, a] = hidden[1, a]
    i2 = np.empty((T, 14), dtype)  # i2, part by part
    g2 = np.empty((T, 14), dtype)  # g2, part by part
    for t in range(T):
        product_i2 = np.multiply(W[1, 1], h2[t])  # product_i2[a] = W[1, 1, a]*h2[t, a]
        # product_i2[a] = W[1, 1, a]*h2[t, a] + b[1, 1, a]
        product_i2 = np.add(product_i2, b[1, 1], out=product_i2)
        np.negative(product_i2, out=i2[t])  # i2_view[a] = -product_i2
        np.exp(i2[t], out=i2[t])  # i2_view[a] = exp(-product_i2)
        np.add(i2[t], 1.0, out=i2[t])  # i2_view[a] = 1 + exp(-product_i2)
        np.divide(1.0, i2[t], out=i2[t])  # i2[t, a] = sigmoid(W[1, 1, a]*h2[t, a] + b[1, 1, a])
        np.multiply(W[1, 3], h2[t], out=g2[t])  # g2_view[a] = W[1, 3, a]*h2[t, a]
        np.add(g2[t], b[1, 3], out=g2[t])  # g2_view[a] = W[1, 3, a]*h2[t, a] + b[1, 3, a]
        np.tanh(g2[t], out=g2[t])  # g2[t, a] = tanh(W[1, 3, a]*h2[t, a] + b[1, 3, a])
        np.multiply(c2[t], f2[t], out=c2[t + 1])  # c2_view_2[a] = f2[t, a]*c2[t, a]
        product_c2 = np.multiply(g2[t], i2[t])  # product_c2[a] = i2[t, a]*g2[t, a]
        # c2[1 + t, a] = f2[t, a]*c2[t, a] + i2[t, a]*g2[t, a]
        np.add(c2[t + 1], product_c2, out=c2[t + 1])
        np.tanh(c2[t + 1], out=h2[t + 1])  # h2_view_4[a] = tanh(c2[1 + t, a])
        np.multiply(h2[t + 1], o2[t], out=h2[t + 1])  # h2[1 + t, a] = o2[t, a]*tanh(c2[1 + t, a])
    y = np.multiply(scale_out, h2[1 : T + 1])  # y[t, a] = scale_out[a]*h2[1 + t, a]
    y = np.add(y, b_out, out=y)  # y[t, a] = scale_out[a]*h2[1 + t, a] + b_out[a]
    exp_score_argument = np.exp(y)  # exp_score_argument[t, q] = exp(y[t, q])
    # score_argument[t] = sum(q, exp(y[t, q]))
    score_argument = np.dot(exp_score_argument, ones_14)
    # score_argument[t] = 2 + sum(q, exp(y[t, q]))
    score_argument = np.add(score_argument, 2.0, out=score_argument)
    log_score = np.log(score_argument)  # log_score[t] = log(score_argument[t])
    score = np.subtract(y, log_score[:, None])  # score[t, a] = y[t, a] - log(score_argument[t])
    return score


@np.errstate(all="ignore")
def loss(params, x, hidden, cell, following):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    T = _length("x", x, ("T", 14), 0)
    W = _floats("W", params["W"], (2, 4, 14), dtype)
    b = _floats("b", params["b"], (2, 4, 14), dtype)
    scale = _floats("scale", params["scale"], (14,), dtype)
    scale_out = _floats("scale_out", params["scale_out"], (14,), dtype)
    b_out = _floats("b_out", params["b_out"], (14,), dtype)
    x = _floats("x", x, (T, 14), dtype)
    hidden = _floats("hidden", hidden, (2, 14), dtype)
    cell = _floats("cell", cell, (2, 14), dtype)
    following = _floats("following", following, (T, 14), dtype)
    ones_14 = np.ones(14, dtype)
    u = np.multiply(scale, x)  # u[t, a] = scale[a]*x[t, a]
    product_f1 = np.multiply(W[0, 0], u)  # product_f1[t, a] = W[0, 0, a]*u[t, a]
    # product_f1[t, a] = W[0, 0, a]*u[t, a] + b[0, 0, a]
    product_f1 = np.add(product_f1, b[0, 0], out=product_f1)
    f1 = np.negative(product_f1)  # f1[t, a] = -product_f1
    f1 = np.exp(f1, out=f1)  # f1[t, a] = exp(-product_f1)
    f1 = np.add(f1, 1.0, out=f1)  # f1[t, a] = 1 + exp(-product_f1)
    f1 = np.divide(1.0, f1, out=f1)  # f1[t, a] = sigmoid(W[0, 0, a]*u[t, a] + b[0, 0, a])
    product_o1 = np.multiply(W[0, 2], u)  # product_o1[t, a] = W[0, 2, a]*u[t, a]
    # product_o1[t, a] = W[0, 2, a]*u[t, a] + b[0, 2, a]
    product_o1 = np.add(product_o1, b[0, 2], out=product_o1)
    o1 = np.negative(product_o1)  # o1[t, a] = -product_o1
    o1 = np.exp(o1, out=o1)  # o1[t, a] = exp(-product_o1)
    o1 = np.add(o1, 1.0, out=o1)  # o1[t, a] = 1 + exp(-product_o1)
    o1 = np.divide(1.0, o1, out=o1)  # o1[t, a] = sigmoid(W[0, 2, a]*u[t, a] + b[0, 2, a])
    c1 = np.empty((T + 1, 14), dtype)  # c1, part by part
    c1[0] = cell[0]  # c1[0, a] = cell[0, a]
    h1 = np.empty((T + 1, 14), dtype)  # h1, part by part
    h1[0] = hidden[0]  # h1[0, a] = hidden[0, a]
    i1 = np.empty((T, 14), dtype)  # i1, part by part
    g1 = np.empty((T, 14), dtype)  # g1, part by part
    for t in range(T):
        product_i1 = np.multiply(W[0, 1], h1[t])  # product_i1[a] = W[0, 1, a]*h1[t, a]
        # product_i1[a] = W[0, 1, a]*h1[t, a] + b[0, 1, a]
        product_i1 = np.add(product_i1, b[0, 1], out=product_i1)
        np.negative(product_i1, out=i1[t])  # i1_view[a] = -product_i1
        np.exp(i1[t], out=i1[t])  # i1_view[a] = exp(-product_i1)
        np.add(i1[t], 1.0, out=i1[t])  # i1_view[a] = 1 + exp(-product_i1)
        np.divide(1.0, i1[t], out=i1[t])  # i1[t, a] = sigmoid(W[0, 1, a]*h1[t, a] + b[0, 1, a])
        np.multiply(W[0, 3], h1[t], out=g1[t])  # g1_view[a] = W[0, 3, a]*h1[t, a]
        np.add(g1[t], b[0, 3], out=g1[t])  # g1_view[a] = W[0, 3, a]*h1[t, a] + b[0, 3, a]
        np.tanh(g1[t], out=g1[t])  # g1[t, a] = tanh(W[0, 3, a]*h1[t, a] + b[0, 3, a])
        np.multiply(c1[t], f1[t], out=c1[t + 1])  # c1_view_2[a] = f1[t, a]*c1[t, a]
        product_c1 = np.multiply(g1[t], i1[t])  # product_c1[a] = i1[t, a]*g1[t, a]
        # c1[1 + t, a] = f1[t, a]*c1[t, a] + i1[t, a]*g1[t, a]
        np.add(c1[t + 1], product_c1, out=c1[t + 1])
        np.tanh(c1[t + 1], out=h1[t + 1])  # h1_view_4[a] = tanh(c1[1 + t, a])
        np.multiply(h1[t + 1], o1[t], out=h1[t + 1])  # h1[1 + t, a] = o1[t, a]*tanh(c1[1 + t, a])
    product_f2 = np.multiply(W[1, 0], h1[1 : T + 1])  # product_f2[t, a] = W[1, 0, a]*h1[1 + t, a]
    # product_f2[t, a] = W[1, 0, a]*h1[1 + t, a] + b[1, 0, a]
    product_f2 = np.add(product_f2, b[1, 0], out=product_f2)
    f2 = np.negative(product_f2)  # f2[t, a] = -product_f2
    f2 = np.exp(f2, out=f2)  # f2[t, a] = exp(-product_f2)
    f2 = np.add(f2, 1.0, out=f2)  # f2[t, a] = 1 + exp(-product_f2)
    f2 = np.divide(1.0, f2, out=f2)  # f2[t, a] = sigmoid(W[1, 0, a]*h1[1 + t, a] + b[1, 0, a])
    product_o2 = np.multiply(W[1, 2], h1[1 : T + 1])  # product_o2[t, a] = W[1, 2, a]*h1[1 + t, a]
    # product_o2[t, a] = W[1, 2, a]*h1[1 + t, a] + b[1, 2, a]
    product_o2 = np.add(product_o2, b[1, 2], out=product_o2)
    o2 = np.negative(product_o2)  # o2[t, a] = -product_o2
    o2 = np.exp(o2, out=o2)  # o2[t, a] = exp(-product_o2)
    o2 = np.add(o2, 1.0, out=o2)  # o2[t, a] = 1 + exp(-product_o2)
    o2 = np.divide(1.0, o2, out=o2)  # o2[t, a] = sigmoid(W[1, 2, a]*h1[1 + t, a] + b[1, 2, a])
    c2 = np.empty((T + 1, 14), dtype)  # c2, part by part
    c2[0] = cell[1]  # c2[0, a] = cell[1, a]
    h2 = np.empty((T + 1, 14), dtype)  # h2, part by part
    h2[0] = hidden[1]  # h2[0, a] = hidden[1, a]
    i2 = np.empty((T, 14), dtype)  # i2, part by part
    g2 = np.empty((T, 14), dtype)  # g2, part by part
    for t in range(T):
        product_i2 = np.multiply(W[1, 1], h2[t])  # product_i2[a] = W[1, 1, a]*h2[t, a]
        # product_i2[a] = W[1, 1, a]*h2[t, a] + b[1, 1, a]
        product_i2 = np.add(product_i2, b[1, 1], out=product_i2)
        np.negative(product_i2, out=i2[t])  # i2_view[a] = -product_i2
        np.exp(i2[t], out=i2[t])  # i2_view[a] = exp(-product_i2)
        np.add(i2[t], 1.0, out=i2[t])  # i2_view[a] = 1 + exp(-product_i2)
        np.divide(1.0, i2[t], out=i2[t])  # i2[t, a] = sigmoid(W[1, 1, a]*h2[t, a] + b[1, 1, a])
        np.multiply(W[1, 3], h2[t], out=g2[t])  # g2_view[a] = W[1, 3, a]*h2[t, a]
        np.add(g2[t], b[1, 3], out=g2[t])  # g2_view[a] = W[1, 3, a]*h2[t, a] + b[1, 3, a]
        np.tanh(g2[t], out=g2[t])  # g2[t, a] = tanh(W[1, 3, a]*h2[t, a] + b[1, 3, a])
        np.multiply(c2[t], f2[t], out=c2[t + 1])  # c2_view_2[a] = f2[t, a]*c2[t, a]
        product_c2 = np.multiply(g2[t], i2[t])  # product_c2[a] = i2[t, a]*g2[t, a]
        # c2[1 + t, a] = f2[t, a]*c2[t, a] + i2[t, a]*g2[t, a]
        np.add(c2[t + 1], product_c2, out=c2[t + 1])
        np.tanh(c2[t + 1], out=h2[t + 1])  # h2_view_4[a] = tanh(c2[1 + t, a])
        np.multiply(h2[t + 1], o2[t], out=h2[t + 1])  # h2[1 + t, a] = o2[t, a]*tanh(c2[1 + t, a])
    y = np.multiply(scale_out, h2[1 : T + 1])  # y[t, a] = scale_out[a]*h2[1 + t, a]
    y = np.add(y, b_out, out=y)  # y[t, a] = scale_out[a]*h2[1 + t, a] + b_out[a]
    exp_score_argument = np.exp(y)  # exp_score_argument[t, q] = exp(y[t, q])
    # score_argument[t] = sum(q, exp(y[t, q]))
    score_argument = np.dot(exp_score_argument, ones_14)
    # score_argument[t] = 2 + sum(q, exp(y[t, q]))
    score_argument = np.add(score_argument, 2.0, out=score_argument)
    log_score = np.log(score_argument)  # log_score[t] = log(score_argument[t])
    score = np.subtract(y, log_score[:, None])  # score[t, a] = y[t, a] - log(score_argument[t])
    sum_loss = np.vdot(following, score)  # sum_loss = sum(t, a, following[t, a]*score[t, a])
    loss = -sum_loss / 14.0 / T  # loss = -sum(t, a, following[t, a]*score[t, a])/14/T
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, hidden, cell, following, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    T = _length("x", x, ("T", 14), 0)
    W = _floats("W", params["W"], (2, 4, 14), dtype)
    b = _floats("b", params["b"], (2, 4, 14), dtype)
    scale = _floats("scale", params["scale"], (14,), dtype)
    scale_out = _floats("scale_out", params["scale_out"], (14,), dtype)
    b_out = _floats("b_out", params["b_out"], (14,), dtype)
    x = _floats("x", x, (T, 14), dtype)
    hidden = _floats("hidden", hidden, (2, 14), dtype)
    cell = _floats("cell", cell, (2, 14), dtype)
    following = _floats("following", following, (T, 14), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_14 = np.ones(14, dtype)
        ones_T = np.ones(T, dtype)
    else:
        Workspace.require(workspace, (T,), dtype)
        work = workspace
        ones_14 = workspace.ones_14
        ones_T = workspace.ones_T
    u = np.multiply(scale, x, out=work.u)  # u[t, a] = scale[a]*x[t, a]
    # product_o1[t, a] = W[0, 2, a]*u[t, a]
    product_o1 = np.multiply(W[0, 2], u, out=work.product_o1)
    # product_o1[t, a] = W[0, 2, a]*u[t, a] + b[0, 2, a]
    product_o1 = np.add(product_o1, b[0, 2], out=product_o1)
    o1 = np.negative(product_o1, out=work.o1)  # o1[t, a] = -product_o1
    o1 = np.exp(o1, out=o1)  # o1[t, a] = exp(-product_o1)
    o1 = np.add(o1, 1.0, out=o1)  # o1[t, a] = 1 + exp(-product_o1)
    o1 = np.divide(1.0, o1, out=o1)  # o1[t, a] = sigmoid(W[0, 2, a]*u[t, a] + b[0, 2, a])
    # product_f1[t, a] = W[0, 0, a]*u[t, a]
    product_f1 = np.multiply(W[0, 0], u, out=work.product_f1)
    # product_f1[t, a] = W[0, 0, a]*u[t, a] + b[0, 0, a]
    product_f1 = np.add(product_f1, b[0, 0], out=product_f1)
    f1 = np.negative(product_f1, out=work.f1)  # f1[t, a] = -product_f1
    f1 = np.exp(f1, out=f1)  # f1[t, a] = exp(-product_f1)
    f1 = np.add(f1, 1.0, out=f1)  # f1[t, a] = 1 + exp(-product_f1)
    f1 = np.divide(1.0, f1, out=f1)  # f1[t, a] = sigmoid(W[0, 0, a]*u[t, a] + b[0, 0, a])
    c1 = _reserved(work.c1, (T + 1, 14), dtype)  # c1, part by part
    c1[0] = cell[0]  # c1[0, a] = cell[0, a]
    h1 = _reserved(work.h1, (T + 1, 14), dtype)  # h1, part by part
    h1[0] = hidden[0]  # h1[0, a] = hidden[0, a]
    i1 = _reserved(work.i1, (T, 14), dtype)  # i1, part by part
    g1 = _reserved(work.g1, (T, 14), dtype)  # g1, part by part
    tanh_c1 = _reserved(work.tanh_c1, (T, 14), dtype)  # tanh_c1, part by part
    for t in range(T):
        # product_i1[a] = W[0, 1, a]*h1[t, a]
        product_i1 = np.multiply(W[0, 1], h1[t], out=work.product_i1)
        # product_i1[a] = W[0, 1, a]*h1[t, a] + b[0, 1, a]
        product_i1 = np.add(product_i1, b[0, 1], out=product_i1)
        np.negative(product_i1, out=i1[t])  # i1_view[a] = -product_i1
        np.exp(i1[t], out=i1[t])  # i1_view[a] = exp(-product_i1)
        np.add(i1[t], 1.0, out=i1[t])  # i1_view[a] = 1 + exp(-product_i1)
        np.divide(1.0, i1[t], out=i1[t])  # i1[t, a] = sigmoid(W[0, 1, a]*h1[t, a] + b[0, 1, a])
        np.multiply(W[0, 3], h1[t], out=g1[t])  # g1_view[a] = W[0, 3, a]*h1[t, a]
        np.add(g1[t], b[0, 3], out=g1[t])  # g1_view[a] = W[0, 3, a]*h1[t, a] + b[0, 3, a]
        np.tanh(g1[t], out=g1[t])  # g1[t, a] = tanh(W[0, 3, a]*h1[t, a] + b[0, 3, a])
        np.multiply(c1[t], f1[t], out=c1[t + 1])  # c1_view_2[a] = f1[t, a]*c1[t, a]
        # product_c1[a] = i1[t, a]*g1[t, a]
        product_c1 = np.multiply(g1[t], i1[t], out=work.product_c1)
        # c1[1 + t, a] = f1[t, a]*c1[t, a] + i1[t, a]*g1[t, a]
        np.add(c1[t + 1], product_c1, out=c1[t + 1])
        np.tanh(c1[t + 1], out=tanh_c1[t])  # tanh_c1[t, a] = tanh(c1[1 + t, a])
        np.multiply(o1[t], tanh_c1[t], out=h1[t + 1])  # h1[1 + t, a] = o1[t, a]*tanh_c1[t, a]
    # product_f2[t, a] = W[1, 0, a]*h1[1 + t, a]
    product_f2 = np.multiply(W[1, 0], h1[1 : T + 1], out=work.product_f2)
    # product_f2[t, a] = W[1, 0, a]*h1[1 + t, a] + b[1, 0, a]
    product_f2 = np.add(product_f2, b[1, 0], out=product_f2)
    f2 = np.negative(product_f2, out=work.f2)  # f2[t, a] = -product_f2
    f2 = np.exp(f2, out=f2)  # f2[t, a] = exp(-product_f2)
    f2 = np.add(f2, 1.0, out=f2)  # f2[t, a] = 1 + exp(-product_f2)
    f2 = np.divide(1.0, f2, out=f2)  # f2[t, a] = sigmoid(W[1, 0, a]*h1[1 + t, a] + b[1, 0, a])
    # product_o2[t, a] = W[1, 2, a]*h1[1 + t, a]
    product_o2 = np.multiply(W[1, 2], h1[1 : T + 1], out=work.product_o2)
    # product_o2[t, a] = W[1, 2, a]*h1[1 + t, a] + b[1, 2, a]
    product_o2 = np.add(product_o2, b[1, 2], out=product_o2)
    o2 = np.negative(product_o2, out=work.o2)  # o2[t, a] = -product_o2
    o2 = np.exp(o2, out=o2)  # o2[t, a] = exp(-product_o2)
    o2 = np.add(o2, 1.0, out=o2)  # o2[t, a] = 1 + exp(-product_o2)
    o2 = np.divide(1.0, o2, out=o2)  # o2[t, a] = sigmoid(W[1, 2, a]*h1[1 + t, a] + b[1, 2, a])
    c2 = _reserved(work.c2, (T + 1, 14), dtype)  # c2, part by part
    c2[0] = cell[1]  # c2[0, a] = cell[1, a]
    h2 = _reserved(work.h2, (T + 1, 14), dtype)  # h2, part by part
    h2[0] = hidden[1]  # h2[0, a] = hidden[1, a]
    i2 = _reserved(work.i2, (T, 14), dtype)  # i2, part by part
    g2 = _reserved(work.g2, (T, 14), dtype)  # g2, part by part
    tanh_c2 = _reserved(work.tanh_c2, (T, 14), dtype)  # tanh_c2, part by part
    for t in range(T):
        # product_i2[a] = W[1, 1, a]*h2[t, a]
        product_i2 = np.multiply(W[1, 1], h2[t], out=work.product_i2)
        # product_i2[a] = W[1, 1, a]*h2[t, a] + b[1, 1, a]
        product_i2 = np.add(product_i2, b[1, 1], out=product_i2)
        np.negative(product_i2, out=i2[t])  # i2_view[a] = -product_i2
        np.exp(i2[t], out=i2[t])  # i2_view[a] = exp(-product_i2)
        np.add(i2[t], 1.0, out=i2[t])  # i2_view[a] = 1 + exp(-product_i2)
        np.divide(1.0, i2[t], out=i2[t])  # i2[t, a] = sigmoid(W[1, 1, a]*h2[t, a] + b[1, 1, a])
        np.multiply(W[1, 3], h2[t], out=g2[t])  # g2_view[a] = W[1, 3, a]*h2[t, a]
        np.add(g2[t], b[1, 3], out=g2[t])  # g2_view[a] = W[1, 3, a]*h2[t, a] + b[1, 3, a]
        np.tanh(g2[t], out=g2[t])  # g2[t, a] = tanh(W[1, 3, a]*h2[t, a] + b[1, 3, a])
        np.multiply(c2[t], f2[t], out=c2[t + 1])  # c2_view_2[a] = f2[t, a]*c2[t, a]
        # product_c2[a] = i2[t, a]*g2[t, a]
        product_c2 = np.multiply(g2[t], i2[t], out=work.product_c2)
        # c2[1 + t, a] = f2[t, a]*c2[t, a] + i2[t, a]*g2[t, a]
        np.add(c2[t + 1], product_c2, out=c2[t + 1])
        np.tanh(c2[t + 1], out=tanh_c2[t])  # tanh_c2[t, a] = tanh(c2[1 + t, a])
        np.multiply(o2[t], tanh_c2[t], out=h2[t + 1])  # h2[1 + t, a] = o2[t, a]*tanh_c2[t, a]
    steps_d_c2 = np.square(tanh_c2, out=work.steps_d_c2)  # steps_d_c2[t, a] = tanh_c2[t, a]**2
    # steps_d_c2[t, a] = 1 - tanh_c2[t, a]**2
    steps_d_c2 = np.subtract(1.0, steps_d_c2, out=steps_d_c2)
    # steps_d_c2[t, a] = o2[t, a]*(1 - tanh_c2[t, a]**2)
    steps_d_c2 = np.multiply(steps_d_c2, o2, out=steps_d_c2)
    steps_d_h2 = np.square(g2, out=work.steps_d_h2)  # steps_d_h2[t, a] = g2[t, a]**2
    steps_d_h2 = np.subtract(1.0, steps_d_h2, out=steps_d_h2)  # steps_d_h2[t, a] = 1 - g2[t, a]**2
    # steps_d_h2[t, a] = W[1, 3, a]*(1 - g2[t, a]**2)
    steps_d_h2 = np.multiply(W[1, 3], steps_d_h2, out=steps_d_h2)
    steps_d_h2_2 = np.subtract(1.0, i2, out=work.steps_d_h2_2)  # steps_d_h2_2[t, a] = 1 - i2[t, a]
    # steps_d_h2_2[t, a] = W[1, 1, a]*(1 - i2[t, a])
    steps_d_h2_2 = np.multiply(W[1, 1], steps_d_h2_2, out=steps_d_h2_2)
    # steps_d_h2_2[t, a] = W[1, 1, a]*(1 - i2[t, a])*i2[t, a]
    steps_d_h2_2 = np.multiply(steps_d_h2_2, i2, out=steps_d_h2_2)
    steps_d_c1 = np.square(tanh_c1, out=work.steps_d_c1)  # steps_d_c1[t, a] = tanh_c1[t, a]**2
    # steps_d_c1[t, a] = 1 - tanh_c1[t, a]**2
    steps_d_c1 = np.subtract(1.0, steps_d_c1, out=steps_d_c1)
    # steps_d_c1[t, a] = o1[t, a]*(1 - tanh_c1[t, a]**2)
    steps_d_c1 = np.multiply(steps_d_c1, o1, out=steps_d_c1)
    steps_d_h1 = np.square(g1, out=work.steps_d_h1)  # steps_d_h1[t, a] = g1[t, a]**2
    steps_d_h1 = np.subtract(1.0, steps_d_h1, out=steps_d_h1)  # steps_d_h1[t, a] = 1 - g1[t, a]**2
    # steps_d_h1[t, a] = W[0, 3, a]*(1 - g1[t, a]**2)
    steps_d_h1 = np.multiply(W[0, 3], steps_d_h1, out=steps_d_h1)
    steps_d_h1_2 = np.subtract(1.0, i1, out=work.steps_d_h1_2)  # steps_d_h1_2[t, a] = 1 - i1[t, a]
    # steps_d_h1_2[t, a] = W[0, 1, a]*(1 - i1[t, a])
    steps_d_h1_2 = np.multiply(W[0, 1], steps_d_h1_2, out=steps_d_h1_2)
    # steps_d_h1_2[t, a] = W[0, 1, a]*(1 - i1[t, a])*i1[t, a]
    steps_d_h1_2 = np.multiply(steps_d_h1_2, i1, out=steps_d_h1_2)
    y = np.multiply(scale_out, h2[1 : T + 1], out=work.y)  # y[t, a] = scale_out[a]*h2[1 + t, a]
    y = np.add(y, b_out, out=y)  # y[t, a] = scale_out[a]*h2[1 + t, a] + b_out[a]
    exp_y = np.exp(y, out=work.exp_y)  # exp_y[t, q] = exp(y[t, q])
    # score_argument[t] = sum(q, exp_y[t, q])
    score_argument = np.dot(exp_y, ones_14, out=work.score_argument)
    # score_argument[t] = 2 + sum(q, exp_y[t, q])
    score_argument = np.add(score_argument, 2.0, out=score_argument)
    log_score = np.log(score_argument, out=work.log_score)  # log_score[t] = log(score_argument[t])
    # score[t, a] = y[t, a] - log(score_argument[t])
    score = np.subtract(y, log_score[:, None], out=work.score)
    sum_loss = np.vdot(following, score)  # sum_loss = sum(t, a, following[t, a]*score[t, a])
    loss = -sum_loss / 14.0 / T  # loss = -sum(t, a, following[t, a]*score[t, a])/14/T
    # d_score[t, a] = -following[t, a]/14/T
    d_score = np.multiply(following, -dtype.type(1.0) / 14.0 / T, out=work.d_score)
    # d_score_argument[t] = sum(a, d_score[t, a])
    d_score_argument = np.dot(d_score, ones_14, out=work.d_score_argument)
    # d_score_argument[t] = -sum(a, d_score[t, a])
    d_score_argument = np.negative(d_score_argument, out=d_score_argument)
    # d_score_argument[t] = -sum(a, d_score[t, a])/score_argument[t]
    d_score_argument = np.divide(d_score_argument, score_argument, out=d_score_argument)
    # d_y[t, a] = d_score_argument[t]*exp_y[t, a]
    d_y = np.multiply(d_score_argument[:, None], exp_y, out=work.d_y)
    # d_y[t, a] = d_score[t, a] + d_score_argument[t]*exp_y[t, a]
    d_y = np.add(d_y, d_score, out=d_y)
    # d_scale_out[a] = sum(t, d_y[t, a]*h2[1 + t, a])
    d_scale_out = np.vecdot(d_y.T, h2[1 : T + 1].T)
    d_b_out = np.dot(ones_T, d_y)  # d_b_out[a] = sum(t, d_y[t, a])
    d_h2 = _filled(0.0, work.d_h2, (T + 1, 14), dtype)  # d_h2 = 0
    # product_d_h2[t, a] = d_y[t, a]*scale_out[a]
    product_d_h2 = np.multiply(scale_out, d_y, out=work.product_d_h2)
    d_h2[1 : T + 1] += product_d_h2  # d_h2[1 + t, a] += d_y[t, a]*scale_out[a]
    d_c2 = _filled(0.0, work.d_c2, (T + 1, 14), dtype)  # d_c2 = 0
    d_g2 = _reserved(work.d_g2, (T, 14), dtype)  # d_g2, part by part
    d_i2 = _reserved(work.d_i2, (T, 14), dtype)  # d_i2, part by part
    for t in reversed(range(T)):
        # product_d_c2[a] = d_h2[1 + t, a]*steps_d_c2[t, a]
        product_d_c2 = np.multiply(d_h2[t + 1], steps_d_c2[t], out=work.product_d_c2)
        d_c2[t + 1] += product_d_c2  # d_c2[1 + t, a] += d_h2[1 + t, a]*steps_d_c2[t, a]
        # product_d_c2_2[a] = d_c2[1 + t, a]*f2[t, a]
        product_d_c2_2 = np.multiply(d_c2[t + 1], f2[t], out=work.product_d_c2_2)
        d_c2[t] += product_d_c2_2  # d_c2[t, a] += d_c2[1 + t, a]*f2[t, a]
        np.multiply(d_c2[t + 1], i2[t], out=d_g2[t])  # d_g2[t, a] = d_c2[1 + t, a]*i2[t, a]
        # product_d_h2_2[a] = d_g2[t, a]*steps_d_h2[t, a]
        product_d_h2_2 = np.multiply(d_g2[t], steps_d_h2[t], out=work.product_d_h2_2)
        d_h2[t] += product_d_h2_2  # d_h2[t, a] += d_g2[t, a]*steps_d_h2[t, a]
        np.multiply(d_c2[t + 1], g2[t], out=d_i2[t])  # d_i2[t, a] = d_c2[1 + t, a]*g2[t, a]
        # product_d_h2_3[a] = d_i2[t, a]*steps_d_h2_2[t, a]
        product_d_h2_3 = np.multiply(d_i2[t], steps_d_h2_2[t], out=work.product_d_h2_3)
        d_h2[t] += product_d_h2_3  # d_h2[t, a] += d_i2[t, a]*steps_d_h2_2[t, a]
    # d_o2[t, a] = d_h2[1 + t, a]*tanh_c2[t, a]
    d_o2 = np.multiply(d_h2[1 : T + 1], tanh_c2, out=work.d_o2)
    # d_f2[t, a] = d_c2[1 + t, a]*c2[t, a]
    d_f2 = np.multiply(c2[: T], d_c2[1 : T + 1], out=work.d_f2)
    d_h1 = _filled(0.0, work.d_h1, (T + 1, 14), dtype)  # d_h1 = 0
    sum_d_h1 = np.subtract(1.0, o2, out=work.sum_d_h1)  # sum_d_h1[t, a] = 1 - o2[t, a]
    # sum_d_h1[t, a] = W[1, 2, a]*(1 - o2[t, a])
    sum_d_h1 = np.multiply(W[1, 2], sum_d_h1, out=sum_d_h1)
    # sum_d_h1[t, a] = d_o2[t, a]*W[1, 2, a]*(1 - o2[t, a])
    sum_d_h1 = np.multiply(sum_d_h1, d_o2, out=sum_d_h1)
    # sum_d_h1[t, a] = d_o2[t, a]*W[1, 2, a]*(1 - o2[t, a])*o2[t, a]
    sum_d_h1 = np.multiply(sum_d_h1, o2, out=sum_d_h1)
    d_h1[1 : T + 1] += sum_d_h1  # d_h1[1 + t, a] += d_o2[t, a]*W[1, 2, a]*(1 - o2[t, a])*o2[t, a]
    sum_d_h1_2 = np.subtract(1.0, f2, out=work.sum_d_h1_2)  # sum_d_h1_2[t, a] = 1 - f2[t, a]
    # sum_d_h1_2[t, a] = W[1, 0, a]*(1 - f2[t, a])
    sum_d_h1_2 = np.multiply(W[1, 0], sum_d_h1_2, out=sum_d_h1_2)
    # sum_d_h1_2[t, a] = d_f2[t, a]*W[1, 0, a]*(1 - f2[t, a])
    sum_d_h1_2 = np.multiply(sum_d_h1_2, d_f2, out=sum_d_h1_2)
    # sum_d_h1_2[t, a] = d_f2[t, a]*W[1, 0, a]*(1 - f2[t, a])*f2[t, a]
    sum_d_h1_2 = np.multiply(sum_d_h1_2, f2, out=sum_d_h1_2)
    # d_h1[1 + t, a] += d_f2[t, a]*W[1, 0, a]*(1 - f2[t, a])*f2[t, a]
    d_h1[1 : T + 1] += sum_d_h1_2
    d_c1 = _filled(0.0, work.d_c1, (T + 1, 14), dtype)  # d_c1 = 0
    d_g1 = _reserved(work.d_g1, (T, 14), dtype)  # d_g1, part by part
    d_i1 = _reserved(work.d_i1, (T, 14), dtype)  # d_i1, part by part
    for t in reversed(range(T)):
        # product_d_c1[a] = d_h1[1 + t, a]*steps_d_c1[t, a]
        product_d_c1 = np.multiply(d_h1[t + 1], steps_d_c1[t], out=work.product_d_c1)
        d_c1[t + 1] += product_d_c1  # d_c1[1 + t, a] += d_h1[1 + t, a]*steps_d_c1[t, a]
        # product_d_c1_2[a] = d_c1[1 + t, a]*f1[t, a]
        product_d_c1_2 = np.multiply(d_c1[t + 1], f1[t], out=work.product_d_c1_2)
        d_c1[t] += product_d_c1_2  # d_c1[t, a] += d_c1[1 + t, a]*f1[t, a]
        np.multiply(d_c1[t + 1], i1[t], out=d_g1[t])  # d_g1[t, a] = d_c1[1 + t, a]*i1[t, a]
        # product_d_h1[a] = d_g1[t, a]*steps_d_h1[t, a]
        product_d_h1 = np.multiply(d_g1[t], steps_d_h1[t], out=work.product_d_h1)
        d_h1[t] += product_d_h1  # d_h1[t, a] += d_g1[t, a]*steps_d_h1[t, a]
        np.multiply(d_c1[t + 1], g1[t], out=d_i1[t])  # d_i1[t, a] = d_c1[1 + t, a]*g1[t, a]
        # product_d_h1_2[a] = d_i1[t, a]*steps_d_h1_2[t, a]
        product_d_h1_2 = np.multiply(d_i1[t], steps_d_h1_2[t], out=work.product_d_h1_2)
        d_h1[t] += product_d_h1_2  # d_h1[t, a] += d_i1[t, a]*steps_d_h1_2[t, a]
    # d_o1[t, a] = d_h1[1 + t, a]*tanh_c1[t, a]
    d_o1 = np.multiply(d_h1[1 : T + 1], tanh_c1, out=work.d_o1)
    # d_f1[t, a] = d_c1[1 + t, a]*c1[t, a]
    d_f1 = np.multiply(c1[: T], d_c1[1 : T + 1], out=work.d_f1)
    sum_d_scale = np.subtract(1.0, f1, out=work.sum_d_scale)  # sum_d_scale[t, a] = 1 - f1[t, a]
    # sum_d_scale[t, a] = (1 - f1[t, a])*W[0, 0, a]
    sum_d_scale = np.multiply(W[0, 0], sum_d_scale, out=sum_d_scale)
    # sum_d_scale[t, a] = (1 - f1[t, a])*W[0, 0, a]*d_f1[t, a]
    sum_d_scale = np.multiply(sum_d_scale, d_f1, out=sum_d_scale)
    # sum_d_scale[t, a] = (1 - f1[t, a])*W[0, 0, a]*d_f1[t, a]*f1[t, a]
    sum_d_scale = np.multiply(sum_d_scale, f1, out=sum_d_scale)
    # sum_d_scale_2[t, a] = 1 - o1[t, a]
    sum_d_scale_2 = np.subtract(1.0, o1, out=work.sum_d_scale_2)
    # sum_d_scale_2[t, a] = (1 - o1[t, a])*W[0, 2, a]
    sum_d_scale_2 = np.multiply(W[0, 2], sum_d_scale_2, out=sum_d_scale_2)
    # sum_d_scale_2[t, a] = (1 - o1[t, a])*W[0, 2, a]*d_o1[t, a]
    sum_d_scale_2 = np.multiply(sum_d_scale_2, d_o1, out=sum_d_scale_2)
    # sum_d_scale_2[t, a] = (1 - o1[t, a])*W[0, 2, a]*d_o1[t, a]*o1[t, a]
    sum_d_scale_2 = np.multiply(sum_d_scale_2, o1, out=sum_d_scale_2)
    # sum_d_scale[t, a] = (1 - f1[t, a])*W[0, 0, a]*d_f1[t, a]*f1[t, a] + (1 - o1[t, a])*W[0, 2,
    #     a]*d_o1[t, a]*o1[t, a]
    sum_d_scale = np.add(sum_d_scale, sum_d_scale_2, out=sum_d_scale)
    # d_scale[a] = sum(t, x[t, a]*((1 - f1[t, a])*W[0, 0, a]*d_f1[t, a]*f1[t, a] + (1 - o1[t,
    #     a])*W[0, 2, a]*d_o1[t, a]*o1[t, a]))
    d_scale = np.vecdot(sum_d_scale.T, x.T)
    d_W = np.empty((2, 4, 14), dtype)  # d_W, part by part
    square_d_W = np.square(g2, out=work.square_d_W)  # square_d_W[t, a] = g2[t, a]**2
    square_d_W = np.subtract(1.0, square_d_W, out=square_d_W)  # square_d_W[t, a] = 1 - g2[t, a]**2
    # square_d_W[t, a] = d_g2[t, a]*(1 - g2[t, a]**2)
    square_d_W = np.multiply(square_d_W, d_g2, out=square_d_W)
    # square_d_W[t, a] = d_g2[t, a]*h2[t, a]*(1 - g2[t, a]**2)
    square_d_W = np.multiply(square_d_W, h2[: T], out=square_d_W)
    # d_W[1, 3, a] = sum(t, d_g2[t, a]*h2[t, a]*(1 - g2[t, a]**2))
    np.dot(ones_T, square_d_W, out=d_W[1, 3])
    sum_d_W = np.subtract(1.0, i2, out=work.sum_d_W)  # sum_d_W[t, a] = 1 - i2[t, a]
    sum_d_W = np.multiply(sum_d_W, d_i2, out=sum_d_W)  # sum_d_W[t, a] = d_i2[t, a]*(1 - i2[t, a])
    # sum_d_W[t, a] = d_i2[t, a]*h2[t, a]*(1 - i2[t, a])
    sum_d_W = np.multiply(sum_d_W, h2[: T], out=sum_d_W)
    # sum_d_W[t, a] = d_i2[t, a]*h2[t, a]*(1 - i2[t, a])*i2[t, a]
    sum_d_W = np.multiply(sum_d_W, i2, out=sum_d_W)
    # d_W[1, 1, a] = sum(t, d_i2[t, a]*h2[t, a]*(1 - i2[t, a])*i2[t, a])
    np.dot(ones_T, sum_d_W, out=d_W[1, 1])
    sum_d_W_2 = np.subtract(1.0, o2, out=work.sum_d_W_2)  # sum_d_W_2[t, a] = 1 - o2[t, a]
    # sum_d_W_2[t, a] = d_o2[t, a]*(1 - o2[t, a])
    sum_d_W_2 = np.multiply(sum_d_W_2, d_o2, out=sum_d_W_2)
    # sum_d_W_2[t, a] = d_o2[t, a]*h1[1 + t, a]*(1 - o2[t, a])
    sum_d_W_2 = np.multiply(sum_d_W_2, h1[1 : T + 1], out=sum_d_W_2)
    # sum_d_W_2[t, a] = d_o2[t, a]*h1[1 + t, a]*(1 - o2[t, a])*o2[t, a]
    sum_d_W_2 = np.multiply(sum_d_W_2, o2, out=sum_d_W_2)
    # d_W[1, 2, a] = sum(t, d_o2[t, a]*h1[1 + t, a]*(1 - o2[t, a])*o2[t, a])
    np.dot(ones_T, sum_d_W_2, out=d_W[1, 2])
    sum_d_W_3 = np.subtract(1.0, f2, out=work.sum_d_W_3)  # sum_d_W_3[t, a] = 1 - f2[t, a]
    # sum_d_W_3[t, a] = d_f2[t, a]*(1 - f2[t, a])
    sum_d_W_3 = np.multiply(sum_d_W_3, d_f2, out=sum_d_W_3)
    # sum_d_W_3[t, a] = d_f2[t, a]*(1 - f2[t, a])*f2[t, a]
    sum_d_W_3 = np.multiply(sum_d_W_3, f2, out=sum_d_W_3)
    # sum_d_W_3[t, a] = d_f2[t, a]*h1[1 + t, a]*(1 - f2[t, a])*f2[t, a]
    sum_d_W_3 = np.multiply(sum_d_W_3, h1[1 : T + 1], out=sum_d_W_3)
    # d_W[1, 0, a] = sum(t, d_f2[t, a]*h1[1 + t, a]*(1 - f2[t, a])*f2[t, a])
    np.dot(ones_T, sum_d_W_3, out=d_W[1, 0])
    square_d_W_2 = np.square(g1, out=work.square_d_W_2)  # square_d_W_2[t, a] = g1[t, a]**2
    # square_d_W_2[t, a] = 1 - g1[t, a]**2
    square_d_W_2 = np.subtract(1.0, square_d_W_2, out=square_d_W_2)
    # square_d_W_2[t, a] = d_g1[t, a]*(1 - g1[t, a]**2)
    square_d_W_2 = np.multiply(square_d_W_2, d_g1, out=square_d_W_2)
    # square_d_W_2[t, a] = d_g1[t, a]*h1[t, a]*(1 - g1[t, a]**2)
    square_d_W_2 = np.multiply(square_d_W_2, h1[: T], out=square_d_W_2)
    # d_W[0, 3, a] = sum(t, d_g1[t, a]*h1[t, a]*(1 - g1[t, a]**2))
    np.dot(ones_T, square_d_W_2, out=d_W[0, 3])
    sum_d_W_4 = np.subtract(1.0, i1, out=work.sum_d_W_4)  # sum_d_W_4[t, a] = 1 - i1[t, a]
    # sum_d_W_4[t, a] = d_i1[t, a]*(1 - i1[t, a])
    sum_d_W_4 = np.multiply(sum_d_W_4, d_i1, out=sum_d_W_4)
    # sum_d_W_4[t, a] = d_i1[t, a]*h1[t, a]*(1 - i1[t, a])
    sum_d_W_4 = np.multiply(sum_d_W_4, h1[: T], out=sum_d_W_4)
    # sum_d_W_4[t, a] = d_i1[t, a]*h1[t, a]*(1 - i1[t, a])*i1[t, a]
    sum_d_W_4 = np.multiply(sum_d_W_4, i1, out=sum_d_W_4)
    # d_W[0, 1, a] = sum(t, d_i1[t, a]*h1[t, a]*(1 - i1[t, a])*i1[t, a])
    np.dot(ones_T, sum_d_W_4, out=d_W[0, 1])
    sum_d_W_5 = np.subtract(1.0, o1, out=work.sum_d_W_5)  # sum_d_W_5[t, a] = 1 - o1[t, a]
    # sum_d_W_5[t, a] = d_o1[t, a]*(1 - o1[t, a])
    sum_d_W_5 = np.multiply(sum_d_W_5, d_o1, out=sum_d_W_5)
    # sum_d_W_5[t, a] = d_o1[t, a]*(1 - o1[t, a])*o1[t, a]
    sum_d_W_5 = np.multiply(sum_d_W_5, o1, out=sum_d_W_5)
    # sum_d_W_5[t, a] = d_o1[t, a]*u[t, a]*(1 - o1[t, a])*o1[t, a]
    sum_d_W_5 = np.multiply(sum_d_W_5, u, out=sum_d_W_5)
    # d_W[0, 2, a] = sum(t, d_o1[t, a]*u[t, a]*(1 - o1[t, a])*o1[t, a])
    np.dot(ones_T, sum_d_W_5, out=d_W[0, 2])
    sum_d_W_6 = np.subtract(1.0, f1, out=work.sum_d_W_6)  # sum_d_W_6[t, a] = 1 - f1[t, a]
    # sum_d_W_6[t, a] = d_f1[t, a]*(1 - f1[t, a])
    sum_d_W_6 = np.multiply(sum_d_W_6, d_f1, out=sum_d_W_6)
    # sum_d_W_6[t, a] = d_f1[t, a]*(1 - f1[t, a])*f1[t, a]
    sum_d_W_6 = np.multiply(sum_d_W_6, f1, out=sum_d_W_6)
    # sum_d_W_6[t, a] = d_f1[t, a]*u[t, a]*(1 - f1[t, a])*f1[t, a]
    sum_d_W_6 = np.multiply(sum_d_W_6, u, out=sum_d_W_6)
    # d_W[0, 0, a] = sum(t, d_f1[t, a]*u[t, a]*(1 - f1[t, a])*f1[t, a])
    np.dot(ones_T, sum_d_W_6, out=d_W[0, 0])
    d_b = np.empty((2, 4, 14), dtype)  # d_b, part by part
    square_d_b = np.square(g2, out=work.square_d_b)  # square_d_b[t, a] = g2[t, a]**2
    square_d_b = np.subtract(1.0, square_d_b, out=square_d_b)  # square_d_b[t, a] = 1 - g2[t, a]**2
    # d_b[1, 3, a] = sum(t, d_g2[t, a]*(1 - g2[t, a]**2))
    np.vecdot(square_d_b.T, d_g2.T, out=d_b[1, 3])
    sum_d_b = np.subtract(1.0, i2, out=work.sum_d_b)  # sum_d_b[t, a] = 1 - i2[t, a]
    sum_d_b = np.multiply(sum_d_b, d_i2, out=sum_d_b)  # sum_d_b[t, a] = d_i2[t, a]*(1 - i2[t, a])
    # sum_d_b[t, a] = d_i2[t, a]*(1 - i2[t, a])*i2[t, a]
    sum_d_b = np.multiply(sum_d_b, i2, out=sum_d_b)
    # d_b[1, 1, a] = sum(t, d_i2[t, a]*(1 - i2[t, a])*i2[t, a])
    np.dot(ones_T, sum_d_b, out=d_b[1, 1])
    sum_d_b_2 = np.subtract(1.0, o2, out=work.sum_d_b_2)  # sum_d_b_2[t, a] = 1 - o2[t, a]
    # sum_d_b_2[t, a] = d_o2[t, a]*(1 - o2[t, a])
    sum_d_b_2 = np.multiply(sum_d_b_2, d_o2, out=sum_d_b_2)
    # sum_d_b_2[t, a] = d_o2[t, a]*(1 - o2[t, a])*o2[t, a]
    sum_d_b_2 = np.multiply(sum_d_b_2, o2, out=sum_d_b_2)
    # d_b[1, 2, a] = sum(t, d_o2[t, a]*(1 - o2[t, a])*o2[t, a])
    np.dot(ones_T, sum_d_b_2, out=d_b[1, 2])
    sum_d_b_3 = np.subtract(1.0, f2, out=work.sum_d_b_3)  # sum_d_b_3[t, a] = 1 - f2[t, a]
    # sum_d_b_3[t, a] = d_f2[t, a]*(1 - f2[t, a])
    sum_d_b_3 = np.multiply(sum_d_b_3, d_f2, out=sum_d_b_3)
    # sum_d_b_3[t, a] = d_f2[t, a]*(1 - f2[t, a])*f2[t, a]
    sum_d_b_3 = np.multiply(sum_d_b_3, f2, out=sum_d_b_3)
    # d_b[1, 0, a] = sum(t, d_f2[t, a]*(1 - f2[t, a])*f2[t, a])
    np.dot(ones_T, sum_d_b_3, out=d_b[1, 0])
    square_d_b_2 = np.square(g1, out=work.square_d_b_2)  # square_d_b_2[t, a] = g1[t, a]**2
    # square_d_b_2[t, a] = 1 - g1[t, a]**2
    square_d_b_2 = np.subtract(1.0, square_d_b_2, out=square_d_b_2)
    # d_b[0, 3, a] = sum(t, d_g1[t, a]*(1 - g1[t, a]**2))
    np.vecdot(square_d_b_2.T, d_g1.T, out=d_b[0, 3])
    sum_d_b_4 = np.subtract(1.0, i1, out=work.sum_d_b_4)  # sum_d_b_4[t, a] = 1 - i1[t, a]
    # sum_d_b_4[t, a] = d_i1[t, a]*(1 - i1[t, a])
    sum_d_b_4 = np.multiply(sum_d_b_4, d_i1, out=sum_d_b_4)
    # sum_d_b_4[t, a] = d_i1[t, a]*(1 - i1[t, a])*i1[t, a]
    sum_d_b_4 = np.multiply(sum_d_b_4, i1, out=sum_d_b_4)
    # d_b[0, 1, a] = sum(t, d_i1[t, a]*(1 - i1[t, a])*i1[t, a])
    np.dot(ones_T, sum_d_b_4, out=d_b[0, 1])
    sum_d_b_5 = np.subtract(1.0, o1, out=work.sum_d_b_5)  # sum_d_b_5[t, a] = 1 - o1[t, a]
    # sum_d_b_5[t, a] = d_o1[t, a]*(1 - o1[t, a])
    sum_d_b_5 = np.multiply(sum_d_b_5, d_o1, out=sum_d_b_5)
    # sum_d_b_5[t, a] = d_o1[t, a]*(1 - o1[t, a])*o1[t, a]
    sum_d_b_5 = np.multiply(sum_d_b_5, o1, out=sum_d_b_5)
    # d_b[0, 2, a] = sum(t, d_o1[t, a]*(1 - o1[t, a])*o1[t, a])
    np.dot(ones_T, sum_d_b_5, out=d_b[0, 2])
    sum_d_b_6 = np.subtract(1.0, f1, out=work.sum_d_b_6)  # sum_d_b_6[t, a] = 1 - f1[t, a]
    # sum_d_b_6[t, a] = d_f1[t, a]*(1 - f1[t, a])
    sum_d_b_6 = np.multiply(sum_d_b_6, d_f1, out=sum_d_b_6)
    # sum_d_b_6[t, a] = d_f1[t, a]*(1 - f1[t, a])*f1[t, a]
    sum_d_b_6 = np.multiply(sum_d_b_6, f1, out=sum_d_b_6)
    # d_b[0, 0, a] = sum(t, d_f1[t, a]*(1 - f1[t, a])*f1[t, a])
    np.dot(ones_T, sum_d_b_6, out=d_b[0, 0])
    grads = {
        "W": d_W,
        "b": d_b,
        "scale": d_scale,
        "scale_out": d_scale_out,
        "b_out": d_b_out,
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


def value_and_flat_grad(vector, x, hidden, cell, following):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, hidden, cell, following))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, hidden, cell, following,
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
        (x, hidden, cell, following),
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
    extents = {"T": 3}
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
