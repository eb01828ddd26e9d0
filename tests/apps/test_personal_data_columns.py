"""No column that could hold personal data is forgotten by the download and the erasure.

The rule: a reference to a person, a text, a document, bytes or a random key of somebody may hold personal data. Each
such column stands in the `columns` of a holder, or below with the reason why it never does.
"""

from __future__ import annotations

import inspect

from django.apps import apps
from django.db import models
from procrastinate.contrib.django import app

from jangteo.apps.accounts.models import Person
from jangteo.platform.config import PROJECT_ROOT
from jangteo.platform.personal_data import holders, privacy_table

#: apps of other makers whose tables hold nothing of people, with the reason
OTHERS = {
    "auth": "groups and permissions are not used",
    "contenttypes": "filled by the code",
    "procrastinate": "arguments of jobs are ids; held by test_jobs_are_deferred_with_ids_only",
}
#: columns of no person, by model: what they hold instead
NOT_PERSONAL: dict[str, tuple[str, set[str]]] = {
    "accounts.AccessEvent": (
        "machine words and versions of a text",
        {"kind"},
    ),
    "accounts.ConsentChange": (
        "machine words and versions of a text",
        {"channel", "wording"},
    ),
    "accounts.Erasure": (
        "counts, laws and states; a keyed digest of a key nobody has",
        {"calls", "guest_mark", "kept", "waits_for", "went"},
    ),
    "catalog.CatalogSettings": (
        "the office's settings: figures, units, category numbers",
        {"channel_categories", "units"},
    ),
    "catalog.Category": (
        "goods and prices as the shop shows them",
        {"emoji", "name", "name_en", "slug"},
    ),
    "catalog.Offer": (
        "goods and prices as the shop shows them",
        {
            "allergens",
            "description",
            "description_en",
            "goes_with",
            "label",
            "name",
            "name_en",
            "origin",
            "picture",
            "picture_before",
            "picture_edits",
            "slug",
            "unit",
        },
    ),
    "catalog.Item": (
        "a product as all stalls sell it",
        {
            "category_slug",
            "code",
            "fields",
            "gpc_brick",
            "gtin",
            "match_key",
            "name",
            "provenance",
        },
    ),
    "catalog.ItemChange": ("offer ids and fields of a product", {"before"}),
    "catalog.ItemVersion": (
        "a product as all stalls sell it",
        {"category_slug", "fields", "name", "provenance", "what"},
    ),
    "catalog.MatchAnswer": (
        "fields read from a product line, machine words",
        {"decision", "item_fields", "line_fields", "matcher_version", "role", "source"},
    ),
    "catalog.MatchQuestion": (
        "goods as the shop shows them, machine words",
        {"answer", "category_slug", "decision", "line", "line_fields"},
    ),
    "catalog.StandardiseRun": ("counts and a machine word", {"problem"}),
    "catalog.MatcherVersion": (
        "figures, digests, a file's name",
        {"answers_sha256", "file_name", "held_back", "metrics", "sha256"},
    ),
    "catalog.PriceChange": (
        "goods and prices as the shop shows them",
        {"channel"},
    ),
    "catalog.PriceImport": (
        "goods and prices as the shop shows them",
        {"gone", "outcome", "picture", "pictures", "problem", "progress", "sha256", "source"},
    ),
    "catalog.PriceImportRow": (
        "goods and prices as the shop shows them",
        {
            "before",
            "box",
            "effect",
            "item_verdict",
            "match_decision",
            "origin",
            "sheet",
            "tax_word",
            "understood",
            "unit",
        },
    ),
    "catalog.StallDesk": ("a word about where goods come from", {"default_origin"}),
    "catalog.TextRun": ("machine words and ids of offers", {"key", "language"}),
    "catalog.WrittenText": ("machine words", {"decision", "language", "provider"}),
    "decisions.ArchivedMonth": (
        "machine words, figures, digests, and what was said of goods",
        {"files"},
    ),
    "decisions.Assignment": (
        "machine words, figures, digests, and what was said of goods",
        {"arm"},
    ),
    "decisions.CapabilitySetting": (
        "machine words, figures, digests, and what was said of goods",
        {"capability", "provider_slug"},
    ),
    "decisions.DaySeal": (
        "machine words, figures, digests, and what was said of goods",
        {"chain", "digest"},
    ),
    "decisions.Decision": (
        "machine words, figures, digests, and what was said of goods",
        {
            "arm",
            "asked",
            "capability",
            "fallback",
            "left_fields",
            "provider",
            "provider_version",
            "reason_en",
            "reason_ko",
            "request_digest",
            "saw",
            "shown_stalls",
        },
    ),
    "decisions.DecisionDay": (
        "machine words, figures, digests, and what was said of goods",
        {"asked", "capability", "fallback", "mode", "provider"},
    ),
    "decisions.DecisionEvent": (
        "machine words, figures, digests, and what was said of goods",
        {"decision_id", "kind"},
    ),
    "decisions.Experiment": (
        "a design",
        {
            "arms",
            "capability",
            "design_digest",
            "direction",
            "guardrails",
            "primary_metric",
            "salt",
            "slug",
            "stopped_why",
            "title",
            "title_en",
        },
    ),
    "decisions.ExperimentResult": (
        "machine words, figures, digests, and what was said of goods",
        {"result", "rows_digest"},
    ),
    "decisions.LatencyDay": (
        "machine words, figures, digests, and what was said of goods",
        {"capability", "provider"},
    ),
    "decisions.Objection": (
        "machine words, figures, digests, and what was said of goods",
        {"arm", "capability", "decision_id"},
    ),
    "decisions.Provider": (
        "a vendor's company, its service and its sealed key",
        {
            "base_url",
            "capability",
            "data_scope",
            "last_check",
            "name",
            "name_en",
            "secret_sealed",
            "slug",
        },
    ),
    "decisions.ProviderEvent": (
        "ids, field names and figures only, see `vendors.note`",
        {"data", "kind"},
    ),
    "decisions.StallDay": (
        "machine words, figures, digests, and what was said of goods",
        {"capability"},
    ),
    "decisions.VendorErasure": (
        "a vendor's service, its sealed key, its receipt",
        {"base_url", "last_failure", "receipt", "secret_sealed"},
    ),
    "markets.Market": (
        "the market and its association's published business record",
        {
            "address",
            "closed_weekdays",
            "fair_days",
            "hub_name",
            "name",
            "name_en",
            "operator",
            "phone",
            "register_code",
            "slug",
            "story",
            "story_en",
            "vouchers",
        },
    ),
    "markets.RegisterEntry": (
        "a public register of markets",
        {
            "code",
            "fair_days",
            "goods",
            "homepage",
            "kind",
            "lot_address",
            "name",
            "opening_cycle",
            "phone",
            "road_address",
            "vouchers",
        },
    ),
    "markets.SpecialDay": (
        "the market and its lanes, published",
        {"note"},
    ),
    "markets.Stall": (
        "the stall as its sign says it",
        {
            "closed_weekdays",
            "kind",
            "kind_en",
            "known_for",
            "known_for_en",
            "name",
            "name_en",
            "place",
            "slug",
        },
    ),
    "markets.Zone": (
        "the market and its lanes, published",
        {"areas", "name"},
    ),
    "orders.Order": (
        "goods, digests and running numbers",
        {"idempotency_key", "number", "payment_order_no"},
    ),
    "orders.OrderEvent": (
        "goods, digests and running numbers",
        {"kind"},
    ),
    "orders.OrderLine": (
        "goods, digests and running numbers",
        {"decision_id", "name", "name_en", "tax", "unit"},
    ),
    "payments.LedgerEntry": (
        "machine words and causes such as line:7:2",
        {"label"},
    ),
    "payments.LedgerTransaction": (
        "machine words and causes such as line:7:2",
        {"cause", "kind"},
    ),
    "payments.Payment": (
        "machine words and causes such as line:7:2",
        {"provider"},
    ),
    "payments.Refund": (
        "machine words and causes such as line:7:2",
        {"cause"},
    ),
    "payments.SandboxCharge": (
        "machine words and causes such as line:7:2",
        {"order_no"},
    ),
    "platform.OutboxEvent": (
        "ids only, held by the events",
        {"kind", "payload", "topic"},
    ),
    "programme.Approval": (
        "a company, a pilot and its figures, published",
        {"authority", "conditions", "number"},
    ),
    "programme.Certificate": (
        "a company, a pilot and its figures, published",
        {"code", "digest", "withdrawn_why"},
    ),
    "programme.ChecklistAnswer": (
        "a company, a pilot and its figures, published",
        {"item", "version"},
    ),
    "programme.Company": (
        "a company, a pilot and its figures, published",
        {"business_number", "homepage", "name", "name_en"},
    ),
    "programme.Indicator": (
        "a company, a pilot and its figures, published",
        {"key", "measure", "name", "name_en"},
    ),
    "programme.IndicatorDefinition": (
        "a company, a pilot and its figures, published",
        {"because", "formula", "parameters", "text", "text_en"},
    ),
    "programme.IndicatorResult": (
        "a company, a pilot and its figures, published",
        {"export_digest"},
    ),
    "programme.IndicatorTarget": (
        "a company, a pilot and its figures, published",
        {"base", "note", "source", "source_url", "value"},
    ),
    "programme.Pilot": (
        "a company, a pilot and its figures, published",
        {
            "closing_note",
            "job_impact",
            "slug",
            "social_impact",
            "terms_digest",
            "title",
            "title_en",
        },
    ),
    "programme.Problem": (
        "a company, a pilot and its figures, published",
        {"capability", "slug", "text", "text_en", "title", "title_en"},
    ),
    "programme.Signature": (
        "a company, a pilot and its figures, published",
        {"terms_digest"},
    ),
    "programme.VendorOffer": (
        "a company, a pilot and its figures, published",
        {"base_url", "summary", "wants_fields"},
    ),
    "stock.Reservation": (
        "causes such as order:12/line:34",
        {"cause"},
    ),
    "stock.StockMove": (
        "causes such as order:12/line:34",
        {"cause"},
    ),
}


def _may_hold(field: models.Field) -> bool:
    if field.is_relation:
        return field.related_model is Person
    if field.primary_key and isinstance(field, models.UUIDField):
        return False
    if isinstance(field, models.BigIntegerField):
        return field.name in ("by_id", "person_id")
    if isinstance(field, (models.JSONField, models.BinaryField, models.UUIDField)):
        return True
    return isinstance(field, (models.CharField, models.TextField)) and not field.choices


def _columns() -> set[str]:
    found = set()
    for model in apps.get_models():
        if model._meta.app_label in OTHERS:
            continue
        for field in model._meta.local_fields:
            if _may_hold(field):
                found.add(f"{model._meta.label}.{field.name}")
    return found


def _not_personal() -> set[str]:
    return {f"{model}.{name}" for model, (_, names) in NOT_PERSONAL.items() for name in names}


def _held() -> set[str]:
    return {column for holder in holders() for column in holder.columns}


def test_every_column_that_may_hold_personal_data_has_a_holder() -> None:
    forgotten = _columns() - _held() - _not_personal()
    assert sorted(forgotten) == [], (
        "name them in a personal_data.py, or below why they are of no person"
    )


def test_no_holder_names_a_column_that_is_gone_and_none_is_named_twice() -> None:
    every = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
    }
    assert sorted(_held() - every) == []
    assert sorted(_not_personal() - _columns()) == []
    assert sorted(_held() & _not_personal()) == []


def test_every_app_that_has_a_person_in_it_has_a_holder() -> None:
    with_people = {
        field.model._meta.app_label
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is Person
    }
    assert sorted(with_people - {holder.name for holder in holders()}) == []


def test_jobs_are_deferred_with_ids_only() -> None:
    """Arguments of jobs stand in a table of their own for days: no text may be among them."""
    kinds = {
        (task.name, name): parameter.annotation
        for task in app.tasks.values()
        if task.name.split(".")[0] in {config.label for config in apps.get_app_configs()}
        for name, parameter in inspect.signature(inspect.unwrap(task.func)).parameters.items()
    }
    assert kinds
    # a payment service's own random keys and the name of an event
    named = {key for key in kinds if key[0] == "payments.follow_notice"}
    assert {key for key, kind in kinds.items() if kind not in ("int", "int | None")} == named


def test_the_page_of_personal_data_is_the_code() -> None:
    page = (PROJECT_ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert privacy_table() in page, "run `make docs`"
