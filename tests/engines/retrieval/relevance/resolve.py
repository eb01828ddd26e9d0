"""Judgements for documents from what was read and written down: `judgements.jsonl` from `intents.txt` and `queries.txt`.

A judgement says which goods a shopper would call right; nothing of the engine is used here. Initial consonants and
syllables in progress mean several goods at once: goods whose name begins with what was typed are good (2) as well.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

HERE = Path(__file__).parent
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
#: keys of two-set Korean keyboards (KS X 5002)
_INITIAL_KEYS = [
    "r",
    "R",
    "s",
    "e",
    "E",
    "f",
    "a",
    "q",
    "Q",
    "t",
    "T",
    "d",
    "w",
    "W",
    "c",
    "z",
    "x",
    "v",
    "g",
]
_VOWEL_KEYS = [
    "k",
    "o",
    "i",
    "O",
    "j",
    "p",
    "u",
    "P",
    "h",
    "hk",
    "ho",
    "hl",
    "y",
    "n",
    "nj",
    "np",
    "nl",
    "b",
    "m",
    "ml",
    "l",
]
_FINAL_KEYS = [
    "",
    "r",
    "R",
    "rt",
    "s",
    "sw",
    "sg",
    "e",
    "f",
    "fr",
    "fa",
    "fq",
    "ft",
    "fx",
    "fv",
    "fg",
    "a",
    "q",
    "qt",
    "t",
    "T",
    "d",
    "w",
    "c",
    "z",
    "x",
    "v",
    "g",
]

Row = dict[str, str]


def typed(text: str) -> str:
    """The keys pressed for ``text`` on a two-set keyboard."""
    keys = []
    for char in text:
        place = ord(char) - 0xAC00
        if 0 <= place < 11172:
            keys.append(
                _INITIAL_KEYS[place // 588]
                + _VOWEL_KEYS[place % 588 // 28]
                + _FINAL_KEYS[place % 28]
            )
        else:
            keys.append(char)
    return "".join(keys)


def initials(text: str) -> str:
    """The first consonant of every syllable."""
    return "".join(INITIALS[(ord(c) - 0xAC00) // 588] if "가" <= c <= "힣" else c for c in text)


def label(row: Row) -> str:
    """Brand, variety and name without spaces, as the patterns of `intents.txt` see it."""
    return "".join(row[k] for k in ("brand", "variety", "name")).replace(" ", "")


def read_intents() -> dict[str, list[tuple[int, list[str]]]]:
    """Grades and patterns by intent."""
    found = {}
    for line in (HERE / "intents.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, *parts = (part.strip() for part in line.split("|"))
            found[key] = [(int(part[0]), part[1:].split()) for part in parts]
    return found


def graded(rules: list[tuple[int, list[str]]], rows: list[Row]) -> dict[str, int]:
    """Grade of each document that has one."""
    found: dict[str, int] = {}
    for grade, patterns in rules:
        taken = [p for p in patterns if not p.startswith("!")]
        left = [p[1:] for p in patterns if p.startswith("!")]
        for row in rows:
            name, short, place = (
                label(row),
                row["name"].replace(" ", ""),
                row["category"].replace(" ", ""),
            )
            hit = any(
                fnmatchcase(place, p[1:] + ("*" if p.endswith(">*") else "")) or place == p[1:]
                if p.startswith("@")
                else fnmatchcase(name, p) or fnmatchcase(short, p)
                for p in taken
            )
            if hit and not any(fnmatchcase(name, p) for p in left):
                found[row["id"]] = max(grade, found.get(row["id"], 0))
    return found


def _holds(limit: str, row: Row) -> bool:
    kind, value = re.match(r"([a-z](?:[<>]=?|~|:))(.*)", limit).groups()  # type: ignore[union-attr]
    if kind in ("o:", "s:"):
        text = row["origin"] if kind == "o:" else row["stall"]
        if value == "국내":
            return (
                "국내" in text
                or "국산" in text
                or (bool(text) and not text.rstrip("산").endswith(FOREIGN))
            )
        return any(v in text or v in row["name"] for v in value.split("|"))
    field = {"p": "price_krw", "g": "net_g", "m": "net_ml", "n": "pieces"}[kind[0]]
    if not row[field]:
        return False
    amount, bound = float(row[field]), float(value)
    return {
        "<=": amount <= bound,
        ">=": amount >= bound,
        "<": amount < bound,
        "~": amount == bound,
    }[kind[1:]]


FOREIGN = (
    "중국",
    "미국",
    "호주",
    "칠레",
    "페루",
    "태국",
    "스페인",
    "독일",
    "러시아",
    "베트남",
    "인도",
    "필리핀",
    "노르웨이",
    "수입",
    "캐나다",
    "뉴질랜드",
)


def _begins(kind: str, query: str, row: Row) -> int:
    """2 when the goods' name begins with what was typed, 1 when a later word does."""
    if kind == "initial":
        folded = initials(row["name"].replace(" ", ""))
        return 2 if folded.startswith(query.replace(" ", "")) else 0
    last, head = query[-1], query[:-1]
    words = [row["name"].replace(" ", ""), *row["name"].split(), label(row)]
    for word in words:
        if word.startswith(head) and len(word) > len(head):
            syllable = word[len(head)]
            place = ord(syllable) - 0xAC00
            if not 0 <= place < 11172:
                continue
            if last == initials(syllable) or (
                ("가" <= last <= "힣") and (ord(last) - 0xAC00) // 28 == place // 28
            ):
                return 2
    return 0


def judged(
    kind: str,
    query: str,
    meant: str,
    limits: str,
    rows: list[Row],
    intents: dict[str, list[tuple[int, list[str]]]],
) -> dict[str, int]:
    """Grades above 0 by document."""
    found: dict[str, int] = {}
    for key in meant.split("+"):
        if key in ("initial", "half"):
            more = {row["id"]: _begins(key, query, row) for row in rows}
        else:
            more = graded(intents[key], rows)
        for id_, grade in more.items():
            found[id_] = max(grade, found.get(id_, 0))
    held = {row["id"]: row for row in rows}
    for limit in filter(None, limits.split(",")):
        if limit[:2] in ("g~", "m~", "n>"):
            # an amount is a wish: the right goods in another amount are of some use
            found = {i: g if _holds(limit, held[i]) else min(g, 1) for i, g in found.items()}
        elif limit[:2] == "s:" or limit[:2] == "o:":
            found = {i: g if _holds(limit, held[i]) else max(g - 2, 0) for i, g in found.items()}
        else:
            found = {i: g for i, g in found.items() if _holds(limit, held[i])}
    return {i: g for i, g in sorted(found.items(), key=lambda x: int(x[0])) if g}


def main() -> None:
    """Writes tuning.jsonl and locked.jsonl; a third of every kind is locked, drawn by the hash of the query."""
    with (HERE / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    intents = read_intents()
    kinds: dict[str, list[dict[str, object]]] = {}
    kind = ""
    for line in (HERE / "queries.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            written, meant, *limits = (part.strip() for part in line.split("|", 2))
            query = {"keyboard": typed, "initial": initials}.get(kind, str)(written)
            grades = judged(kind, query, meant, limits[0] if limits else "", rows, intents)
            kinds.setdefault(kind, []).append({"kind": kind, "query": query, "grades": grades})
    parts: dict[str, list[dict[str, object]]] = {"tuning": [], "locked": []}
    for found in kinds.values():
        drawn = sorted(
            found,
            key=lambda q: hashlib.sha256(f"locked {q['kind']} {q['query']}".encode()).hexdigest(),
        )
        third = -(-len(drawn) // 3)
        parts["locked"] += drawn[:third]
        parts["tuning"] += drawn[third:]
    for part, listed in parts.items():
        text = "".join(
            json.dumps(q, ensure_ascii=False, separators=(",", ":")) + "\n" for q in listed
        )
        (HERE / f"{part}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
