"""The live configuration as the check of files takes it: drafts too, each entry with the thing it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from entitlements.as_code.export import written_holiday, written_hours, written_settings
from entitlements.as_code.export_process import written_process
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.normal import SECTIONS, Entry
from entitlements.as_code.normal_process import normal_process
from entitlements.as_code.normal_text import kept
from entitlements.as_code.places import Mistake, Place, YamlList, YamlMapping
from entitlements.models import (
    BusinessHours,
    CaseStatus,
    CustomField,
    EmailTemplate,
    EntitlementSettings,
    Holiday,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    Queue,
    VersionState,
    WebhookEndpoint,
)


class LiveConfiguration:
    """`config` has places, as a file has; `thing_at` tells which row of which table stands there.

    `unwritten` are faults of processes that cannot be written into a file at all.
    """

    def __init__(self) -> None:
        self._things: list[Model] = []
        self.unwritten: list[Mistake] = []
        recurrences = dict(Milestone.objects.values_list("name", "recurrence"))
        self.config = self.placed(
            {
                "settings": self._settings(),
                **self._names(),
                "holidays": self._entries("holidays", Holiday.objects.all(), written_holiday),
                "business_hours": self._entries(
                    "business_hours",
                    BusinessHours.objects.prefetch_related("windows", "holidays"),
                    written_hours,
                ),
                "entitlement_processes": self._processes(recurrences),
            },
            self.place_of(EntitlementSettings(pk=1)),
        )

    def place_of(self, thing: Model) -> Place:
        self._things.append(thing)
        return Place("", len(self._things), 1)

    def thing_at(self, place: Place) -> Model:
        return self._things[place.line - 1]

    def placed(self, value: Any, place: Place) -> Any:
        """The value with this place at each of its parts, but those that have theirs already."""
        if isinstance(value, YamlMapping | YamlList):
            return value
        if isinstance(value, Mapping):
            mapping = YamlMapping(place)
            for key, inner in value.items():
                given = self.placed(inner, place)
                mapping.put(str(key), given, place, getattr(given, "place", place))
            return mapping
        if isinstance(value, list | tuple):
            entries = YamlList(place)
            for inner in value:
                given = self.placed(inner, place)
                entries.put(given, getattr(given, "place", place))
            return entries
        return value.isoformat() if isinstance(value, date) else value

    def _settings(self) -> YamlMapping:
        """Each status with its own place."""
        settings = written_settings() or {}
        statuses = [
            self.placed(kept(**one), self.place_of(CaseStatus(name=one["name"])))
            for one in settings.get("statuses") or ()
        ]
        return self.placed(
            kept(**{**settings, "statuses": statuses}), self.place_of(EntitlementSettings(pk=1))
        )

    def _names(self) -> dict[str, Any]:
        """What criteria and actions may name."""
        queues = [{"name": queue.name} for queue in Queue.objects.all()]
        templates = list(EmailTemplate.objects.values("name", "subject", "body"))
        return {
            "custom_fields": list(CustomField.objects.values("key", "label", "type")),
            "queues": queues,
            "email_templates": templates,
            "webhook_endpoints": list(WebhookEndpoint.objects.values("name", "url")),
            "milestones": list(Milestone.objects.values("name")),
        }

    def _entries(
        self, section: str, rows: Iterable[Any], written: Callable[[Any], Entry]
    ) -> list[YamlMapping]:
        entry = SECTIONS[section].entry
        return [self.placed(entry(written(row)), self.place_of(row)) for row in rows]

    def _processes(self, recurrences: Mapping[str, str]) -> list[YamlMapping]:
        """The versions that new cases get or may get; a draft without milestones has only been begun."""
        found = []
        for version in versions():
            if not version.rows.all():
                continue
            place = self.place_of(version)
            try:
                entry = normal_process(written_process(version), recurrences)
            except ConfigurationError as fault:
                self.unwritten.append(Mistake(place, fault.message))
                continue
            rows = zip(entry["milestones"], version.rows.all(), strict=True)
            entry["milestones"] = [self._row(one, row) for one, row in rows]
            found.append(self.placed(entry, place))
        return found

    def _row(self, entry: Entry, row: ProcessMilestone) -> YamlMapping:
        triggers = [
            self.placed(one, self.place_of(trigger))
            for one, trigger in zip(entry.get("triggers", ()), row.triggers.all(), strict=True)
        ]
        return self.placed({**entry, **({"triggers": triggers} if triggers else {})}, self.place_of(row))


def versions() -> QuerySet[ProcessVersion]:
    """Drafts and published versions, with all that is written of them."""
    return (
        ProcessVersion.objects.exclude(state=VersionState.RETIRED)
        .select_related("process", "business_hours")
        .prefetch_related("rows__milestone", "rows__business_hours", "rows__triggers__actions")
    )
