"""The matcher learns from people's answers, and one action goes back to an earlier one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from jangteo.apps.catalog.items.errors import MatcherNotFound, MatcherUnreadable, TooFewAnswers
from jangteo.apps.catalog.learning import LEAST_ANSWERS, Learned, learn_from, taught
from jangteo.apps.catalog.matchers import (
    SHIPPED,
    digest_of,
    forget_matcher,
    matcher_folder,
    matcher_in_use,
)
from jangteo.apps.catalog.models import MatcherVersion
from jangteo.engines import sameitem
from jangteo.platform.permissions import Actor, action

#: any number, the same in every process
_LOCK = 718_224_041


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainedMatcher:
    """The new version with its figures. ``held_back``: why it is not used; "" when it is in use now."""

    version: int
    answers: int
    metrics: dict[str, Any]
    held_back: str


@action("catalog.train_matcher", allow=set(), within="anywhere", atomic=False)
def train_matcher(*, actor: Actor, now: datetime) -> TrainedMatcher:
    """Learn from the shipped pairs and all markets' answers whose offices share; use it when it is not worse.

    Not worse means: on answers that were held out than the matcher in use, and on pairs that ship than without the
    answers. Otherwise it is kept and held back with the reason. Takes some minutes of one core, outside a transaction.
    Raises `TooFewAnswers`.
    """
    answers = taught()
    kinds = {one.answer.same for one in answers if one.is_held_out}
    if len(answers) < LEAST_ANSWERS or not kinds:
        raise TooFewAnswers(answers=len(answers), least=LEAST_ANSWERS)
    learned = learn_from(answers, matcher_in_use().matcher)
    return _keep(learned, now)


def _keep(learned: Learned, now: datetime) -> TrainedMatcher:
    with transaction.atomic():
        _lock()
        version = (MatcherVersion.objects.aggregate(most=Max("version"))["most"] or SHIPPED) + 1
        name = f"{version}-{learned.answers_sha256[:12]}"
        folder = matcher_folder(name)
        # left over from a try that did not reach its row
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        sameitem.save(learned.matcher, folder)
        MatcherVersion.objects.create(
            version=version,
            file_name=name,
            sha256=digest_of(folder),
            answers_sha256=learned.answers_sha256,
            answers=learned.answers,
            metrics=learned.metrics,
            held_back=learned.worse,
            at=now,
        )
        if not learned.worse:
            _activate(version)
    forget_matcher()
    return TrainedMatcher(
        version=version,
        answers=learned.answers,
        metrics=learned.metrics,
        held_back=learned.worse,
    )


@action("catalog.activate_matcher", allow=set(), within="platform")
def activate_matcher(*, actor: Actor, version: int, now: datetime) -> None:
    """Use this version from the next match on; 0 is the one that ships. The operator may use one that was held back.

    Raises `MatcherNotFound`, `MatcherUnreadable` when its files are missing or were changed.
    """
    _lock()
    if version != SHIPPED:
        row = MatcherVersion.objects.filter(version=version).first()
        if row is None:
            raise MatcherNotFound
        folder = matcher_folder(row.file_name)
        if not folder.is_dir() or digest_of(folder) != row.sha256:
            raise MatcherUnreadable(version=version)
    _activate(version)
    transaction.on_commit(forget_matcher)


def _activate(version: int) -> None:
    MatcherVersion.objects.filter(is_active=True).update(is_active=False)
    MatcherVersion.objects.filter(version=version).update(is_active=True)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
