"""The board as a test asks for it: at a moment of its own, without a page around."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.http import QueryDict

from cases.queries.board.page import Board, read_board
from cases.queries.case_list import list_cases
from cases.queries.worklist.around import read_around
from cases.queries.worklist.wanted import read_wanted
from tests.factory import make_user


def a_supervisor() -> User:
    return User.objects.filter(username="sue").first() or make_user("sue", "Supervisors")


def board_at(now: datetime, query: str = "") -> Board:
    user = a_supervisor()
    around = read_around(user)
    wanted = read_wanted(QueryDict(query), around)
    assert wanted.problems == ()
    return read_board(wanted, around, user, now)


def listed_at(now: datetime, query: str) -> list[str]:
    """The subjects in the list that an address opens."""
    user = a_supervisor()
    around = read_around(user)
    wanted = read_wanted(QueryDict(query), around)
    assert wanted.problems == ()
    return [line.case.subject for line in list_cases(wanted, around, user, now).lines]


def subjects(board: Board) -> dict[str, list[str]]:
    """By lane."""
    return {lane.key: [card.case.subject for card in lane.cards] for lane in board.lanes}


def counts(board: Board) -> dict[str, int]:
    """By tile."""
    return {tile.key: tile.count or 0 for tile in board.tiles}
