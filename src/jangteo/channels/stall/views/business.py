"""사업자 정보: what the law asks a seller to show."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jangteo.apps.catalog.actions.set_business import set_business
from jangteo.apps.catalog.business import FIELDS, business_of
from jangteo.channels.stall.desk import Desk, at_desk
from jangteo.platform.errors import InvalidInput


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def page(desk: Desk) -> HttpResponse:
    """The form; what is wrong is said at its field and nothing typed is lost."""
    kept = business_of(**desk.place)
    context: dict[str, Any] = {
        "values": {name: kept.get(name, "") for name in FIELDS},
        "errors": {},
        "tab": "stall",
    }
    if desk.request.method != "POST":
        return desk.page("stall/business.html", context)
    typed = {name: desk.request.POST.get(name, "") for name in FIELDS}
    try:
        set_business(**desk.keys, fields=typed)
    except InvalidInput as problem:
        errors = {problem.field: problem.message(get_language() or "ko")}
        return desk.page(
            "stall/business.html", {**context, "values": typed, "errors": errors}, status=422
        )
    return desk.back("stall", _("사업자 정보를 적어 두었어요."))
