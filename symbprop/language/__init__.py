"""What a network *is*: definitions in index notation, their text, and their meaning."""
