"""Everything at once, made relative to now."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Subquery

from cases.demonstration import story_answers, story_ends, story_work
from cases.demonstration.customers import CUSTOMERS, add_customers
from cases.demonstration.desk import add_desk
from cases.demonstration.escalation import add_ladder, add_rotas, add_rule
from cases.demonstration.history import history
from cases.demonstration.intake import add_endpoint, add_intake
from cases.demonstration.people import PEOPLE, LogIn, add_people
from cases.demonstration.play import play
from cases.demonstration.promises import add_promises
from cases.demonstration.reviews import add_reviews
from cases.demonstration.saved_reports import add_saved_reports
from cases.demonstration.views import add_views
from cases.estimates.refresh import refresh
from cases.models import Case, Notification, Task
from entitlements.models import Account, EntitlementProcess

READ_AFTER = timedelta(hours=12)
STORY = (*story_answers.TALES, *story_work.TALES, *story_ends.TALES)


def is_loaded() -> bool:
    """Whether all of Stormhaven's policyholders are there."""
    names = [customer.name for customer in CUSTOMERS]
    return Account.objects.filter(name__in=names).count() == len(names)


def what_is_in_the_way() -> str:
    """The demonstration goes only into an empty desk. What it holds instead; nothing when it is empty."""
    if Case.objects.exists() or EntitlementProcess.objects.exists():
        return "There are cases or entitlement processes of your own"
    taken = User.objects.filter(username__in=[person.username for person in PEOPLE])
    names = ", ".join(taken.order_by("username").values_list("username", flat=True))
    return f"There are users of these names already: {names}" if names else ""


def load(now: datetime) -> list[LogIn]:
    """Call it inside a transaction, on an empty desk."""
    log_ins = add_people()
    add_desk()
    add_ladder()
    add_rotas(now)
    processes = add_promises(User.objects.get(username="administrator"), now - timedelta(days=400))
    add_customers(processes, now.date())
    play(chain(history(), STORY), now)
    add_views()
    add_reviews(now)
    add_saved_reports(now)
    add_rule()
    add_intake(processes)
    add_endpoint()
    _settle_the_past(now)
    refresh(now)
    return log_ins


def _settle_the_past(now: datetime) -> None:
    """What people have seen and done since."""
    seen = Notification.objects.filter(created_at__lt=now - READ_AFTER)
    seen.update(read_at=F("created_at") + timedelta(minutes=5))
    closed_at = Case.objects.filter(pk=OuterRef("case")).values("closed_at")
    Task.objects.filter(case__is_closed=True).update(done_at=Subquery(closed_at))
