"""Reports that supervisors saved under a name, when they are mailed, and what was mailed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class Rhythm(models.TextChoices):
    DAILY = "daily", "Every day"
    WORKDAYS = "workdays", "Monday to Friday"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month, on the first"


class SavedReportQuerySet(models.QuerySet["SavedReport"]):
    def due(self, now: datetime) -> SavedReportQuerySet:
        """Those to mail now."""
        return self.filter(next_at__lte=now)


class SavedReport(models.Model):
    """A name for a report and what stands in its address. Shared ones are every supervisor's to open.

    `rhythm`, `weekday` (0 is Monday) and `at` (wall clock in `time_zone`) say when it is mailed to the
    `recipients`, and `next_at` when it is next; all are empty where it is not. `error` says why the last
    mailing, or any further one, did not come.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_reports"
    )
    name = models.CharField(max_length=80)
    report = models.CharField(max_length=40)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, blank=True)
    weekday = models.PositiveSmallIntegerField(default=0)
    at = models.TimeField(null=True, blank=True)
    recipients = models.JSONField(default=list, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = SavedReportQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="saved_report_due")
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_saved_report_a_name"),
            models.CheckConstraint(
                condition=Q(rhythm="", next_at__isnull=True) | ~Q(rhythm="") & Q(at__isnull=False),
                name="a_mailed_report_has_its_time",
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportMailing(models.Model):
    """A saved report as it was mailed, once for each `period` ("weekly 2026-W10"), to whomever it went.

    `due_at` is the moment that it is about, `made_at` when it was written.
    """

    report = models.ForeignKey(SavedReport, on_delete=models.CASCADE, related_name="mailings")
    period = models.CharField(max_length=30)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    recipients = models.JSONField(default=list)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    html = models.TextField()
    csv = models.TextField(blank=True)
    file_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["report", "period"], name="one_mailing_a_period")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.period})"
