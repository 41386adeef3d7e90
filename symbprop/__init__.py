"""symbprop: a compiler for derivatives."""
