"""Why, and why not: every rule with its state, what would turn it, and what that would lead to."""
