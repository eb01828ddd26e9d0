"""Pages for builders: every component with sample goods. Not part of a market."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from jangteo.channels.ui import samples
from jangteo.channels.ui.render import render


def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component; ``?as=stall`` shows the stall owner's size, ``?as=list`` a plain list page."""
    kind = request.GET.get("as", "")
    template = {"stall": "ui/styleguide_stall.html", "list": "ui/styleguide_list.html"}.get(
        kind, "ui/styleguide.html"
    )
    return render(request, template, samples.context())


def sample_picture(_request: HttpRequest, code: str) -> FileResponse:
    """One sample picture (an emoji, MIT licence) from the browser packages."""
    path = samples.PICTURES / f"{code}.webp"
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/webp")


def sample_error(request: HttpRequest, status: int) -> HttpResponse:
    """How an error page looks."""
    return render(request, "ui/error.html", {"status": status, "reference": "7f3a91c2"}, status=200)
