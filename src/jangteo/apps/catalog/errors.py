"""What can go wrong with offers, prices and price lists."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError, NotFound


class OfferNotFound(NotFound):
    """These goods are not here any more. Look at the stall's other goods."""

    ko = "이 상품은 더 이상 없어요. 가게의 다른 상품을 봐 주세요."


class CategoryNotFound(NotFound):
    """There is no such category. Choose one of the list."""

    ko = "그런 분류가 없어요. 목록에서 골라 주세요."


class PriceOutOfBounds(JangteoError):
    """A price must be from 1 to {most_krw} won, not {price_krw}. The former price stays."""

    ko = "가격은 1원부터 {most_krw}원까지예요({price_krw}원은 안 돼요). 지금 가격은 그대로예요."
    status = 422


class PriceJump(JangteoError):
    """The price would go from {before_krw} won to {after_krw} won. If that is right, confirm it; until then the former price stays."""

    ko = "가격이 {before_krw}원에서 {after_krw}원으로 크게 바뀌어요. 맞으면 한 번 더 눌러 주세요. 그 전에는 바뀌지 않아요."
    status = 409


class SaidMeanwhile(JangteoError):
    """The price of {name} was changed meanwhile and is {now_krw} won now. Say it again; nothing was changed."""

    ko = "그사이 {name}의 값이 {now_krw}원으로 바뀌었어요. 바뀐 것은 없으니 다시 말해 주세요."
    status = 409


class TooLateToUndo(JangteoError):
    """This can no longer be undone: it was {minutes} minutes ago or changed again since. Set the price you want."""

    ko = "되돌릴 수 없어요. {minutes}분이 지났거나 그 뒤에 또 바뀌었어요. 원하는 가격을 다시 적어 주세요."
    status = 409


class PriceListUnreadable(JangteoError):
    """{reason_en}"""

    ko = "{reason_ko}"
    status = 422
    #: of the command line: the file is damaged or of an unknown format
    exit_code = 4


class TooManyPhotographs(JangteoError):
    """Choose one to {most} photographs at a time. Nothing was changed; send the others afterwards."""

    ko = "사진은 한 번에 1장부터 {most}장까지 골라 주세요. 나머지는 다음에 올리면 돼요."
    status = 422


class ImportStillRead(JangteoError):
    """This price list is still being read. Wait a moment; the page shows when it is done."""

    ko = "아직 가격표를 읽고 있어요. 다 읽으면 이 화면에 보여 드려요."
    status = 409


class ImportNotFound(NotFound):
    """There is no such price list. Upload it again."""

    ko = "그런 가격표가 없어요. 다시 올려 주세요."


class ImportUndone(JangteoError):
    """This price list was undone. Upload the file again to use it."""

    ko = "되돌린 가격표예요. 다시 쓰려면 파일을 새로 올려 주세요."
    status = 409


class NothingToUndo(JangteoError):
    """This price list has not been put on sale, so there is nothing to undo."""

    ko = "아직 판매를 시작하지 않은 가격표라 되돌릴 것이 없어요."
    status = 409


class RowAlreadyUsed(JangteoError):
    """Row {row} is on sale already. Change the goods themselves, or undo the price list."""

    ko = "{row}번째 줄은 이미 판매 중이에요. 상품에서 고치거나 가격표를 되돌려 주세요."
    status = 409


class RowIncomplete(JangteoError):
    """Row {row} needs a name and a price. Choose a proposal, type both, or leave the row out."""

    ko = "{row}번째 줄에는 이름과 가격이 있어야 해요. 보기에서 고르거나 적거나, 빼 주세요."
    status = 422


class TaxUnanswered(JangteoError):
    """Say first which of these are processed food with VAT: {names}."""

    ko = "부가세가 붙는 가공식품이 어느 것인지 먼저 알려 주세요: {names}"
    status = 409


class GoodsTwice(JangteoError):
    """{name} stands in rows {first} and {second} with different prices. Leave one of them out."""

    ko = "{name:이/가} {first}번째 줄과 {second}번째 줄에 다른 가격으로 있어요. 하나를 빼 주세요."
    status = 409


class LabelIncomplete(JangteoError):
    """{name} cannot be sold yet: its label lacks {what_en}. Answer those and it goes on sale."""

    ko = (
        "{name:은/는} 아직 팔 수 없어요. 표시할 것이 남았어요: {what_ko}. 답하면 바로 팔 수 있어요."
    )
    status = 409


class TextNotFound(NotFound):
    """There is no such text. It may belong to another stall; look at the stall's texts."""

    ko = "그런 글이 없어요. 가게의 글 목록에서 골라 주세요."


class TextChangedMeanwhile(JangteoError):
    """Somebody wrote a newer version of this text meanwhile. Look at it first; yours was not saved over it."""

    ko = "그사이 더 새로운 글이 생겼어요. 먼저 그 글을 봐 주세요. 새 글 위에 덮어쓰지 않았어요."
    status = 409


class TextBarred(JangteoError):
    """The law bars these words in food advertising: {said}. Take them out; {reason_en}"""

    ko = "식품표시광고법에서 막은 말이 있어요: {said}. 그 말을 빼 주세요. {reason_ko}"
    status = 422


class TextNeedsAnswer(JangteoError):
    """The text says what no field says: {said}. If it is true, confirm it; otherwise take it out."""

    ko = "칸에 없는 말이 있어요: {said}. 맞으면 맞다고 눌러 주시고, 아니면 빼 주세요."
    status = 409


class TextNotTrue(JangteoError):
    """The text no longer fits what you confirmed: {said}. Have it written again, or change it."""

    ko = "확인하신 것과 글이 달라요: {said}. 다시 쓰거나 고쳐 주세요."
    status = 409


class TextRunNotFound(NotFound):
    """There is no such run of writing. Look at the stall's texts."""

    ko = "그런 글쓰기가 없어요. 가게의 글 목록을 봐 주세요."


class NoPicture(JangteoError):
    """These goods have no photograph that could be touched up, or it was replaced just now. Take one and try again."""

    ko = "다듬을 사진이 없거나 방금 다른 사진으로 바뀌었어요. 사진을 찍고 다시 해 주세요."
    status = 409


class NothingToEdit(JangteoError):
    """Choose what to do to the photograph: light, crop, background or square. It stays as it is."""

    ko = "사진을 어떻게 다듬을지 골라 주세요. 사진은 그대로예요."
    status = 422


class PictureNotEdited(JangteoError):
    """This photograph is shown as it was taken; there is nothing to undo."""

    ko = "찍은 그대로인 사진이라 되돌릴 것이 없어요."
    status = 409


class PaperFontMissing(JangteoError):
    """The letters for paper are missing: {path}. Run `npm ci`, or point JANGTEO_PAPER_FONTS_DIR at Pretendard's TTF files."""

    ko = "종이에 찍을 글꼴이 없어요: {path}. `npm ci`를 실행하거나 JANGTEO_PAPER_FONTS_DIR에 Pretendard TTF 폴더를 적어 주세요."
    status = 500


class TooManyLabels(JangteoError):
    """At most {most} labels at once. Print them in several goes."""

    ko = "한 번에 {most}장까지 찍을 수 있어요. 나눠서 찍어 주세요."
    status = 422
