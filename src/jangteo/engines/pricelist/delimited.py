"""Text files: encodings Korean shops really use, and records that survive broken quotation marks."""

from __future__ import annotations

import re

from jangteo.engines.pricelist.grid import MAX_CELLS, MAX_ROWS, FileFault, Row, Sheet, text_cell

_THOUSANDS = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d])")
_QUOTED = re.compile(r'"[^"\n]*"')
_SEP_LINE = re.compile(r"^sep=(.)\s*$", re.I)
_DELIMITERS = "\t;|,"
_SAMPLE = 400
#: lines that one quoted cell may span before its quotation mark is taken for a stray one
_MAX_CELL_LINES = 12


def decode(data: bytes) -> str:
    """``data`` as text: UTF-16, UTF-8 (with or without BOM), else CP949; raises ``FileFault``."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").lstrip("\ufeff")
    wide = _wide_encoding(data)
    if wide:
        return data.decode(wide, errors="replace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", errors="replace")
    return _decode_narrow(data)


def _decode_narrow(data: bytes) -> str:
    tries = []
    for encoding in ("utf-8", "cp949"):
        text = data.decode(encoding, errors="replace")
        damage = text.count("\ufffd")
        if not damage:
            return _checked(text)
        tries.append((damage, text))
    return _checked(min(tries, key=lambda one: one[0])[1])


def _checked(text: str) -> str:
    """Binary data read as text is mostly control characters and damage."""
    sample = text[:20_000]
    bad = sum(char == "\ufffd" or (char < " " and char not in "\t\r\n\f\x00") for char in sample)
    if bad > max(8, len(sample) * 0.15):
        raise FileFault("unsupported")
    return text


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark shows as zero bytes (digits, commas, line ends) on one side."""
    sample = data[:4000]
    if len(sample) < 4 or len(data) % 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.2 and odd > even * 4:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.2 and even > odd * 4 else ""


def read_delimited(data: bytes) -> list[Sheet]:
    """The one sheet of a text file; raises ``FileFault``."""
    text = decode(data).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FileFault("empty")
    delimiter = _sniff(text)
    rows = split_records(text, delimiter)
    return [Sheet("", rows, commas=delimiter == ",")]


def _sniff(text: str) -> str:
    """The delimiter that most lines hold outside of quotes and thousands; "" when lines are whole."""
    lines = [line[:2000] for line in text.split("\n", _SAMPLE)[:_SAMPLE] if line.strip()]
    declared = _SEP_LINE.match(lines[0]) if lines else None
    if declared:
        return declared[1]
    best, best_share = "", 0.0
    for delimiter in _DELIMITERS:
        share = sum(_holds(line, delimiter) for line in lines) / max(1, len(lines))
        if share > best_share + 0.1:
            best, best_share = delimiter, share
    return best if best_share >= 0.4 else ""


def _holds(line: str, delimiter: str) -> bool:
    bare = _QUOTED.sub("q", line)
    if delimiter != ",":
        return delimiter in bare
    # "대파 1단 2,500" holds no delimiter; "대파, 2,500" does; ",," is an empty record of a table
    return "," in re.sub(r",\s", " ", _THOUSANDS.sub("0", bare)) or _comma_table(bare)


def _comma_table(bare: str) -> bool:
    """Commas with spaces after them part cells when they stand right before or after a price."""
    return bool(re.search(r",\s+[₩\\]?\d|\d,\s+\S", _THOUSANDS.sub("0", bare)))


def split_records(text: str, delimiter: str) -> list[Row]:
    """Records numbered from 1, blank lines included, as a spreadsheet would open them."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    rows: list[Row] = []
    index = cells = 0
    while index < len(lines):
        fields, used, broken = _record(lines, index, delimiter)
        rows.append(Row(len(rows) + 1, [text_cell(one) for one in fields], broken))
        index += used
        cells += len(fields)
        if len(rows) > MAX_ROWS:
            raise FileFault("too_many_rows")
        if cells > MAX_CELLS:
            raise FileFault("too_wide")
    return rows


def _record(lines: list[str], index: int, delimiter: str) -> tuple[list[str], int, bool]:
    """Fields of the record that begins at ``index``, the lines it takes, whether a quote is broken."""
    line = lines[index]
    if '"' not in line or not delimiter:
        return (line.split(delimiter) if delimiter else [line]), 1, False
    for used in range(1, min(_MAX_CELL_LINES, len(lines) - index) + 1):
        fields, closed = _quoted_fields("\n".join(lines[index : index + used]), delimiter)
        if closed and not (used > 1 and _swallowed(fields, delimiter)):
            return fields, used, False
        if closed:
            break
    return [part.strip().strip('"') for part in line.split(delimiter)], 1, True


def _swallowed(fields: list[str], delimiter: str) -> bool:
    """Whether a quoted cell holds lines that look like records: then its quote was a stray one."""
    later = [line for one in fields if "\n" in one for line in one.split("\n")[1:]]
    return any(_holds(line, delimiter) or f'{delimiter}"' in line for line in later)


def _quoted_fields(text: str, delimiter: str) -> tuple[list[str], bool]:
    """Fields of ``text`` by RFC 4180; False when a quoted field does not close."""
    fields: list[str] = []
    position = 0
    while True:
        start = position
        while text[start : start + 1] == " ":
            start += 1
        if text[start : start + 1] == '"':
            field, position = _closing(text, start + 1, delimiter)
            if position < 0:
                return fields, False
        else:
            end = text.find(delimiter, position)
            end = len(text) if end < 0 else end
            field, position = text[position:end], end
        fields.append(field)
        if position >= len(text):
            return fields, "\n" not in text or '"' in text
        position += 1


def _closing(text: str, start: int, delimiter: str) -> tuple[str, int]:
    """The field that begins after an opening quote and the position after it; -1 when unclosed."""
    position = start
    while True:
        quote = text.find('"', position)
        if quote < 0:
            return "", -1
        if text[quote + 1 : quote + 2] == '"':
            position = quote + 2
            continue
        after = quote + 1
        while text[after : after + 1] == " ":
            after += 1
        if after >= len(text) or text[after] == delimiter:
            return text[start:quote].replace('""', '"'), after
        position = quote + 1
