"""What people pass to the Python functions that does not fit.

    python -m tests.misuse [--count N] [--seed K]

Every public function is called with each of its arguments replaced by what it does not take, alone
and with others; the answer is a SpecError or its kin, or what the function is for, within seconds.
"""
