"""Settings a stranger could lean on."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from jangteo.platform import settings
from jangteo.platform.config import config
from jangteo.platform.middleware import body_limit


def test_only_the_configured_names_are_answered() -> None:
    assert config().allowed_hosts == settings.ALLOWED_HOSTS


@pytest.mark.parametrize(("mib", "status"), [(47, 200), (49, 413)])
def test_a_body_that_no_form_sends_is_refused_unread(mib: int, status: int) -> None:
    request = RequestFactory().post("/in", {"phone": "x"})
    request.META["CONTENT_LENGTH"] = str(mib * 1024 * 1024)
    body = BytesIO(b"never read")
    request.META["wsgi.input"] = body
    answer = body_limit(lambda _request: HttpResponse())(request)
    assert (answer.status_code, body.tell()) == (status, 0)


def test_the_limit_stands_before_whatever_reads_a_body() -> None:
    order = settings.MIDDLEWARE
    limit = order.index("jangteo.platform.middleware.body_limit")
    assert limit < order.index("django.middleware.csrf.CsrfViewMiddleware")
