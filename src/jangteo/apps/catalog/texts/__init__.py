"""Texts of goods and stalls: what is confirmed, how they are written, checked, kept and shown."""
