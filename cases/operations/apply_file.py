"""A configuration is applied, step by step: the objects in one transaction, then hours, then open cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.recalculate import notice_changed_hours, recalculate
from cases.models import Recalculation
from cases.operations.move_to_version import Moved, move_batch
from cases.operations.one_apply import begin_apply, end_apply, still_applying
from entitlements.as_code.difference import Change, to_make
from entitlements.as_code.normal import Normal
from entitlements.operations.apply_configuration import Applied, apply_configuration


class DeskHasChanged(Exception):
    """The plan is out of date."""


Clock = Callable[[], datetime]


class Turn:
    """The turn of one who applies; see `turn`."""

    def __init__(self, by: User | None, clock: Clock, token: UUID) -> None:
        self._by, self._clock, self._token = by, clock, token

    def objects(self, document: Normal, planned: Sequence[Change]) -> Applied:
        """Make the document (in its normal form) the live configuration, as it was planned.

        Raises ConfigurationError and DeskHasChanged; then nothing has been changed.
        """
        now = self._sign_of_life()
        notice_changed_hours(now)
        with transaction.atomic():
            applied = apply_configuration(document, self._by, now)
            if list(applied.changes) != to_make(planned):
                raise DeskHasChanged(
                    "Setup was changed meanwhile: look at the plan again. Nothing was applied."
                )
        return applied

    def hours(self, batch_size: int) -> Iterator[Recalculation]:
        """Let open targets follow edited hours, a batch each time; so would the next tick (§5.5)."""
        planned = notice_changed_hours(self._sign_of_life())
        while recalculate(self._sign_of_life(), batch_size):
            continue
        for one in planned:
            one.refresh_from_db()
            yield one

    def open_cases(self, process_ids: Collection[int] | None, batch_size: int) -> Iterator[Moved]:
        """Move open cases to the published versions, a batch each time (§3.2)."""
        after = 0
        while moved := move_batch(
            process_ids, after=after, batch_size=batch_size, by=self._by, now=self._sign_of_life()
        ):
            after = moved.last
            yield moved

    def _sign_of_life(self) -> datetime:
        now = self._clock()
        still_applying(self._token, now)
        return now


@contextmanager
def turn(by: User | None, clock: Clock) -> Iterator[Turn]:
    """The only turn there is. `clock` is asked at each step. Raises AnotherApplies."""
    token = begin_apply(by, clock())
    try:
        yield Turn(by, clock, token)
    finally:
        end_apply(token)
