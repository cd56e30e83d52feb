"""A field for criteria: rows of field, operator and value, or the expression that they stand for.

What the form yields is always the expression. Rows are offered wherever they can show it. Buttons within
the field (another row, remove this one, show as …) change the form and save nothing; they work as plain
submit buttons, and through htmx each replaces this field alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from entitlements.core.criteria import MOST_CONDITIONS, Criteria, written
from entitlements.core.criteria_reading import read_criteria
from entitlements.core.expressions import LONGEST, ExpressionError, Kind, Scope, compile_expression
from entitlements.forms.criteria_rows import Row, Rows, criteria_of, posted_rows, rows_of
from entitlements.forms.criteria_shown import marked, shown_rows
from entitlements.models.compiled import compiled
from entitlements.queries.case_fields import Fields, case_fields

ROWS, EXPRESSION = "rows", "expression"


@dataclass
class Written:
    """What was posted: `rows` when the form showed rows, and the expression as it was written or stood."""

    text: str = ""
    rows: Rows | None = None
    verb: str = ""


class CriteriaInput(forms.Widget):
    """`label` and `empty` (what holds when nothing is written) are for people."""

    def __init__(self, scope: Scope, label: str, empty: str, kind: Kind = Kind.CONDITION) -> None:
        super().__init__()
        self.scope = scope
        self.label = label
        self.empty = empty
        self.kind = kind
        self.fault: ExpressionError | None = None
        self.is_checked = False
        self._fields: Fields | None = None

    @property
    def fields(self) -> Fields:
        """Read when they are first asked for; a form may give several of its fields the same."""
        if self._fields is None:
            self._fields = case_fields(self.scope)
        return self._fields

    def use(self, fields: Fields) -> None:
        self._fields = fields

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Written:
        text = (data.get(name) or "").strip()
        verb = data.get(f"{name}-do", "")
        if data.get(f"{name}-as") != ROWS or not hasattr(data, "getlist"):
            return Written(text, verb=verb)
        return Written(text, posted_rows(data, name), verb)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-as" not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        rows, text = self.after_verb(value)
        problem = marked(self.fault) if self.fault and rows is None else None
        context = {
            "name": name,
            "id": (attrs or {}).get("id") or f"id_{name}",
            "label": self.label,
            "empty": self.empty,
            "text": text,
            "rows": shown_rows(rows, self.fields) if rows is not None else None,
            "posted": rows,
            "is_full": rows is not None and len(rows.rows) >= MOST_CONDITIONS,
            "problem": problem,
            "not_rows": isinstance(value, Written) and value.verb == ROWS and rows is None,
            "is_condition": self.kind is Kind.CONDITION,
        }
        return render_to_string("setup/_criteria.html", context)

    def criteria_in(self, text: str) -> Criteria | None:
        """The rows of a text, where there are such."""
        if self.kind is not Kind.CONDITION or len(text) > LONGEST:
            return None
        return read_criteria(text, {name: one.type for name, one in self.fields.items()})

    def after_verb(self, value: Any) -> tuple[Rows | None, str]:
        """The rows to show, or None for the expression; and the expression."""
        if not isinstance(value, Written):
            return self._as_rows(str(value or "")), str(value or "")
        rows, verb = value.rows, value.verb
        if rows is None:
            return self._as_rows(value.text) if verb == ROWS else None, value.text
        if verb == EXPRESSION:
            criteria = criteria_of(rows, self.fields)
            return (rows, value.text) if criteria is None else (None, self.text_of(criteria, value.text))
        if verb == "add":
            rows.rows.append(Row())
        elif verb.startswith("remove-") and verb[7:].isdecimal():
            del rows.rows[int(verb[7:]) : int(verb[7:]) + 1]
        elif self.is_checked:
            criteria_of(rows, self.fields)  # Each row says what is wrong with it.
        return rows, value.text

    def _as_rows(self, text: str) -> Rows | None:
        criteria = self.criteria_in(text)
        return None if criteria is None else rows_of(criteria, self.fields)

    def text_of(self, criteria: Criteria, before: str) -> str:
        """The expression of rows: as it stood before where it says the same."""
        return before if self.criteria_in(before) == criteria else written(criteria)


class CriteriaField(forms.CharField):
    """An expression that is checked with the place marked. `kind` is what it must yield."""

    widget: CriteriaInput

    def __init__(
        self, scope: Scope, *, label: str, empty: str = "", kind: Kind = Kind.CONDITION, **kwargs: Any
    ) -> None:
        own = CriteriaInput(scope, label, empty, kind)
        super().__init__(max_length=LONGEST, required=False, label=label, widget=own, **kwargs)

    def clean(self, value: Any) -> str:
        self.widget.is_checked = True
        posted = value if isinstance(value, Written) else Written(str(value or ""))
        text = posted.text if posted.rows is None else self._of_rows(posted.rows, posted.text)
        text = super().clean(text)
        if text:
            self._check(text)
        return text

    def _of_rows(self, rows: Rows, before: str) -> str:
        criteria = criteria_of(rows, self.widget.fields)
        if criteria is None:
            raise ValidationError(rows.faults)
        return self.widget.text_of(criteria, before)

    def _check(self, text: str) -> None:
        try:
            compile_expression(text, self.widget.kind, self.widget.scope, compiled().custom_fields)
        except ExpressionError as fault:
            self.widget.fault = fault
            raise ValidationError(str(fault)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or "") != self.clean(data)
        except ValidationError:
            return True


class HasCriteria(forms.BaseForm):
    """A form with such fields. While one is being edited by its own buttons nothing is checked or saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: dict[Scope, Any] = {scope: SimpleLazyObject(partial(case_fields, scope)) for scope in Scope}
        for one in self.fields.values():
            if isinstance(one, CriteriaField):
                one.widget.use(known[one.widget.scope])

    @property
    def is_being_edited(self) -> bool:
        names = [name for name, one in self.fields.items() if isinstance(one, CriteriaField)]
        return self.is_bound and any(f"{self.add_prefix(name)}-do" in self.data for name in names)

    def full_clean(self) -> None:
        if not self.is_being_edited:
            super().full_clean()
            return
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data: dict[str, Any] = {}

    def is_valid(self) -> bool:
        return not self.is_being_edited and super().is_valid()
