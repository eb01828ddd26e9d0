"""What can go wrong with companies and pilots, for people."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError


class CompanyKnown(JangteoError):
    """A company with this business number is registered already. Ask a member of it to add you."""

    ko = "이 사업자등록번호는 이미 등록되어 있어요. 그 회사 사람에게 나를 더해 달라고 해 주세요."
    status = 409


class ProblemClosed(JangteoError):
    """The market closed this problem. Look at the problems that are open now."""

    ko = "시장이 이 문제를 닫았어요. 지금 열려 있는 문제를 봐 주세요."
    status = 409


class OfferAlready(JangteoError):
    """Your company has an open offer for this problem. Withdraw it first to send another one."""

    ko = "이 문제에 이미 보낸 제안이 있어요. 새로 보내려면 먼저 거두어 주세요."
    status = 409


class OfferAnswered(JangteoError):
    """This offer was answered or withdrawn already. Reload the page to see how it stands."""

    ko = "이미 답했거나 거둔 제안이에요. 화면을 새로 열어 지금 모습을 봐 주세요."
    status = 409


class TermsSigned(JangteoError):
    """Both sides signed these terms; they cannot be changed any more. Stop the pilot and agree on another one."""

    ko = "양쪽이 서명한 약속이라 바꿀 수 없어요. 바꾸려면 이 실증을 멈추고 새로 약속해 주세요."
    status = 409


class TermsMoved(JangteoError):
    """The terms changed since you read them. Read them again before you sign; nothing was signed."""

    ko = "읽은 뒤에 약속이 바뀌었어요. 다시 읽고 서명해 주세요. 서명은 되지 않았어요."
    status = 409


class SignedForOtherSide(JangteoError):
    """You signed these terms for the other side. Somebody else must sign for this one; nothing was signed."""

    ko = (
        "이 약속에 상대편으로 서명하셨어요. 이쪽은 다른 사람이 서명해야 해요. 서명은 되지 않았어요."
    )
    status = 409


class PilotNotReady(JangteoError):
    """The pilot cannot start yet: {missing_en}. Nothing was started."""

    ko = "실증을 아직 시작할 수 없어요: {missing_ko}. 시작된 것은 없어요."
    status = 409


class WrongPilotState(JangteoError):
    """This cannot be done at the pilot's present step. Reload the page to see what is next."""

    ko = "지금 단계에서는 할 수 없는 일이에요. 화면을 새로 열어 다음에 할 일을 봐 주세요."
    status = 409


class ResultMissing(JangteoError):
    """There is no final result to publish yet. It is computed when the experiment ends; try again in some minutes."""

    ko = "아직 마지막 결과가 없어요. 실험이 끝나면 셈해요. 몇 분 뒤에 다시 해 주세요."
    status = 409


class CertificateFontMissing(JangteoError):
    """The certificate's Korean letters are missing at {path}. The operator runs "npm ci", then try again."""

    ko = "확인서의 한글 글꼴이 {path}에 없어요. 운영자가 npm ci를 실행한 뒤 다시 받아 주세요."
    status = 503


class IndicatorNotFound(JangteoError):
    """There is no indicator or result {key}, or no such market. Choose one of those listed."""

    ko = "{key:이라는/라는} 지표나 결과, 또는 그런 시장이 없어요. 목록에 있는 것에서 골라 주세요."
    status = 404


class IndicatorNotMeasured(JangteoError):
    """{name_en} cannot be measured yet: nothing here records it. Add a definition once something does."""

    ko = "{name:은/는} 아직 잴 수 없어요. 이 제품이 기록하지 않는 일이에요. 기록이 생기면 정의를 더해 주세요."
    status = 409
