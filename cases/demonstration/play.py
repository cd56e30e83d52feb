"""Tales become cases: each step at its own past moment, and the engine looks at every moment between them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from cases.demonstration.customers import Customer
from cases.demonstration.past_mail import settle_mail
from cases.demonstration.promises import PREMIUM
from cases.demonstration.steps import Scene, Tale
from cases.engine.escalation_steps import take_steps
from cases.engine.evaluate import learn, lock
from cases.models import CaseMilestone, Escalation
from cases.operations import create_case
from entitlements.core.calendar import ALWAYS, Timeline
from entitlements.models import Account
from entitlements.models.compiled import compiled


def play(tales: Iterable[Tale], now: datetime) -> int:
    """Play them all, the oldest first, so that their numbers grow with time. How many."""
    people = {user.username: user for user in User.objects.all()}
    accounts = {account.name: account for account in Account.objects.prefetch_related("contacts")}
    dated = [(_moment(tale, tale.opened, accounts, now), tale) for tale in tales]
    for opened, tale in sorted(dated, key=lambda pair: pair[0]):
        scene = _open(tale, opened, people, accounts)
        for ago, do in tale.steps:
            at = _moment(tale, ago, accounts, now)
            catch_up(scene.case.pk, at)
            do(scene, at)
            settle_mail(scene.case.pk)
        catch_up(scene.case.pk, now)
    return len(dated)


def _open(tale: Tale, opened: datetime, people: dict[str, User], accounts: dict[str, Account]) -> Scene:
    account = accounts[tale.customer.name] if tale.customer else None
    contact = list(account.contacts.all())[tale.contact] if account else None
    agent = people[tale.owner or "agent"]
    case = create_case(
        subject=tale.subject,
        description=tale.words,
        account=account,
        contact=contact,
        owner=people[tale.owner] if tale.owner else None,
        by=agent if tale.origin == "Phone" else None,
        now=opened,
        stage="Intake",
        queue=tale.queue,
        priority=tale.priority,
        type=tale.type,
        origin=tale.origin,
    )
    settle_mail(case.pk)
    return Scene(case, agent, contact, people)


def _moment(tale: Tale, ago: float, accounts: dict[str, Account], now: datetime) -> datetime:
    """So many minutes ago, as the clock of the tale's customer counts."""
    return clock_of(tale.customer, accounts).add(now, -timedelta(minutes=ago))


def clock_of(customer: Customer | None, accounts: dict[str, Account]) -> Timeline:
    if customer is None or customer.tier == PREMIUM:
        return ALWAYS
    return compiled().hours(accounts[customer.name].business_hours_id)


def catch_up(case_id: int, until: datetime) -> None:
    """Let the engine look at each moment that it has planned for the case before `until`."""
    while (due_at := _next_look(case_id)) is not None and due_at < until:
        with transaction.atomic():
            learn(lock(case_id), (), due_at)
            take_steps([case_id], due_at)
        settle_mail(case_id)


def _next_look(case_id: int) -> datetime | None:
    tables: tuple[type[Model], ...] = (CaseMilestone, Escalation)
    planned = [model._default_manager.filter(case_id=case_id, due_at__isnull=False) for model in tables]
    dues = (rows.order_by("due_at").values_list("due_at", flat=True).first() for rows in planned)
    return min((due for due in dues if due is not None), default=None)
