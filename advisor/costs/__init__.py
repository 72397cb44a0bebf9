"""Costs: what a strategy or an alternative costs to build, run and maintain, line by line and month by month."""
