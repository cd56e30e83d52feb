"""Saved views of the list, and what a user chose for it."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from cases.engine.evaluate import Refused
from cases.models import ListPreference, SavedView
from cases.operations.texts import check_text
from cases.roles import is_supervisor
from entitlements.models import Queue

LONGEST_NAME = SavedView._meta.get_field("name").max_length or 0
LONGEST_QUERY = SavedView._meta.get_field("query").max_length or 0


def queues_to_share_with(user: User) -> list[str]:
    """A supervisor shares with everyone's queues, an agent with those that they work."""
    queues = Queue.objects.all() if is_supervisor(user) else Queue.objects.filter(members=user)
    return list(queues.values_list("name", flat=True))


def save_view(user: User, *, name: str, query: str, audience: str) -> SavedView:
    """Save what stands in the list's address under a name. `audience` is me, everyone, or queue:NAME.

    Only supervisors share with everyone, and with queues that they do not work. Raises Refused.
    """
    name, queue = name.strip(), audience.partition("queue:")[2]
    if not name:
        raise Refused("A view needs a name.")
    check_text("name", name, LONGEST_NAME)
    check_text("address", query, LONGEST_QUERY)
    if audience == SavedView.Audience.EVERYONE and not is_supervisor(user):
        raise Refused("Only supervisors share views with everyone.")
    if queue and queue not in queues_to_share_with(user):
        raise Refused(f"You cannot share a view with the queue “{queue}”.")
    kind = SavedView.Audience.QUEUE if queue else audience
    if kind not in SavedView.Audience.values or (kind == SavedView.Audience.QUEUE and not queue):
        raise Refused("Say for whom the view is.")
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                owner=user, name=name, query=query, audience=kind, queue_id=queue or None
            )
    except IntegrityError:
        raise Refused(f"You have a view “{name}” already.") from None


def change_view(user: User, view_id: int, *, query: str) -> None:
    """Let it show something else. Raises Refused for another's view."""
    check_text("address", query, LONGEST_QUERY)
    if not SavedView.objects.filter(pk=view_id, owner=user).update(query=query):
        raise Refused("This view is not yours to change. Save it under a name of your own.")


def delete_view(user: User, view_id: int) -> None:
    """One's own; a supervisor also one that is shared. Raises Refused."""
    views = SavedView.objects.filter(pk=view_id)
    mine = views.filter(owner=user)
    if is_supervisor(user):
        mine |= views.exclude(audience=SavedView.Audience.ME)
    if not mine.delete()[0]:
        raise Refused("This view is not yours to delete.")


def begin_with_view(user: User, view_id: int | None) -> None:
    """What a bare list shows from now on; None: all open cases."""
    ListPreference.objects.update_or_create(user=user, defaults={"default_view_id": view_id})


def choose_columns(user: User, columns: Iterable[str]) -> None:
    """Kept for the user; none: the usual ones."""
    ListPreference.objects.update_or_create(user=user, defaults={"columns": ",".join(columns)})
