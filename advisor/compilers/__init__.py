"""Conditions compiled from their normal form, each for one kind of question."""
