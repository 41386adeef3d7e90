"""Words of other tools, by the place where people write them in a spec, and what to write here.

What has another name here stands in ``errors.ALSO_CALLED``; here stands what needs a sentence.  No
word is understood: each is refused where it stands, and the hint says what is meant by it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from symbprop.errors import called, did_you_mean, plain, spellings
from symbprop.language.foreign import LOOKED_AT

FIT = "training is not part of a spec; the module's fit takes learning_rate and max_steps"
WRITTEN = "write it as an equation, as loss = {}"
ABOVE = "write {} above the first line in brackets"
FREE = 'an extent that each call says has a name, as "N"'
# By the kind of word, words as `plain` makes them, and what is said of each.
SENTENCES: Mapping[str, Mapping[str, str]] = {
    "layer": {
        "sequential": "list the layers one after another, each below its own [[layers]]",
        "activation": 'name the function itself, as kind = "relu"',
        "input inputlayer": 'declare it in [inputs], as x = ["N", 3]',
        "output outputlayer": "what the last layer gives is the output",
        "identity lambda noop": "leave it out",
        "bias": "dense and the convolutions have one; or write equations",
        "hardtanh": 'write it as equations: kind = "equations", y[n,k] = clip(x[n,k], -1, 1)',
        "mish": 'write it as equations: kind = "equations", y[n,k] = x[n,k]*tanh(softplus(x[n,k]))',
    },
    "activation": {
        "linear identity none noop": "leave activation out: without one a layer is linear",
        "logsoftmax": 'softmax is a layer, kind = "softmax"; the loss softmax_cross_entropy takes '
                      "logits",
        "hardtanh": 'write a further layer kind = "equations" with clip(x[n,k], -1, 1)',
    },
    "loss": {
        "softmax logsoftmax": 'did you mean "softmax_cross_entropy"? It takes logits',
        "sigmoid logistic": 'did you mean "binary_cross_entropy"? It takes logits',
        "rmse": WRITTEN.format("sqrt(mean(n, (y[n] - p[n])**2))"),
        "poisson poissonnll": WRITTEN.format("mean(n, exp(s[n]) - y[n]*s[n])"),
        "gaussiannll likelihood loglikelihood":
            WRITTEN.format("mean(n, s[n] + (y[n] - p[n])**2*exp(-2*s[n])/2)"),
        "quantile pinball":
            WRITTEN.format("mean(n, max(0.9*(y[n] - p[n]), -0.1*(y[n] - p[n])))"),
        "cosine cosinesimilarity cosineembedding":
            WRITTEN.format("-mean(n, sum(k, p[n,k]*y[n,k])/(norm(k, p[n,k])*norm(k, y[n,k])))"),
        "accuracy": "accuracy has no derivative; softmax_cross_entropy is what is minimised for it",
    },
    "option": {
        "infeatures inputdim inputsize inputshape inchannels": "the input's shape says it",
        "loss": "a loss by its kind stands below [loss]",
        "dropout dropoutrate": 'write a further layer, kind = "dropout"',
        "weightdecay l2 l2reg regularizer kernelregularizer":
            'add it to the loss: [[loss]] with kind = "l2", prediction = "W1" and a weight',
        "lr learningrate momentum optimizer epochs": FIT,
    },
    "key": {
        "lr learningrate optimizer optimiser momentum epochs steps maxsteps training train trainer "
        "fit hyperparameters batchsize batch solver adam sgd": FIT,
        "seed randomseed": "the module's init takes it: init(seed=1)",
        "dtype floatx": "parameters say it at a call: init(dtype=np.float32)",
        "accuracy precision": 'write it in [compile], as accuracy = "full"',
        "name": "the file's name is the network's; title is for people",
        "activation": "write it at a layer",
        "losses objective cost": 'did you mean "loss"?',
    },
}
# Said where no name is near.
OTHERWISE = {
    "layer": 'any layer can be written in equations: kind = "equations", or [define.NAME]',
    "loss": "any loss can be written as an equation, as loss = mean(n, (y[n] - p[n])**2)",
}
ELSEWHERE = {
    "layer": '{0} is a layer: [[layers]] with kind = "{0}"',
    "activation": '{0} is an activation: activation = "{0}" at a layer',
    "loss": '{0} is a loss: [loss] with kind = "{0}"',
}


def hint(
    kind: str, word: str, known: Iterable[str], others: Mapping[str, Iterable[str]] | None = None
) -> str:
    """What to write instead of an unknown word of a kind: layer, activation, loss, option, key.

    ``others`` are the names of other kinds, among which the word may be.
    """
    asked = set(spellings(word))
    for words, sentence in SENTENCES.get(kind, {}).items():
        if asked & set(words.split()):
            return sentence
    listed = list(known)
    if not called(word, listed):
        for other, names in (others or {}).items():
            for name in sorted(names):
                if plain(name) in asked:
                    return ELSEWHERE[other].format(name)
    return did_you_mean(word, listed) or OTHERWISE.get(kind, "")


# What TOML does not read, by what is found in the line, the first that fits.
TOML: tuple[tuple[str, str], ...] = (
    (r"=\s*(True|False)\b|[\[{,]\s*\w*\s*=?\s*(True|False)\b", "write true or false, in small"),
    (r"\b(None|null|nil)\b", 'leave it out; an extent that each call says has a name, as "N"'),
    (r"=\s*\(", "a list stands in square brackets: [3, 4]"),
    (r"=\s*\{[^=]*:", "a table is written { name = value }"),
    (r"^\s*[\w-]+\s*:", "write = between a key and its value"),
    (r"^\s*[\w-]+\s+[^=\s]", "write = between a key and its value"),
    (r"=\s*$", "a value follows on the same line"),
    (r"^\s*(//|;|%|--)", "a comment begins with #"),
    (r"=\s*[A-Za-z_]\w*", "a text stands in quotes"),
    (r"[=\[,]\s*\.\d|\d\.(?!\d)", "a number has digits on both sides of its point, as 0.5"),
)


def of_toml(line: str, because: str) -> str:
    """What to write instead of a line that TOML does not read, and ``because`` of what not."""
    if "overwrite" in because or "twice" in because or "already" in because:
        return "a key stands once in its table, and a table once in a file"
    return next((said for pattern, said in TOML if re.search(pattern, line[:LOOKED_AT])), "")
