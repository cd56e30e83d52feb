"""Words → cases. Every word must stand somewhere on the case: number, subject, account, contact, or what was
written. Where, they need not agree.

PostgreSQL looks into its indexes: parts of words (trigrams) in number, subject and names; whole words, or
their beginnings, in descriptions and messages. SQLite reads with LIKE: parts of words are found everywhere.
A word of one or two characters is looked for as a whole word: as a part it stands almost everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Upper
from django.db.models.lookups import Regex

from cases.models import Case, CaseNumber, Message
from cases.models.case import CaseQuerySet
from entitlements.models import Account, Contact

MOST_TERMS = 6
SHORT = 2
FEW = 2_000
"""As many keys of one place are put into the question itself, so that PostgreSQL sees how many there are."""

_TERM = re.compile(r'"([^"]+)"|(\S+)')
_EDGE = r"""[] !"#$%&'()*+,./:;<=>?@[\\^_`{|}~""" + "\N{NO-BREAK SPACE}¡¿«»‹›„“”‚‘’…–—-]"
"""What stands between words. Each by itself: of a class such as “no letter” trigrams know nothing."""

Place = tuple[str, QuerySet]


def terms_of(words: str) -> list[str]:
    """The words one by one; what stands in quotation marks together."""
    found = [(quoted or word).strip('" ') for quoted, word in _TERM.findall(words)]
    return [term for term in found if term][:MOST_TERMS]


def containing(cases: CaseQuerySet, words: str) -> CaseQuerySet:
    """Cases on which every term stands. No term, no condition. On PostgreSQL it asks one query beforehand."""
    for term, places in _found_keys({term: places_of(term) for term in terms_of(words)}).items():
        cases = cases.filter(Q(*places, on_the_case(term), _connector=Q.OR))
    return cases


def on_the_case(term: str) -> Q:
    """That it stands in the subject or in the number. A word without a digit is in no number."""
    stands = _in_name("subject", term)
    if not any(character.isdecimal() for character in term):
        return stands
    if len(term) > SHORT:
        return stands | Q(number__icontains=term)
    return stands | Q(number=CaseNumber.told(int(term))) if term.isdecimal() else stands


def places_of(term: str) -> Sequence[Place]:
    """Where else it can stand: how a case leads there, and the keys of what has it. Each has an index."""
    return (
        ("account__in", Account.objects.order_by().filter(_in_name("name", term)).values("pk")),
        ("contact__in", Contact.objects.order_by().filter(_in_name("name", term)).values("pk")),
        ("pk__in", Message.objects.order_by().filter(_written("body", term)).values("case_id")),
        ("pk__in", Case.objects.order_by().filter(_written("description", term)).values("pk")),
    )


def _found_keys(places: dict[str, Sequence[Place]]) -> dict[str, Sequence[tuple[str, Any]]]:
    """By term: the same places with the keys themselves where they are few, all in one query."""
    flat = [place for some in places.values() for place in some]
    if not flat or connection.vendor != "postgresql":
        return dict(places)
    asked = [
        keys.values_list(Value(number, IntegerField()), *keys.query.values_select)[: FEW + 1]
        for number, (_, keys) in enumerate(flat)
    ]
    found: list[set[int]] = [set() for _ in flat]
    counted = [0] * len(flat)
    for number, key in asked[0].union(*asked[1:], all=True):
        found[number].add(key)
        counted[number] += 1
    known = iter(
        (lookup, sorted(some) if count <= FEW else keys)
        for (lookup, keys), some, count in zip(flat, found, counted, strict=True)
    )
    return {term: [next(known) for _ in some] for term, some in places.items()}


def _in_name(field: str, term: str) -> Q:
    if len(term) > SHORT:
        return Q(**{f"{field}__icontains": term})
    literally = re.sub(r"(\W)", r"\\\1", term)
    if connection.vendor != "postgresql":
        return Q(**{f"{field}__iregex": rf"(?<!\w){literally}(?!\w)"})
    whole = Value(f"(^|{_EDGE}){literally}({_EDGE}|$)")
    return Q(Regex(Upper(F(field)), Upper(whole)))


def _written(field: str, term: str) -> Q | Expression:
    if connection.vendor != "postgresql":
        return _in_name(field, term)
    return Holds(_Words(F(field)), _Wish(term))


class _Words(Func):
    """The words of a text, exactly as the index has them (migration `search`)."""

    template = "to_tsvector('english', left(%(expressions)s, 100000))"


class _Wish(Func):
    """A term as PostgreSQL looks for it: beginnings of words, words in quotation marks in their order."""

    template = "to_tsquery('english', %(expressions)s)"

    def __init__(self, term: str) -> None:
        escaped = term.replace("\\", "\\\\").replace("'", "''")
        super().__init__(Value(f"'{escaped}':*" if len(term) > SHORT else f"'{escaped}'"))


class Holds(Func):
    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True
