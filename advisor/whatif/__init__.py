"""How far a recommendation holds: ranges drawn at random, the smallest changes that lead elsewhere, what to ask next.

Everything but sweeps works on columns and imports NumPy; import it only where it is asked for.
"""

from typing import Final

SEED: Final = 1
SCENARIOS: Final = 10_000
"""How many scenarios are drawn, and from which seed, where nobody says."""
