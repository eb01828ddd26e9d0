"""One line of text per row of a reading, for comparison with ``files/NAME.expected``."""

from __future__ import annotations

from jangteo.engines.pricelist import PriceListReading


def listing(reading: PriceListReading) -> str:
    """``sheet<TAB>row<TAB>pile<TAB>…``, in the order of the file; one line for a file error."""
    if reading.file_error:
        return f"file error\t{reading.file_error.code}\n"
    lines: list[tuple[str, int, str]] = []
    for one in reading.accepted:
        facts = (one.name, one.unit, one.price_krw, one.net_g, one.origin, one.note)
        lines.append((one.sheet, one.row, "accepted\t" + "\t".join(_plain(f) for f in facts)))
    for asked in reading.asked:
        offers = "; ".join(f"{p.name}|{p.unit}|{p.price_krw}" for p in asked.proposals)
        lines.append(
            (asked.sheet, asked.row, f"asked\t{asked.name}\t{asked.reason_code}\t{offers}")
        )
    lines += [(r.sheet, r.row, f"refused\t{r.reason_code}") for r in reading.refused]
    lines += [(i.sheet, i.row, f"ignored\t{i.reason_code}") for i in reading.ignored]
    return "".join(f"{sheet}\t{row}\t{text}".rstrip() + "\n" for sheet, row, text in sorted(lines))


def _plain(value: object) -> str:
    return "" if value is None else str(value)
