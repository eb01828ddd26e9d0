"""What can go wrong with standard products."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError, NotFound


class ItemNotFound(NotFound):
    """There is no such standard product. Search for it by name or barcode."""

    ko = "그런 표준 상품이 없어요. 이름이나 바코드로 찾아봐 주세요."


class ItemNameless(JangteoError):
    """A standard product needs a name. Write what it is."""

    ko = "표준 상품에는 품명이 있어야 해요. 무엇인지 적어 주세요."
    status = 422


class UnknownShelf(JangteoError):
    """There is no category '{slug}'. Choose one of the list."""

    ko = "'{slug}'라는 갈래가 없어요. 목록에서 골라 주세요."
    status = 422


class BarcodeTaken(JangteoError):
    """Product {code} has this barcode already. Merge the two if they are one, or check the number."""

    ko = "{code} 상품이 이미 이 바코드를 쓰고 있어요. 같은 상품이면 합치고, 아니면 숫자를 다시 확인해 주세요."
    status = 409


class ItemChanged(JangteoError):
    """Somebody changed this product in the meantime (version {now}, you saw {seen}). Look at it again; nothing was changed."""

    ko = "그사이 다른 사람이 이 상품을 고쳤어요({seen}판을 보셨는데 지금은 {now}판이에요). 다시 보고 고쳐 주세요. 바뀐 것은 없어요."
    status = 409


class ItemNotActive(JangteoError):
    """Product {code} was merged or retired. Work with the product it became, or undo that first."""

    ko = "{code} 상품은 합쳐졌거나 더 쓰지 않아요. 합쳐진 상품에서 하거나 먼저 되돌려 주세요."
    status = 409


class ItemShared(JangteoError):
    """Other markets use product {code}, so its change is up to the operator. Tell the operator what should change."""

    ko = "{code} 상품은 다른 시장도 쓰고 있어서 운영자만 바꿀 수 있어요. 무엇을 바꿀지 운영자에게 알려 주세요."
    status = 403


class SameItem(JangteoError):
    """These are one product already. Choose two different ones."""

    ko = "이미 같은 상품이에요. 서로 다른 두 상품을 골라 주세요."
    status = 422


class NoOffersChosen(JangteoError):
    """Choose at least one of this market's goods on the product to take out."""

    ko = "따로 떼어 낼 물건을 하나 이상 골라 주세요. 이 시장에서 이 상품에 이어진 것만 고를 수 있어요."
    status = 422


class ChangeNotFound(NotFound):
    """There is no such merge or split. Look at the product's list of changes."""

    ko = "그런 합치기나 나누기가 없어요. 상품의 바뀐 기록을 봐 주세요."


class UndoLaterFirst(JangteoError):
    """The product was merged or split again after this. Undo the later change first."""

    ko = "이 뒤에 또 합치거나 나눈 일이 있어요. 나중 것부터 되돌려 주세요."
    status = 409


class QuestionNotFound(NotFound):
    """This question is not there any more. Go on with the next one."""

    ko = "이 질문은 이제 없어요. 다음 질문으로 가 주세요."


class NothingAnswered(JangteoError):
    """There is no answer to take back."""

    ko = "되돌릴 답이 없어요."
    status = 409


class AlreadyRunning(JangteoError):
    """This market's goods are being gone through right now. Wait until that is done; nothing was lost."""

    ko = "지금 이 시장의 물건을 살펴보고 있어요. 끝날 때까지 기다려 주세요. 잃은 것은 없어요."
    status = 409


class MatcherNotFound(NotFound):
    """There is no matcher of that version. Choose one of the list."""

    ko = "그런 판의 짝짓기 모델이 없어요. 목록에서 골라 주세요."


class MatcherUnreadable(JangteoError):
    """The files of matcher {version} are missing or were changed. Choose another version, or train again."""

    ko = "{version}판 모델의 파일이 없거나 바뀌었어요. 다른 판을 고르거나 다시 배우게 해 주세요."
    status = 409


class TooFewAnswers(JangteoError):
    """There are {answers} answers so far; at least {least} are needed to learn from and to check what was learned."""

    ko = "아직 답이 {answers}개예요. 배우고 확인하려면 {least}개가 있어야 해요."
    status = 409
