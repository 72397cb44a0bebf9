"""Proofs about a rule pack: what holds for every set of answers, and a case where it does not."""
