"""Which rules of labelling goods fall under, from where they stand in the category tree."""

from __future__ import annotations

from enum import StrEnum

from jangteo.engines.matching.lexicon import Category, lexicon


class LabelKind(StrEnum):
    """Goods the law asks the same of. The table of what it asks is in `labelling`."""

    #: vegetables, fruit, grain, nuts, mushrooms: whole, cut, dried or milled
    PRODUCE = "produce"
    BEEF = "beef"
    PORK = "pork"
    #: chicken and duck
    POULTRY = "poultry"
    #: lamb and other meat, offal and bones: origin, no trace number asked
    OTHER_MEAT = "other-meat"
    #: hen's eggs
    EGG = "egg"
    #: fish, shellfish, seaweed, fresh, frozen or dried
    SEAFOOD = "seafood"
    #: food the stall makes, seasons or scoops itself: side dishes, rice cakes, kimchi, tofu, pastes
    MADE = "made"
    #: food that came packed from a maker or importer
    PACKED = "packed"
    FLOWER = "flower"
    #: potted plants and seedlings
    PLANT = "plant"
    #: no food
    GOODS = "goods"
    #: nobody has said what it is
    UNKNOWN = "unknown"


#: offal, bones and feet: by-products, not the meat the trace act names; other animals and birds
_OTHER_MEAT = frozenset(
    {"beef-offal", "beef-bone", "pork-offal", "pork-bone", "chicken-feet", "lamb"}
)
_EGGS = frozenset({"egg", "fertile-egg"})
#: raw, though no vegetable, fruit or grain of its own shelf
_LIKE_PRODUCE = frozenset({"kongnamul", "sukju", "salt", "herbs", "meju", "frozen-veg"})
#: made by people though their table row names no state
_MADE = frozenset({"salted-napa", "honey", "malt"})
#: sold packed by makers, and made by stalls as well: packed only when a maker is known
_EITHER = frozenset({"donkatsu", "meal-kit", "health-juice", "sikhye", "bread", "sauce", "jam"})
_BY_LEVEL_2 = {
    "소고기": LabelKind.BEEF,
    "돼지고기": LabelKind.PORK,
    "닭·오리": LabelKind.POULTRY,
    "알": LabelKind.OTHER_MEAT,
    "생선": LabelKind.SEAFOOD,
    "조개·오징어·새우": LabelKind.SEAFOOD,
    "건어물·해조": LabelKind.SEAFOOD,
}
_BY_LEVEL_1 = {
    "채소": LabelKind.PRODUCE,
    "과일·견과": LabelKind.PRODUCE,
    "곡물·가루·기름": LabelKind.PRODUCE,
    "반찬·김치·장": LabelKind.MADE,
    "떡·분식·조리음식": LabelKind.MADE,
    "가공식품": LabelKind.PACKED,
    "꽃·식물": LabelKind.PLANT,
    "생활용품": LabelKind.GOODS,
    "의류·잡화": LabelKind.GOODS,
}
#: shelves of a shop, for names the tree does not know
_BY_SHELF = {
    **dict.fromkeys(
        ("leafy", "roots", "aromatics", "fruitveg", "mushrooms", "fruit", "nuts", "grain", "powder",
         "vegetable", "vegetables", "fruits", "grains"),
        LabelKind.PRODUCE,
    ),
    "pork": LabelKind.PORK,
    "beef": LabelKind.BEEF,
    "chicken": LabelKind.POULTRY,
    "eggs": LabelKind.EGG,
    **dict.fromkeys(("fish", "shellfish", "dried-sea", "seafood"), LabelKind.SEAFOOD),
    **dict.fromkeys(
        ("banchan", "kimchi", "jeotgal", "tofu", "ricecake", "oil", "snack", "cooked", "side"),
        LabelKind.MADE,
    ),
    "flowers": LabelKind.PLANT,
}  # fmt: skip
_RAW = frozenset(
    {LabelKind.PRODUCE, LabelKind.BEEF, LabelKind.PORK, LabelKind.POULTRY, LabelKind.OTHER_MEAT,
     LabelKind.EGG, LabelKind.SEAFOOD}
)  # fmt: skip


def kind_of(*, leaf: str, shelf: str, tax: str, is_packed: bool) -> LabelKind:
    """The kind of goods.

    ``leaf``: of the category tree, wins over ``shelf`` (the shop's own). ``tax`` "taxed" tells seasoned food from
    raw (부가가치세법 제26조). ``is_packed``: a maker, importer, report number or barcode is known.
    """
    category = lexicon().categories.get(leaf)
    kind = _of_leaf(category) if category else _BY_SHELF.get(shelf, LabelKind.UNKNOWN)
    if category is None and shelf == "oil" and tax == "exempt":
        kind = LabelKind.PRODUCE  # seeds and their meal: pressed oil is taxed
    if kind in _RAW and (tax == "taxed" or (category and category.state == "processed")):
        kind = LabelKind.MADE
    if kind is LabelKind.MADE and is_packed:
        return LabelKind.PACKED
    return kind


def _of_leaf(category: Category) -> LabelKind:
    slug, (level1, level2, _) = category.slug, category.path
    if slug in _EGGS:
        return LabelKind.EGG
    if slug in _OTHER_MEAT:
        return LabelKind.OTHER_MEAT
    if slug in _LIKE_PRODUCE:
        return LabelKind.PRODUCE
    if slug in _MADE or slug in _EITHER:
        return LabelKind.MADE
    if slug in ("cut-flower", "bouquet"):
        return LabelKind.FLOWER
    return _BY_LEVEL_2.get(level2) or _BY_LEVEL_1.get(level1, LabelKind.UNKNOWN)
