"""Run every benchmark, one after the other: `make bench`. Ends with 1 when one of them could not measure."""

from __future__ import annotations

import subprocess
import sys

#: each is run as `python -m NAME` with the given arguments
BENCHMARKS = (
    "benchmarks.web",
    "benchmarks.catalogue",
    "benchmarks.decisions",
    "benchmarks.discovery",
)

if __name__ == "__main__":
    codes = [
        subprocess.run([sys.executable, "-m", name, *sys.argv[1:]], check=False).returncode
        for name in BENCHMARKS
    ]
    sys.exit(int(any(codes)))
