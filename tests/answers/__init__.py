"""Whether whatever a user types is compiled or answered, within limits: what such scripts share.

| file | idea |
| --- | --- |
| `judge` | one case under its limits, and its outcome: compiled, answered or wrong |
| `workers` | processes that survive what a case does to them |
| `command` | any number of cases from a seed: counts, and each wrong one, made small |
"""
