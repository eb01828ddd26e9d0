"""Writing a text from confirmed fields: for goods, a stall, a sold-out notice, a review, a post.

The built-in provider is the writer that ships with the product. A language model of the operator's is asked beforehand
(it takes seconds) and its text stands in the writer's place when it passes the same check (`texts.writing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, field_serializer

from jangteo.apps.catalog.texts.facts import MOST_CHARS, WORDS, engine_kind, used_facts
from jangteo.apps.decisions.capability import Capability, ProposalRefused, Reason, Work, register
from jangteo.engines.copywriting import Facts, check, write

REVIEW = "review"


class TextRequest(BaseModel):
    """What is written, and from which confirmed fields."""

    #: product, stall, sold_out, review or social
    kind: Literal["product", "stall", "sold_out", "review", "social"]
    language: Literal["ko", "en"] = "ko"
    #: filled fields of the writer's `Facts`
    facts: dict[str, Any] = Field(default_factory=dict)
    #: the review to answer, as somebody wrote it: it confirms nothing
    review: str = ""
    #: 1 to 5; 0 when not said
    rating: int = Field(default=0, ge=0, le=5)
    #: which of the many ways to say it; another number is another text
    variant: int = Field(default=0, ge=0)
    #: names of the market's other stalls, which a text must not name
    others: list[str] = []
    #: the owner lets texts without any problem go out unseen
    may_go_unseen: bool = False

    def all_facts(self) -> Facts:
        """The fields and the review as the writer takes them. Raises `ValueError` for an unknown field."""
        facts = dict(self.facts)
        if self.kind == REVIEW:
            facts |= {"review_text": self.review} if self.review else {}
            facts |= {"review_rating": self.rating} if self.rating else {}
        return Facts.from_json(facts)


class TextProposal(BaseModel):
    """The text, and the names of the fields it says."""

    text: str = Field(max_length=MOST_CHARS)
    used: list[str] = []
    #: a reply to somebody's review: what it says stays out of the log
    is_reply: bool = False

    @field_serializer("text", when_used="always")
    def _kept_out(self, text: str) -> str:
        return "" if self.is_reply else text


def built_in(request: TextRequest) -> TextProposal:
    """The writer's text in this variant."""
    facts = request.all_facts()
    made = write(
        engine_kind(request.kind),
        facts,
        seed=f"{facts.stall_name}|{facts.name}|{request.variant}",
        language=request.language,
    )
    return TextProposal(text=made.text, used=list(made.used), is_reply=request.kind == REVIEW)


def baseline(request: TextRequest) -> TextProposal:
    """The fields side by side, without a writer."""
    facts = request.facts
    korean = request.language == "ko"
    is_reply = request.kind == REVIEW
    if is_reply:
        words = "후기 고맙습니다." if korean else "Thank you for your review."
        return TextProposal(text=words, is_reply=True)
    used = [
        key
        for key in ("market_name", "stall_name", "name", "origin", "unit", "price_krw")
        if key in facts
    ]
    text = " · ".join(_plain(key, facts[key], korean) for key in used)
    if request.kind == "sold_out":
        text = f"{text} · {'품절' if korean else 'sold out'}"
    return TextProposal(text=text[:MOST_CHARS], used=used)


def _plain(key: str, value: Any, korean: bool) -> str:
    if key == "price_krw":
        return f"{value:,}{'원' if korean else ' won'}"
    return str(value)


def check_text(request: TextRequest, proposal: TextProposal) -> None:
    """Nothing that the fields do not say, nothing the law bars, in the language that was asked for."""
    if not proposal.text.strip():
        raise ProposalRefused("empty")
    if (request.kind == REVIEW) != proposal.is_reply:
        raise ProposalRefused("is-reply-wrong")
    if not is_in(proposal.text, request.language):
        raise ProposalRefused("wrong-language")
    found = check(
        proposal.text,
        engine_kind(request.kind),
        request.all_facts(),
        competitors=request.others,
    )
    if not found.ok:
        raise ProposalRefused(f"says-{found.problems[0].kind}")


def is_in(text: str, language: str) -> bool:
    """Is it a text in the language? Most letters are, and no mark of a model's chat form (``<|im_end|>``) is left.

    Names of goods may stand in an English text in Hangul.
    """
    if "<|" in text or "|>" in text or "<start_of_turn>" in text or "<end_of_turn>" in text:
        return False
    letters = [c for c in text if c.isalpha()]
    hangul = sum("가" <= c <= "힣" for c in letters)
    return 2 * hangul >= len(letters) if language == "ko" else 2 * hangul < len(letters)


def reason_of(used: Mapping[str, Any] | list[str]) -> Reason:
    """Which confirmed fields a text says."""
    names = [WORDS[key] for key in used if key in WORDS]
    if not names:
        return Reason(
            ko="확인된 것만 가지고 썼어요.", en="Written from confirmed information only."
        )
    ko = ", ".join(dict.fromkeys(name[0] for name in names[:8]))
    en = ", ".join(dict.fromkeys(name[1] for name in names[:8]))
    return Reason(ko=f"확인된 것만 가지고 썼어요: {ko}.", en=f"Only confirmed fields: {en}.")


def explain(request: TextRequest, proposal: TextProposal) -> Reason:
    """Which confirmed fields it says."""
    return reason_of(used_facts(request.facts, proposal.used))


def examples() -> Iterator[TextRequest]:
    """Made-up goods and a made-up stall."""
    yield TextRequest(
        kind="product",
        facts={"name": "흙대파", "origin": "국내산(진도)", "unit": "1단", "stall_name": "우리채소"},
    )
    yield TextRequest(
        kind="stall",
        facts={
            "stall_name": "푸른청과",
            "since_year": 1988,
            "stall_goods": ["사과", "배"],
            "market_name": "달빛시장",
        },
    )
    yield TextRequest(
        kind="review",
        facts={"stall_name": "바다생선"},
        review="고등어가 싱싱했어요. 손질도 깔끔해요.",
        rating=5,
    )


WRITE_TEXT = register(
    Capability(
        key="write-text",
        version=1,
        name_ko="글 써 주기",
        name_en="Writing texts",
        about_ko=(
            "가게가 부탁하면 상품 글, 가게 소개, 품절 안내, 후기 답글, 알림 글을 씁니다. 가게가 확인한 칸(이름, 원산지, 무게 등)에 있는 "
            "것만 쓰고, 없는 숫자·원산지·인증이나 법이 막은 말이 있으면 내보내지 않습니다. 주인이 보고 올리며, 보지 않고 올리기는 주인이 "
            "켠 때만 합니다. 올린 글에는 AI가 썼다고 적습니다."
        ),
        about_en=(
            "When a stall asks, it writes product texts, the stall's introduction, sold-out notices, replies to reviews and"
            " posts. It says only what stands in fields the stall confirmed (name, origin, weight ...); a text with any other"
            " number, origin or certificate, or with words the law bars, does not go out. The owner looks and publishes;"
            " nothing goes out unseen unless she switched that on. A published text says that AI wrote it."
        ),
        request_type=TextRequest,
        proposal_type=TextProposal,
        baseline=baseline,
        built_in=built_in,
        built_in_version="1.0",
        check=check_text,
        baseline_reason=Reason(
            ko="AI 없이, 확인된 것을 차례로 적었어요.",
            en="Without AI: the confirmed fields side by side.",
        ),
        explain=explain,
        outcome="what the owner did with the text: published as it was, changed, or thrown away",
        work=Work(
            of="stall",
            ko="상품 글 쓰기",
            en="writing a text about goods",
            minutes=10.0,
            source="assumption, to be replaced by a measured time: writing three sentences on a phone and reading them over",
        ),
        fields={
            "kind": ("어떤 글인지", "which kind of text"),
            "language": ("어느 말로 쓰는지", "in which language"),
            "facts": (
                "가게가 확인한 칸: 이름, 원산지, 무게, 파는 단위, 가게 이름 등",
                "fields the stall confirmed: name, origin, weight, unit, stall and so on",
            ),
            "review": ("답할 후기의 글(남기지 않음)", "the review to answer (not kept)"),
            "rating": ("후기의 별점", "the review's rating"),
            "variant": ("몇 번째 글인지", "which try it is"),
            "others": (
                "시장의 다른 가게 이름(글에 쓰지 않으려고)",
                "names of the market's other stalls, to keep them out",
            ),
            "may_go_unseen": (
                "주인이 '보지 않고 올리기'를 켰는지",
                "whether the owner lets texts go out unseen",
            ),
        },
        is_sure=lambda request, proposal: request.may_go_unseen,
        examples=examples,
    )
)
