"""From a graph to a program of array operations on named axes."""
