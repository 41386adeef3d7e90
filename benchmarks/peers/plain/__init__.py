"""NumPy as a good programmer writes it by hand: forward, backward, no workspace.

Products by ``@`` and ``tensordot``, windows by ``sliding_window_view``, products with the inputs
and by the weights outside of the loop over steps, ``np.add.at`` where an index repeats.
"""

import importlib

import numpy as np

TITLE = "plain NumPy"
# The file of each network; one is loaded when it is asked for, since one of them needs SciPy.
FILES = {
    "two_two_one": "dense", "digits": "dense", "mnist_mlp": "dense", "deep_tanh": "dense",
    "lenet": "convolutional", "transformer_block": "attention", "lstm_64": "recurrent",
    "rnn_64": "recurrent", "word_scores_50k": "words",
}


def version():
    return np.__version__


def prepare(name, params, data):
    room = importlib.import_module(f"{__name__}.{FILES[name]}")
    compute = room.PLAIN[name]
    return lambda: compute(params, *data)
