"""What tells whether the tracker that a browser shows is still what the server would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.models import Case, Delivery, DeliveryState, Draft, seen_by
from entitlements.models import ConfigurationRevision


class Seen(NamedTuple):
    """`others_write`: whether somebody else is writing on the case at this moment."""

    tag: str
    others_write: bool


def read_tag(number: str, user: User, now: datetime) -> Seen:
    """The tag of a case's tracker: it is asked often. Raises Case.DoesNotExist.

    One light query; one more only where there are drafts at all.
    """
    *found, has_drafts = _FACTS.filter(seen_by(user)).get(number=number)
    return Seen(_tag(found, now), has_drafts and _others_write(number, user, now))


def _others_write(number: str, user: User, now: datetime) -> bool:
    others = Draft.objects.being_written(now).exclude(user=user)
    return others.filter(case__number=number).exists()


def tag_of(case: Case, deliveries: Iterable[str], now: datetime) -> str:
    """The same of a case that was read with everything else; `deliveries` are the states of its triggers'."""
    states = Counter(deliveries)
    revision_of_setup = case.revision_of_setup  # type: ignore[attr-defined]
    waiting, dead = states[DeliveryState.WAITING], states[DeliveryState.DEAD]
    return _tag((case.revision, waiting, dead, revision_of_setup), now)


def _tag(facts: Sequence[object], now: datetime) -> str:
    """Changes whenever the tracker would say something else than the browser can tell by itself."""
    return ".".join(map(str, (*facts, f"{timezone.localtime(now):%Y%m%d}")))


def _deliveries(state: DeliveryState) -> Coalesce:
    """How many of the deliveries of the case's triggers are in that state."""
    rows = Delivery.objects.filter(case=OuterRef("pk"), fired_trigger__isnull=False, state=state)
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count"), output_field=IntegerField()), 0)


_FACTS = Case.objects.annotate(
    waiting=_deliveries(DeliveryState.WAITING),
    dead=_deliveries(DeliveryState.DEAD),
    revision_of_setup=ConfigurationRevision.token_of_now(),
    has_drafts=Exists(Draft.objects.filter(case=OuterRef("pk"))),
).values_list("revision", "waiting", "dead", "revision_of_setup", "has_drafts")
