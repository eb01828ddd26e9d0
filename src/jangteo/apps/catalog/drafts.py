"""What a stall may set of an offer: the whole form, cleaned and checked in one place. The price is set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jangteo.apps.catalog.errors import CategoryNotFound
from jangteo.apps.catalog.models import Category, Offer, Storage, Tax
from jangteo.platform.errors import InvalidInput
from jangteo.platform.text import clean_block, clean_line


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferDraft:
    """Everything of an offer but its price, state and picture."""

    name: str
    #: "exempt" or "taxed"; never guessed, see `tax.suggest_tax`
    tax: str
    name_en: str = ""
    #: the seller's own: 한 단, 1근 600g. For weighed goods it is always "100g"
    unit: str = ""
    category_slug: str = ""
    net_g: int | None = None
    net_ml: int | None = None
    pieces: int | None = None
    is_weighed: bool = False
    origin: str = ""
    storage: str = Storage.ROOM
    description: str = ""
    description_en: str = ""
    allergens: str = ""
    use_by_days: int | None = None
    #: ids of offers of this market
    goes_with: Sequence[int] = ()
    position: int = 0

    def cleaned(self) -> dict[str, Any]:
        """Model fields. Raises `InvalidInput` naming the field, `CategoryNotFound`."""
        lengths = {"name": 80, "name_en": 120, "unit": 40, "origin": 60, "allergens": 120}
        texts = {
            name: clean_line(getattr(self, name), field=name, at_most=most, required=name == "name")
            for name, most in lengths.items()
        }
        weighed = {"unit": "100g", "net_g": 100, "net_ml": None} if self.is_weighed else {}
        return {
            **texts,
            "tax": _choice(self.tax, Tax.values, "tax"),
            "storage": _choice(self.storage, Storage.values, "storage"),
            "category_id": self._category_id(),
            "net_g": _amount(self.net_g, "net_g", 1_000_000),
            "net_ml": _amount(self.net_ml, "net_ml", 1_000_000),
            "pieces": _amount(self.pieces, "pieces", 10_000),
            "is_weighed": self.is_weighed,
            "description": clean_block(self.description, field="description", at_most=2000),
            "description_en": clean_block(
                self.description_en, field="description_en", at_most=2000
            ),
            "use_by_days": _amount(self.use_by_days, "use_by_days", 3650),
            "goes_with": [int(id_) for id_ in self.goes_with][:12],
            "position": self.position,
            **weighed,
        }

    def _category_id(self) -> int | None:
        if not self.category_slug:
            return None
        category = Category.objects.filter(slug=self.category_slug).first()
        if category is None:
            raise CategoryNotFound
        return category.pk


def offer_draft(offer: Offer) -> OfferDraft:
    """The offer's present values, to change some of them with ``dataclasses.replace``."""
    values = {
        name: getattr(offer, name) for name in OfferDraft.__slots__ if name != "category_slug"
    }
    return OfferDraft(**values, category_slug=offer.category.slug if offer.category else "")


def _choice(value: str, allowed: Sequence[str], name: str) -> str:
    if value not in allowed:
        raise InvalidInput(
            field=name, ko="보기 가운데 하나를 골라 주세요.", en="Choose one of the options."
        )
    return value


def _amount(value: int | None, name: str, most: int) -> int | None:
    if value is not None and not 1 <= value <= most:
        raise InvalidInput(
            field=name,
            ko=f"1부터 {most:,} 사이의 수를 적거나 비워 두세요.",
            en=f"Enter a number from 1 to {most:,}, or leave it empty.",
        )
    return value
