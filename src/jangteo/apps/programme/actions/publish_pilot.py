"""Publish what a pilot found, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.decisions.actions.look_at_experiment import look_at_experiment
from jangteo.apps.decisions.log import digest
from jangteo.apps.decisions.models import Experiment, ExperimentResult
from jangteo.apps.programme.access import locked_pilot
from jangteo.apps.programme.certificates import facts_of, new_code
from jangteo.apps.programme.errors import ResultMissing, WrongPilotState
from jangteo.apps.programme.findings import finding_of
from jangteo.apps.programme.models import Certificate, Pilot
from jangteo.apps.programme.terms import read_terms
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_block


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpactNotes:
    """What people must say beside the numbers."""

    #: roles and hours before and after, who learned what
    job_impact: str
    #: small stalls, older people, whoever was left out
    social_impact: str
    #: the market's own sentence
    closing_note: str = ""


@action("programme.publish_pilot", allow={Role.OFFICE}, within="market")
def publish_pilot(
    *, actor: Actor, market_id: int, pilot_id: int, notes: ImpactNotes, now: datetime
) -> str:
    """Publish the final result and issue the certificate. Returns its code.

    Raises `NotFound`, `WrongPilotState` before the end or the second time, `ResultMissing`, `InvalidInput`.
    """
    pilot = locked_pilot(market_id, pilot_id)
    if pilot.state not in (Pilot.State.ENDED, Pilot.State.STOPPED):
        raise WrongPilotState
    experiment = pilot.experiment
    if experiment is None or experiment.starts_at is None:
        raise ResultMissing
    pilot.job_impact = _told(notes.job_impact, "job_impact")
    pilot.social_impact = _told(notes.social_impact, "social_impact")
    pilot.closing_note = clean_block(notes.closing_note, field="closing_note", at_most=2000)
    look = look_at_experiment(
        actor=Actor.system(), market_id=market_id, experiment_id=experiment.pk, now=now
    )
    if not look.is_final or look.result_id is None:
        raise ResultMissing
    terms = read_terms(pilot.terms)
    stopped = experiment.state == Experiment.State.STOPPED
    code = new_code()
    facts = facts_of(
        pilot,
        terms,
        experiment,
        look,
        ExperimentResult.objects.get(pk=look.result_id).rows_digest,
        finding_of(terms, look.result, stopped_early=stopped),
        code=code,
        now=now,
    )
    pilot.state = Pilot.State.PUBLISHED
    pilot.published_at = now
    pilot.save()
    Certificate.objects.create(
        market_id=market_id,
        pilot=pilot,
        code=code,
        digest=digest(facts),
        facts=facts,
        issued_at=now,
    )
    return code


def _told(text: str, field: str) -> str:
    cleaned = clean_block(text, field=field, at_most=4000)
    if not cleaned:
        raise InvalidInput(
            field=field,
            ko="결과와 함께 공개하는 글이에요. 달라진 것이 없으면 없다고 적어 주세요.",
            en="It is published with the result. Where nothing changed, say so.",
        )
    return cleaned
