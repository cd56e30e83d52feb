"""Now, as lists and the board look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import User

from cases.queries.business_days import closes_of_business, next_midnight
from entitlements.models.compiled import compiled


@dataclass(frozen=True)
class Moment:
    """Now, the end of the viewer's day, and who looks.

    `milestones` are those by whose targets a case is late or due; empty: by the nearest of any.
    """

    now: datetime
    midnight: datetime
    user: User
    milestones: tuple[str, ...] = ()

    @classmethod
    def at(cls, now: datetime, user: User) -> Moment:
        return cls(now, next_midnight(now), user)

    def of(self, milestones: tuple[str, ...]) -> Moment:
        """The same, by the targets of these milestones alone."""
        return replace(self, milestones=milestones)

    @cached_property
    def milestone_keys(self) -> list[int]:
        """Of `milestones`, in the database."""
        known = compiled().milestone_ids
        return [known[name] for name in self.milestones if name in known]

    @cached_property
    def closes(self) -> tuple[datetime, datetime]:
        """The close of business, and that of the next business day, in the organisation's default hours."""
        return closes_of_business(compiled().default_hours, self.now)
