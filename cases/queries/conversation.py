"""What was said on a case, and what is to be done on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from cases.models import Case, Delivery, DeliveryKind, Message, MessageKind, Task
from cases.queries.places import Place

SHOWN = 40
MOST = 400


@dataclass(frozen=True, slots=True)
class Thread:
    """The latest first. `earlier` is where the next page begins, empty at the beginning of the conversation.

    `newest` is the key of the newest message that all sides see; `from_top` whether the thread begins here.
    """

    messages: list[Message]
    earlier: str
    newest: int
    from_top: bool

    @property
    def oldest(self) -> str:
        """The place of the last message shown."""
        return str(Place(self.messages[-1].at, self.messages[-1].pk)) if self.messages else ""

    @property
    def is_whole(self) -> bool:
        """Whether the beginning of the conversation is shown."""
        return not self.earlier


def thread_of(case: Case, before: str = "", down_to: str = "") -> Thread:
    """One page of it. `before` is what the page before it gave as `earlier`.

    `down_to` is the oldest message that the reader has on the screen: the page reaches at least as far.
    """
    place = Place.of(before)
    found = Message.objects.filter(case=case).order_by("-at", "-pk")
    if place is not None:
        found = found.filter(place.before())
    size = _size(found, Place.of(down_to)) if place is None else SHOWN
    wanted = found.select_related("author", "contact", "moved_from", "mail")
    wanted = wanted.prefetch_related("attachments", Prefetch("deliveries", _by_mail(), "by_mail"))
    page: list[Message] = list(wanted[: size + 1])
    shown = page[:size]
    public = (message.pk for message in shown if message.kind != MessageKind.NOTE)
    return Thread(
        messages=shown,
        earlier=str(Place(shown[-1].at, shown[-1].pk)) if len(page) > size else "",
        newest=max(public, default=0),
        from_top=place is None,
    )


def _by_mail() -> QuerySet[Delivery]:
    """How a reply's copies stand."""
    copies = Delivery.objects.filter(kind=DeliveryKind.REPLY).order_by("pk")
    return copies.only("message_id", "recipient", "state", "error", "done_at", "next_attempt_at")


def _size(found: QuerySet[Message], down_to: Place | None) -> int:
    if down_to is None:
        return SHOWN
    newer = found.exclude(down_to.before()).count()
    return min(max(newer, SHOWN), MOST)


def tasks_of(case: Case) -> QuerySet[Task]:
    """What is to be done first, then what is done."""
    return case.tasks.select_related("assigned_to").order_by("done_at", "due_at", "pk")
