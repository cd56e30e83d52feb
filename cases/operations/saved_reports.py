"""Saved reports: keep one under a name, share it, have it mailed, let it go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from cases.engine.evaluate import Refused
from cases.mail.addresses import canonical, is_address
from cases.models import Rhythm, SavedReport
from cases.operations.texts import check_text
from cases.reports.registry import BY_KEY
from cases.reports.schedule import Schedule

LONGEST_NAME = SavedReport._meta.get_field("name").max_length or 0
LONGEST_QUERY = SavedReport._meta.get_field("query").max_length or 0
MOST_RECIPIENTS = 20


def save_report(
    user: User, *, name: str, report: str, query: str, is_shared: bool, time_zone: str
) -> SavedReport:
    """`query` is what stands in the report's address. Saved again under one's own name it is replaced.

    Raises Refused.
    """
    name = name.strip()
    if not name:
        raise Refused("A saved report needs a name.")
    check_text("name", name, LONGEST_NAME)
    check_text("address", query, LONGEST_QUERY)
    if report not in BY_KEY:
        raise Refused("There is no such report.")
    what = {"query": query, "is_shared": is_shared}
    with transaction.atomic():
        mine = SavedReport.objects.select_for_update().filter(owner=user, name=name)
        if mine.exclude(report=report).exists():
            raise Refused(f"Another report of yours is called “{name}”. Choose another name.")
        try:
            saved, _ = mine.update_or_create(
                owner=user,
                name=name,
                report=report,
                defaults=what,
                create_defaults={**what, "time_zone": time_zone},
            )
        except IntegrityError:
            raise Refused(f"A report of yours is called “{name}” already.") from None
    return saved


def mail_report(
    user: User,
    saved_id: int,
    *,
    rhythm: str,
    weekday: int,
    at: time,
    recipients: Sequence[str],
    now: datetime,
) -> SavedReport:
    """From now on, at each of the rhythm's moments. Raises Refused."""
    addresses = list(dict.fromkeys(canonical(one) for one in recipients if one.strip()))
    wrong = [one for one in addresses if not is_address(one)]
    if wrong:
        raise Refused(f"No mail can be sent to “{wrong[0][:80]}”.")
    if not addresses:
        raise Refused("Say to whom it is mailed.")
    if len(addresses) > MOST_RECIPIENTS:
        raise Refused(f"A report is mailed to {MOST_RECIPIENTS} addresses at most.")
    if rhythm not in Rhythm.values or not 0 <= weekday <= 6:
        raise Refused("Say how often it is mailed.")
    with transaction.atomic():
        saved = _mine(user, saved_id)
        saved.rhythm, saved.weekday, saved.at, saved.recipients = rhythm, weekday, at, addresses
        saved.next_at, saved.error = schedule_of(saved).next_after(now), ""
        saved.save(update_fields=["rhythm", "weekday", "at", "recipients", "next_at", "error"])
    return saved


def stop_mailing(user: User, saved_id: int) -> SavedReport:
    """It stays saved. Raises Refused."""
    with transaction.atomic():
        saved = _mine(user, saved_id)
        saved.rhythm, saved.next_at, saved.error = "", None, ""
        saved.save(update_fields=["rhythm", "next_at", "error"])
    return saved


def delete_report(user: User, saved_id: int) -> None:
    """One's own, or one that is shared: then it is mailed no more either. Raises Refused."""
    mine = SavedReport.objects.filter(pk=saved_id, owner=user)
    shared = SavedReport.objects.filter(pk=saved_id, is_shared=True)
    if not (mine | shared).delete()[0]:
        raise Refused("This report is not yours to delete.")


def schedule_of(saved: SavedReport) -> Schedule:
    """Of one that is mailed."""
    assert saved.at is not None, "a report that is mailed has its time"
    return Schedule(Rhythm(saved.rhythm), saved.at, ZoneInfo(saved.time_zone), saved.weekday)


def _mine(user: User, saved_id: int) -> SavedReport:
    saved = SavedReport.objects.select_for_update(of=("self",)).filter(pk=saved_id, owner=user).first()
    if saved is None:
        raise Refused("This report is not yours to change. Save it under a name of your own.")
    return saved
