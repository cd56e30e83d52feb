"""Rotas: who is on duty for a queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import models

from entitlements.core.calendar import ALWAYS
from entitlements.core.hours import MINUTES_A_DAY, HoursError, Window
from entitlements.core.rota import Rota as RotaValue
from entitlements.core.rota import Shift, Substitution
from entitlements.models.base import ConfigurationModel
from entitlements.models.hours import BusinessHours, Weekday
from entitlements.models.queue import Queue


class Rota(ConfigurationModel):
    """Of one queue. People are meant by their users' names, as in actions: who has gone leaves a gap."""

    queue = models.OneToOneField(Queue, on_delete=models.CASCADE, related_name="rota")
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text="An IANA name such as Europe/Berlin."
    )
    covered = models.ForeignKey(
        BusinessHours,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="to be covered",
        help_text="When somebody is to be on duty: only then nobody is a gap. Empty: day and night.",
    )

    class Meta:
        ordering = ["queue"]

    def __str__(self) -> str:
        return f"Rota of {self.queue_id}"

    def value(self) -> RotaValue:
        """As the core takes it. Raises HoursError."""
        return replace(self.shifts_value(), covered=self.covered.timeline() if self.covered else ALWAYS)

    def shifts_value(self) -> RotaValue:
        """The same for whoever asks only who is on duty: what is to be covered is not read."""
        return RotaValue(
            self.queue_id,
            self.time_zone,
            tuple(shift.value() for shift in self.shifts.all()),
            tuple(one.value() for one in self.substitutions.all()),
        )


class RotaShift(ConfigurationModel):
    """A person's window of every week. One that ends at or before it starts runs past midnight."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="shifts")
    person = models.CharField(max_length=150)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts_at = models.TimeField()
    ends_at = models.TimeField(help_text="00:00 ends at midnight.")

    class Meta:
        ordering = ["weekday", "starts_at", "person"]
        verbose_name = "shift"
        constraints = [
            models.UniqueConstraint(
                fields=["rota", "person", "weekday", "starts_at"], name="one_shift_a_person_and_start"
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="shift_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_weekday_display()} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"

    def clean(self) -> None:
        if self.starts_at and self.starts_at == self.ends_at and self.starts_at != time():
            raise ValidationError({"ends_at": "A shift that starts and ends at the same time is none."})

    def value(self) -> Shift:
        starts = self.starts_at.hour * 60 + self.starts_at.minute
        ends = self.ends_at.hour * 60 + self.ends_at.minute
        return Shift(
            self.person, Window(self.weekday, starts, ends if ends > starts else ends + MINUTES_A_DAY)
        )


class RotaSubstitution(ConfigurationModel):
    """For some days a person is on duty instead of another, or of everybody."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="substitutions")
    position = models.PositiveIntegerField(default=0)
    person = models.CharField(max_length=150)
    instead_of = models.CharField(max_length=150, blank=True, help_text="Empty: of everybody.")
    start_date = models.DateField("from")
    start_time = models.TimeField("at", null=True, blank=True, help_text="Empty: the whole day.")
    end_date = models.DateField("to", null=True, blank=True, help_text="Empty: the same day.")
    end_time = models.TimeField("until", null=True, blank=True, help_text="Empty: to the end of the day.")

    class Meta:
        ordering = ["position", "start_date", "pk"]
        verbose_name = "substitution"

    def __str__(self) -> str:
        return f"{self.person} instead of {self.instead_of or 'everybody'}, from {self.start_date:%d %b %Y}"

    def clean(self) -> None:
        if self.start_date is None:
            return
        try:
            self.value()
        except HoursError as fault:
            raise ValidationError({_place_of(fault): str(fault)}) from fault

    def value(self) -> Substitution:
        """Raises HoursError when it ends before it begins, or stands in for the same person."""
        last = self.end_date or self.start_date
        midnight = datetime.combine(last + timedelta(days=1), time())
        ends = datetime.combine(last, self.end_time) if self.end_time else midnight
        return Substitution(
            self.person, datetime.combine(self.start_date, self.start_time or time()), ends, self.instead_of
        )


def _place_of(fault: HoursError) -> str:
    return "instead_of" if "same person" in str(fault) else "end_date"
