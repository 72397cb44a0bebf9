"""Faster forms of the same conditions, each held to `conditions.evaluate` by tests."""
