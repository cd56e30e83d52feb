"""What is tried: processes and settings of a configuration file, or of one version of Setup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from entitlements.as_code.keys import each
from entitlements.as_code.read import read_configuration
from entitlements.core.calendar import Timeline, compile_hours
from entitlements.core.definition import NO_PROCESS, Organisation, Process, Status
from entitlements.core.expressions import CustomFields
from entitlements.models import BusinessHours, ProcessVersion
from entitlements.models.compiled import Compiled, compiled


class NoSuchProcess(Exception):
    """The draft has no process of that name. `str()` says which it has."""


@dataclass(frozen=True)
class Draft:
    """`priorities` are in order, the least urgent first.

    `only` is the process that every case is to run; without it each runs the one of its own process's name.
    `hours` are the business hours that the draft has itself, by name.
    """

    organisation: Organisation
    processes: Mapping[str, Process]
    priorities: Sequence[str]
    desk: Compiled
    custom: CustomFields
    hours: Mapping[str, Timeline] = field(default_factory=dict)
    default_hours: Timeline | None = None
    only: str = ""

    def process(self, followed: str) -> Process | None:
        """What a case runs that followed a process of this name; it may have followed none for a while."""
        if not followed:
            return replace(NO_PROCESS, custom=self.custom)
        return self.processes.get(self.only or followed)

    def hours_of_case(self, named: BusinessHours | None) -> Timeline:
        """The draft's hours of the name that the case's own have, else the desk's; or the default ones."""
        if named is None:
            return self.default_hours or self.desk.default_hours
        return self.hours.get(named.name) or self.desk.hours(named.pk)

    def running(self, name: str) -> Draft:
        """The same with this process for every case. Raises NoSuchProcess."""
        if name not in self.processes:
            known = ", ".join(self.processes) or "none at all"
            raise NoSuchProcess(f"The draft has no entitlement process “{name}”; it has: {known}.")
        return replace(self, only=name)


def draft_of_file(given: Mapping[str, Any], more: Mapping[str, str], statuses: Sequence[Status]) -> Draft:
    """A configuration as YAML gives it; what its settings leave out is as it is at the desk.

    `more` are custom fields beside the desk's, `statuses` those that past cases had and neither knows.
    Raises ConfigurationError.
    """
    desk = compiled()
    own_fields = each(given, "custom_fields", lambda one: (one["key"], one.get("type", "text")))
    custom = tuple({**more, **dict(desk.custom_fields), **dict(own_fields)}.items())
    read = read_configuration(given, custom)
    settings = given.get("settings") or {}
    own = read.organisation
    return Draft(
        organisation=_organisation(settings, own, desk.organisation, statuses),
        processes=read.processes,
        priorities=own.priorities or desk.organisation.priorities,
        desk=desk,
        custom=custom,
        hours={name: compile_hours(hours) for name, hours in read.hours.items()},
        default_hours=read.default_hours if _names_default_hours(given) else None,
    )


def draft_of_version(version: ProcessVersion) -> Draft:
    """One version of a process, at the desk as it is."""
    desk = compiled()
    return Draft(
        organisation=_without_choices(desk.organisation),
        processes={version.process.name: version.definition(desk.custom_fields)},
        priorities=desk.organisation.priorities,
        desk=desk,
        custom=desk.custom_fields,
    )


def _organisation(
    settings: Mapping[str, Any], own: Organisation, desk: Organisation, more: Sequence[Status]
) -> Organisation:
    named = own.statuses if settings.get("statuses") or not desk.statuses else desk.statuses
    known = {status.name for status in named}
    extra: dict[str, Status] = {}
    for status in (*desk.statuses, *more):
        if status.name not in known:
            extra.setdefault(status.name, replace(status, default=False))
    pausing = own if "allow_pausing" in settings else desk
    return _without_choices(
        replace(own, allow_pausing=pausing.allow_pausing, statuses=(*named, *extra.values()))
    )


def _without_choices(organisation: Organisation) -> Organisation:
    """What a case has had it has had: priorities, stages and queues are not held against a list."""
    return replace(organisation, stages=(), priorities=(), queues=())


def _names_default_hours(given: Mapping[str, Any]) -> bool:
    return any(one.get("default") for one in given.get("business_hours") or ())
