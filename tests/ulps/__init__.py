"""How exact a function is: value and slope through an emitted module, in units of the last place.

    python -m tests.ulps            # measures every function, writes tests/ulp_table.md

Points run over the whole range of a float type; what they are judged by are the record's own
formulas, worked out with mpmath in as many digits as it takes.  PyTorch's error stands beside ours
where it has the function.
"""
