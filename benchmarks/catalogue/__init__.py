"""How well product lines are understood, and how fast."""
