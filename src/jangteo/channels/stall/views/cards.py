"""가격표 출력: chosen goods on paper or for a label printer; and the stall's goods as a SmartStore workbook."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jangteo.apps.catalog.publishing.feeds import smartstore_file
from jangteo.apps.catalog.publishing.labels_pdf import SIZES
from jangteo.apps.catalog.publishing.listed import listed_offers
from jangteo.channels.stall.desk import Desk, at_desk, pick
from jangteo.channels.web.cards import SHEET_TYPE, printed
from jangteo.platform.errors import JangteoError


@require_safe
@at_desk
def page(desk: Desk) -> HttpResponse:
    """Choose goods and a size; with ``?size=`` the file itself."""
    asked = desk.request.GET
    offers = listed_offers(desk.market.id, stall_id=desk.stall.pk)
    problem = ""
    if "size" in asked:
        try:
            return printed(asked, offers, desk.today)
        except JangteoError as error:
            problem = error.message(get_language() or "ko")
    wanted = set(asked.getlist("offer"))
    chosen = {one.offer_id for one in offers if str(one.offer_id) in wanted}
    return desk.page(
        "stall/cards.html",
        {
            "offers": [(o, pick(o.name, o.name_en)) for o in offers if o.state != "draft"],
            "chosen": chosen,
            "sizes": [(key, pick(size.ko, size.en)) for key, size in SIZES.items()]
            + [("zpl", _("라벨 프린터 (ZPL)"))],
            "size": asked.get("size", "card"),
            "problem": problem,
            "tab": "goods",
        },
        status=422 if problem else 200,
    )


@require_safe
@at_desk
def smartstore(desk: Desk) -> HttpResponse:
    """The workbook of this stall's goods."""
    data = smartstore_file(desk.market.id, stall_id=desk.stall.pk, english=get_language() == "en")
    name = f"smartstore-{desk.stall.slug}.xlsx"
    return HttpResponse(
        data,
        content_type=SHEET_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
