"""Loss and gradients of the network mixture_density.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    h[n, j] = tanh(sum(k, W1[j, k]*x[n, k]) + b1[j])
    share[n, c] = sum(j, W2[c, j]*h[n, j]) + b2[c]
    centre[n, c, d] = sum(j, W3[c, d, j]*h[n, j]) + b3[c, d]
    width[n, c] = sum(j, W4[c, j]*h[n, j]) + b4[c]
    away[n, c] = sum(d, (y[n, d] - centre[n, c, d])**2)*exp(-2*width[n, c])/2
    score[n, c] = share[n, c] - log(2*pi) - away[n, c] - 2*width[n, c]
    loss = sum(n, logsumexp(c, share[n, c]) - logsumexp(c, score[n, c]))/N

Extents bound at each call: N.

Conventions:
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 904*N
    backward: 1559*N
    workspace, in floats: 85*N
"""

import numpy as np

TITLE = "Mixture density network"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (16, 3),
    "b1": (16,),
    "W2": (5, 16),
    "b2": (5,),
    "W3": (5, 2, 16),
    "b3": (5, 2),
    "W4": (5, 16),
    "b4": (5,),
}
INPUTS = {
    "x": ("N", 3),
}
TARGETS = {
    "y": ("N", 2),
}
OUTPUTS = ("share", "centre", "width")
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial L}{\\partial W^{(1)}_{j,k}} = \\sum_n \\overline"
        "{\\tilde{h}}_{n,j} x_{n,k}"
    ),
    "b1": (
        "\\frac{\\partial L}{\\partial b^{(1)}_j} = \\sum_n \\overline{\\ti"
        "lde{h}}_{n,j}"
    ),
    "W2": (
        "\\frac{\\partial L}{\\partial W^{(2)}_{c,j}} = \\sum_n \\overline"
        "{\\text{share}}_{n,c} h_{n,j}"
    ),
    "b2": (
        "\\frac{\\partial L}{\\partial b^{(2)}_c} = \\sum_n \\overline{\\te"
        "xt{share}}_{n,c}"
    ),
    "W3": (
        "\\frac{\\partial L}{\\partial W^{(3)}_{c,d,j}} = \\sum_n \\overli"
        "ne{\\text{centre}}_{n,c,d} h_{n,j}"
    ),
    "b3": (
        "\\frac{\\partial L}{\\partial b^{(3)}_{c,d}} = \\sum_n \\overline"
        "{\\text{centre}}_{n,c,d}"
    ),
    "W4": (
        "\\frac{\\partial L}{\\partial W^{(4)}_{c,j}} = \\sum_n \\overline"
        "{\\text{width}}_{n,c} h_{n,j}"
    ),
    "b4": (
        "\\frac{\\partial L}{\\partial b^{(4)}_c} = \\sum_n \\overline{\\te"
        "xt{width}}_{n,c}"
    ),
}
_BUFFERS = (
    "h_argument",
    "h",
    "share",
    "centre",
    "width",
    "sum_sum_centre",
    "sum_centre",
    "exp_width",
    "away",
    "score",
    "product_score",
    "max_score",
    "exp_score",
    "sum_exp_score",
    "logsumexp_score",
    "max_share",
    "exp_share",
    "sum_exp_share",
    "logsumexp_share",
    "sum_loss",
    "scaled_d_score",
    "d_score",
    "d_away",
    "d_width",
    "product_d_width",
    "product_d_centre",
    "d_centre",
    "scaled_d_share",
    "d_share",
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
        "W1": np.asarray(rng.uniform(-0.5619514869490164, 0.5619514869490164, (16, 3)), dtype),
        "b1": np.full((16,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-0.5345224838248488, 0.5345224838248488, (5, 16)), dtype),
        "b2": np.full((5,), 0.0, dtype),
        "W3": np.asarray(rng.uniform(-0.23145502494313785, 0.23145502494313785, (5, 2, 16)),
            dtype),
        "b3": np.asarray(rng.normal(0.0, 1.0, (5, 2)), dtype),
        "W4": np.asarray(rng.uniform(-0.5345224838248488, 0.5345224838248488, (5, 16)), dtype),
        "b4": np.full((5,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    85*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(16 * N, dtype)
        self.h_argument = memory_1.reshape(16, N)
        self.h = memory_1.reshape(16, N)
        self.d_h_argument = memory_1.reshape(16, N)
        memory_2 = np.empty(5 * N, dtype)
        self.share = memory_2.reshape(5, N)
        self.exp_share = memory_2.reshape(5, N)
        self.d_share = memory_2.reshape(5, N)
        memory_3 = np.empty(10 * N, dtype)
        self.centre = memory_3.reshape(5, 2, N)
        self.d_centre = memory_3.reshape(5, 2, N)
        memory_4 = np.empty(5 * N, dtype)
        self.width = memory_4.reshape(5, N)
        self.product_score = memory_4.reshape(5, N)
        self.max_score = memory_4[: N].reshape(N)
        self.max_share = memory_4[: N].reshape(N)
        self.d_away = memory_4.reshape(5, N)
        self.product_d_centre = memory_4.reshape(5, N)
        memory_5 = np.empty(16 * N, dtype)
        self.sum_sum_centre = memory_5[: 10 * N].reshape(5, 2, N)
        self.exp_width = memory_5[: 5 * N].reshape(5, N)
        self.d_h = memory_5.reshape(16, N)
        memory_6 = np.empty(16 * N, dtype)
        self.sum_centre = memory_6[: 5 * N].reshape(5, N)
        self.sum_d_h = memory_6.reshape(16, N)
        self.sum_d_h_2 = memory_6.reshape(16, N)
        memory_7 = np.empty(5 * N, dtype)
        self.away = memory_7.reshape(5, N)
        self.score = memory_7.reshape(5, N)
        self.exp_score = memory_7.reshape(5, N)
        self.d_score = memory_7.reshape(5, N)
        memory_8 = np.empty(N, dtype)
        self.sum_exp_score = memory_8.reshape(N)
        self.scaled_d_score = memory_8.reshape(N)
        memory_9 = np.empty(5 * N, dtype)
        self.logsumexp_score = memory_9[: N].reshape(N)
        self.d_width = memory_9.reshape(5, N)
        memory_10 = np.empty(N, dtype)
        self.sum_exp_share = memory_10.reshape(N)
        self.scaled_d_share = memory_10.reshape(N)
        memory_11 = np.empty(5 * N, dtype)
        self.logsumexp_share = memory_11[: N].reshape(N)
        self.sum_loss = memory_11[: N].reshape(N)
        self.product_d_width = memory_11.reshape(5, N)
        self.ones_5 = np.ones(5, dtype)
        self.ones_N = np.ones(N, dtype)

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
    """The outputs by name: a dict of new arrays."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 3), 0)
    W1 = _floats("W1", params["W1"], (16, 3), dtype)
    b1 = _floats("b1", params["b1"], (16,), dtype)
    W2 = _floats("W2", params["W2"], (5, 16), dtype)
    b2 = _floats("b2", params["b2"], (5,), dtype)
    W3 = _floats("W3", params["W3"], (5, 2, 16), dtype)
    b3 = _floats("b3", params["b3"], (5, 2), dtype)
    W4 = _floats("W4", params["W4"], (5, 16), dtype)
    b4 = _floats("b4", params["b4"], (5,), dtype)
    x = _floats("x", x, (N, 3), dtype)
    h_argument = np.dot(W1, x.T)  # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, n] = tanh(h_argument[j, n])
    share = np.dot(h.T, W2.T)  # share[n, c] = sum(j, W2[c, j]*h[j, n])
    share = np.add(share, b2, out=share)  # share[n, c] = sum(j, W2[c, j]*h[j, n]) + b2[c]
    # centre[n, c, d] = sum(j, W3[c, d, j]*h[j, n])
    centre = np.dot(h.T, W3.reshape(10, 16).T).reshape(N, 5, 2)
    # centre[n, c, d] = sum(j, W3[c, d, j]*h[j, n]) + b3[c, d]
    centre = np.add(centre, b3, out=centre)
    width = np.dot(h.T, W4.T)  # width[n, c] = sum(j, W4[c, j]*h[j, n])
    width = np.add(width, b4, out=width)  # width[n, c] = sum(j, W4[c, j]*h[j, n]) + b4[c]
    return {
        "share": share,
        "centre": centre,
        "width": width,
    }


@np.errstate(all="ignore")
def loss(params, x, y):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 3), 0)
    W1 = _floats("W1", params["W1"], (16, 3), dtype)
    b1 = _floats("b1", params["b1"], (16,), dtype)
    W2 = _floats("W2", params["W2"], (5, 16), dtype)
    b2 = _floats("b2", params["b2"], (5,), dtype)
    W3 = _floats("W3", params["W3"], (5, 2, 16), dtype)
    b3 = _floats("b3", params["b3"], (5, 2), dtype)
    W4 = _floats("W4", params["W4"], (5, 16), dtype)
    b4 = _floats("b4", params["b4"], (5,), dtype)
    x = _floats("x", x, (N, 3), dtype)
    y = _floats("y", y, (N, 2), dtype)
    ones_5 = np.ones(5, dtype)
    ones_N = np.ones(N, dtype)
    h_argument = np.dot(W1, x.T)  # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, n] = tanh(h_argument[j, n])
    share = np.dot(W2, h)  # share[c, n] = sum(j, W2[c, j]*h[j, n])
    share = np.add(share, b2[:, None], out=share)  # share[c, n] = sum(j, W2[c, j]*h[j, n]) + b2[c]
    # centre[c, d, n] = sum(j, W3[c, d, j]*h[j, n])
    centre = np.dot(W3.reshape(10, 16), h).reshape(5, 2, N)
    # centre[c, d, n] = sum(j, W3[c, d, j]*h[j, n]) + b3[c, d]
    centre = np.add(centre, b3[:, :, None], out=centre)
    width = np.dot(W4, h)  # width[c, n] = sum(j, W4[c, j]*h[j, n])
    width = np.add(width, b4[:, None], out=width)  # width[c, n] = sum(j, W4[c, j]*h[j, n]) + b4[c]
    away = np.multiply(width, -2.0)  # away[c, n] = -2*width[c, n]
    away = np.exp(away, out=away)  # away[c, n] = exp(-2*width[c, n])
    away = np.multiply(away, 0.5, out=away)  # away[c, n] = exp(-2*width[c, n])/2
    sum_away = np.subtract(y.T, centre)  # sum_away[c, d, n] = y[n, d] - centre[c, d, n]
    # sum_away_2[c, n] = sum(d, (y[n, d] - centre[c, d, n])**2)
    sum_away_2 = np.vecdot(sum_away.transpose(0, 2, 1), sum_away.transpose(0, 2, 1))
    # away[c, n] = sum(d, (y[n, d] - centre[c, d, n])**2)*exp(-2*width[c, n])/2
    away = np.multiply(away, sum_away_2, out=away)
    score = np.subtract(share, away)  # score[c, n] = share[c, n] - away[c, n]
    product_score = np.multiply(width, 2.0)  # product_score[c, n] = 2*width[c, n]
    # score[c, n] = share[c, n] - away[c, n] - 2*width[c, n]
    score = np.subtract(score, product_score, out=score)
    # score[c, n] = share[c, n] - log(2*pi) - away[c, n] - 2*width[c, n]
    score = np.subtract(score, dtype.type(np.log(6.283185307179586)), out=score)
    max_score = np.maximum.reduce(score, axis=0)  # max_score[n] = max(c, score[c, n])
    exp_score = np.subtract(score, max_score)  # exp_score[c, n] = score[c, n] - max_score[n]
    # exp_score[c, n] = exp(score[c, n] - max_score[n])
    exp_score = np.exp(exp_score, out=exp_score)
    sum_exp_score = np.dot(ones_5, exp_score)  # sum_exp_score[n] = sum(c, exp_score[c, n])
    logsumexp_score = np.log(sum_exp_score)  # logsumexp_score[n] = log(sum_exp_score[n])
    # logsumexp_score[n] = log(sum_exp_score[n]) + max_score[n]
    logsumexp_score = np.add(logsumexp_score, max_score, out=logsumexp_score)
    max_share = np.maximum.reduce(share, axis=0)  # max_share[n] = max(c, share[c, n])
    exp_share = np.subtract(share, max_share)  # exp_share[c, n] = share[c, n] - max_share[n]
    # exp_share[c, n] = exp(share[c, n] - max_share[n])
    exp_share = np.exp(exp_share, out=exp_share)
    sum_exp_share = np.dot(ones_5, exp_share)  # sum_exp_share[n] = sum(c, exp_share[c, n])
    logsumexp_share = np.log(sum_exp_share)  # logsumexp_share[n] = log(sum_exp_share[n])
    # logsumexp_share[n] = log(sum_exp_share[n]) + max_share[n]
    logsumexp_share = np.add(logsumexp_share, max_share, out=logsumexp_share)
    # sum_loss[n] = logsumexp_share[n] - logsumexp_score[n]
    sum_loss = np.subtract(logsumexp_share, logsumexp_score)
    # sum_loss_2 = sum(n, logsumexp_share[n] - logsumexp_score[n])
    sum_loss_2 = np.dot(sum_loss, ones_N)
    loss = sum_loss_2 / N  # loss = sum(n, logsumexp_share[n] - logsumexp_score[n])/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, y, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 3), 0)
    W1 = _floats("W1", params["W1"], (16, 3), dtype)
    b1 = _floats("b1", params["b1"], (16,), dtype)
    W2 = _floats("W2", params["W2"], (5, 16), dtype)
    b2 = _floats("b2", params["b2"], (5,), dtype)
    W3 = _floats("W3", params["W3"], (5, 2, 16), dtype)
    b3 = _floats("b3", params["b3"], (5, 2), dtype)
    W4 = _floats("W4", params["W4"], (5, 16), dtype)
    b4 = _floats("b4", params["b4"], (5,), dtype)
    x = _floats("x", x, (N, 3), dtype)
    y = _floats("y", y, (N, 2), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_5 = np.ones(5, dtype)
        ones_N = np.ones(N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_5 = workspace.ones_5
        ones_N = workspace.ones_N
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    h_argument = np.dot(W1, x.T, out=work.h_argument)
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument, out=work.h)  # h[j, n] = tanh(h_argument[j, n])
    share = np.dot(W2, h, out=work.share)  # share[c, n] = sum(j, W2[c, j]*h[j, n])
    share = np.add(share, b2[:, None], out=share)  # share[c, n] = sum(j, W2[c, j]*h[j, n]) + b2[c]
    # centre[c, d, n] = sum(j, W3[c, d, j]*h[j, n])
    centre = _product(np.dot, W3.reshape(10, 16), h, work.centre, (10, N), (5, 2, N))
    # centre[c, d, n] = sum(j, W3[c, d, j]*h[j, n]) + b3[c, d]
    centre = np.add(centre, b3[:, :, None], out=centre)
    width = np.dot(W4, h, out=work.width)  # width[c, n] = sum(j, W4[c, j]*h[j, n])
    width = np.add(width, b4[:, None], out=width)  # width[c, n] = sum(j, W4[c, j]*h[j, n]) + b4[c]
    # sum_sum_centre[c, d, n] = y[n, d] - centre[c, d, n]
    sum_sum_centre = np.subtract(y.T, centre, out=work.sum_sum_centre)
    # sum_centre[c, n] = sum(d, (y[n, d] - centre[c, d, n])**2)
    sum_centre = np.vecdot(sum_sum_centre.transpose(0, 2, 1), sum_sum_centre.transpose(0, 2, 1),
        out=work.sum_centre)
    exp_width = np.multiply(width, -2.0, out=work.exp_width)  # exp_width[c, n] = -2*width[c, n]
    exp_width = np.exp(exp_width, out=exp_width)  # exp_width[c, n] = exp(-2*width[c, n])
    away = np.multiply(exp_width, 0.5, out=work.away)  # away[c, n] = exp_width[c, n]/2
    # away[c, n] = exp_width[c, n]*sum_centre[c, n]/2
    away = np.multiply(away, sum_centre, out=away)
    score = np.subtract(share, away, out=work.score)  # score[c, n] = share[c, n] - away[c, n]
    # product_score[c, n] = 2*width[c, n]
    product_score = np.multiply(width, 2.0, out=work.product_score)
    # score[c, n] = share[c, n] - away[c, n] - 2*width[c, n]
    score = np.subtract(score, product_score, out=score)
    # score[c, n] = share[c, n] - log(2*pi) - away[c, n] - 2*width[c, n]
    score = np.subtract(score, dtype.type(np.log(6.283185307179586)), out=score)
    # max_score[n] = max(c, score[c, n])
    max_score = np.maximum.reduce(score, axis=0, out=work.max_score)
    # exp_score[c, n] = score[c, n] - max_score[n]
    exp_score = np.subtract(score, max_score, out=work.exp_score)
    # exp_score[c, n] = exp(score[c, n] - max_score[n])
    exp_score = np.exp(exp_score, out=exp_score)
    # sum_exp_score[n] = sum(c, exp_score[c, n])
    sum_exp_score = np.dot(ones_5, exp_score, out=work.sum_exp_score)
    # logsumexp_score[n] = log(sum_exp_score[n])
    logsumexp_score = np.log(sum_exp_score, out=work.logsumexp_score)
    # logsumexp_score[n] = log(sum_exp_score[n]) + max_score[n]
    logsumexp_score = np.add(logsumexp_score, max_score, out=logsumexp_score)
    # max_share[n] = max(c, share[c, n])
    max_share = np.maximum.reduce(share, axis=0, out=work.max_share)
    # exp_share[c, n] = share[c, n] - max_share[n]
    exp_share = np.subtract(share, max_share, out=work.exp_share)
    # exp_share[c, n] = exp(share[c, n] - max_share[n])
    exp_share = np.exp(exp_share, out=exp_share)
    # sum_exp_share[n] = sum(c, exp_share[c, n])
    sum_exp_share = np.dot(ones_5, exp_share, out=work.sum_exp_share)
    # logsumexp_share[n] = log(sum_exp_share[n])
    logsumexp_share = np.log(sum_exp_share, out=work.logsumexp_share)
    # logsumexp_share[n] = log(sum_exp_share[n]) + max_share[n]
    logsumexp_share = np.add(logsumexp_share, max_share, out=logsumexp_share)
    # sum_loss[n] = logsumexp_share[n] - logsumexp_score[n]
    sum_loss = np.subtract(logsumexp_share, logsumexp_score, out=work.sum_loss)
    # sum_loss_2 = sum(n, logsumexp_share[n] - logsumexp_score[n])
    sum_loss_2 = np.dot(sum_loss, ones_N)
    loss = sum_loss_2 / N  # loss = sum(n, logsumexp_share[n] - logsumexp_score[n])/N
    # scaled_d_score[n] = -N*sum_exp_score[n]
    scaled_d_score = np.multiply(sum_exp_score, -N, out=work.scaled_d_score)
    # d_score[c, n] = -exp_score[c, n]/N/sum_exp_score[n]
    d_score = np.divide(exp_score, scaled_d_score, out=work.d_score)
    d_away = np.negative(d_score, out=work.d_away)  # d_away[c, n] = -d_score[c, n]
    d_width = np.multiply(d_score, -2.0, out=work.d_width)  # d_width[c, n] = -2*d_score[c, n]
    # product_d_width[c, n] = d_away[c, n]*exp_width[c, n]
    product_d_width = np.multiply(d_away, exp_width, out=work.product_d_width)
    # product_d_width[c, n] = d_away[c, n]*exp_width[c, n]*sum_centre[c, n]
    product_d_width = np.multiply(product_d_width, sum_centre, out=product_d_width)
    # d_width[c, n] = -2*d_score[c, n] - d_away[c, n]*exp_width[c, n]*sum_centre[c, n]
    d_width = np.subtract(d_width, product_d_width, out=d_width)
    d_W4 = np.dot(d_width, h.T)  # d_W4[c, j] = sum(n, d_width[c, n]*h[j, n])
    d_b4 = np.dot(d_width, ones_N)  # d_b4[c] = sum(n, d_width[c, n])
    # product_d_centre[c, n] = d_away[c, n]*exp_width[c, n]
    product_d_centre = np.multiply(d_away, exp_width, out=work.product_d_centre)
    # d_centre[c, d, n] = centre[c, d, n] - y[n, d]
    d_centre = np.subtract(centre, y.T, out=work.d_centre)
    # d_centre[c, d, n] = d_away[c, n]*(2*centre[c, d, n] - 2*y[n, d])*exp_width[c, n]/2
    d_centre = np.multiply(product_d_centre[:, None], d_centre, out=d_centre)
    # d_W3[c, d, j] = sum(n, d_centre[c, d, n]*h[j, n])
    d_W3 = np.dot(d_centre.reshape(10, N), h.T).reshape(5, 2, 16)
    d_b3 = np.dot(d_centre, ones_N)  # d_b3[c, d] = sum(n, d_centre[c, d, n])
    # scaled_d_share[n] = N*sum_exp_share[n]
    scaled_d_share = np.multiply(sum_exp_share, N, out=work.scaled_d_share)
    # d_share[c, n] = exp_share[c, n]/N/sum_exp_share[n]
    d_share = np.divide(exp_share, scaled_d_share, out=work.d_share)
    # d_share[c, n] = d_score[c, n] + exp_share[c, n]/N/sum_exp_share[n]
    d_share = np.add(d_share, d_score, out=d_share)
    d_W2 = np.dot(d_share, h.T)  # d_W2[c, j] = sum(n, d_share[c, n]*h[j, n])
    d_b2 = np.dot(d_share, ones_N)  # d_b2[c] = sum(n, d_share[c, n])
    d_h = np.dot(W4.T, d_width, out=work.d_h)  # d_h[j, n] = sum(c, d_width[c, n]*W4[c, j])
    # sum_d_h[j, n] = sum(c, d, d_centre[c, d, n]*W3[c, d, j])
    sum_d_h = np.dot(W3.reshape(10, 16).T, d_centre.reshape(10, N), out=work.sum_d_h)
    # d_h[j, n] = sum(c, d_width[c, n]*W4[c, j]) + sum(c, d, d_centre[c, d, n]*W3[c, d, j])
    d_h = np.add(d_h, sum_d_h, out=d_h)
    # sum_d_h_2[j, n] = sum(c, d_share[c, n]*W2[c, j])
    sum_d_h_2 = np.dot(W2.T, d_share, out=work.sum_d_h_2)
    # d_h[j, n] = sum(c, d_width[c, n]*W4[c, j]) + sum(c, d, d_centre[c, d, n]*W3[c, d, j]) +
    #     sum(c, d_share[c, n]*W2[c, j])
    d_h = np.add(d_h, sum_d_h_2, out=d_h)
    d_h_argument = np.square(h, out=work.d_h_argument)  # d_h_argument[j, n] = h[j, n]**2
    # d_h_argument[j, n] = 1 - h[j, n]**2
    d_h_argument = np.subtract(1.0, d_h_argument, out=d_h_argument)
    # d_h_argument[j, n] = d_h[j, n]*(1 - h[j, n]**2)
    d_h_argument = np.multiply(d_h_argument, d_h, out=d_h_argument)
    d_W1 = np.dot(d_h_argument, x)  # d_W1[j, k] = sum(n, d_h_argument[j, n]*x[n, k])
    d_b1 = np.dot(d_h_argument, ones_N)  # d_b1[j] = sum(n, d_h_argument[j, n])
    grads = {
        "W1": d_W1,
        "b1": d_b1,
        "W2": d_W2,
        "b2": d_b2,
        "W3": d_W3,
        "b3": d_b3,
        "W4": d_W4,
        "b4": d_b4,
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


def _product(multiply, left, right, out, matrix, shape):
    """A product whose result has several axes where the matrices have one."""
    if out is None:
        return multiply(left, right).reshape(shape)
    multiply(left, right, out=out.reshape(matrix))
    return out


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
