"""Mutations: one line of the compiler made wrong at a time, to see whether a test sees it.

    python -m tests.mutations [--count N] [--seed K] [--jobs J] [--list]

| file | idea |
| --- | --- |
| `operators` | what is made wrong, on the syntax tree: a site is a function, operator and text |
| `judges` | which tests of meaning see which file, and the processes that run them on a copy |
| `verdicts` | random programs and random stacks whose verdicts are compared with those of before |
| `survivors.md` | mutations that no test of meaning can see, each with its reason |

Sites are chosen by a hash of the seed with function, operator and text, without line numbers, so
that what is elsewhere in the file does not change them.
"""
