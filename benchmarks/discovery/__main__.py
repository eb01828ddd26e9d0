"""Figures of discovery: `make bench-discovery`. The last line is one JSON object."""

from __future__ import annotations

import json
import sys

from benchmarks.discovery import home_depot, search


def main() -> int:
    """Runs every part and ends with the figures as one JSON line; 1 when a part's data is absent."""
    found = search.run()
    print("\n".join(search.table(found)))
    print(f"letters in progress that find nothing right: {found['unanswered']}")
    print(f"at {found['latency']['offers']} offers: {found['latency']}")
    try:
        titles = home_depot.run()
    except home_depot.DataAbsent as absent:
        print(absent, file=sys.stderr)
        return 1
    print(f"Home Depot: {titles}")
    headline = {
        "home_depot_ndcg10": titles["test"]["ours"],
        "korean_ndcg10": round(found["ndcg10"]["engine"]["locked"]["all"], 4),
        "suggest_p95_ms": found["latency"]["suggest_ms"]["p95"],
        "search_p95_ms": found["latency"]["search_ms"]["p95"],
    }
    print(json.dumps(headline))
    return 0


if __name__ == "__main__":
    sys.exit(main())
