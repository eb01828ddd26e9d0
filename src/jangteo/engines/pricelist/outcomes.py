"""Making the outcome of a row, with the sentences of its reason."""

from __future__ import annotations

from collections.abc import Iterable

from jangteo.engines.pricelist.fold import compact
from jangteo.engines.pricelist.grid import Row
from jangteo.engines.pricelist.pricetext import Offer
from jangteo.engines.pricelist.reasons import ASKED, IGNORED, REFUSED
from jangteo.engines.pricelist.records import Accepted, Asked, Ignored, Proposal, Refused


def proposals_for(code: str, name: str, unit: str, offers: Iterable[Offer]) -> tuple[Proposal, ...]:
    """One proposal per different offer; a size label joins the name."""
    reason = ASKED[code]
    made: dict[tuple[str, str, int], Proposal] = {}
    for offer in offers:
        named = _labelled(name, offer.label)
        own_unit = offer.unit or unit
        made.setdefault(
            (named, own_unit, offer.price_krw),
            Proposal(
                name=named,
                unit=own_unit,
                price_krw=offer.price_krw,
                why_ko=reason.why_ko,
                why_en=reason.why_en,
            ),
        )
    return tuple(made.values())


def _labelled(name: str, label: str) -> str:
    return f"{name} {label}" if label and compact(label) not in compact(name) else name


def ask(sheet: str, row: Row, code: str, name: str, proposals: tuple[Proposal, ...] = ()) -> Asked:
    """The row as a question."""
    reason = ASKED[code]
    return Asked(
        sheet=sheet,
        row=row.number,
        cells=row.shown(),
        name=name,
        reason_code=code,
        reason_ko=reason.ko,
        reason_en=reason.en,
        proposals=proposals,
    )


def ask_again(accepted: Accepted, code: str, proposals: tuple[Proposal, ...]) -> Asked:
    """A row that was accepted until the rows around it cast doubt on it."""
    reason = ASKED[code]
    return Asked(
        sheet=accepted.sheet,
        row=accepted.row,
        cells=accepted.cells,
        name=accepted.name,
        reason_code=code,
        reason_ko=reason.ko,
        reason_en=reason.en,
        proposals=proposals,
    )


def refuse(sheet: str, row: Row, code: str) -> Refused:
    """The row as a refusal."""
    reason = REFUSED[code]
    return Refused(
        sheet=sheet,
        row=row.number,
        cells=row.shown(),
        reason_code=code,
        reason_ko=reason.ko,
        reason_en=reason.en,
    )


def ignore(sheet: str, row: Row, code: str) -> Ignored:
    """The row as no product."""
    reason = IGNORED[code]
    return Ignored(
        sheet=sheet,
        row=row.number,
        cells=row.shown(),
        reason_code=code,
        reason_ko=reason.ko,
        reason_en=reason.en,
    )
