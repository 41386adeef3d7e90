"""Random stacks of layers with random options, judged by PyTorch in float64.

    python -m tests.stacks --count N [--seconds S] [--seed K]

A case is a spec in plain data: inputs, layers one on another, a loss, extents and a seed of the
data (`cases`).  `draw` makes one; `torch_layers` and `torch_losses` say in PyTorch what every
layer and loss is, with names and shapes of the parameters of their own, and share nothing with the
compiler but the seeds of `fourier_features`; `verdict` compiles the spec and compares loss and all
gradients, with a workspace and without; `shrink` drops what a failure does not need.
"""
