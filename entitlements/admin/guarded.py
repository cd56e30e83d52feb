"""Two people at one page of Setup: the second is told what the first changed, and loses nothing.

A form carries what its page showed. Where the database says something else by the time of the save, nothing
is saved: the page comes back with what was typed and what the other one did. Saving once more saves over it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.db.models import Model, Q
from django.http import HttpRequest

from entitlements.models import SetupChange
from entitlements.queries.setup_state import Line, State, differences

SHOWN = "_shown"
SALT = "setup page"


class Conflict:
    """What somebody else changed since the page was shown."""

    def __init__(self, thing: Model, lines: list[Line]) -> None:
        self.lines = lines
        opts = thing._meta
        latest = SetupChange.objects.filter(model=opts.label_lower, key=str(thing.pk)).first()
        self.by = latest.by_name if latest else ""
        self.at = latest.at if latest else None


def seal(state: State) -> str:
    """What a page shows, for the form to bring back."""
    return signing.dumps(state, salt=SALT, compress=True)


def conflict_in(request: HttpRequest, thing: Model, now_is: State) -> Conflict | None:
    """None as well where the form does not say what it showed, or says something that we never wrote."""
    try:
        shown: State = signing.loads(request.POST.get(SHOWN, ""), salt=SALT)
    except signing.BadSignature:
        return None
    lines = differences(shown, now_is)
    return Conflict(thing, lines) if lines else None


def guarded(form: type[forms.BaseForm], request: HttpRequest) -> type[forms.BaseForm]:
    """The form, which is not valid while there is a conflict, and offers only what is active."""

    class Guarded(form):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for name, field in self.fields.items():
                offer_active(field, self.get_initial_for_field(field, name))

        def clean(self) -> Any:
            cleaned = super().clean()
            conflict: Conflict | None = getattr(request, "setup_conflict", None)
            if conflict is not None:
                self.add_error(None, "Somebody else has changed this meanwhile. Nothing has been saved yet.")
            return cleaned

    return type(form.__name__, (Guarded,), {})


def offer_active(field: Any, chosen: Any) -> None:
    """What is no longer active is not offered, but stays where it was chosen before."""
    queryset = getattr(field, "queryset", None)
    if queryset is None or not any(one.name == "is_active" for one in queryset.model._meta.fields):
        return
    given = chosen if isinstance(chosen, list | tuple) else [chosen]
    keys = [getattr(one, "pk", one) for one in given if one]
    by = field.to_field_name or "pk"
    field.queryset = queryset.filter(Q(is_active=True) | Q(**{f"{by}__in": keys}))
