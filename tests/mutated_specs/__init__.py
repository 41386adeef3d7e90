"""Specs with what people mistype, paste and invent, each of which is compiled or answered.

    python -m tests.mutated_specs [--count N] [--seed K] [--jobs J] [--only NUMBER]

| file | idea |
| --- | --- |
| `sources` | specs that compile: the zoo, the programs that people write, layers, losses, README |
| `pools` | what is put in place of something else |
| `characters`, `tokens`, `lines`, `formulas`, `structure` | the mutations, a table each |
| `draw` | the case of a seed and a number |
| `judge` | the whole way from the bytes of a file to a module, formulas or a command's answer |
"""
