"""Words → cases. Every word must stand somewhere on the case: number, subject, account, contact, or what was
written. Where, they need not agree.

PostgreSQL looks into its indexes: parts of words (trigrams) in number, subject and names; whole words, or
their beginnings, in descriptions and messages. SQLite reads with LIKE: parts of words are found everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, Q, QuerySet, Value

from cases.models import Case, Message
from cases.models.case import CaseQuerySet

MOST_TERMS = 6
_TERM = re.compile(r'"([^"]+)"|(\S+)')


def terms_of(words: str) -> list[str]:
    """The words one by one; what stands in quotation marks together."""
    found = [(quoted or word).strip('" ') for quoted, word in _TERM.findall(words)]
    return [term for term in found if term][:MOST_TERMS]


def containing(cases: CaseQuerySet, words: str) -> CaseQuerySet:
    """Cases on which every term stands. No term, no condition."""
    for term in terms_of(words):
        first, *others = places_of(term)
        cases = cases.filter(pk__in=first.union(*others, all=True))
    return cases


def places_of(term: str) -> Sequence[QuerySet]:
    """Keys of the cases with the term, place by place; each has an index of its own."""
    everything = Case.objects.order_by()
    places: list[QuerySet] = [
        everything.filter(Q(number__icontains=term)),
        everything.filter(Q(subject__icontains=term)),
        everything.filter(Q(account__name__icontains=term)),
        everything.filter(Q(contact__name__icontains=term)),
        everything.filter(_written("description", term)),
    ]
    messages = Message.objects.order_by().filter(_written("body", term))
    return [*(place.values_list("pk") for place in places), messages.values_list("case_id")]


def _written(field: str, term: str) -> Q | Expression:
    if connection.vendor != "postgresql":
        return Q(**{f"{field}__icontains": term})
    return Holds(_Words(F(field)), _Wish(Value(term)))


class _Words(Func):
    """The words of a text, exactly as the index has them (migration `search`)."""

    template = "to_tsvector('english', left(%(expressions)s, 100000))"


class _Wish(Func):
    """A term as PostgreSQL looks for it: beginnings of words, words in quotation marks in their order."""

    template = "to_tsquery('english', %(expressions)s)"

    def __init__(self, term: Value) -> None:
        escaped = str(term.value).replace("\\", "\\\\").replace("'", "''")
        super().__init__(Value(f"'{escaped}':*"))


class Holds(Func):
    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True
