"""Random programs in the whole language, judged by an oracle that shares no code with the compiler.

| file | idea |
| --- | --- |
| `tree` | the notation read into a small tree of its own, and how far each index runs |
| `duals` | dual numbers with the language's functions, and the noise that measures condition |
| `oracle` | plain loops over the tree: the loss and every partial derivative |
| `sizes`, `generator` | programs: extents as linear forms, and equations over them |
| `judge` | a program's module against the oracle, and the verdict |
| `__main__` | any number of programs, their counts, and the shrunk ones that are wrong |
"""
