"""The list that somebody came from: the way back keeps its filters, and “next case” goes by it.

The browser keeps it in two cookies: the list's address, and the cases that have been offered since.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LIST, OFFERED, BOARD = "list", "list_offered", "board"
LONGEST_ADDRESS = 1500
MOST_OFFERED = 200


def remember_list(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """From here on this is the list to go back to, and nothing of it has been offered yet."""
    query = request.GET.copy()
    query.pop("after", None)
    address = quote(query.urlencode())
    if len(address) <= LONGEST_ADDRESS:
        answer.set_cookie(LIST, address, samesite="Lax", httponly=True, secure=request.is_secure())
        answer.delete_cookie(OFFERED, samesite="Lax")
        answer.delete_cookie(BOARD, samesite="Lax")
    return answer


def remember_board(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """From a case the way goes back to the board, until a list is looked at."""
    address = quote(f"?{request.GET.urlencode()}")
    if len(address) <= LONGEST_ADDRESS:
        answer.set_cookie(BOARD, address, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer


def board_address(request: HttpRequest) -> str:
    """The board that the viewer came from, with its filters; nothing when it was a list."""
    query = unquote(request.COOKIES.get(BOARD, "")[:LONGEST_ADDRESS])
    return f"{reverse('cases:at-risk')}?{QueryDict(query[1:]).urlencode()}" if query else ""


def remembered_query(request: HttpRequest) -> QueryDict:
    """What stood in the address of that list; nothing when there was none."""
    return QueryDict(unquote(request.COOKIES.get(LIST, "")[:LONGEST_ADDRESS]))


def list_address(request: HttpRequest) -> str:
    query = remembered_query(request).urlencode()
    return f"{reverse('cases:list')}?{query}" if query else reverse("cases:list")


def way_back(request: HttpRequest) -> str:
    """Where a form says that it came from, else the list."""
    return given_address(request) or list_address(request)


def given_address(request: HttpRequest) -> str:
    """Where a form says that it came from; empty when that is no address of this desk."""
    given = request.POST.get("back", "")
    is_ours = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    return given if is_ours else ""


def offered(request: HttpRequest) -> list[int]:
    """Keys of the cases that were offered since the list was looked at."""
    keys = request.COOKIES.get(OFFERED, "").split("-")
    return [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 19][-MOST_OFFERED:]


def remember_offered(answer: HttpResponse, keys: list[int]) -> HttpResponse:
    last = dict.fromkeys(keys[-MOST_OFFERED:])
    answer.set_cookie(OFFERED, "-".join(map(str, last)), samesite="Lax", httponly=True)
    return answer
