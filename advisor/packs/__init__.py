"""Packs: questions, rules, mistakes and texts, read from folders over each other and checked as a whole."""
