"""A thing of Setup field by field, in words: to tell what a change changed, and whether somebody else did."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Field, ManyToManyField, Model
from django.utils.crypto import salted_hmac

State = dict[str, str]
Line = tuple[str, str, str]
SECRETS = ("password", "secret", "token", "headers")
LEFT_OUT = ("last_login", "date_joined", "is_staff")
LONGEST = 4000


def state_of(thing: Model, children: Iterable[str] = ()) -> State:
    """What stands in the database by label. `children` name the relations whose rows are a part of it."""
    state = {_label(field): _shown(thing, field) for field in _fields(thing)}
    for many in thing._meta.many_to_many:
        state[_label(many)] = ", ".join(sorted(str(one) for one in getattr(thing, many.name).all()))
    for relation in children:
        for row in getattr(thing, relation).all():
            about = f"{str(row._meta.verbose_name).capitalize()} {row}"
            state[_free(about, state)] = _row_in_words(row, type(thing))
    return state


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Line]:
    """What was, and what is; empty where it says nothing."""
    about = [*after, *(name for name in before if name not in after)]
    return [
        (name, before.get(name, ""), after.get(name, ""))
        for name in about
        if before.get(name, "") != after.get(name, "")
    ]


def _fields(thing: Model) -> list[Any]:
    return [
        field
        for field in thing._meta.concrete_fields
        if not field.auto_created and field.name not in LEFT_OUT and (field.editable or field.primary_key)
    ]


def _row_in_words(row: Model, owner: type[Model]) -> str:
    own = [field for field in _fields(row) if field.related_model is not owner]
    return "; ".join(f"{_label(field)}: {shown}" for field in own if (shown := _shown(row, field)))


def _free(about: str, state: State) -> str:
    """Two rows may be called the same."""
    number = 2
    name = about
    while name in state:
        name, number = f"{about} ({number})", number + 1
    return name


def _label(field: Field[Any, Any] | ManyToManyField[Any, Any]) -> str:
    words = str(field.verbose_name)
    return words[:1].upper() + words[1:]


def _shown(thing: Model, field: Any) -> str:
    value = getattr(thing, field.attname)
    if value in (None, "", [], {}):
        return ""
    if any(secret in field.name for secret in SECRETS):
        return f"hidden, mark {salted_hmac('setup audit', str(value)).hexdigest()[:8]}"
    if field.is_relation:
        return str(getattr(thing, field.name))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)[:LONGEST]
    return str(value)[:LONGEST]
