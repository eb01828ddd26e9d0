"""Indicators (KPIs): what is seeded, the raw rows of an export, the export itself, and reads."""
