"""Marks that whole files bear."""

import pytest

# The heart of every room, each file in seconds.
CORE = {
    "test_accept", "test_building", "test_choices", "test_clip", "test_differentiate",
    "test_functions", "test_indices", "test_network",
    "test_notation", "test_options", "test_rooms", "test_simplify",
}


def pytest_collection_modifyitems(items):
    """``core`` on the tests of those files that are not slow."""
    for item in items:
        if item.path.stem in CORE and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.core)
