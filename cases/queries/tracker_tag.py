"""What tells whether the tracker that a browser shows is still what the server would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Case as Choice
from django.db.models import IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.models import Case, Delivery, DeliveryState, Draft, seen_by
from cases.models.draft import WRITES_FOR
from cases.queries.values_of_a_case import ValuesOfACase
from entitlements.models import ConfigurationRevision


class Seen(NamedTuple):
    """`others_write`: whether somebody else is writing on the case at this moment."""

    tag: str
    others_write: bool


def read_tag(number: str, user: User, now: datetime) -> Seen:
    """The tag of a case's tracker: it is asked often. Raises Case.DoesNotExist.

    One light query; one more only while somebody writes.
    """
    *found, drafted_at = _FACTS.of(number, seen_by(user))
    somebody_writes = drafted_at is not None and drafted_at > now - WRITES_FOR
    return Seen(_tag(found, now), somebody_writes and _others_write(number, user, now))


def _others_write(number: str, user: User, now: datetime) -> bool:
    others = Draft.objects.being_written(now).exclude(user=user)
    return others.filter(case__number=number).exists()


def tag_of(case: Case, deliveries: Iterable[str], now: datetime) -> str:
    """The same of a case that was read with everything else; `deliveries` are the states of its triggers'."""
    states = Counter(deliveries)
    unsettled = states[DeliveryState.WAITING] + states[DeliveryState.DEAD] * DEAD_COUNTS
    revision_of_setup = case.revision_of_setup  # type: ignore[attr-defined]
    return _tag((case.revision, unsettled, revision_of_setup), now)


def _tag(facts: Sequence[object], now: datetime) -> str:
    """Changes whenever the tracker would say something else than the browser can tell by itself."""
    return ".".join(map(str, (*facts, f"{timezone.localtime(now):%Y%m%d}")))


DEAD_COUNTS = 1_000_000
"""As many waiting deliveries weigh a dead one: one number tells how many there are of each."""


def _unsettled() -> Coalesce:
    """Deliveries of the case's triggers that wait or are dead."""
    states = (DeliveryState.WAITING, DeliveryState.DEAD)
    rows = Delivery.objects.filter(case=OuterRef("pk"), fired_trigger__isnull=False, state__in=states)
    weight = Choice(When(state=DeliveryState.WAITING, then=1), default=DEAD_COUNTS)
    summed = rows.order_by().annotate(all=Value(1)).values("all").annotate(sum=Sum(weight))
    return Coalesce(Subquery(summed.values("sum"), output_field=IntegerField()), 0)


_FACTS = ValuesOfACase(
    Case.objects.annotate(
        unsettled=_unsettled(),
        revision_of_setup=ConfigurationRevision.token_of_now(),
    ).values_list("revision", "unsettled", "revision_of_setup", "drafted_at")
)
