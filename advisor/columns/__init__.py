"""Many workloads at once: the street from answers to costs, scores and a winner on NumPy columns.

Everything here follows the single path, which specifies it, and imports NumPy; import it only where many cases are
looked at. A column has a value for each case, or one value that all of them share. Money and facts are float64, good
for 15 digits: wherever a decision or a cent hangs on less than that, the case is marked as doubtful, and the single
path decides it.
"""
