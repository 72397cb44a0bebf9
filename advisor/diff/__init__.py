"""What lies between two states of one workload: which inputs changed, what follows, and which change does it."""
