"""Decisions: overhead, statistics, scale. `make bench-decisions`."""
