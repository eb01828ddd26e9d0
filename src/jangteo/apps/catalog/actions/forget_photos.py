"""Photographs of price boards go when their lists can no longer be checked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from jangteo.apps.catalog.models import Offer, PriceImport
from jangteo.platform.permissions import Actor, action
from jangteo.platform.picture_parts import forget_picture

#: after a list was confirmed, undone or failed, for who looks once more
KEPT_AFTER = timedelta(days=7)
#: of a list that nobody ever confirmed
KEPT_AT_MOST = timedelta(days=30)


@action("catalog.forget_photos", allow=set(), within="anywhere")
def forget_photos(*, actor: Actor, now: datetime) -> int:
    """Delete photographs of lists settled a week ago or read a month ago; one that goods show stays. Returns how many."""
    over = Q(confirmed_at__lt=now - KEPT_AFTER) | Q(undone_at__lt=now - KEPT_AFTER)
    over |= Q(state=PriceImport.State.FAILED, read_at__lt=now - KEPT_AFTER)
    over |= Q(read_at__lt=now - KEPT_AT_MOST)
    gone = 0
    for one in PriceImport.objects.filter(over, source="photo").exclude(pictures=[]):
        for stem in one.pictures:
            in_use = (
                Offer.objects.filter(Q(picture=stem) | Q(picture_before=stem)).exists()
                or PriceImport.objects.filter(pictures__contains=[stem]).exclude(pk=one.pk).exists()
            )
            if not in_use:
                gone += forget_picture(stem)
        one.pictures = []
        one.picture = ""
        one.save(update_fields=["pictures", "picture"])
    return gone
