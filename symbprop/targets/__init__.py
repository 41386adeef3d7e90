"""From programs and graphs to text."""
