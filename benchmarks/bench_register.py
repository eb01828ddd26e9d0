"""Reads the whole national register of traditional markets and checks every count.

Run: ``python -m benchmarks.bench_register``. Exits with 1 when the data folder lacks the two files (set
``JANGTEO_DATA``) and with 2 when a count is not what the published files hold.
"""

from __future__ import annotations

import sys
import time

from jangteo.apps.markets.register import CODES_FILE, STANDARD_FILE, read_register
from jangteo.platform.config import config

#: of the files dated 2024-11-04 and 2024-07-19
EXPECTED = {
    "markets": 1388,
    "with coordinates": 1372,
    "matched with the file of codes": 1388,
    "with a code of their own": 1311,
    "open daily": 972,
    "with fair days": 416,
    "on fair days only": 134,
    "distinct codes": 1388,
    "notes": 0,
}


def main() -> int:
    """Print the table of figures; the exit code says whether all are as expected."""
    folder = config().data_dir / "korean_markets"
    missing = [name for name in (STANDARD_FILE, CODES_FILE) if not (folder / name).is_file()]
    if missing:
        print(f"missing in {folder}: {', '.join(missing)}", file=sys.stderr)
        return 1
    started = time.perf_counter()
    reading = read_register(folder / STANDARD_FILE)
    seconds = time.perf_counter() - started
    found = {
        "markets": len(reading.rows),
        "with coordinates": reading.located,
        "matched with the file of codes": reading.matched,
        "with a code of their own": reading.coded,
        "open daily": sum(not row.fair_days for row in reading.rows),
        "with fair days": sum(bool(row.fair_days) for row in reading.rows),
        "on fair days only": sum(row.kind == "5일장" for row in reading.rows),
        "distinct codes": len({row.code for row in reading.rows}),
        "notes": len(reading.notes),
    }
    for name, count in found.items():
        print(f"| {name} | {count:,} | {'ok' if count == EXPECTED[name] else EXPECTED[name]} |")
    print(f"| seconds to read | {seconds:.3f} | |")
    return 0 if found == EXPECTED else 2


if __name__ == "__main__":
    sys.exit(main())
