"""Reports that a supervisor has saved; one of them is mailed every Monday."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib.auth.models import User

from cases.models import Rhythm
from cases.operations.saved_reports import mail_report, save_report

ZONE = "Europe/London"


def add_saved_reports(now: datetime) -> None:
    supervisor = User.objects.get(username="supervisor")
    weekly = save_report(
        supervisor,
        name="Last week, by queue",
        report="compliance",
        query="period=7d&by=queue",
        is_shared=True,
        time_zone=ZONE,
    )
    mail_report(
        supervisor,
        weekly.pk,
        rhythm=Rhythm.WEEKLY,
        weekday=0,
        at=time(7),
        recipients=["management@stormhaven.example"],
        now=now,
    )
    save_report(
        supervisor,
        name="What was kept, by account",
        report="compliance",
        query="by=account",
        is_shared=False,
        time_zone=ZONE,
    )
