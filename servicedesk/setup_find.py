"""Quick Find: the pages of Setup, and what is configured, by what was typed of its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import Case, CharField, IntegerField, Model, QuerySet, Value, When
from django.db.models.functions import Cast, Lower
from django.urls import reverse

MOST = 12
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A thing of Setup: what it is, what it is called, and its page."""

    kind: str
    name: str
    address: str


def things_named(wanted: str, admins: Iterable[Any]) -> list[Found]:
    """Things with this in their name, those first that begin so. In one query; none for a single letter.

    `admins` are Setup's pages: those whose things have names say by which field they are found.
    """
    typed = wanted.replace("\x00", "").strip()
    if len(typed) < SHORTEST:
        return []
    by_model = {one.model._meta.label_lower: one for one in admins if getattr(one, "found_by", "")}
    parts = [_named(one.model, one.found_by, typed) for one in by_model.values()]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by("rank", "folded")[:MOST]
    return [_found(by_model[model], key, called) for model, key, called, *_ in rows]


def _named(model: type[Model], name: str, typed: str) -> QuerySet[Any, Any]:
    begins = When(**{f"{name}__istartswith": typed}, then=Value(0))
    found = model._default_manager.order_by().filter(**{f"{name}__icontains": typed})
    return found.annotate(
        table=Value(model._meta.label_lower, CharField()),
        thing=Cast("pk", CharField()),
        called=Cast(name, CharField()),
        folded=Lower(name),
        rank=Case(begins, default=Value(1), output_field=IntegerField()),
    ).values_list("table", "thing", "called", "rank", "folded")


def _found(admin: Any, key: str, called: str) -> Found:
    address = f"admin:{admin.opts.app_label}_{admin.opts.model_name}_change"
    return Found(admin.label, called, reverse(address, args=[quote(key)]))
