"""Every option of every layer and loss with values that fit, just miss, or are of other kinds.

    python -m tests.option_values [--count N] [--seed K] [--jobs J] [--only NUMBER]

| file | idea |
| --- | --- |
| `places` | each layer and loss in a network that compiles, and its options with what they take |
| `values` | values for what an option takes, at and beyond its borders, and for none |
| `toml` | values as a spec says them |
| `draw` | the case of a seed and a number |
| `judge` | the network by TOML or by the Python functions, to its module |
"""
