"""The sample market: its content, and the pictures made for it."""
