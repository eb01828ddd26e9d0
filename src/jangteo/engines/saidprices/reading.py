"""From pieces to what was said: each amount or word of what happened belongs to the names before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jangteo.engines.saidprices.goods import Meant, meant, squeezed
from jangteo.engines.saidprices.hearing import heard
from jangteo.engines.saidprices.pieces import Piece, pieces_of
from jangteo.engines.saidprices.records import Doubt, Kind, KnownGoods, Said

#: longer sentences are cut: nobody says more in one breath
MOST_LETTERS = 400
_OF_NUMBERS = (Doubt.NUMBER, Doubt.ABOUT, Doubt.NOT_NOW)
_WHAT = {"sold": Kind.SOLD_OUT, "arrived": Kind.ARRIVED, "back": Kind.BACK}


def understand_said(text: str, goods: Sequence[KnownGoods]) -> tuple[Said, ...]:
    """What ``text`` says of ``goods``, in order; () when it says nothing that can be done. Never raises for the text."""
    sentence = heard(text)[:MOST_LETTERS]
    reader = _Reader(goods)
    for piece in pieces_of(sentence, goods):
        reader.take(piece)
    return tuple(reader.done())


@dataclass(slots=True)
class _Talk:
    """What was named and not yet told anything of."""

    names: list[Piece] = field(default_factory=list)
    unit: str = ""

    @property
    def start(self) -> int:
        return self.names[0].start if self.names else 0


class _Reader:
    """Takes pieces from left to right."""

    def __init__(self, goods: Sequence[KnownGoods]) -> None:
        self._goods = goods
        self._known = {squeezed(one.name) for one in goods}
        self._talk = _Talk()
        #: who the last thing was said of, for "딸기 들어왔어 한 팩에 구천원"
        self._last: _Talk | None = None
        self._said: list[Said] = []
        self._corrects = False
        #: the last amount was said as the price itself: 오천원으로
        self._to_price = False
        #: the last amount was what it was before
        self._was_former = False
        self._doubts: list[Doubt] = []
        #: prices said of the present names
        self._fresh: list[int] = []

    def done(self) -> list[Said]:
        """All that was said; what no goods stand behind is left out."""
        if self._corrects and self._fresh:
            self._drop()  # 대파 삼천원 아니야
        return [one for one in self._said if one.name]

    def take(self, piece: Piece) -> None:
        """One more piece."""
        match piece.kind:
            case "name":
                self._name(piece)
            case "unit":
                self._unit(piece)
            case "amount":
                self._amount(piece)
            case "percent":
                self._percent(piece)
            case "up" | "down":
                self._direction(piece)
            case "sold" | "arrived" | "back":
                self._happened(piece)
            case "not":
                self._corrects = True
            case "question" | "half" | "unreadable" | "never":
                self._drop()
            case "about":
                self._add_doubt(Doubt.ABOUT)
            case "later" | "past":
                self._later(piece)

    def _later(self, piece: Piece) -> None:
        self._doubts.append(Doubt.NOT_NOW)
        if piece.kind == "later":
            self._add_doubt(Doubt.NOT_NOW)

    def _name(self, piece: Piece) -> None:
        if self._corrects and self._fresh:
            self._drop()
        self._corrects = False
        if self._fresh or self._happened_last():
            self._start()
        self._talk.names.append(piece)

    def _happened_last(self) -> bool:
        return self._last is self._talk and bool(self._talk.names)

    def _start(self) -> None:
        self._talk, self._fresh, self._was_former = _Talk(), [], False

    def _unit(self, piece: Piece) -> None:
        if not self._fresh:
            self._talk.unit = piece.text
            return
        before = self._said[-1]
        if piece.start - before.end <= 1 and not before.unit:
            # 만원에 두 팩: the amount was for this many
            self._said[-1] = self._again(before, piece)
            self._talk.unit = piece.text
        else:
            # 딸기 한 팩 만원 두 팩 만팔천원
            self._talk = _Talk(self._talk.names, piece.text)
            self._fresh = []

    def _again(self, before: Said, piece: Piece) -> Said:
        found = meant(before.name, piece.text, self._goods)
        doubts = tuple(
            dict.fromkeys((*found.doubts, *(d for d in before.doubts if d in _OF_NUMBERS)))
        )
        return replace(
            before,
            unit=piece.text,
            goods=tuple(one.key for one in found.goods),
            doubts=doubts,
            confidence=found.confidence,
            end=piece.end,
        )

    def _amount(self, piece: Piece) -> None:
        if self._corrects and self._fresh:
            # 삼천원 아니 삼천오백원
            for index in self._fresh:
                self._said[index] = replace(
                    self._said[index],
                    amount_krw=piece.values[0],
                    other_krw=piece.values[1:],
                    end=piece.end,
                )
            self._corrects = False
            return
        if self._was_former and self._fresh:
            # 삼천 원에서 삼천오백 원으로; 오백 원 올려서 삼천오백 원
            for index in self._fresh:
                self._said[index] = replace(
                    self._said[index],
                    kind=Kind.PRICE,
                    amount_krw=piece.values[0],
                    other_krw=piece.values[1:],
                    end=piece.end,
                )
            self._was_former = piece.is_former
            self._to_price = not piece.is_former
            return
        if Doubt.NOT_NOW in self._doubts and self._fresh and self._said[-1].kind is Kind.PRICE:
            # 어제 삼천원이었는데 오늘 삼천오백원
            for index in self._fresh:
                self._said[index] = replace(
                    self._said[index],
                    amount_krw=piece.values[0],
                    other_krw=(*piece.values[1:], self._said[index].amount_krw or 0),
                    doubts=tuple(dict.fromkeys((*self._said[index].doubts, Doubt.NOT_NOW))),
                    end=piece.end,
                )
            return
        talk = self._subject()
        if talk is None:
            return
        self._was_former = piece.is_former
        if self._fresh:
            # two amounts in a row: which of them is not said
            for index in self._fresh:
                self._said[index] = self._doubted(
                    replace(
                        self._said[index], other_krw=(*self._said[index].other_krw, *piece.values)
                    ),
                    Doubt.NUMBER,
                )
            return
        doubts = [Doubt.NUMBER] if piece.is_doubtful else []
        self._say(
            Kind.PRICE, piece, talk, amount=piece.values[0], others=piece.values[1:], more=doubts
        )

    def _percent(self, piece: Piece) -> None:
        talk = self._subject()
        if talk is None or not piece.values:
            return
        # up or down is said next; 할인 without a word of direction is a fall as well
        self._say(Kind.DOWN_PERCENT, piece, talk, percent=piece.values[0], more=[Doubt.NUMBER])

    def _direction(self, piece: Piece) -> None:
        """오백 원 올려줘: the amount was a rise; 오천원으로 올려줘: it was the price."""
        up = piece.kind == "up"
        if not self._fresh:
            self._drop()
            return
        for index in self._fresh:
            one = self._said[index]
            if one.kind is Kind.DOWN_PERCENT:
                kind = Kind.UP_PERCENT if up else Kind.DOWN_PERCENT
                doubts = _without(one.doubts, Doubt.NUMBER)
                self._said[index] = replace(one, kind=kind, doubts=doubts, end=piece.end)
            elif one.kind is Kind.PRICE and not self._to_price:
                kind = Kind.UP if up else Kind.DOWN
                doubts = _without(one.doubts, Doubt.UNIT)
                self._said[index] = replace(one, kind=kind, end=piece.end, doubts=doubts)
                self._was_former = piece.text.endswith("서")

    def _happened(self, piece: Piece) -> None:
        talk = self._subject()
        if talk is None:
            return
        kind = _WHAT[piece.kind]
        if self._fresh and kind is not Kind.ARRIVED:
            return
        was, self._fresh = self._fresh, []
        for one in self._told(talk):
            if not one[1].goods and kind is not Kind.PRICE:
                continue
            self._append(kind, piece, one[0], talk.unit, one[1], [])
        self._fresh = was
        self._last = self._talk

    def _subject(self) -> _Talk | None:
        return self._talk if self._talk.names else None

    def _say(
        self,
        kind: Kind,
        piece: Piece,
        talk: _Talk,
        *,
        amount: int | None = None,
        others: tuple[int, ...] = (),
        percent: int | None = None,
        more: Sequence[Doubt] = (),
    ) -> None:
        self._to_price = "으로" in piece.text or piece.text.endswith("로")
        for name, found in self._told(talk):
            self._append(kind, piece, name, talk.unit, found, more, amount, others, percent)
            self._fresh.append(len(self._said) - 1)

    def _append(
        self,
        kind: Kind,
        piece: Piece,
        name: str,
        unit: str,
        found: Meant,
        more: Sequence[Doubt],
        amount: int | None = None,
        others: tuple[int, ...] = (),
        percent: int | None = None,
    ) -> None:
        said = dict.fromkeys((*found.doubts, *more, *self._doubts))
        doubts = tuple(said)
        if kind not in (Kind.PRICE, Kind.UP, Kind.DOWN):
            doubts = _without(doubts, Doubt.UNIT)
        self._said.append(
            Said(
                kind=kind,
                name=name,
                unit=unit,
                goods=tuple(one.key for one in found.goods),
                amount_krw=amount,
                other_krw=others,
                percent=percent,
                confidence=found.confidence * (0.8 if more else 1.0),
                doubts=doubts,
                start=self._talk.start,
                end=piece.end,
            )
        )

    def _told(self, talk: _Talk) -> list[tuple[str, Meant]]:
        """Names as goods: joined ones apart, words that make one name together."""
        groups: list[list[Piece]] = [[]]
        for piece in talk.names:
            groups[-1].append(piece)
            if piece.joins:
                groups.append([])
        made: list[tuple[str, Meant]] = []
        for group in filter(None, groups):
            made += self._one_or_more(group, talk.unit)
        return made

    def _one_or_more(self, group: list[Piece], unit: str) -> list[tuple[str, Meant]]:
        whole = " ".join(piece.text for piece in group)
        if squeezed(whole) in self._known or len(group) == 1:
            return [(whole, meant(whole, unit, self._goods))]
        if all(squeezed(piece.text) in self._known for piece in group):
            return [(piece.text, meant(piece.text, unit, self._goods)) for piece in group]
        found = meant(whole, unit, self._goods)
        return [(whole, found)]

    def _add_doubt(self, doubt: Doubt) -> None:
        for index in self._fresh:
            self._said[index] = self._doubted(self._said[index], doubt)

    def _doubted(self, one: Said, doubt: Doubt) -> Said:
        return replace(one, doubts=tuple(dict.fromkeys((*one.doubts, doubt))))

    def _drop(self) -> None:
        """What was said of the present names is no order."""
        for index in sorted(self._fresh, reverse=True):
            del self._said[index]
        self._start()


def _without(doubts: tuple[Doubt, ...], gone: Doubt) -> tuple[Doubt, ...]:
    return tuple(doubt for doubt in doubts if doubt is not gone)
