"""An indicator is computed in another way from now on; what was computed before stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jangteo.apps.programme.errors import IndicatorNotFound
from jangteo.apps.programme.models import Indicator, IndicatorDefinition
from jangteo.engines.indicators import FORMULAS, CannotCompute, compute
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_block, clean_line

_EMPTY: dict[str, list[Mapping[str, str]]] = {
    name: [] for _, names in FORMULAS.values() for name in names
}


@action("programme.change_definition", allow={Role.SYSTEM}, within="platform")
def change_definition(
    *,
    actor: Actor,
    key: str,
    text: str,
    text_en: str,
    formula: str,
    parameters: Mapping[str, Any],
    because: str,
    now: datetime,
) -> int:
    """Add a version of the definition; returns its number. Raises `IndicatorNotFound`, `InvalidInput`."""
    indicator = Indicator.objects.select_for_update().filter(key=key).first()
    if indicator is None:
        raise IndicatorNotFound(key=key)
    check_formula(formula, parameters)
    before = indicator.definitions.order_by("-version").first()
    version = before.version + 1 if before else 1
    IndicatorDefinition.objects.create(
        indicator=indicator,
        version=version,
        text=_text(text, "text"),
        text_en=_text(text_en, "text_en"),
        formula=formula,
        parameters=dict(parameters),
        because=clean_line(because, field="because", at_most=300, required=True),
        by_id=actor.person_id,
        at=now,
    )
    return version


def check_formula(formula: str, parameters: Mapping[str, Any]) -> None:
    """Does it compute on no rows at all? Raises `InvalidInput` saying what is wrong."""
    day = date(2026, 1, 1).isoformat()
    try:
        compute(formula, parameters, (day, day), _EMPTY)
    except CannotCompute as problem:
        raise InvalidInput(
            field="formula",
            ko=f"이 셈법으로는 셈할 수 없어요: {problem}. 쓸 수 있는 셈법: {', '.join(FORMULAS)}.",
            en=f"This cannot be computed: {problem}. Formulas there are: {', '.join(FORMULAS)}.",
        ) from problem


def _text(text: str, field: str) -> str:
    cleaned = clean_block(text, field=field, at_most=4000)
    if not cleaned:
        raise InvalidInput(
            field=field,
            ko="정의를 한국어와 영어로 모두 적어 주세요.",
            en="Write the definition in Korean and in English.",
        )
    return cleaned
