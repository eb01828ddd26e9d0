"""An experiment to take away: design, rows, result, and a program that computes the result again."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from jangteo.apps.decisions.errors import ExperimentStillRuns
from jangteo.apps.decisions.experiments import final_look, is_closed, public_design, until_of
from jangteo.apps.decisions.metrics import metrics
from jangteo.apps.decisions.models import Experiment
from jangteo.apps.decisions.results import from_json, published
from jangteo.platform.errors import NotFound

_FILES = Path(__file__).parent / "export_files"
#: the oldest date a ZIP can hold: the same experiment is the same bytes whenever it is taken
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def experiment_export(market_id: int, experiment_id: int, now: datetime) -> bytes:
    """A ZIP, the same bytes every time, of a closed experiment whose final look is stored.

    Holds ``design.json units.csv result.json README.md recompute.py``. Needs the market's scope. Raises `NotFound`,
    `ExperimentStillRuns` (also when the final look is still to come; `look_at_experiment` makes it).
    """
    row = Experiment.objects.filter(market_id=market_id, pk=experiment_id).first()
    if row is None:
        raise NotFound
    final = final_look(row.pk)
    if not is_closed(row) or final is None:
        raise ExperimentStillRuns
    result = published(from_json(final.result)) | {
        "rows_digest": final.rows_digest,
        "design_digest": row.design_digest,
    }
    files = {
        "README.md": (_FILES / "README.md").read_bytes(),
        "design.json": _json(_design(row, now)),
        "recompute.py": (_FILES / "recompute.py").read_bytes(),
        "result.json": _json(result),
        "units.csv": zlib.decompress(bytes(final.rows)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def _design(row: Experiment, now: datetime) -> dict[str, Any]:
    known = metrics()
    design = public_design(row)
    named = [row.primary_metric, *(guardrail["metric"] for guardrail in row.guardrails)]
    return {
        "design": design,
        "design_digest": row.design_digest,
        "closed": {
            "state": row.state,
            "why": row.stopped_why,
            "until": until_of(row, now).isoformat(),
        },
        "metrics": {
            key: {
                "name": known[key].name_ko,
                "name_en": known[key].name_en,
                "about": known[key].about_ko,
                "about_en": known[key].about_en,
                "measure": known[key].measure,
                "better": known[key].better,
            }
            for key in named
        },
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
