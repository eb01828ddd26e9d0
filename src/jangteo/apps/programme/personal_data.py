"""What this app holds about people: who works for a start-up, who signed and wrote down what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.programme.models import CompanyMember, Signature
from jangteo.platform.personal_data import Erased, Held, Kept, Section, Whose, register

MEMBERS = Held(
    what_ko="스타트업에서 일하는 분",
    what_en="People of start-ups",
    why_ko="실증에 참여한 회사의 일을 맡은 분을 알아보려고 가지고 있어요(계약 이행).",
    why_en="To know who acts for a company in a pilot (performance of a contract).",
    kept_ko="지울 때까지",
    kept_en="until you delete it",
)
COMPANY = Held(
    what_ko="회사의 대표자",
    what_en="A company's representative",
    why_ko="실증 협약의 상대가 누구인지 밝히려고 가지고 있어요(계약 이행). 회사의 사업자 정보예요.",
    why_en="To say whom a pilot's terms were signed with (contract). It is the company's business record.",
    kept_ko="협약이 있는 동안",
    kept_en="as long as the terms last",
)
SIGNED = Held(
    what_ko="서명과 기록",
    what_en="Signatures and records",
    why_ko="누가 서명하고 적었는지 증명하려고 계정 번호로만 적어요(계약 이행).",
    why_en="To prove who signed and wrote down what, by account number only (contract).",
    kept_ko="장부이므로 남아요. 계정을 지우면 누구의 것도 아니게 돼요",
    kept_en="stays as a ledger; after a deletion it names nobody",
)


class ProgrammeHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "programme"
    columns: Mapping[str, Held] = {
        "programme.CompanyMember.person": MEMBERS,
        "programme.Company.representative": COMPANY,
        "programme.Certificate.facts": COMPANY,
        "programme.Pilot.terms": COMPANY,
        "programme.IndicatorDefinition.by": SIGNED,
        "programme.IndicatorResult.by": SIGNED,
        "programme.ChecklistAnswer.note": SIGNED,
        "programme.Problem.posted_by": SIGNED,
        "programme.VendorOffer.sent_by": SIGNED,
        "programme.Signature.person": SIGNED,
        "programme.ChecklistAnswer.by": SIGNED,
        "programme.Approval.entered_by": SIGNED,
    }

    def download(self, whose: Whose) -> list[Section]:
        """Companies she belongs to and what she signed."""
        if not whose.person_id:
            return []
        members = CompanyMember.objects.filter(person_id=whose.person_id).select_related("company")
        signed = Signature.objects.filter(person_id=whose.person_id).select_related("pilot")
        return [
            MEMBERS.section(
                key="companies",
                rows=[
                    {"company": row.company.name, "since": row.since.isoformat()}
                    for row in members.order_by("pk")
                ],
            ),
            SIGNED.section(
                key="signed",
                rows=[
                    {"pilot": row.pilot.title, "side": row.side, "at": row.at.isoformat()}
                    for row in signed.order_by("pk")
                ],
            ),
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """A company goes on without her."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """She leaves her companies. Her name as a representative goes where no terms were ever signed."""
        if not whose.person_id:
            return []
        members = CompanyMember.objects.filter(person_id=whose.person_id)
        hers = [
            row.company
            for row in members.select_related("company")
            if row.company.representative == whose.name
        ]
        kept: list[Kept] = []
        for company in hers:
            last = (
                Signature.objects.filter(pilot__offer__company=company, side=Signature.Side.VENDOR)
                .order_by("-at")
                .first()
            )
            if last is None:
                company.representative = ""
                company.save(update_fields=["representative"])
                continue
            kept.append(
                Kept(
                    what_ko="협약서에 적힌 대표자 이름",
                    what_en="the representative's name on signed terms",
                    law_ko="상법 제33조(중요 서류 10년)",
                    law_en="Commercial Act Art. 33 (important papers, 10 years)",
                    until=last.at.date().replace(year=last.at.year + 10, day=min(last.at.day, 28)),
                    count=1,
                )
            )
        left, _ = members.delete()
        return [
            Erased(
                went_ko="회사에서 맡은 자리",
                went_en="places in companies",
                count=left,
                kept=tuple(kept),
            )
        ]


register(ProgrammeHolder())
