"""Figures, measured on this machine. `make bench` runs everything that is listed in `__main__`."""
