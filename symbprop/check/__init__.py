"""Whether a module computes what the equations say: points, judges, and what disagrees."""
