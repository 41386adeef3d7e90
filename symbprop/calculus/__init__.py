"""From graph to graph: the chain rule."""
