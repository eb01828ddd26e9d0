"""Writes `catalogue.csv`: the sample market, the annotated product lines, and goods of other stalls.

Run from the repository: `python tests/engines/retrieval/relevance/make_catalogue.py`. The same input gives the same file.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
SAMPLE = ROOT / "src/jangteo/channels/terminal/sample"
MATCHING = ROOT / "src/jangteo/engines/matching"
LINES = ROOT / "tests/engines/matching/lines"
FIELDS = [
    "id",
    "name",
    "name_en",
    "variety",
    "brand",
    "origin",
    "grade",
    "unit",
    "price_krw",
    "net_g",
    "net_ml",
    "pieces",
    "stall",
    "category",
    "storage",
    "description",
]

#: invented stalls of each part of the tree
STALLS = {
    "채소": ("햇살야채", "텃밭상회", "초록손 채소"),
    "과일·견과": ("과일나라", "달콤청과", "햇과일집"),
    "축산": ("정든정육점", "고기굽는날", "한길축산"),
    "수산": ("바다상회", "포구수산", "건해산물 백화"),
    "반찬·김치·장": ("손맛반찬", "엄마손김치", "장독대"),
    "떡·분식·조리음식": ("방앗간떡집", "분식마루", "골목부엌"),
    "곡물·가루·기름": ("쌀이야기", "고소한집"),
    "가공식품": ("우리슈퍼", "동네마트"),
    "꽃·식물": ("꽃길화원",),
    "생활용품": ("만물상회", "살림나라"),
    "의류·잡화": ("멋쟁이옷집", "보따리의류"),
}
#: unit, grams, millilitres, pieces and won of what has none written
UNITS = {
    "채소": (
        ("한 봉지 300g", 300, None, None, 2500),
        ("한 단", None, None, None, 3000),
        ("1kg", 1000, None, None, 4500),
    ),
    "과일·견과": (
        ("한 바구니 1kg", 1000, None, None, 9000),
        ("한 상자 3kg", 3000, None, None, 27000),
        ("500g", 500, None, None, 8000),
    ),
    "축산": (
        ("100g", 100, None, None, 2900),
        ("한 팩 500g", 500, None, None, 12900),
        ("600g", 600, None, None, 15900),
    ),
    "수산": (
        ("한 마리", None, None, 1, 9900),
        ("한 팩 400g", 400, None, None, 8900),
        ("1kg", 1000, None, None, 15900),
    ),
    "반찬·김치·장": (
        ("200g", 200, None, None, 4500),
        ("500g", 500, None, None, 8900),
        ("1kg", 1000, None, None, 14900),
    ),
    "떡·분식·조리음식": (
        ("1인분", None, None, 1, 5000),
        ("한 팩 400g", 400, None, None, 6500),
        ("한 접시", None, None, 1, 9000),
    ),
    "곡물·가루·기름": (
        ("500g", 500, None, None, 6900),
        ("1kg", 1000, None, None, 9900),
        ("한 병 300ml", None, 300, None, 12900),
    ),
    "가공식품": (
        ("1개", None, None, 1, 2500),
        ("한 봉지", None, None, 1, 3900),
        ("5개입", None, None, 5, 6900),
    ),
    "꽃·식물": (("한 단", None, None, None, 7000), ("화분 하나", None, None, 1, 9000)),
    "생활용품": (("1개", None, None, 1, 4000), ("2개 묶음", None, None, 2, 7000)),
    "의류·잡화": (("1벌", None, None, 1, 15000), ("3켤레", None, None, 3, 6000)),
}
PLACES = (
    "국내산",
    "국내산",
    "국내산 전남 해남",
    "국내산 경북 안동",
    "국내산 강원 평창",
    "국내산 제주",
    "중국산",
    "미국산",
    "호주산",
    "",
)
#: goods of each leaf taken from the lexicon
TAKEN = {"채소": 3, "과일·견과": 3, "축산": 3, "수산": 3, "생활용품": 1, "의류·잡화": 1}

#: goods that are easily mistaken for others, and what market days ask for
WRITTEN = """
mango|애플망고|2개|15900|페루산
mango|애플망고 선물세트|한 상자 3kg|45000|페루산
mango|망고|3개|9900|태국산
juice|사과즙|10포|12000|국내산 경북 청송
jam|사과잼|300g|6500|국내산
vinegar|사과식초|900ml|3900|
dried-fruit|사과말랭이|200g|7900|국내산 경북 영주
apple|사과 선물세트|한 상자 3kg|39000|국내산 경북 청송
apple|못난이 사과|한 봉지 2kg|8900|국내산 경북 청송
apple|아오리 사과|6개|7900|국내산 경북 의성
melon|파파야멜론|2개|8900|국내산 경북 성주
pear|배 선물세트|한 상자 5kg|45000|국내산 전남 나주
pear|배 낱개|1개|4500|국내산 전남 나주
health-juice|배즙|30포|25000|국내산 전남 나주
health-juice|양파즙|30포|19000|국내산 전남 무안
fruit-other|과일 선물세트|한 상자 5kg|59000|국내산
fruit-other|제철 과일 바구니|한 바구니 2kg|28000|국내산
fruit-other|과일 꾸러미|한 상자 2kg|25000|국내산
mangam|한라봉 선물세트|한 상자 3kg|38000|국내산 제주
mandarin|감귤 선물용|한 상자 5kg|24900|국내산 제주
grape|샤인머스캣 선물세트|한 상자 2kg|29900|국내산 경북 김천
grape|거봉|한 상자 2kg|16900|국내산 충남 천안
gotgam|곶감 선물세트|30개|42000|국내산 경북 상주
mixed-nuts|견과 선물세트|한 상자 1kg|35000|미국산
beef-other|한우 선물세트|한 상자 1.2kg|120000|국내산 한우 1등급
pork-other|한돈 선물세트|한 상자 1.5kg|55000|국내산
gulbi|굴비 선물세트|10마리|69000|국내산 전남 영광
laver|김 선물세트|한 상자|19900|국내산 충남 광천
canned-tuna|참치 선물세트|한 상자|24900|
oil|참기름 선물세트|2병|45000|국내산
radish|무청|한 단|2500|국내산
radish|다발무|한 단|4900|국내산 전북 고창
radish|제주 무|한 개|1800|국내산 제주
dried-greens|무말랭이|200g|5900|국내산
muchim|무말랭이무침|200g|4500|국내산
pomegranate|무화과|한 상자 1kg|15900|국내산 전남 영암
napa|쌈배추|한 봉지|2900|국내산
napa|배추 3포기|3포기|11900|국내산 강원 평창
cabbage|방울양배추|한 봉지 300g|4900|국내산 제주
samgyeop|생삼겹살|600g|15900|국내산
samgyeop|제주 흑돼지 삼겹살|500g|19900|국내산 제주
samgyeop|수입 냉동삼겹살|1kg|14900|독일산
samgyeop|칼집 삼겹살|500g|13900|국내산
samgyeop|오겹살|600g|18900|국내산 제주
beef-brisket|우삼겹|500g|15900|미국산
pork-neck|목살 스테이크|600g|15900|국내산
meal-kit|삼겹살 김치찜 밀키트|2인분|13900|국내산
meal-kit|김치찌개 밀키트|2인분|9900|국내산
meal-kit|된장찌개 밀키트|2인분|8900|국내산
meal-kit|육개장 밀키트|2인분|10900|국내산
soup|김치찌개|1인분|7000|국내산
soup|된장찌개|1인분|6500|국내산
soup|육개장|1인분 600g|8000|호주산
soup|순두부찌개|1인분|6500|국내산
soup|미역국|1인분|6000|국내산
soup|소고기무국|1인분|7000|호주산
ramen|육개장사발면|6개|5900|
ramen|신라면|5개|4200|
ramen|짜파게티|5개|4900|
ramen|비빔면|5개|4500|
salted-mackerel|자반고등어|2마리|8900|국내산 부산
salted-mackerel|안동 간고등어|한 손|9900|국내산 경북 안동
salted-mackerel|순살 자반고등어|4팩|12900|노르웨이산
retort|고등어 통조림|1캔|3500|국내산
jorim|고등어조림|1인분|8000|국내산
jorim|갈치조림|1인분|12000|국내산 제주
crab|꽃게|1kg|25000|국내산 인천
crab|냉동 절단꽃게|1kg|14900|중국산
crab|활꽃게|1kg|32000|국내산 충남 태안
crab|대게|1마리|45000|러시아산
gejang|간장게장|500g|22000|국내산
gejang|양념게장|500g|19000|국내산
soup|꽃게탕|2인분|19000|국내산
chips|꽃게랑|1봉|1700|
green-onion|손질 대파|한 봉지 500g|3500|국내산
green-onion|흙대파|1단|2900|국내산 경기 고양
green-onion|대파 2단|2단|5500|국내산
eggs|계란 한판|30구|7500|국내산
egg|무항생제 계란|15구|5900|국내산
egg|특란|30구|8200|국내산
jorim|계란장조림|300g|5900|국내산
egg-roll|계란찜|1인분|4000|국내산
snack-other|계란빵|3개|4000|국내산
potato|햇감자|3kg|8900|국내산 강원 평창
potato|알감자|1kg|4900|국내산
fresh-noodle|감자옹심이|500g|6900|국내산
jeon|감자전|2장|7000|국내산
chips|감자칩|1봉|1700|
soup|감자탕|2인분|18000|국내산
pork-bone|감자탕용 등뼈|1kg|5900|국내산
twigim|고구마튀김|5개|3000|국내산
snack-other|고구마말랭이|300g|7900|국내산 전남 해남
sweet-potato|해남 꿀고구마|3kg|14900|국내산 전남 해남
sweet-potato|밤고구마|2kg|8900|국내산 경기 여주
eomuk|부산어묵|500g|5900|
tteokbokki|매운 떡볶이|1인분|5000|국내산
tteokbokki-tteok|쌀떡볶이떡|1kg|6900|국내산
tteokbokki|떡볶이 밀키트|2인분|7900|국내산
sauce|떡볶이 소스|300g|3500|
other|에어팟 케이스|1개|9900|중국산
other|무선 이어폰|1개|29900|중국산
other|충전 케이블|1개|5000|중국산
other|건전지 AA|4개|3000|
red-bean|국산 팥|1kg|19900|국내산
ice-cream|팥빙수|1개|3500|
jjinppang|팥호빵|5개|4900|국내산
ham|스팸|3캔|9900|
oil|올리브유|500ml|12900|스페인산
curry-powder|카레가루|100g|2900|
sauce|굴소스|350ml|4500|
laver|굴김|50장|9900|국내산
oyster|굴 2kg|2kg|25000|국내산 경남 통영
mandarin|황금향|1kg|12900|국내산 제주
chestnut|군밤|300g|5000|국내산
pumpkin|밤호박|2개|5900|국내산 제주
citron|유자|1kg|8900|국내산 전남 고흥
tea|유자차|1kg|12900|국내산 전남 고흥
ginseng|인삼|한 채 750g|35000|국내산 충남 금산
beef-rib|소갈비찜용|1kg|39000|호주산
beef-rib|LA갈비|1kg|29000|미국산
pork-rib|돼지갈비찜용|1kg|13900|국내산
chicken-whole|삼계탕용 영계|2마리|9900|국내산
chicken-cut|닭볶음탕용|1kg|8900|국내산
herbs|삼계탕 약재|1봉|4500|국내산
ginseng|황기|200g|6900|국내산
soup|삼계탕|1인분|12000|국내산
jujube|대추|300g|6900|국내산 경북 경산
tofu|두부|1모|2000|국내산
tofu|찌개두부|1모|1800|미국산
baechu-kimchi|배추김치|2kg|19900|국내산
baechu-kimchi|중국산 배추김치|10kg|22000|중국산
kimchi-other|볶음김치|300g|5900|국내산
mandu|김치왕만두|5개|5500|국내산
kongnamul|콩나물|500g|1500|중국산
dangmyeon|당면|500g|3900|국내산
""".strip()


def _draw(text: str, size: int) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % size


def _categories() -> dict[str, dict[str, str]]:
    with (MATCHING / "categories.csv").open(encoding="utf-8", newline="") as file:
        return {row["slug"]: row for row in csv.DictReader(file)}


def _path(row: dict[str, str] | None) -> str:
    return ">".join((row["level1_ko"], row["level2_ko"], row["level3_ko"])) if row else "기타"


def _sample() -> Iterator[dict[str, object]]:
    with (SAMPLE / "categories.csv").open(encoding="utf-8", newline="") as file:
        shelf = {row["slug"]: row["name_ko"] for row in csv.DictReader(file)}
    stalls = {}
    for block in (SAMPLE / "market.toml").read_text(encoding="utf-8").split("[[stalls]]")[1:]:
        said = dict(line.split(" = ", 1) for line in block.splitlines() if " = " in line)
        stalls[said["slug"].strip('"')] = said["name_ko"].strip('"')
    with (SAMPLE / "offers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {
                "name": row["name_ko"], "name_en": row["name_en"], "origin": row["origin"], "unit": row["unit_label"],
                "price_krw": row["price_krw"], "net_g": row["net_g"], "net_ml": row["net_ml"],
                "pieces": row["pieces"], "stall": stalls[row["stall_slug"]],
                "category": shelf[row["category_slug"]], "storage": row["storage"],
                "description": row["description_ko"],
            }  # fmt: skip


def _filled(level1: str, key: str, **given: object) -> dict[str, object]:
    unit, grams, millilitres, pieces, price = UNITS[level1][_draw("u" + key, len(UNITS[level1]))]
    stalls = STALLS[level1]
    found: dict[str, object] = {
        "unit": unit, "net_g": grams, "net_ml": millilitres, "pieces": pieces,
        "price_krw": round(price * (70 + _draw("p" + key, 80)) / 100, -2).__int__(),
        "stall": stalls[_draw("s" + key, len(stalls))],
    }  # fmt: skip
    return found | given


def _lines(tree: dict[str, dict[str, str]]) -> Iterator[dict[str, object]]:
    for name in ("dev", "test"):
        for text in (LINES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            said, leaf = line["fields"], tree.get(line["category"])
            if not said.get("name") or leaf is None:
                continue
            given: dict[str, object] = {
                "name": said["name"], "variety": said.get("variety"), "brand": said.get("brand"),
                "origin": said.get("origin"), "grade": said.get("grade"), "category": _path(leaf),
                "storage": said.get("storage"),
            }  # fmt: skip
            if said.get("price_krw"):
                given["price_krw"] = said["price_krw"]
            grams, millilitres, count = said.get("net_g"), said.get("net_ml"), said.get("count")
            if grams or millilitres or count:
                given |= {"net_g": grams, "net_ml": millilitres, "pieces": count}
                given["unit"] = _unit(grams, millilitres, count)
            yield _filled(leaf["level1_ko"], line["line"], **given)


def _unit(grams: float | None, millilitres: float | None, count: int | None) -> str:
    for amount, small, large in ((grams, "g", "kg"), (millilitres, "ml", "L")):
        if amount:
            return f"{amount / 1000:g}{large}" if amount >= 1000 else f"{amount:g}{small}"
    return f"{count}개"


def _lexicon(tree: dict[str, dict[str, str]]) -> Iterator[dict[str, object]]:
    names: dict[str, set[str]] = defaultdict(set)
    with (MATCHING / "data/items.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names[row["category"]].add(row["name"])
    for slug, found in names.items():
        level1 = tree[slug]["level1_ko"]
        drawn = sorted(found, key=lambda n: hashlib.sha256(n.encode()).hexdigest())
        for name in drawn[: TAKEN.get(level1, 2)]:
            origin = PLACES[_draw("o" + name, len(PLACES))]
            yield _filled(level1, name, name=name, origin=origin, category=_path(tree[slug]))


def _written(tree: dict[str, dict[str, str]]) -> Iterator[dict[str, object]]:
    for line in WRITTEN.splitlines():
        slug, name, unit, price, origin = line.split("|")
        leaf = tree.get(slug)
        level1 = leaf["level1_ko"] if leaf else "가공식품"
        given: dict[str, object] = {"name": name, "unit": unit, "price_krw": int(price)}
        blank = {"net_g": None, "net_ml": None, "pieces": None, "origin": origin}
        yield _filled(level1, line, **given, **blank, category=_path(leaf))


def main() -> None:
    """Writes the file beside this one."""
    tree = _categories()
    with (HERE / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        number = 0
        for source in (_sample(), _lines(tree), _lexicon(tree), _written(tree)):
            for row in source:
                number += 1
                writer.writerow({name: row.get(name) or "" for name in FIELDS} | {"id": number})


if __name__ == "__main__":
    main()
