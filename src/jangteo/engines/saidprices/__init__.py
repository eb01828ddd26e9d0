"""Understands what a stall owner says about her goods: "오늘 대파 한 단 삼천오백 원, 딸기는 품절".

In: a sentence, typed or from speech recognition, and the goods she sells. Out: ``Said``, one for each thing said: a new
price, a rise or fall, sold out, arrived, sold again, with the goods it is about, how sure that is, and what is in
doubt. Goods are only certain when name and unit leave one; everything else comes back as a choice for her. Nothing is
a price that was not said: "이삼천 원" and "반값" give none.

Pure functions: no clock, no network, nothing written. Numerals are read by `engines.pricelist`.
"""

from jangteo.engines.saidprices.goods import begins_with_unit
from jangteo.engines.saidprices.reading import understand_said
from jangteo.engines.saidprices.records import Doubt, Kind, KnownGoods, Said

__all__ = ["Doubt", "Kind", "KnownGoods", "Said", "begins_with_unit", "understand_said"]
