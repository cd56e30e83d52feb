"""What stands around the list, in one query: people, queues, names to filter by, views, choices."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, Trim

from cases.models import ListPreference, SavedView
from cases.queries.people import ROLES, Choices
from entitlements.core.definition import Organisation
from entitlements.models import ConfigurationRevision, EntitlementProcess, Milestone, Queue
from entitlements.models.compiled import compiled_at

Row = tuple[str, str, str, str, str]
TEXT = CharField()
NOTHING = Value("", TEXT)


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view: its address, who sees it (“me”, “everyone” or a queue), whether it is the user's own."""

    key: int
    name: str
    query: str
    shown_to: str
    is_mine: bool
    is_default: bool


@dataclass(frozen=True, slots=True)
class Around:
    """`own_queues` are those that the user works; `columns` those that they chose, empty: never."""

    queues: Choices
    own_queues: list[str]
    people: Choices
    keys_of_people: dict[str, int]
    processes: list[str]
    milestones: list[str]
    views: list[ViewLink]
    columns: tuple[str, ...]
    organisation: Organisation

    @property
    def default_view(self) -> ViewLink | None:
        return next((view for view in self.views if view.is_default), None)


def read_around(user: User) -> Around:
    """In one query."""
    found: dict[str, list[Row]] = defaultdict(list)
    rows: list[Row] = list(_people().union(*_others(user)))
    for row in sorted(rows, key=lambda row: (row[2] or row[1]).casefold()):
        found[row[0]].append(row)
    chosen = found["preference"][0] if found["preference"] else ("", "", "", "", "")
    token = found["revision"][0][1] if found["revision"] else ""
    return Around(
        queues=[(row[1], row[1]) for row in found["queue"]],
        own_queues=[row[1] for row in found["own queue"]],
        people=[(row[1], row[2] or row[1]) for row in found["person"]],
        keys_of_people={row[1]: int(row[3]) for row in found["person"]},
        processes=[row[1] for row in found["process"]],
        milestones=[row[1] for row in found["milestone"]],
        views=[_view(row, user, chosen[1]) for row in found["view"]],
        columns=tuple(chosen[3].split(",")) if chosen[3] else (),
        organisation=compiled_at(uuid.UUID(token) if token else None).organisation,
    )


def views_shown_to(user: User) -> QuerySet[SavedView]:
    """The user's own, those of a queue of theirs, and those for everyone."""
    of_queue = Q(audience=SavedView.Audience.QUEUE, queue__in=user.queues.all())
    return SavedView.objects.filter(Q(owner=user) | Q(audience=SavedView.Audience.EVERYONE) | of_queue)


def _view(row: Row, user: User, default: str) -> ViewLink:
    _, key, name, query, note = row
    owner, audience, queue = note.split(" ", 2)
    return ViewLink(int(key), name, query, queue or audience, owner == str(user.pk), key == default)


def _people() -> QuerySet:
    with_role = Q(groups__name__in=ROLES) | Q(is_superuser=True)
    name = Trim(Concat("first_name", Value(" "), "last_name"))
    people = User.objects.filter(with_role, is_active=True)
    return _rows(people, "person", F("username"), name, Cast("pk", TEXT))


def _others(user: User) -> list[QuerySet]:
    shown_to = Concat(
        Cast("owner_id", TEXT), Value(" "), "audience", Value(" "), "queue_id", output_field=TEXT
    )
    preference = ListPreference.objects.filter(user=user)
    default = Coalesce(Cast("default_view_id", TEXT), NOTHING)
    return [
        _rows(Queue.objects.all(), "queue", F("name")),
        _rows(Queue.objects.filter(members=user), "own queue", F("name")),
        _rows(EntitlementProcess.objects.all(), "process", F("name")),
        _rows(Milestone.objects.all(), "milestone", F("name")),
        _rows(views_shown_to(user), "view", Cast("pk", TEXT), F("name"), F("query"), shown_to),
        _rows(preference, "preference", default, NOTHING, F("columns")),
        _rows(ConfigurationRevision.objects.all(), "revision", Cast("token", TEXT)),
    ]


def _rows(
    rows: QuerySet,
    kind: str,
    key: Combinable,
    label: Combinable = NOTHING,
    extra: Combinable = NOTHING,
    note: Combinable = NOTHING,
) -> QuerySet:
    return rows.order_by().values_list(Value(kind, TEXT), key, label, extra, note)
