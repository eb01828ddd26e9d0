"""What can go wrong around decisions, for people."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError


class DecisionNotFound(JangteoError):
    """We do not know this decision, or it was about somebody else. Open "why" again from the page that showed it."""

    ko = "이 추천을 찾을 수 없어요. 추천이 보였던 화면에서 '왜?'를 다시 눌러 주세요."
    status = 404


class CapabilityUnknown(JangteoError):
    """There is no capability named {key}. Choose one of those listed."""

    ko = "{key:이라는/라는} 기능이 없어요. 목록에 있는 것에서 골라 주세요."
    status = 404


class DesignLocked(JangteoError):
    """The design was locked when the experiment started and cannot be changed. Stop it and start another one."""

    ko = "실험이 시작되면 설계를 바꿀 수 없어요. 바꾸려면 이 실험을 멈추고 새로 시작해 주세요."
    status = 409


class ExperimentNotReady(JangteoError):
    """The experiment cannot start yet: {missing_en}."""

    ko = "실험을 아직 시작할 수 없어요: {missing_ko}."
    status = 409


class AnotherExperimentRuns(JangteoError):
    """Another experiment ({title}) runs on this capability here. Wait for its end or stop it first."""

    ko = "이 기능에서 다른 실험({title:이/가}) 돌고 있어요. 끝나기를 기다리거나 먼저 멈춰 주세요."
    status = 409


class ProviderRemoved(JangteoError):
    """This provider was removed and its data scope closed. Add it again to work with it."""

    ko = "빠진 업체예요. 자료 범위도 닫혔어요. 다시 함께하려면 새로 등록해 주세요."
    status = 409


class ProviderNotChecked(JangteoError):
    """The provider has not passed the contract check yet. Run the check and mend what failed."""

    ko = "업체 서비스가 계약 검사를 아직 통과하지 못했어요. 검사를 돌리고 실패한 것을 고쳐 주세요."
    status = 409


class VendorAddressRefused(JangteoError):
    """This address cannot be called: {reason_en}. Give an https address that is reachable from outside."""

    ko = "부를 수 없는 주소예요: {reason_ko}. 밖에서 닿는 https 주소를 적어 주세요."
    status = 422


class ProviderNotLive(JangteoError):
    """This provider does not decide anything yet. Run the check and put it to work first."""

    ko = "아직 일하고 있지 않은 업체예요. 검사를 통과시키고 일을 시작하게 한 다음 해 주세요."
    status = 409


class ScopeOnlyNarrows(JangteoError):
    """While a provider works its data scope can only become smaller. Suspend it, widen the scope and check it again."""

    ko = "일하는 동안에는 자료 범위를 줄일 수만 있어요. 늘리려면 잠시 멈추고 늘린 뒤 다시 검사해 주세요."
    status = 409


class ExperimentNotStarted(JangteoError):
    """This experiment has not started yet, so there is nothing to see or stop. Start it first."""

    ko = "아직 시작하지 않은 실험이에요. 먼저 시작해 주세요."
    status = 409


class ExperimentStillRuns(JangteoError):
    """The experiment still runs. Its rows can be taken away once it has ended."""

    ko = "실험이 아직 진행 중이에요. 끝난 뒤에 자료를 받을 수 있어요."
    status = 409


class ExperimentSlugTaken(JangteoError):
    """Another experiment has the address {slug}. Choose another one."""

    ko = "{slug:은/는} 다른 실험이 쓰는 주소예요. 다른 주소를 적어 주세요."
    status = 409


class KeyInUse(JangteoError):
    """This key already signs real requests and cannot be renewed. Remove the vendor and register it again instead."""

    ko = "이미 쓰고 있는 열쇠라 바꿀 수 없어요. 업체를 뺀 뒤 새로 등록해 주세요."
    status = 409


class NothingToObjectTo(JangteoError):
    """This decision only chose what to show, so there is nothing to undo. Tell us what is wrong as a complaint."""

    ko = "이 결정은 보여 줄 것을 골랐을 뿐이라 되돌릴 것이 없어요. 불편했던 점을 불만으로 알려 주세요."
    status = 409


class ObjectionAnswered(JangteoError):
    """Somebody answered this already. Reload the list; nothing was changed."""

    ko = "이미 답한 이의예요. 목록을 새로 고쳐 주세요. 바뀐 것은 없어요."
    status = 409
