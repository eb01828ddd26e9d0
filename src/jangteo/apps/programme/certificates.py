"""Certificates: the facts on them, their code, and whether one holds."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.log import digest
from jangteo.apps.decisions.looks import Look
from jangteo.apps.decisions.models import Experiment
from jangteo.apps.programme.findings import Finding
from jangteo.apps.programme.models import Certificate, Pilot
from jangteo.apps.programme.terms import Terms
from jangteo.platform.clock import seoul_day
from jangteo.platform.percent import percent
from jangteo.platform.tenancy import every_market

#: no 0 O 1 I L: they are read for one another
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE = re.compile(rf"[{_LETTERS}]{{4}}(-[{_LETTERS}]{{4}}){{2}}")
_UNITS = {
    "shopper": ("손님", "명을", "shoppers"),
    "stall": ("가게", "곳을", "stalls"),
    "day": ("날", "일을", "days"),
}


def new_code() -> str:
    """AAAA-BBBB-CCCC: 59 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def typed_code(text: str) -> str:
    """A code as somebody typed it from paper; empty when it cannot be one."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    code = "-".join((plain[:4], plain[4:8], plain[8:]))
    return code if _CODE.fullmatch(code) else ""


def facts_of(
    pilot: Pilot,
    terms: Terms,
    experiment: Experiment,
    look: Look,
    rows_digest: str,
    finding: Finding,
    *,
    code: str,
    now: datetime,
) -> dict[str, Any]:
    """Everything that stands on the certificate, as plain JSON values; no person's name is among them."""
    if experiment.starts_at is None or experiment.ends_at is None or experiment.stopped_at is None:
        raise ValueError("a certificate is of an experiment that ran and ended")
    # a horizon is noticed some seconds after it came
    end = min(experiment.ends_at, experiment.stopped_at)
    first, last = seoul_day(experiment.starts_at), seoul_day(end)
    company, market = pilot.offer.company, pilot.market
    capability = capability_of(terms.capability)
    unit_ko, count_ko, unit_en = _UNITS[terms.unit]
    units = sum(count for arm, count in look.result.units.items() if arm != "holdout")
    share = percent(terms.vendor_share_bp / 100)
    method_ko = (
        "기간이 끝난 뒤 한 번" if look.result.analysis == "fixed" else "언제 봐도 맞는 구간으로"
    )
    method_en = (
        "once, at the horizon" if look.result.analysis == "fixed" else "by an always-valid interval"
    )
    return {
        "form": "1",
        "code": code,
        "market": market.name,
        "market_en": market.name_en,
        "company": company.name,
        "company_en": company.name_en,
        "business_number": company.business_number,
        "title": pilot.title,
        "title_en": pilot.title_en,
        "capability_ko": capability.name_ko if capability else terms.capability,
        "capability_en": capability.name_en if capability else terms.capability,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "days": (last - first).days or 1,
        "units": units,
        "unit": terms.unit,
        "design_ko": f"{unit_ko} {units:,}{count_ko} 무작위로 나눠 {share}는 이 AI, 나머지는 원래대로. {method_ko} 봄",
        "design_en": f"{units:,} {unit_en} at random, {share} met this AI, the others as before; read {method_en}",
        "metric_ko": finding.metric.name_ko,
        "metric_en": finding.metric.name_en,
        "verdict": finding.verdict,
        "sentence_ko": finding.sentence,
        "sentence_formal_ko": finding.sentence_formal,
        "sentence_en": finding.sentence_en,
        "interval_ko": finding.interval_text,
        "interval_en": finding.interval_text_en,
        "guardrails_ko": [watched.text for watched in finding.guardrails],
        "guardrails_en": [watched.text_en for watched in finding.guardrails],
        "ratio_ko": finding.ratio_text,
        "ratio_en": finding.ratio_text_en,
        "terms_digest": pilot.terms_digest,
        "design_digest": experiment.design_digest,
        "rows_digest": rows_digest,
        "issued_on": seoul_day(now).isoformat(),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What a code says to whoever asks. ``standing``: "valid", "withdrawn", "altered" or "unknown"."""

    standing: str
    code: str
    certificate: Certificate | None = None
    market_slug: str = ""


def verify(text: str) -> Verified:
    """Look a typed code up over all markets, and compute the digest of its facts again."""
    code = typed_code(text)
    if not code:
        return Verified(standing="unknown", code=text[:20])
    with every_market():
        found = Certificate.objects.select_related("pilot", "market").filter(code=code).first()
    if found is None:
        return Verified(standing="unknown", code=code)
    if digest(found.facts) != found.digest:
        standing = "altered"
    else:
        standing = "valid" if found.withdrawn_at is None else "withdrawn"
    return Verified(standing=standing, code=code, certificate=found, market_slug=found.market.slug)
