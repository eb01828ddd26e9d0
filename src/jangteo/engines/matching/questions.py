"""The questions the engine asks: one per doubt, in two languages."""

from __future__ import annotations

from jangteo.engines.matching.records import Ask

_TEXTS: dict[str, tuple[str, str, str]] = {
    "empty": (
        "name",
        "빈 줄이에요. 무엇을 파는지 적어 주세요.",
        "The line is empty. Write what is sold.",
    ),
    "too_long": (
        "name",
        "줄이 길어 앞부분만 읽었어요. 한 줄에 상품 하나만 적어 주세요.",
        "Only the beginning of this long line was read. Write one product per line.",
    ),
    "name": ("name", "어떤 상품인지 알려 주세요.", "Say which product it is."),
    "names": (
        "name",
        "상품이 여럿으로 보여요. 한 줄에 하나씩 나누어 적어 주세요.",
        "There seem to be several products. Write one per line.",
    ),
    "net": ("net_g", "한 포장의 무게나 양을 알려 주세요.", "Say the weight or volume of one pack."),
    "net_range": (
        "net_g",
        "무게가 범위로 적혀 있어요. 파는 무게 하나를 알려 주세요.",
        "The weight is a range. Say the one weight it is sold at.",
    ),
    "net_several": (
        "net_g",
        "무게가 여러 개 적혀 있어요. 한 포장의 무게를 알려 주세요.",
        "Several weights are written. Say the weight of one pack.",
    ),
    "net_each_or_all": (
        "net_g",
        "적힌 무게가 하나의 무게인지 모두 합한 무게인지 알려 주세요.",
        "Say whether the weight is of each pack or of all together.",
    ),
    "net_measure": (
        "net_g",
        "시장마다 다른 단위예요. 몇 kg인지 알려 주세요.",
        "This unit differs from market to market. Say how many kg it is.",
    ),
    "net_bounds": (
        "net_g",
        "무게나 양이 있을 수 없는 값이에요. 숫자와 단위를 다시 확인해 주세요.",
        "No goods weigh or hold that much or that little. Check the number and the unit.",
    ),
    "count": (
        "count",
        "개수가 범위나 여러 값으로 적혀 있어요. 몇 개인지 알려 주세요.",
        "The number of pieces is a range or several values. Say how many.",
    ),
    "count_bounds": (
        "count",
        "개수가 너무 많아요. 한 포장에 몇 개인지 다시 확인해 주세요.",
        "So many pieces are hardly meant. Check how many are in one pack.",
    ),
    "count_whole": (
        "count",
        "개수가 온전한 수가 아니에요. 몇 개인지 알려 주세요.",
        "The number of pieces is not a whole number. Say how many.",
    ),
    "pack_bounds": (
        "pack_count",
        "포장 수가 너무 많아요. 몇 포장을 함께 파는지 다시 확인해 주세요.",
        "So many packs are hardly meant. Check how many are sold together.",
    ),
    "pack_count": (
        "pack_count",
        "포장이 몇 개인지 알려 주세요.",
        "Say how many packs are sold together.",
    ),
    "pack_several": (
        "pack_count",
        "수량이 여러 가지로 적혀 있어요. 한 줄에 하나씩 나누어 적어 주세요.",
        "Several quantities are written. Write one offer per line.",
    ),
    "price": ("price_krw", "파는 값이 얼마인지 알려 주세요.", "Say the price."),
    "price_several": (
        "price_krw",
        "값이 여러 개 적혀 있어요. 파는 값 하나를 알려 주세요.",
        "Several prices are written. Say the one it is sold at.",
    ),
    "price_unclear": (
        "price_krw",
        "값이 분명하지 않아요. 파는 값이 몇 원인지 알려 주세요.",
        "The price is not clear. Say how many won it is sold at.",
    ),
    "price_unit": (
        "price_krw",
        "단위 값만 적혀 있어요. 이 상품 전체의 값을 알려 주세요.",
        "Only a unit price is written. Say the price of the whole.",
    ),
    "origin": ("origin", "원산지가 어디인지 알려 주세요.", "Say where it comes from."),
    "origin_import": (
        "origin",
        "수입한 나라를 알려 주세요.",
        "Say which country it was imported from.",
    ),
    "state": (
        "state",
        "냉장인지 냉동인지 알려 주세요.",
        "Say whether it is chilled or frozen.",
    ),
    "tax_exempt": (
        "tax_exempt",
        "면세인지 과세인지 알려 주세요. 포장과 만든 방법에 따라 달라요.",
        "Say whether it is free of value-added tax: it depends on how it is packed and made.",
    ),
    "gtin": (
        "gtin",
        "바코드 숫자가 맞지 않아요. 다시 확인해 주세요.",
        "The barcode's check digit is wrong. Please check the number.",
    ),
}


def ask(code: str) -> Ask:
    """The question of ``code``; KeyError for an unknown one."""
    name, ko, en = _TEXTS[code]
    return Ask(field=name, ko=ko, en=en)
