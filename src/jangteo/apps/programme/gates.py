"""What must be done before a pilot may start, read anew each time; the start asks the same questions as the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.decisions.planning import PowerPlan, plan_power
from jangteo.apps.programme.checklist import Answered, checklist_of
from jangteo.apps.programme.models import Approval, Pilot, Signature
from jangteo.apps.programme.terms import Terms, read_terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """One condition of the start. ``whose`` turn it is when it is not met: "retailer", "vendor" or "both"."""

    key: str
    ko: str
    en: str
    is_met: bool
    whose: str


def signatures_that_count(pilot: Pilot) -> dict[str, Signature]:
    """Side -> its signature of the terms as they stand now."""
    return {
        signature.side: signature
        for signature in Signature.objects.filter(
            pilot_id=pilot.pk, terms_digest=pilot.terms_digest
        )
    }


def newest_approval(pilot: Pilot) -> Approval | None:
    """The permission that counts: the one entered last."""
    return Approval.objects.filter(pilot_id=pilot.pk).order_by("-entered_at", "-pk").first()


def gates_of(pilot: Pilot, now: datetime, *, checklist: list[Answered] | None = None) -> list[Gate]:
    """Every condition in the order in which they are usually met. Needs the market's scope."""
    terms = read_terms(pilot.terms)
    answered = checklist_of(pilot) if checklist is None else checklist
    signed = signatures_that_count(pilot)
    checked = next(one for one in answered if one.item.key == "contract-check")
    approval = newest_approval(pilot)
    in_force = approval is not None and approval.expires_at > now
    return [
        Gate(
            key="signed",
            ko="양쪽이 같은 약속에 서명",
            en="both sides signed the same terms",
            is_met=len(signed) == 2 and terms.digest == pilot.terms_digest,
            whose="both" if not signed else "vendor" if "retailer" in signed else "retailer",
        ),
        Gate(
            key="contract-check",
            ko="업체 서비스의 계약 검사 통과",
            en="the vendor's service passed the contract check",
            is_met=checked.is_met,
            whose="vendor",
        ),
        Gate(
            key="checklist",
            ko="윤리·개인정보 점검표 모두 채움",
            en="the ethics and privacy checklist is complete",
            is_met=all(one.is_met for one in answered),
            whose="retailer",
        ),
        Gate(
            key="approval",
            ko="규제 기관의 허가가 유효함",
            en="the regulator's permission is in force",
            is_met=in_force or (approval is None and not terms.needs_approval),
            whose="retailer",
        ),
    ]


def power_of(pilot: Pilot, terms: Terms, now: datetime) -> PowerPlan:
    """How long the design needs, from the market's own past. Needs the market's scope."""
    inside = 10_000 - terms.holdout_bp
    vendor = terms.vendor_share_bp * inside // 10_000
    return plan_power(
        pilot.market_id,
        terms.primary_metric,
        terms.unit,
        terms.smallest_effect_pct,
        (inside - vendor, vendor),
        now,
        analysis=terms.analysis,
        alpha_bp=terms.alpha_bp,
        capability=terms.capability,
    )
