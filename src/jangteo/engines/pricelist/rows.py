"""A sheet's rows, each to its one outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from jangteo.engines.pricelist.amounts import MAX_KRW, MIN_KRW
from jangteo.engines.pricelist.fold import clean, has_letters
from jangteo.engines.pricelist.freetext import read_line
from jangteo.engines.pricelist.grid import Row, Sheet
from jangteo.engines.pricelist.groups import MAX_NAME, Product, name_fault, read_product
from jangteo.engines.pricelist.layout import (
    Group,
    Layout,
    is_heading_row,
    is_second_heading,
    layout_from_content,
    layout_from_headings,
    scaled,
)
from jangteo.engines.pricelist.outcomes import ask, ignore, proposals_for, refuse
from jangteo.engines.pricelist.prices import read_price_cell
from jangteo.engines.pricelist.pricetext import Offer, PriceReading
from jangteo.engines.pricelist.records import Accepted, Outcome, Proposal
from jangteo.engines.pricelist.units import find_origin, is_unit, net_grams, split_name
from jangteo.engines.pricelist.wording import (
    has_note_mark,
    is_contact,
    is_date_line,
    is_fee,
    is_note,
    is_section,
    is_separator,
    is_title,
    is_total,
    line_code,
    names_column,
    scale_of,
)

_TRIPLE = re.compile(r"\d{3}(?:\s?원)?")
_LEADING = re.compile(r"[₩\\]?\s?\d{1,3}")
_GLUED_END = re.compile(r"[^\d.,]\s\d{1,3}$")
_GLUED_START = re.compile(r"\d{3}(?:\s?원)?(?![\d가-힣A-Za-z])")
_SEP_LINE = re.compile(r"sep=.?", re.I)


@dataclass(slots=True)
class _Block:
    """Rows under one heading, or all rows of a sheet without one."""

    headings: list[Row] = field(default_factory=list)
    body: list[Row] = field(default_factory=list)


def read_sheet(sheet: Sheet) -> list[Outcome]:
    """One outcome per row of ``sheet``, in order."""
    blocks = _blocks(sheet.rows)
    scale = _sheet_scale(sheet)
    outcomes: list[Outcome] = []
    for index, block in enumerate(blocks):
        outcomes += [ignore(sheet.name, row, "header") for row in block.headings]
        above = index == 0 and not block.headings and len(blocks) > 1
        outcomes += _Reader(sheet, _layout(block, scale), above).read(block.body)
    return outcomes


def _blocks(rows: list[Row]) -> list[_Block]:
    blocks = [_Block()]
    for row in rows:
        current = blocks[-1]
        if _completes(current, row):
            current.headings.append(row)
        elif is_heading_row(row):
            blocks.append(_Block(headings=[row]))
        else:
            current.body.append(row)
    return blocks if blocks[0].body or len(blocks) == 1 else blocks[1:]


def _completes(block: _Block, row: Row) -> bool:
    return len(block.headings) == 1 and not block.body and is_second_heading(row, block.headings[0])


def _layout(block: _Block, scale: int) -> Layout | None:
    layout = layout_from_headings(block.headings, block.body) if block.headings else None
    if layout is None:
        layout = layout_from_content(block.body)
    return scaled(layout, scale) if layout and scale != 1 else layout


def _sheet_scale(sheet: Sheet) -> int:
    """(단위: 천원) in a line of its own among the first lines."""
    for row in sheet.rows[:10]:
        for index in row.filled():
            scale = scale_of(row.cells[index].text)
            if scale != 1:
                return scale
    return 1


class _Reader:
    """Reads the rows of one block by its layout."""

    def __init__(self, sheet: Sheet, layout: Layout | None, above: bool) -> None:
        self._sheet = sheet
        self._name = sheet.name
        self._layout = layout
        #: these rows stand above the first heading
        self._above = above
        self._last_name = self._last_unit = ""

    def read(self, rows: list[Row]) -> list[Outcome]:
        """One outcome per row."""
        return [self._row(row) for row in rows]

    def _row(self, row: Row) -> Outcome:
        filled = row.filled()
        if not filled and not any(cell.kind == "formula" for cell in row.cells):
            return ignore(self._name, row, "blank")
        texts = [row.cells[i].text for i in filled]
        if all(is_separator(text) for text in texts):
            return ignore(self._name, row, "separator")
        if row.number == 1 and _SEP_LINE.fullmatch(texts[0]):
            return ignore(self._name, row, "note")
        if self._layout is None or self._layout.single or self._above:
            return self._loose(row, texts)
        return self._structured(row, filled, texts, self._layout)

    def _loose(self, row: Row, texts: list[str]) -> Outcome:
        """A row without columns: one line of text, or cells that must be asked about."""
        text = " ".join(texts)
        line = read_line(text)
        priced = line.price.price_krw is not None or bool(line.price.offers)
        code = self._no_product(text, priced)
        if code:
            return ignore(self._name, row, code)
        if "\ufffd" in text:
            return refuse(self._name, row, "broken_text")
        if not has_letters(line.name):
            return self._nameless(row, line.price, "")
        product = Product(line.name, line.unit, line.price, find_origin(text))
        if priced and self._above:
            return self._asked(row, product, "above_heading")
        if line.price.price_krw and len(texts) > 1:
            return self._asked(row, product, "price_column_unsure")
        return self._outcome(row, product, text)

    def _no_product(self, text: str, priced: bool) -> str:
        if is_date_line(text) and not is_title(text):
            return "note"
        if not priced:
            code = line_code(text)
            return code or ("title" if self._above else "")
        if is_total(text.split()[0]):
            return "total"
        if text.lstrip().startswith("※") or (is_note(text) and not _short_and_plain(text)):
            return "note"
        return "contact" if is_contact(text) else ""

    def _structured(self, row: Row, filled: list[int], texts: list[str], layout: Layout) -> Outcome:
        if len(filled) == 1 or len(set(texts)) == 1:
            lone = self._lone(row, filled, texts[0], layout)
            if lone is not None:
                return lone
        first = next((text for text in texts if has_letters(text)), texts[0])
        if is_total(first):
            return ignore(self._name, row, "total")
        if is_contact(first) and not _is_name(row, first, layout):
            return ignore(self._name, row, "contact")
        if (
            is_contact_label(first)
            and not self._priced(row, layout)
            and is_contact(" ".join(texts))
        ):
            return ignore(self._name, row, "contact")
        split = self._split_by_comma(row, layout)
        if split is not None:
            return split
        return self._products(row, layout)

    def _priced(self, row: Row, layout: Layout) -> bool:
        return any(row.cell(c.index).text for g in layout.groups for c in (*g.prices, *g.sizes))

    def _lone(self, row: Row, filled: list[int], text: str, layout: Layout) -> Outcome | None:
        """One filled cell: a title, a section, a note; or a product without the rest."""
        cell = row.cells[filled[0]]
        code = line_code(text) if cell.kind == "text" else ""
        if code:
            return ignore(self._name, row, code)
        if cell.span > 1 and cell.span >= max(2, layout.width - 1) and has_letters(text):
            return ignore(self._name, row, "section")
        index = filled[0]
        if any(index == group.name for group in layout.groups):
            return None
        priced = {c.index for g in layout.groups for c in (*g.prices, *g.sizes)}
        if index in priced:
            return None
        if cell.kind == "text" and has_letters(text):
            return ignore(self._name, row, "note")
        # a prepared line that holds only its row number
        return ignore(self._name, row, "blank")

    def _products(self, row: Row, layout: Layout) -> Outcome:
        products = [
            (product, group)
            for group in layout.groups
            if (product := read_product(row, group)) is not None
        ]
        if not products:
            return self._no_products(row)
        if len(products) > 1:
            return self._several(row, [product for product, _ in products])
        product, group = products[0]
        raw = row.cell(group.name).text
        if not raw:
            return self._nameless(row, product.price, product.name or product.unit, group)
        self._last_name, self._last_unit = split_name(clean(raw))[0], product.unit
        if not (has_letters(raw) or _offers(product.price) or product.price.refused):
            return self._no_products(row)
        shifted = self._shifted(row, layout, product)
        if shifted is not None:
            return shifted
        doubt = self._row_doubt(row, layout, product)
        if doubt:
            return self._asked(row, product, doubt)
        return self._outcome(row, product, raw)

    def _no_products(self, row: Row) -> Outcome:
        text = " ".join(row.cells[i].text for i in row.filled())
        code = line_code(text)
        if code or not has_letters(text):
            return ignore(self._name, row, code or "blank")
        return ignore(self._name, row, "note")

    def _several(self, row: Row, products: list[Product]) -> Outcome:
        proposals: list[Proposal] = []
        for product in products:
            offers = _offers(product.price)
            if not name_fault(product.name, product.name):
                proposals += proposals_for("two_products", product.name, product.unit, offers)
        names = [product.name for product in products if product.name]
        if not names:
            return self._nameless(row, products[0].price, "")
        return ask(self._name, row, "two_products", " / ".join(names), tuple(proposals))

    def _row_doubt(self, row: Row, layout: Layout, product: Product) -> str:
        if product.price.price_krw is None:
            return ""
        if row.broken_quote:
            return "quote_broken"
        if layout.unsure and product.price.code:
            return "price_column_unsure"
        if layout.from_heading and self._sheet.commas:
            extra = [c.text for c in row.cells[layout.width :] if c.text]
            return "extra_cells" if any(re.search(r"\d", text) for text in extra) else ""
        return ""

    def _shifted(self, row: Row, layout: Layout, product: Product) -> Outcome | None:
        """사과, 부사,1개,1500: a comma in the name pushed the price out of its column."""
        beyond = row.cells[layout.width :]
        if not (self._sheet.commas and layout.from_heading and any(c.text for c in beyond)):
            return None
        if product.price.price_krw is not None or not has_letters(product.name):
            return None
        readings = [read_price_cell(cell) for cell in beyond if cell.text]
        offers = tuple(Offer(r.price_krw, r.unit) for r in readings if r.price_krw)
        if not offers:
            return None
        proposals = proposals_for("extra_cells", product.name, product.unit, offers)
        return ask(self._name, row, "extra_cells", product.name, proposals)

    def _split_by_comma(self, row: Row, layout: Layout) -> Outcome | None:
        """대파,1단,2,500: the comma of the price parted it, and 500 must never be the price."""
        if not self._sheet.commas:
            return None
        if _glued_pair(row):
            return self._rejoined(row)
        prices = {c.index for g in layout.groups for c in (*g.prices, *g.sizes)}
        for index in range(len(row.cells) - 1):
            if not _broken_pair(row, index, layout, prices):
                continue
            joined = _joined(row, index)
            group = layout.groups[0]
            name = _first_name(row, index, group)
            if not name:
                return None
            product = read_line(name)
            offers = (Offer(joined),) if MIN_KRW <= joined <= MAX_KRW else ()
            unit = product.unit or _unit_before(row, index, name)
            proposals = proposals_for("price_split_by_comma", product.name, unit, offers)
            return ask(self._name, row, "price_split_by_comma", product.name, proposals)
        return None

    def _rejoined(self, row: Row) -> Outcome | None:
        """감자 3,000 in a file that is parted at commas: read the line as it was typed."""
        line = read_line(",".join(cell.text for cell in row.cells).rstrip(","))
        if not has_letters(line.name):
            return None
        product = Product(line.name, line.unit, line.price)
        return self._asked(row, product, "price_split_by_comma")

    def _nameless(
        self, row: Row, price: PriceReading, mark: str, group: Group | None = None
    ) -> Outcome:
        """A price without a name: of the row above when a size tells it apart, else refused."""
        if price.refused and price.code in ("phone_number", "account_number"):
            return ignore(self._name, row, "contact")
        if price.refused and price.code not in ("zero_price", "negative_price"):
            return refuse(self._name, row, price.code)
        offers = _offers(price)
        if group is not None and offers and self._continues(mark):
            named = f"{self._last_name} {mark}" if not is_unit(mark) else self._last_name
            unit = mark if is_unit(mark) else ""
            offers = tuple(Offer(offer.price_krw, unit) for offer in offers)
            proposals = proposals_for("name_missing", named, unit, offers)
            return ask(self._name, row, "name_missing", "", proposals)
        return refuse(self._name, row, "no_name" if offers or price.refused else "unreadable")

    def _continues(self, mark: str) -> bool:
        """Whether a nameless row names another size of the product above: 소, or 2마리 after 1마리."""
        if not mark or not self._last_name:
            return False
        if not is_unit(mark):
            return True
        counter, above = (re.sub(r"[\d./]+", "", unit) for unit in (mark, self._last_unit))
        return counter == above and mark != self._last_unit

    def _asked(self, row: Row, product: Product, code: str) -> Outcome:
        offers = _offers(product.price)
        proposals = proposals_for(code, product.name, product.unit, offers)
        return ask(self._name, row, code, product.name, proposals)

    def _outcome(self, row: Row, product: Product, raw: str) -> Outcome:
        """Accepted, asked or refused, as name and price allow."""
        fault = name_fault(product.name, raw)
        if fault == "no_name" and product.price.price_krw is None and names_column(raw):
            return ignore(self._name, row, "header")
        if fault:
            return refuse(self._name, row, fault)
        price = product.price
        if price.refused:
            return refuse(self._name, row, price.code)
        if len(product.name) > MAX_NAME:
            return self._asked(row, replace(product, name=product.name[:MAX_NAME]), "name_too_long")
        if price.price_krw is None:
            return self._question(row, product, raw)
        if is_fee(product.name):
            return self._asked(row, product, "not_a_product")
        return self._accepted(row, product, price.price_krw)

    def _question(self, row: Row, product: Product, raw: str) -> Outcome:
        code = product.price.code
        if code == "price_blank" and (has_note_mark(raw) or is_note(raw) or is_title(raw)):
            return ignore(self._name, row, line_code(raw) or "note")
        if code == "price_blank" and is_section(raw):
            return ignore(self._name, row, "section")
        return self._asked(row, product, code)

    def _accepted(self, row: Row, product: Product, price_krw: int) -> Accepted:
        grams = net_grams(product.unit) if product.unit else None
        return Accepted(
            sheet=self._name,
            row=row.number,
            cells=row.shown(),
            name=product.name,
            unit=product.unit,
            price_krw=price_krw,
            net_g=grams,
            origin=product.origin,
            note=product.note,
        )


def _short_and_plain(text: str) -> bool:
    """A product line that merely holds a word such as 가능: short, its price at the end."""
    return len(text) <= 30 and bool(re.search(r"\d(?:원)?\s*$", text)) and "이상" not in text


def _is_name(row: Row, text: str, layout: Layout) -> bool:
    return any(row.cell(g.name).text == text and not is_contact_label(text) for g in layout.groups)


def is_contact_label(text: str) -> bool:
    """전화, 계좌번호: the label of a contact line rather than a product's name."""
    return bool(
        re.match(
            r"^(?:전화|연락처|문의|주문|예약|상담|배달|고객|카톡|계좌|예금주|입금|주소|사업자|상호|대표|문의처|fax|tel)",
            text,
            re.I,
        )
    ) or bool(re.search(r"\d{3,}-\d{3,}", text))


def _offers(price: PriceReading) -> tuple[Offer, ...]:
    return (Offer(price.price_krw, price.unit),) if price.price_krw else price.offers


def _broken_pair(row: Row, index: int, layout: Layout, prices: set[int]) -> bool:
    """Whether cells ``index`` and the next are a price that a comma parted."""
    left, right = row.cells[index].text, row.cells[index + 1].text
    if not (_LEADING.fullmatch(left) and _TRIPLE.fullmatch(right)):
        return False
    extra = layout.from_heading and sum(bool(c.text) for c in row.cells) > layout.width
    if not layout.from_heading or extra or index + 1 in prices:
        return True
    # 대파,1단,2,500 under 품명,규격,가격,비고: the note would be 500
    texts = {i for g in layout.groups for i in (*g.units, *g.notes, g.origin)}
    return index in prices and index + 1 in texts


def _glued_pair(row: Row) -> bool:
    """감자 3 | 000원: a name and a price that a comma parted."""
    return any(
        _GLUED_END.search(left.text) and _GLUED_START.match(right.text)
        for left, right in pairwise(row.cells)
    )


def _joined(row: Row, index: int) -> int:
    digits = re.sub(r"\D", "", row.cells[index].text)
    for cell in row.cells[index + 1 :]:
        if not _TRIPLE.fullmatch(cell.text):
            break
        digits += re.sub(r"\D", "", cell.text)
    return int(digits)


def _first_name(row: Row, before: int, group: Group) -> str:
    named = row.cell(group.name).text if group.name is not None and group.name < before else ""
    if has_letters(named):
        return clean(named)
    return next((c.text for c in row.cells[:before] if has_letters(c.text)), "")


def _unit_before(row: Row, index: int, name: str) -> str:
    cell = row.cell(index - 1)
    return cell.text if index > 0 and cell.text != name and has_letters(cell.text) else ""
