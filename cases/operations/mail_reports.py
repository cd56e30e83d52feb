"""The reports that are due by mail → the outbox, once a period.

A report is worked out before the transaction that records it, so that nobody waits for it. Of two who do so
at once, one records: the row's lock and the period's constraint decide. A crash before that has done nothing;
after it, the outbox has the mails. After a downtime the newest moment that passed is made up for, the older
ones are not: their days are over.
"""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import QueryDict

from cases.engine.outbox import Parcel, put
from cases.engine.set_aside import PASSING
from cases.models import DeliveryKind, ReportMailing, SavedReport
from cases.operations.saved_reports import schedule_of
from cases.reports.in_mail import Letter, letter_of
from cases.reports.page import answer
from cases.reports.registry import BY_KEY
from cases.roles import is_supervisor

log = logging.getLogger(__name__)

EVENT = "report.mailed"
NO_SUPERVISOR = "Its owner is no supervisor any more: nothing is mailed."
NO_REPORT = "There is no such report any more: nothing is mailed."


class CannotMail(Exception):
    """It will not be mailed any more as it is. `str()` says why."""


def mail_next(now: datetime) -> bool:
    """Mail the report that has been due the longest. Whether there may be more."""
    saved = SavedReport.objects.due(now).select_related("owner").order_by("next_at", "pk").first()
    if saved is None or saved.next_at is None:
        return False
    moment = schedule_of(saved).last_by(now)
    try:
        letter = _letter(saved, moment)
    except PASSING:
        raise
    except CannotMail as why:
        _set_aside(saved, None, str(why))
    except Exception as fault:
        log.exception("The saved report %s cannot be mailed.", saved.pk)
        said = f"It could not be worked out: {type(fault).__name__}: {fault}"
        _set_aside(saved, schedule_of(saved).next_after(now), said.replace("\x00", "�")[:2_000])
    else:
        _record(saved, moment, letter, now)
    return True


def _letter(saved: SavedReport, moment: datetime) -> Letter:
    if not is_supervisor(saved.owner):
        raise CannotMail(NO_SUPERVISOR)
    report = BY_KEY.get(saved.report)
    if report is None:
        raise CannotMail(NO_REPORT)
    zone = ZoneInfo(saved.time_zone)
    return letter_of(saved, answer(report, QueryDict(saved.query), moment, zone), moment)


def _record(saved: SavedReport, moment: datetime, letter: Letter, now: datetime) -> None:
    """In one transaction: that it was mailed, the mails, and when it is next."""
    with transaction.atomic():
        ours = _still_due(saved)
        if ours is None:
            return
        schedule = schedule_of(ours)
        mailing, is_new = ReportMailing.objects.get_or_create(
            report=ours,
            period=schedule.period(moment),
            defaults={"due_at": moment, "made_at": now, "recipients": ours.recipients, **letter.fields},
        )
        if is_new:
            put((_parcel(mailing, address) for address in ours.recipients), now)
        ours.next_at, ours.error = schedule.next_after(now), ""
        ours.save(update_fields=["next_at", "error"])


def _set_aside(saved: SavedReport, next_at: datetime | None, why: str) -> None:
    with transaction.atomic():
        ours = _still_due(saved)
        if ours is not None:
            ours.next_at, ours.error = next_at, why
            ours.save(update_fields=["next_at", "error"])


def _still_due(saved: SavedReport) -> SavedReport | None:
    """Locked; None where somebody has mailed or changed it meanwhile."""
    rows = SavedReport.objects.select_for_update(of=("self",))
    same = {"query": saved.query, "rhythm": saved.rhythm, "at": saved.at, "weekday": saved.weekday}
    return rows.filter(pk=saved.pk, next_at=saved.next_at, **same).first()


def key_of(mailing: ReportMailing, address: str) -> str:
    """The outbox's key of the mail to one of its recipients."""
    return f"report:{mailing.pk}:{address}"


def _parcel(mailing: ReportMailing, address: str) -> Parcel:
    return Parcel(
        key=key_of(mailing, address),
        kind=DeliveryKind.REPORT,
        event=EVENT,
        recipient=address,
        payload={"mailing": mailing.pk, "subject": mailing.subject},
    )
