"""What can go wrong with people, their roles and their way in."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError, NotAllowed


class SignInNeeded(JangteoError):
    """Please sign in first. Your basket stays as it is."""

    ko = "먼저 들어와 주세요. 장바구니는 그대로 있어요."
    status = 401


class StrongSignInNeeded(NotAllowed):
    """Sign in with your password and second factor, or with a passkey, to do this. Nothing was changed."""

    ko = "이 일은 비밀번호와 인증 앱, 또는 패스키로 들어온 뒤에 할 수 있어요. 바뀐 것은 없어요."


class WrongCode(JangteoError):
    """That number is not right. Look at the newest message; {left} tries are left."""

    ko = "번호가 맞지 않아요. 가장 나중에 온 문자를 봐 주세요. {left}번 더 할 수 있어요."
    status = 422


class CodeDead(JangteoError):
    """This number cannot be used any more. Ask for a new one; it comes at once."""

    ko = "이 번호는 이제 쓸 수 없어요. 번호를 다시 받아 주세요. 바로 와요."
    status = 422


class LinkDead(JangteoError):
    """This link was used already or is too old. Ask for a new one with your phone number."""

    ko = "이미 썼거나 오래된 링크예요. 휴대전화 번호로 새 링크를 받아 주세요."
    status = 410


class WrongCredentials(JangteoError):
    """The phone number, the password or the six digits are not right. Check all three and try again."""

    ko = "휴대전화 번호, 비밀번호, 인증 앱 숫자 가운데 맞지 않는 것이 있어요. 다시 확인해 주세요."
    status = 422


class SecondFactorMissing(JangteoError):
    """Your second factor is not set up yet. Sign in with a code sent to your phone and set it up first."""

    ko = "인증 앱이 아직 연결되지 않았어요. 휴대전화로 받은 번호로 들어와 먼저 연결해 주세요."
    status = 409


class WrongSecondFactor(JangteoError):
    """The six digits are not right. Wait for the next ones in your app and type those."""

    ko = "여섯 자리 숫자가 맞지 않아요. 인증 앱에 새 숫자가 나오면 그 숫자를 적어 주세요."
    status = 422


class AccountClosed(JangteoError):
    """This account was closed. Ask the market office if that is a mistake."""

    ko = "닫힌 계정이에요. 잘못된 일이라면 상인회에 문의해 주세요."
    status = 403


class PasskeyRefused(JangteoError):
    """This passkey could not be checked. Try again, or sign in with your phone number."""

    ko = "패스키를 확인하지 못했어요. 다시 하거나 휴대전화 번호로 들어와 주세요."
    status = 422


class PhoneInUse(JangteoError):
    """Somebody signs in with that number already. Give that number the role instead, and take it from the old one."""

    ko = "그 번호로 이미 들어온 사람이 있어요. 그 번호에 역할을 주고, 옛 번호의 역할을 거두어 주세요."
    status = 409


class OtherPlacesToo(NotAllowed):
    """This person works in other places too, so one office cannot recover the account. Ask the operator."""

    ko = "다른 곳에서도 일하는 분이라 한 상인회가 되살릴 수 없어요. 운영자에게 부탁해 주세요."


class GrantNotFound(JangteoError):
    """That role does not exist here or was taken back already. Reload the list."""

    ko = "그런 역할이 여기에 없거나 이미 거두었어요. 목록을 새로 고쳐 주세요."
    status = 404


class NotAStallPerson(JangteoError):
    """This person is not an owner of this stall. Check the stall and give the role first."""

    ko = "이 가게의 주인이 아니에요. 가게를 확인하고 역할을 먼저 주세요."
    status = 404


class PersonNotFound(JangteoError):
    """Nobody has signed in with that number yet. Check the number, or add the person first."""

    ko = "그 번호로 들어온 사람이 아직 없어요. 번호를 확인하거나 먼저 사람을 더해 주세요."
    status = 404


class TokenDead(JangteoError):
    """This access token is unknown, withdrawn or too old. Ask its owner for a new one."""

    ko = "모르는 접근 토큰이거나 거두어졌거나 기한이 지났어요. 새 토큰을 받아 주세요."
    status = 401


class ConsentNeedsAnother(JangteoError):
    """Switch on "{first_en}" first; this one adds to it. Nothing was changed."""

    ko = "먼저 '{first_ko:을/를}' 켜 주세요. 그다음에 켤 수 있어요. 바뀐 것은 없어요."
    status = 409


class LastOfficePerson(JangteoError):
    """You are the last one in the office of {market}. Give somebody else the office role there first, then delete."""

    ko = "{market} 상인회에 다른 사람이 없어요. 먼저 다른 분에게 상인회 역할을 맡긴 다음 지워 주세요. 바뀐 것은 없어요."
    status = 409


class StillOpen(JangteoError):
    """Something is still under way: {why_en} Come back to this page in this browser when it is over. Recommendations are off already."""

    ko = "아직 끝나지 않은 일이 있어요: {why_ko} 끝난 다음 이 브라우저로 다시 와 주세요. 추천은 이미 껐어요."
    status = 409


class ErasureNotFound(JangteoError):
    """We do not know this receipt. Check the address you kept."""

    ko = "이 접수증을 찾을 수 없어요. 적어 둔 주소를 다시 확인해 주세요."
    status = 404
