"""Loss and gradients of the network vae.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    h[n, j] = tanh(sum(k, W1[j, k]*x[n, k]) + b1[j])
    mu[n, d] = sum(j, W2[d, j]*h[n, j]) + b2[d]
    spread[n, d] = sum(j, W3[d, j]*h[n, j]) + b3[d]
    z[n, d] = mu[n, d] + exp(spread[n, d]/2)*noise[n, d]
    g[n, j] = tanh(sum(d, W4[j, d]*z[n, d]) + b4[j])
    logit[n, k] = sum(j, W5[k, j]*g[n, j]) + b5[k]
    rebuilt = sum(n, sum(k, softplus(logit[n, k]) - logit[n, k]*x[n, k]))/N
    divergence = sum(n, sum(d, mu[n, d]**2 - 1 - spread[n, d] + exp(spread[n, d])))/2/N
    loss = rebuilt + divergence

Extents bound at each call: N.

Conventions:
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 9776*N
    backward: 14600*N
    workspace, in floats: 272*N
"""

import numpy as np

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)

TITLE = "Variational autoencoder"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (32, 64),
    "b1": (32,),
    "W2": (4, 32),
    "b2": (4,),
    "W3": (4, 32),
    "b3": (4,),
    "W4": (32, 4),
    "b4": (32,),
    "W5": (64, 32),
    "b5": (64,),
}
INPUTS = {
    "x": ("N", 64),
    "noise": ("N", 4),
}
TARGETS = {}
OUTPUTS = ("z", "logit")
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
        "\\frac{\\partial L}{\\partial W^{(2)}_{d,j}} = \\sum_n \\bar{\\mu}"
        "_{n,d} h_{n,j}"
    ),
    "b2": (
        "\\frac{\\partial L}{\\partial b^{(2)}_d} = \\sum_n \\bar{\\mu}_{n,"
        "d}"
    ),
    "W3": (
        "\\frac{\\partial L}{\\partial W^{(3)}_{d,j}} = \\sum_n \\overline"
        "{\\text{spread}}_{n,d} h_{n,j}"
    ),
    "b3": (
        "\\frac{\\partial L}{\\partial b^{(3)}_d} = \\sum_n \\overline{\\te"
        "xt{spread}}_{n,d}"
    ),
    "W4": (
        "\\frac{\\partial L}{\\partial W^{(4)}_{j,d}} = \\sum_n \\overline"
        "{\\tilde{g}}_{n,j} z_{n,d}"
    ),
    "b4": (
        "\\frac{\\partial L}{\\partial b^{(4)}_j} = \\sum_n \\overline{\\ti"
        "lde{g}}_{n,j}"
    ),
    "W5": (
        "\\frac{\\partial L}{\\partial W^{(5)}_{k,j}} = \\sum_n \\overline"
        "{\\text{logit}}_{n,k} g_{n,j}"
    ),
    "b5": (
        "\\frac{\\partial L}{\\partial b^{(5)}_k} = \\sum_n \\overline{\\te"
        "xt{logit}}_{n,k}"
    ),
}
_BUFFERS = (
    "h_argument",
    "h",
    "mu",
    "spread",
    "exp_spread",
    "z",
    "g_argument",
    "g",
    "logit",
    "abs_rebuilt",
    "maximum_rebuilt",
    "product_rebuilt",
    "exp_spread_2",
    "square_divergence",
    "d_logit",
    "d_g",
    "d_g_argument",
    "d_z",
    "d_spread",
    "product_d_spread",
    "d_mu",
    "d_h",
    "sum_d_h",
    "d_h_argument",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = _generator(seed)
    return {
        "W1": np.asarray(rng.uniform(-0.25, 0.25, (32, 64)), dtype),
        "b1": np.full((32,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-0.408248290463863, 0.408248290463863, (4, 32)), dtype),
        "b2": np.full((4,), 0.0, dtype),
        "W3": np.asarray(rng.uniform(-0.408248290463863, 0.408248290463863, (4, 32)), dtype),
        "b3": np.full((4,), 0.0, dtype),
        "W4": np.asarray(rng.uniform(-0.408248290463863, 0.408248290463863, (32, 4)), dtype),
        "b4": np.full((32,), 0.0, dtype),
        "W5": np.asarray(rng.uniform(-0.25, 0.25, (64, 32)), dtype),
        "b5": np.full((64,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    272*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _extent("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(32 * N, dtype)
        self.h_argument = memory_1.reshape(32, N)
        self.h = memory_1.reshape(32, N)
        self.d_h_argument = memory_1.reshape(32, N)
        memory_2 = np.empty(4 * N, dtype)
        self.mu = memory_2.reshape(4, N)
        self.d_mu = memory_2.reshape(4, N)
        memory_3 = np.empty(4 * N, dtype)
        self.spread = memory_3.reshape(4, N)
        self.d_z = memory_3.reshape(4, N)
        memory_4 = np.empty(4 * N, dtype)
        self.exp_spread = memory_4.reshape(4, N)
        memory_5 = np.empty(4 * N, dtype)
        self.z = memory_5.reshape(4, N)
        self.product_d_spread = memory_5.reshape(4, N)
        memory_6 = np.empty(32 * N, dtype)
        self.g_argument = memory_6.reshape(32, N)
        self.g = memory_6.reshape(32, N)
        self.d_g_argument = memory_6.reshape(32, N)
        self.d_h = memory_6.reshape(32, N)
        memory_7 = np.empty(64 * N, dtype)
        self.logit = memory_7.reshape(64, N)
        self.d_logit = memory_7.reshape(64, N)
        self.sum_d_h = memory_7[: 32 * N].reshape(32, N)
        memory_8 = np.empty(64 * N, dtype)
        self.abs_rebuilt = memory_8.reshape(64, N)
        self.square_divergence = memory_8[: 4 * N].reshape(4, N)
        self.d_g = memory_8[: 32 * N].reshape(32, N)
        memory_9 = np.empty(64 * N, dtype)
        self.maximum_rebuilt = memory_9.reshape(64, N)
        self.product_rebuilt = memory_9.reshape(64, N)
        self.exp_spread_2 = memory_9[: 4 * N].reshape(4, N)
        self.d_spread = memory_9[: 4 * N].reshape(4, N)
        self.ones_1 = np.ones(64 * N, dtype)
        self.ones_2 = np.ones(4 * N, dtype)
        self.ones_N = np.ones(N, dtype)

    def require(self, size, dtype):
        """Raise TypeError or ValueError where this is no workspace, or one for other data."""
        if type(self) is Workspace and self.size == size and self.dtype is dtype:
            return
        if not isinstance(self, Workspace):
            kind = type(self).__name__
            raise TypeError(f"workspace is a {kind}, expected a Workspace of this very module")
        if self.size != size or self.dtype != dtype:
            raise ValueError(
                f"the workspace was made for extents {self.size} in {self.dtype}, "
                f"but the arguments have {size} in {dtype}"
            )


@np.errstate(all="ignore")
def forward(params, x, noise):
    """The outputs by name: a dict of new arrays."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (4, 32), dtype)
    b2 = _floats("b2", params["b2"], (4,), dtype)
    W3 = _floats("W3", params["W3"], (4, 32), dtype)
    b3 = _floats("b3", params["b3"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (32, 4), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (64, 32), dtype)
    b5 = _floats("b5", params["b5"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    noise = _floats("noise", noise, (N, 4), dtype)
    h_argument = np.dot(W1, x.T)  # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, n] = tanh(h_argument[j, n])
    mu = np.dot(W2, h)  # mu[d, n] = sum(j, W2[d, j]*h[j, n])
    mu = np.add(mu, b2[:, None], out=mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n]) + b2[d]
    spread = np.dot(W3, h)  # spread[d, n] = sum(j, W3[d, j]*h[j, n])
    # spread[d, n] = sum(j, W3[d, j]*h[j, n]) + b3[d]
    spread = np.add(spread, b3[:, None], out=spread)
    z = np.multiply(spread.T, 0.5)  # z[n, d] = spread[d, n]/2
    z = np.exp(z, out=z)  # z[n, d] = exp(spread[d, n]/2)
    z = np.multiply(z, noise, out=z)  # z[n, d] = exp(spread[d, n]/2)*noise[n, d]
    z = np.add(z, mu.T, out=z)  # z[n, d] = mu[d, n] + exp(spread[d, n]/2)*noise[n, d]
    g_argument = np.dot(W4, z.T)  # g_argument[j, n] = sum(d, W4[j, d]*z[n, d])
    # g_argument[j, n] = sum(d, W4[j, d]*z[n, d]) + b4[j]
    g_argument = np.add(g_argument, b4[:, None], out=g_argument)
    g = np.tanh(g_argument)  # g[j, n] = tanh(g_argument[j, n])
    logit = np.dot(g.T, W5.T)  # logit[n, k] = sum(j, W5[k, j]*g[j, n])
    logit = np.add(logit, b5, out=logit)  # logit[n, k] = sum(j, W5[k, j]*g[j, n]) + b5[k]
    return {
        "z": z,
        "logit": logit,
    }


@np.errstate(all="ignore")
def loss(params, x, noise):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (4, 32), dtype)
    b2 = _floats("b2", params["b2"], (4,), dtype)
    W3 = _floats("W3", params["W3"], (4, 32), dtype)
    b3 = _floats("b3", params["b3"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (32, 4), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (64, 32), dtype)
    b5 = _floats("b5", params["b5"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    noise = _floats("noise", noise, (N, 4), dtype)
    ones_1 = np.ones(64 * N, dtype)
    ones_2 = np.ones(4 * N, dtype)
    h_argument = np.dot(W1, x.T)  # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, n] = tanh(h_argument[j, n])
    mu = np.dot(W2, h)  # mu[d, n] = sum(j, W2[d, j]*h[j, n])
    mu = np.add(mu, b2[:, None], out=mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n]) + b2[d]
    spread = np.dot(W3, h)  # spread[d, n] = sum(j, W3[d, j]*h[j, n])
    # spread[d, n] = sum(j, W3[d, j]*h[j, n]) + b3[d]
    spread = np.add(spread, b3[:, None], out=spread)
    z = np.multiply(spread, 0.5)  # z[d, n] = spread[d, n]/2
    z = np.exp(z, out=z)  # z[d, n] = exp(spread[d, n]/2)
    z = np.multiply(z, noise.T, out=z)  # z[d, n] = exp(spread[d, n]/2)*noise[n, d]
    z = np.add(z, mu, out=z)  # z[d, n] = mu[d, n] + exp(spread[d, n]/2)*noise[n, d]
    g_argument = np.dot(W4, z)  # g_argument[j, n] = sum(d, W4[j, d]*z[d, n])
    # g_argument[j, n] = sum(d, W4[j, d]*z[d, n]) + b4[j]
    g_argument = np.add(g_argument, b4[:, None], out=g_argument)
    g = np.tanh(g_argument)  # g[j, n] = tanh(g_argument[j, n])
    logit = np.dot(W5, g)  # logit[k, n] = sum(j, W5[k, j]*g[j, n])
    logit = np.add(logit, b5[:, None], out=logit)  # logit[k, n] = sum(j, W5[k, j]*g[j, n]) + b5[k]
    abs_rebuilt = np.abs(logit)  # abs_rebuilt[k, n] = abs(logit[k, n])
    # abs_rebuilt[k, n] = -abs(logit[k, n])
    abs_rebuilt = np.negative(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = exp(-abs(logit[k, n]))
    abs_rebuilt = np.exp(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n])))
    abs_rebuilt = np.log1p(abs_rebuilt, out=abs_rebuilt)
    maximum_rebuilt = np.maximum(logit, 0.0)  # maximum_rebuilt[k, n] = max(logit[k, n], 0)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n]))) + max(logit[k, n], 0)
    abs_rebuilt = np.add(abs_rebuilt, maximum_rebuilt, out=abs_rebuilt)
    product_rebuilt = np.multiply(logit, x.T)  # product_rebuilt[k, n] = logit[k, n]*x[n, k]
    # abs_rebuilt[k, n] = softplus(logit[k, n]) - logit[k, n]*x[n, k]
    abs_rebuilt = np.subtract(abs_rebuilt, product_rebuilt, out=abs_rebuilt)
    # sum_rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])
    sum_rebuilt = np.dot(abs_rebuilt.reshape(-1), ones_1)
    rebuilt = sum_rebuilt / N  # rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])/N
    square_divergence = np.square(mu)  # square_divergence[d, n] = mu[d, n]**2
    exp_divergence = np.exp(spread)  # exp_divergence[d, n] = exp(spread[d, n])
    # square_divergence[d, n] = mu[d, n]**2 + exp(spread[d, n])
    square_divergence = np.add(square_divergence, exp_divergence, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - spread[d, n] + exp(spread[d, n])
    square_divergence = np.subtract(square_divergence, spread, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - 1 - spread[d, n] + exp(spread[d, n])
    square_divergence = np.subtract(square_divergence, 1.0, out=square_divergence)
    # sum_divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp(spread[d, n]))
    sum_divergence = np.dot(square_divergence.reshape(-1), ones_2)
    # divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp(spread[d, n]))/2/N
    divergence = sum_divergence / 2.0 / N
    loss = rebuilt + divergence  # loss = rebuilt + divergence
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, noise, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (4, 32), dtype)
    b2 = _floats("b2", params["b2"], (4,), dtype)
    W3 = _floats("W3", params["W3"], (4, 32), dtype)
    b3 = _floats("b3", params["b3"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (32, 4), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (64, 32), dtype)
    b5 = _floats("b5", params["b5"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    noise = _floats("noise", noise, (N, 4), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_1 = np.ones(64 * N, dtype)
        ones_2 = np.ones(4 * N, dtype)
        ones_N = np.ones(N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_1 = workspace.ones_1
        ones_2 = workspace.ones_2
        ones_N = workspace.ones_N
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    h_argument = np.dot(W1, x.T, out=work.h_argument)
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument, out=work.h)  # h[j, n] = tanh(h_argument[j, n])
    mu = np.dot(W2, h, out=work.mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n])
    mu = np.add(mu, b2[:, None], out=mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n]) + b2[d]
    spread = np.dot(W3, h, out=work.spread)  # spread[d, n] = sum(j, W3[d, j]*h[j, n])
    # spread[d, n] = sum(j, W3[d, j]*h[j, n]) + b3[d]
    spread = np.add(spread, b3[:, None], out=spread)
    exp_spread = np.multiply(spread, 0.5, out=work.exp_spread)  # exp_spread[d, n] = spread[d, n]/2
    exp_spread = np.exp(exp_spread, out=exp_spread)  # exp_spread[d, n] = exp(spread[d, n]/2)
    z = np.multiply(exp_spread, noise.T, out=work.z)  # z[d, n] = noise[n, d]*exp_spread[d, n]
    z = np.add(z, mu, out=z)  # z[d, n] = mu[d, n] + noise[n, d]*exp_spread[d, n]
    g_argument = np.dot(W4, z, out=work.g_argument)  # g_argument[j, n] = sum(d, W4[j, d]*z[d, n])
    # g_argument[j, n] = sum(d, W4[j, d]*z[d, n]) + b4[j]
    g_argument = np.add(g_argument, b4[:, None], out=g_argument)
    g = np.tanh(g_argument, out=work.g)  # g[j, n] = tanh(g_argument[j, n])
    logit = np.dot(W5, g, out=work.logit)  # logit[k, n] = sum(j, W5[k, j]*g[j, n])
    logit = np.add(logit, b5[:, None], out=logit)  # logit[k, n] = sum(j, W5[k, j]*g[j, n]) + b5[k]
    abs_rebuilt = np.abs(logit, out=work.abs_rebuilt)  # abs_rebuilt[k, n] = abs(logit[k, n])
    # abs_rebuilt[k, n] = -abs(logit[k, n])
    abs_rebuilt = np.negative(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = exp(-abs(logit[k, n]))
    abs_rebuilt = np.exp(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n])))
    abs_rebuilt = np.log1p(abs_rebuilt, out=abs_rebuilt)
    # maximum_rebuilt[k, n] = max(logit[k, n], 0)
    maximum_rebuilt = np.maximum(logit, 0.0, out=work.maximum_rebuilt)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n]))) + max(logit[k, n], 0)
    abs_rebuilt = np.add(abs_rebuilt, maximum_rebuilt, out=abs_rebuilt)
    # product_rebuilt[k, n] = logit[k, n]*x[n, k]
    product_rebuilt = np.multiply(logit, x.T, out=work.product_rebuilt)
    # abs_rebuilt[k, n] = softplus(logit[k, n]) - logit[k, n]*x[n, k]
    abs_rebuilt = np.subtract(abs_rebuilt, product_rebuilt, out=abs_rebuilt)
    # sum_rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])
    sum_rebuilt = np.dot(abs_rebuilt.reshape(-1), ones_1)
    rebuilt = sum_rebuilt / N  # rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])/N
    exp_spread_2 = np.exp(spread, out=work.exp_spread_2)  # exp_spread_2[d, n] = exp(spread[d, n])
    # square_divergence[d, n] = mu[d, n]**2
    square_divergence = np.square(mu, out=work.square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - spread[d, n]
    square_divergence = np.subtract(square_divergence, spread, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - spread[d, n] + exp_spread_2[d, n]
    square_divergence = np.add(square_divergence, exp_spread_2, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - 1 - spread[d, n] + exp_spread_2[d, n]
    square_divergence = np.subtract(square_divergence, 1.0, out=square_divergence)
    # sum_divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp_spread_2[d, n])
    sum_divergence = np.dot(square_divergence.reshape(-1), ones_2)
    # divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp_spread_2[d, n])/2/N
    divergence = sum_divergence / 2.0 / N
    loss = rebuilt + divergence  # loss = rebuilt + divergence
    d_logit = np.negative(logit, out=work.d_logit)  # d_logit[k, n] = -logit[k, n]
    d_logit = np.exp(d_logit, out=d_logit)  # d_logit[k, n] = exp(-logit[k, n])
    d_logit = np.add(d_logit, 1.0, out=d_logit)  # d_logit[k, n] = 1 + exp(-logit[k, n])
    d_logit = np.divide(1.0, d_logit, out=d_logit)  # d_logit[k, n] = 1/(1 + exp(-logit[k, n]))
    # d_logit[k, n] = sigmoid(logit[k, n]) - x[n, k]
    d_logit = np.subtract(d_logit, x.T, out=d_logit)
    # d_logit[k, n] = (sigmoid(logit[k, n]) - x[n, k])/N
    d_logit = np.multiply(d_logit, dtype.type(1.0) / N, out=d_logit)
    d_W5 = np.dot(d_logit, g.T)  # d_W5[k, j] = sum(n, d_logit[k, n]*g[j, n])
    d_b5 = np.dot(d_logit, ones_N)  # d_b5[k] = sum(n, d_logit[k, n])
    d_g = np.dot(W5.T, d_logit, out=work.d_g)  # d_g[j, n] = sum(k, d_logit[k, n]*W5[k, j])
    d_g_argument = np.square(g, out=work.d_g_argument)  # d_g_argument[j, n] = g[j, n]**2
    # d_g_argument[j, n] = 1 - g[j, n]**2
    d_g_argument = np.subtract(1.0, d_g_argument, out=d_g_argument)
    # d_g_argument[j, n] = d_g[j, n]*(1 - g[j, n]**2)
    d_g_argument = np.multiply(d_g_argument, d_g, out=d_g_argument)
    d_W4 = np.dot(d_g_argument, z.T)  # d_W4[j, d] = sum(n, d_g_argument[j, n]*z[d, n])
    d_b4 = np.dot(d_g_argument, ones_N)  # d_b4[j] = sum(n, d_g_argument[j, n])
    # d_z[d, n] = sum(j, d_g_argument[j, n]*W4[j, d])
    d_z = np.dot(W4.T, d_g_argument, out=work.d_z)
    # d_spread[d, n] = exp_spread_2[d, n] - 1
    d_spread = np.subtract(exp_spread_2, 1.0, out=work.d_spread)
    # d_spread[d, n] = (exp_spread_2[d, n] - 1)/2/N
    d_spread = np.multiply(d_spread, dtype.type(1.0) / 2.0 / N, out=d_spread)
    # product_d_spread[d, n] = d_z[d, n]/2
    product_d_spread = np.multiply(d_z, 0.5, out=work.product_d_spread)
    # product_d_spread[d, n] = d_z[d, n]*exp_spread[d, n]/2
    product_d_spread = np.multiply(product_d_spread, exp_spread, out=product_d_spread)
    # product_d_spread[d, n] = d_z[d, n]*noise[n, d]*exp_spread[d, n]/2
    product_d_spread = np.multiply(product_d_spread, noise.T, out=product_d_spread)
    # d_spread[d, n] = d_z[d, n]*noise[n, d]*exp_spread[d, n]/2 + (exp_spread_2[d, n] - 1)/2/N
    d_spread = np.add(d_spread, product_d_spread, out=d_spread)
    d_W3 = np.dot(d_spread, h.T)  # d_W3[d, j] = sum(n, d_spread[d, n]*h[j, n])
    d_b3 = np.dot(d_spread, ones_N)  # d_b3[d] = sum(n, d_spread[d, n])
    d_mu = np.multiply(mu, dtype.type(1.0) / N, out=work.d_mu)  # d_mu[d, n] = mu[d, n]/N
    d_mu = np.add(d_mu, d_z, out=d_mu)  # d_mu[d, n] = mu[d, n]/N + d_z[d, n]
    d_W2 = np.dot(d_mu, h.T)  # d_W2[d, j] = sum(n, d_mu[d, n]*h[j, n])
    d_b2 = np.dot(d_mu, ones_N)  # d_b2[d] = sum(n, d_mu[d, n])
    d_h = np.dot(W3.T, d_spread, out=work.d_h)  # d_h[j, n] = sum(d, d_spread[d, n]*W3[d, j])
    sum_d_h = np.dot(W2.T, d_mu, out=work.sum_d_h)  # sum_d_h[j, n] = sum(d, d_mu[d, n]*W2[d, j])
    # d_h[j, n] = sum(d, d_spread[d, n]*W3[d, j]) + sum(d, d_mu[d, n]*W2[d, j])
    d_h = np.add(d_h, sum_d_h, out=d_h)
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
        "W5": d_W5,
        "b5": d_b5,
    }
    return loss, grads


def pack(params):
    """All parameters, or all gradients, as one new vector in the order of PARAMETERS."""
    dtype = _dtype(params)
    return np.concatenate([_parameter(name, params[name], dtype).ravel() for name in PARAMETERS])


def unpack(vector, **extents):
    """The dict of new arrays that ``pack`` made this vector of; free extents by keyword."""
    given, vector = vector, _array("vector", vector)
    if vector.dtype.kind != "f":
        raise _mistyped("vector", given, vector.dtype, "expected float32 or float64", _FLOAT64)
    shapes = {
        name: tuple(extents.get(size, size) for size in shape) for name, shape in PARAMETERS.items()
    }
    counts = [int(np.prod(shape, dtype=np.intp)) for shape in shapes.values()]
    if vector.shape != (sum(counts),):
        raise _misshapen("vector", given, vector.shape, (sum(counts),))
    parts = np.split(vector, np.cumsum(counts)[:-1])
    return {
        name: part.reshape(shape).copy()
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


def value_and_flat_grad(vector, x, noise):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, noise))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, noise,
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
        (x, noise),
        learning_rate,
        max_steps,
        target_loss,
        min_improvement,
        callback,
    )


def _descend(params, data, learning_rate, max_steps, target_loss, min_improvement, callback):
    """``fit`` with its data in a tuple, so that no name of theirs meets one of these."""
    dtype = _dtype(params)
    if not isinstance(max_steps, (int, np.integer)) or isinstance(max_steps, bool) or max_steps < 0:
        raise ValueError(f"max_steps is {max_steps!r}, expected an integer that is not negative")
    for name, value in (("learning_rate", learning_rate), ("min_improvement", min_improvement)):
        if not np.isfinite(_number(value)):
            raise ValueError(f"{name} is {value!r}, expected a finite number")
    if target_loss is not None and np.isnan(_number(target_loss)):
        raise ValueError(f"target_loss is {target_loss!r}, which is not a number or None")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback is {callback!r}, expected a function of (step, loss, params)")
    params = {name: _parameter(name, params[name], dtype).copy() for name in PARAMETERS}
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
        if found is not _FLOAT64 and found is not _FLOAT32:
            found = _native(name, params[name])
        if dtype is not None and found is not dtype:
            raise _unequal(first, dtype, name, found)
        dtype, first = found, name
    return _FLOAT64 if dtype is None else dtype


def _native(name, value):
    """The dtype of a parameter in native order, as NumPy's own object; raises TypeError."""
    found = value.dtype
    if not isinstance(found, np.dtype):
        raise _foreign(name, value)
    if found.kind != "f" or found.itemsize not in (4, 8):
        raise _mistyped(name, value, found, "expected float32 or float64", _FLOAT64)
    return np.dtype(found.type)


def _floats(name, value, shape, dtype):
    """The argument as an array of the given shape and dtype; raises TypeError or ValueError."""
    if type(value) is np.ndarray and value.dtype is dtype and value.shape == shape:
        return value
    if not shape and type(value) is dtype.type:
        return np.array(value)
    array = _array(name, value)
    if array.dtype.kind != "f":
        raise _mistyped(name, value, array.dtype, f"expected {dtype}", dtype)
    if hasattr(value, "dtype") and array.dtype.newbyteorder("=") != dtype:
        raise _mistyped(name, value, array.dtype, f"but the parameters hold {dtype}", dtype)
    if array.shape != shape:
        raise _misshapen(name, value, array.shape, shape)
    return array.astype(dtype, copy=False)


def _length(name, value, shape, axis):
    """The extent that an argument binds."""
    found = value.shape if type(value) is np.ndarray else _array(name, value).shape
    if len(found) != len(shape):
        raise _misshapen(name, value, found, shape)
    return found[axis]


def _written(name):
    """An argument as the caller writes it."""
    return f'params["{name}"]' if name in PARAMETERS else name


def _as_array(name, value):
    """The same, where only an array will do."""
    return _written(name) if isinstance(value, np.ndarray) else f"np.asarray({_written(name)})"


def _array(name, value):
    """The argument as NumPy reads it; raises TypeError where it is no array."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise TypeError(
            f"{name} has masked elements, which are no numbers; pass {_written(name)}.filled(0.0)"
        )
    try:
        array = np.asarray(value)
    except Exception as error:
        raise _foreign(name, value) from error
    if not array.ndim and array.dtype.kind in "OSU":
        raise _foreign(name, value)
    return array


def _foreign(name, value):
    """The error for what NumPy does not read as an array, with what makes one of it."""
    if value is None:
        return TypeError(f"{name} is None, expected an array")
    kind, text = type(value), _written(name)
    told = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if hasattr(value, "detach"):
        mend = f"; pass {text}.detach().cpu().numpy()"
    elif hasattr(value, "toarray"):
        mend = f"; pass {text}.toarray()"
    elif isinstance(value, (list, tuple)):
        mend = " whose rows have one length"
    elif hasattr(value, "__array__"):
        mend = f"; pass np.asarray({text})"
    elif hasattr(value, "__iter__") and not hasattr(value, "keys") and not isinstance(value, str):
        mend = f"; pass np.array(list({text}))"
    else:
        mend = ""
    return TypeError(f"{name} is a {told}, expected a NumPy array{mend}")


def _mistyped(name, value, found, expected, dtype):
    """The error where numbers have another dtype, with what makes them of the one expected."""
    text = _written(name)
    if found.names:
        mend = ""
    elif found.kind == "c":
        mend = f"; pass np.real({text}), if its imaginary part says nothing"
    elif found.kind in "OSU":
        mend = f"; if these are numbers, pass np.asarray({text}, np.{dtype})"
    elif isinstance(value, np.ndarray):
        mend = f"; pass {text}.astype(np.{dtype})"
    else:
        mend = f"; pass np.asarray({text}, np.{dtype})"
    return TypeError(f"{name} holds {found}, {expected}{mend}")


def _unequal(first, dtype, name, found):
    """The error where two parameters have two dtypes."""
    wider = max(dtype, found)
    return TypeError(
        f"{first} holds {dtype}, but {name} holds {found}; use one dtype: params = "
        "{name: value.astype(np." f"{wider}" ") for name, value in params.items()}"
    )


def _misnamed(params):
    """The error where parameters are no dict with the keys of PARAMETERS."""
    if not isinstance(params, dict):
        kind = type(params).__name__
        mend = "init() makes one"
        if hasattr(params, "keys"):
            mend = "pass dict(params)"
        elif isinstance(params, (list, tuple)) and len(params) == len(PARAMETERS):
            mend = "pass dict(zip(PARAMETERS, params))"
        elif isinstance(params, np.ndarray) and params.ndim == 1:
            mend = "unpack makes one of a vector"
        return TypeError(f"params is a dict of arrays, not {kind}; {mend}")
    missing = sorted(PARAMETERS.keys() - params.keys())
    unknown = sorted(map(str, params.keys() - PARAMETERS.keys()))
    faults = [f"lacks {missing}"] if missing else []
    faults += [f"has unknown {unknown}"] if unknown else []
    meant = []
    for name in unknown:
        key = _near(name, missing)
        if key:
            missing.remove(key)
            meant.append(f"{key} by {name}")
    if meant:
        mend = f"did you mean {', '.join(meant)}?"
    elif missing:
        mend = "init() makes all"
    else:
        mend = "pass {name: params[name] for name in PARAMETERS}"
    return ValueError(f"params {' and '.join(faults)}; {mend}")


def _near(name, known):
    """The known name that begins and ends as this one, in any case, but for a slip; or None."""
    nearest, most, word = None, 0.6, name.casefold().replace("_", "")
    for key in known:
        other = key.casefold().replace("_", "")
        rest = min(len(word), len(other))
        start = next((n for n in range(rest) if word[n] != other[n]), rest)
        rest -= start
        end = next((n for n in range(rest) if word[-1 - n] != other[-1 - n]), rest)
        share = (start + end) / max(len(word), len(other), 1)
        if share > most:
            nearest, most = key, share
    return nearest


def _unindexed(name, value, array, shape, limit):
    """The error where an argument holds no integers from 0 to below ``limit`` in this shape."""
    if limit is not None and array.shape == (*shape, limit):
        return ValueError(
            f"{name} has shape {array.shape}, expected {shape}; if it is one-hot, "
            f"pass {_as_array(name, value)}.argmax(-1)"
        )
    kind = array.dtype.kind
    if kind not in "iu" and array.size:
        if kind == "f" and np.any(array != np.rint(array)):
            return TypeError(
                f"{name} holds {array.dtype}, expected integers; some of its numbers are not whole"
            )
        return _mistyped(name, value, array.dtype, "expected integers", "int64")
    if array.shape != shape:
        return _misshapen(name, value, array.shape, shape)
    low, high = array.min(), array.max()
    mend = "; a negative one does not count from the end" if low < 0 else ""
    if (low, high) == (1, limit):
        mend = f"; if they count from one, pass {_as_array(name, value)} - 1"
    return ValueError(
        f"{name} holds values from {low} to {high}, expected 0 to {limit - 1}{mend}"
    )


def _misshapen(name, value, found, shape):
    """The error where a shape does not fit, with what makes it fit.

    A text in ``shape`` is an extent that nothing has bound yet.
    """
    shapes = {**INPUTS, **TARGETS, **PARAMETERS}
    named = shapes.get(name, shape)
    binding = {}
    for argument, sizes in shapes.items():
        for size in sizes:
            if isinstance(size, str) and size.isidentifier():
                binding.setdefault(size, argument)
    # What only this argument binds is free: its sizes say nothing where its axes are confused.
    wanted = tuple(
        extent if binding.get(extent) == name else size
        for extent, size in zip(named, shape, strict=True)
    )
    because = dict.fromkeys(
        f"{extent} is {size} in {binding[extent]}"
        for extent, size in zip(named, wanted, strict=True)
        if extent in binding and extent != size
    )
    mend = _refitted(name, value, found, wanted)
    sizes = ", ".join(map(str, wanted if mend else shape))
    return ValueError(
        f"{name} has shape {found}, expected ({sizes}{',' if len(shape) == 1 else ''})"
        + (f", as {' and '.join(because)}" if because else "") + mend
    )


def _refitted(name, value, found, wanted):
    """What gives an array the wanted shape, where that is plain, as the end of a message."""
    axes = _order(found, wanted)
    if axes:
        text = _as_array(name, value)
        return f"; pass {text}.T" if len(axes) == 2 else f"; pass {text}.transpose{axes}"
    count, rank = np.prod(found, dtype=int), len(found)
    # One row, or one axis of 1 too few; one too many; all beyond the first axis, or all, in one.
    shapes = [
        (*found[:n], 1, *found[n:]) for n in range(rank, -1, -1) if not n or wanted[n:n + 1] == (1,)
    ]
    shapes += [(*found[:n], *found[n + 1:]) for n in range(rank) if found[n] == 1]
    if wanted and not any(isinstance(size, str) for size in wanted[1:]):
        rows = count // max(1, np.prod(wanted[1:], dtype=int))
        shapes += [(rows, *wanted[1:])] if rank == 1 or found[:1] == (rows,) else []
    for sizes in shapes:
        if np.prod(sizes, dtype=int) == count and len(sizes) == len(wanted) and all(
            isinstance(w, str) or w == size for w, size in zip(wanted, sizes, strict=True)
        ):
            listed = [str(size) for size in sizes]
            if wanted and isinstance({**INPUTS, **TARGETS}.get(name, (0,))[0], str):
                listed[0] = "-1"
            return f"; pass {_as_array(name, value)}.reshape({', '.join(listed) or '()'})"
    return ""


def _order(found, wanted):
    """The order of axes that makes the wanted shape of the found one, or None."""
    if len(found) != len(wanted):
        return None
    left, axes = list(range(len(found))), {}
    # Numbers choose first, and rather an axis that no free extent has; these take what is left.
    for free in (False, True):
        for place, size in enumerate(wanted):
            if isinstance(size, str) is not free:
                continue
            fitting = [axis for axis in left if free or found[axis] == size]
            if not fitting:
                return None
            axes[place] = fitting[0] if free else min(
                fitting, key=lambda axis: isinstance(wanted[axis], str)
            )
            left.remove(axes[place])
    order = tuple(axes[place] for place in range(len(wanted)))
    return None if order == tuple(range(len(wanted))) else order


def _parameter(name, value, dtype):
    """A parameter as an array of its shape; a free extent is what the parameter has."""
    shape = PARAMETERS[name]
    found = value.shape if type(value) is np.ndarray else _array(name, value).shape
    if found != shape and len(found) == len(shape):
        shape = tuple(
            size if isinstance(extent, str) else extent
            for extent, size in zip(shape, found, strict=True)
        )
    return _floats(name, value, shape, dtype)


def _number(value):
    """A value as a float, NaN where it is no number."""
    try:
        return np.nan if isinstance(value, (bool, str, bytes)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


def _generator(seed):
    """NumPy's generator of random numbers; raises TypeError where the seed is none."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise TypeError(f"seed is {seed!r}, expected an integer that is not negative") from error


def _extent(name, value):
    """An extent as an int; raises TypeError or ValueError."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
        mend = f"; pass {int(value)}" if whole else ""
        raise TypeError(f"{name} is {value!r}, expected an integer that is not negative{mend}")
    if value < 0:
        raise ValueError(f"{name} is {value!r}, expected an integer that is not negative")
    return int(value)


def _precision(dtype):
    """One of the two dtypes that there are, as NumPy's own object; raises TypeError."""
    try:
        found = np.dtype(np.dtype(dtype).type)
    except (TypeError, ValueError):
        found = dtype
    if found is not _FLOAT32 and found is not _FLOAT64:
        raise TypeError(f"dtype is {dtype!r}, expected np.float32 or np.float64")
    return found


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


if __name__ == "__main__":
    found = _disagreements(0)
    worst = max(found, key=found.get, default="nothing")
    error = found.get(worst, 0.0)
    print(f"largest relative disagreement: {error:.1e}, of the {worst}")
    raise SystemExit(0 if error < 1e-6 else 1)
