"""Who follows a case, and who could; read together with whom it can belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Case as Choice
from django.db.models import QuerySet, Value, When
from django.db.models.functions import Cast

from cases.models import Case, CaseFollower
from cases.models.visibility import those_who_see
from cases.queries.people import TEXT, Hands, Row, hands_in, rows_of_people, rows_of_queues, whole_name


@dataclass(frozen=True, slots=True)
class Follower:
    """`sees` is false where they may not see the case any more: they are told nothing of it."""

    username: str
    name: str
    role: str
    sees: bool


@dataclass(frozen=True, slots=True)
class Team:
    """In the order in which they came; `others` are the names of who else may see the case."""

    followers: list[Follower]
    others: list[str]
    is_followed: bool


def read_hands_and_team(case: Case, user: User) -> tuple[Hands, Team]:
    """In one query. The team is as `user` sees it."""
    sees = Choice(When(those_who_see(case.queue_id, case.owner_id), then=Value("yes")), default=Value(""))
    rows: list[Row] = list(rows_of_people(sees).union(rows_of_queues(), _followers(case)))
    return hands_in(rows), _team(rows, user)


def _followers(case: Case) -> QuerySet[CaseFollower, Row]:
    rows = CaseFollower.objects.filter(case=case).order_by()
    return rows.values_list(
        Value("follower", TEXT), "user__username", whole_name("user__"), "role", Cast("pk", TEXT)
    )


def _team(rows: Sequence[Row], user: User) -> Team:
    seeing = {row[1]: row[2] or row[1] for row in rows if row[0] == "person" and row[3]}
    team = sorted((row for row in rows if row[0] == "follower"), key=lambda row: int(row[4]))
    inside = {row[1] for row in team}
    others = {key: name for key, name in seeing.items() if key not in inside}
    alike = Counter(name.casefold() for name in seeing.values())
    return Team(
        followers=[Follower(row[1], row[2] or row[1], row[3], row[1] in seeing) for row in team],
        others=sorted(
            (key if alike[name.casefold()] > 1 else name for key, name in others.items()), key=str.casefold
        ),
        is_followed=user.get_username() in inside,
    )
