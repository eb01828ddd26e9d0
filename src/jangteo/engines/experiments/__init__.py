"""Honest experiments: deterministic assignment, sample-ratio check, effects with intervals, early looks, power.

Units (shoppers, stalls, days) are the rows; every function takes plain numbers or NumPy arrays of one value a unit and
returns plain records. Nothing here knows what a metric means.
"""
