"""One side signs the terms as they stand; with both signatures the vendor is registered and the experiment drafted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jangteo.apps.decisions.actions.add_provider import add_provider
from jangteo.apps.decisions.actions.draft_experiment import draft_experiment
from jangteo.apps.decisions.adapters.addresses import check_url
from jangteo.apps.decisions.adapters.http import sandbox_is_open
from jangteo.apps.decisions.drafts import ProviderDraft
from jangteo.apps.decisions.experiments import ExperimentDesign, Guardrail
from jangteo.apps.decisions.models import Experiment, Provider
from jangteo.apps.decisions.setup import Arm
from jangteo.apps.programme.access import locked_pilot, pilot_for, signed_in
from jangteo.apps.programme.errors import SignedForOtherSide, TermsMoved, TermsSigned
from jangteo.apps.programme.gates import signatures_that_count
from jangteo.apps.programme.models import Pilot, Problem, Signature
from jangteo.apps.programme.terms import Terms, check_terms, read_terms
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import ascii_slug


@action("programme.sign_terms", allow={Role.SHOPPER}, within="market", atomic=False)
def sign_terms(
    *, actor: Actor, market_id: int, pilot_id: int, side: str, digest: str, now: datetime
) -> bool:
    """Sign exactly the terms with this digest as ``side``. True: both sides have signed and the pilot is prepared.

    Signing again changes nothing, and finishes what was cut off. The vendor's address is tried before the signature
    counts. Raises `NotFound`, `NotAllowed`, `TermsSigned`, `TermsMoved`, `SignedForOtherSide`,
    `InvalidInput`, `VendorAddressRefused`.
    """
    pilot = pilot_for(actor, market_id, pilot_id, side, lock=False)
    _check_open(pilot, digest)
    check_terms(read_terms(pilot.terms))
    check_url(pilot.offer.base_url, may_be_local=sandbox_is_open())
    with transaction.atomic():
        pilot = pilot_for(actor, market_id, pilot_id, side)
        _check_open(pilot, digest)
        _check_sides(pilot, side, signed_in(actor))
        Signature.objects.get_or_create(
            pilot=pilot,
            side=side,
            terms_digest=digest,
            defaults={"market_id": market_id, "person_id": signed_in(actor), "at": now},
        )
        is_agreed = len(signatures_that_count(pilot)) == 2
    if is_agreed:
        _prepare(pilot, read_terms(pilot.terms), now)
    return is_agreed


def _check_open(pilot: Pilot, digest: str) -> None:
    if pilot.state != Pilot.State.TERMS:
        raise TermsSigned
    if pilot.terms_digest != digest:
        raise TermsMoved


def _check_sides(pilot: Pilot, side: str, person_id: int) -> None:
    """Two sides are two people: nobody agrees with herself."""
    mine = Signature.objects.filter(
        pilot=pilot, terms_digest=pilot.terms_digest, person_id=person_id
    )
    if mine.exclude(side=side).exists():
        raise SignedForOtherSide


def _prepare(pilot: Pilot, terms: Terms, now: datetime) -> None:
    """Register the vendor in the sandbox and draft the experiment, as both sides signed it."""
    slug = f"{ascii_slug(terms.vendor, at_most=28) or 'vendor'}-{pilot.pk}"
    market_id = pilot.market_id
    if not Provider.objects.filter(market_id=market_id, slug=slug).exists():
        # nobody sees this key: the vendor takes a new one on its own page
        add_provider(
            actor=Actor.system(),
            market_id=market_id,
            draft=ProviderDraft(
                name=terms.vendor,
                name_en=pilot.offer.company.name_en,
                slug=slug,
                capability=terms.capability,
                base_url=pilot.offer.base_url,
                data_scope=terms.data_scope,
            ),
            now=now,
        )
    name = f"pilot-{pilot.pk}"
    if not Experiment.objects.filter(market_id=market_id, slug=name).exists():
        draft_experiment(
            actor=Actor.system(),
            market_id=market_id,
            design=design_of_terms(pilot, terms, name, slug),
            now=now,
        )
    with transaction.atomic():
        fresh = locked_pilot(market_id, pilot.pk)
        if fresh.state != Pilot.State.TERMS or fresh.terms_digest != pilot.terms_digest:
            return
        fresh.provider = Provider.objects.get(market_id=market_id, slug=slug)
        fresh.experiment = Experiment.objects.get(market_id=market_id, slug=name)
        fresh.state = Pilot.State.SIGNED
        fresh.save(update_fields=["provider", "experiment", "state"])
        # a pilot answers it: no more offers, those that wait stay answerable
        Problem.objects.filter(pk=fresh.offer.problem_id).update(state=Problem.State.CLOSED)


def design_of_terms(pilot: Pilot, terms: Terms, slug: str, provider_slug: str) -> ExperimentDesign:
    """The experiment that was signed."""
    return ExperimentDesign(
        slug=slug,
        title=pilot.title,
        title_en=pilot.title_en,
        capability=terms.capability,
        unit=terms.unit,
        arms=tuple(Arm(**arm) for arm in terms.arms(provider_slug)),
        holdout_bp=terms.holdout_bp,
        primary_metric=terms.primary_metric,
        direction=terms.direction,
        guardrails=tuple(
            Guardrail(metric=guardrail.metric, margin_pct=guardrail.margin_pct)
            for guardrail in terms.guardrails
        ),
        analysis=terms.analysis,
        alpha_bp=terms.alpha_bp,
        smallest_effect_pct=terms.smallest_effect_pct,
        pre_days=terms.pre_days,
        horizon_days=terms.horizon_days,
    )
