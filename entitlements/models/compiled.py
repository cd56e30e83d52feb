"""The configuration as the engine takes it, compiled once for each revision of Setup."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from functools import cached_property

from entitlements.core.calendar import ALWAYS, Timeline
from entitlements.core.definition import NO_PROCESS, Organisation, Process
from entitlements.core.definition import ProcessMilestone as RowValue
from entitlements.core.escalation_rule import EscalationRule as RuleValue
from entitlements.core.expressions import CustomFields
from entitlements.models.auto_apply import AutoApplyRule
from entitlements.models.base import ConfigurationRevision
from entitlements.models.escalation import EscalationLadder, EscalationRule
from entitlements.models.hours import BusinessHours
from entitlements.models.milestone import Milestone
from entitlements.models.process import EntitlementProcess, ProcessMilestone, ProcessVersion
from entitlements.models.settings import EntitlementSettings, read_custom_fields, read_organisation
from entitlements.models.webhook_endpoint import WebhookEndpoint


@dataclass
class Compiled:
    """Everything of one revision, read when it is first asked for."""

    token: uuid.UUID | None
    _definitions: dict[int, Process] = field(default_factory=dict)
    _rows: dict[int, RowValue] = field(default_factory=dict)
    _hours: dict[int, Timeline] = field(default_factory=dict)

    @cached_property
    def organisation(self) -> Organisation:
        return read_organisation()

    @cached_property
    def custom_fields(self) -> CustomFields:
        return read_custom_fields()

    @cached_property
    def no_process(self) -> Process:
        """Of cases that nothing was promised: they have custom fields all the same."""
        return replace(NO_PROCESS, custom=self.custom_fields)

    def definition(self, version_id: int | None) -> Process:
        """A version's definition; a process without milestones where there is no version."""
        if version_id is None:
            return self.no_process
        if version_id not in self._definitions:
            version = ProcessVersion.objects.select_related("process", "business_hours").get(pk=version_id)
            definition = version.definition(self.custom_fields)
            self._definitions[version_id] = definition
            self._rows.update({int(row.key): row for row in definition.rows})
        return self._definitions[version_id]

    def row(self, row_id: int) -> RowValue:
        """A process milestone of any version, by its key in the database."""
        if row_id not in self._rows:
            self.definition(ProcessMilestone.objects.values_list("version_id", flat=True).get(pk=row_id))
        return self._rows[row_id]

    def hours(self, business_hours_id: int | None) -> Timeline:
        """The timeline of business hours; the organisation's default where none is named."""
        if business_hours_id is None:
            return self.default_hours
        if business_hours_id not in self._hours:
            self._hours[business_hours_id] = BusinessHours.objects.get(pk=business_hours_id).timeline()
        return self._hours[business_hours_id]

    @cached_property
    def escalation_rule(self) -> RuleValue | None:
        """The active one, if there is one."""
        active = EscalationRule.objects.filter(is_active=True).first()
        return active.value(self.custom_fields) if active else None

    @cached_property
    def ladders(self) -> dict[str, EscalationLadder]:
        """Escalation ladders by name, with their levels."""
        return {one.name: one for one in EscalationLadder.objects.prefetch_related("levels")}

    @cached_property
    def milestone_ids(self) -> dict[str, int]:
        """Milestones by name."""
        return dict(Milestone.objects.values_list("name", "pk"))

    @cached_property
    def auto_apply(self) -> tuple[AutoApplyRule, ...]:
        """The active rules in order, with the products of their templates."""
        rules = AutoApplyRule.objects.filter(is_active=True)
        related = rules.select_related("process", "template__process")
        return tuple(related.prefetch_related("template__products"))

    @cached_property
    def active_processes(self) -> frozenset[int]:
        """The keys of the entitlement processes that cases may enter."""
        return frozenset(EntitlementProcess.objects.filter(is_active=True).values_list("pk", flat=True))

    @cached_property
    def subscriptions(self) -> dict[str, list[str]]:
        """The active webhook endpoints that hear of each event."""
        heard: dict[str, list[str]] = {}
        for name, events in WebhookEndpoint.objects.filter(is_active=True).values_list("name", "events"):
            for event in events:
                heard.setdefault(event, []).append(name)
        return heard

    @cached_property
    def alerts(self) -> tuple[Timeline, int]:
        """Within which hours warnings are mailed, and for how many minutes they are collected."""
        row = EntitlementSettings.objects.select_related("warning_hours").filter(pk=1).first()
        hours = row.warning_hours.timeline() if row and row.warning_hours else ALWAYS
        return hours, row.digest_minutes if row else 0

    @cached_property
    def default_hours(self) -> Timeline:
        default = BusinessHours.objects.filter(is_default=True).first()
        return default.timeline() if default else ALWAYS


_latest = Compiled(token=None)


def compiled() -> Compiled:
    """The current configuration. One small query; more only after a change of Setup."""
    return compiled_at(ConfigurationRevision.current())


def compiled_at(token: uuid.UUID | None) -> Compiled:
    """The configuration at a revision that has just been read: `compiled` without its query."""
    global _latest
    if token is None:
        return Compiled(token=None)
    if _latest.token != token:
        _latest = Compiled(token=token)
    return _latest
