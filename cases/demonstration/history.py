"""What was before: closed cases of the last ninety days, so that reports have something to tell."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from cases.demonstration.customers import ASHDOWN, BRIDGEWATER, CALDER, DOVE, EASTGATE, NIGHTJAR, Customer
from cases.demonstration.promises import PREMIUM, WORKING_DAY
from cases.demonstration.steps import (
    WAITING,
    WORKING,
    Step,
    Tale,
    begins,
    closes,
    replies,
    writes,
)

CASES = 120
DAYS = 90
DAY = 24 * 60

MOTOR, CLAIMS, POLICIES = "Motor", "Claims", "Policies"
OWNERS = {MOTOR: ("jonas", "agent"), CLAIMS: ("agent", "priya"), POLICIES: ("elena",)}
SUBJECTS = (
    (MOTOR, "Scratched door in the car park", "Somebody left a note with a number that does not exist."),
    (MOTOR, "Breakdown on the way to a customer", "The engine lost oil. We wait at the services."),
    (MOTOR, "Wing mirror torn off", "A narrow lane and a wide lorry."),
    (MOTOR, "Replacement car needed", "The garage needs the van for three days more."),
    (CLAIMS, "Burst pipe in the staff room", "The floor is soaked, the water is off now."),
    (CLAIMS, "Laptop stolen from the office", "It was encrypted. The police have been told."),
    (CLAIMS, "Storm took down the old oak", "It lies across the drive and half of the shed."),
    (CLAIMS, "Broken shop window", "A football, and nobody saw it."),
    (CLAIMS, "Fridge contents lost in a power cut", "Eight hours without power."),
    (POLICIES, "Change of bank details", "Please take the premium from the new account."),
    (POLICIES, "Copy of the policy, please", "We cannot find ours."),
    (POLICIES, "New employee to be covered", "She begins on the first."),
    (POLICIES, "Why has the premium gone up?", "We have had no claim in four years."),
)
CUSTOMERS = (ASHDOWN, ASHDOWN, BRIDGEWATER, CALDER, DOVE, DOVE, EASTGATE, NIGHTJAR)
PRIORITIES = ("Low", "Medium", "Medium", "Medium", "High")


def history() -> Iterator[Tale]:
    """The same ones at every load."""
    random = Random(20160229)
    for _ in range(CASES):
        yield _tale(random)


def _tale(random: Random) -> Tale:
    queue, subject, words = random.choice(SUBJECTS)
    customer = random.choice(CUSTOMERS)
    premium = customer.tier == PREMIUM
    opened = random.uniform(5, DAYS) * (DAY if premium else WORKING_DAY * 5 / 7)
    return Tale(
        subject,
        words,
        customer,
        opened=opened,
        steps=tuple(_course(random, customer, opened)),
        owner=random.choice(OWNERS[queue]),
        queue=queue,
        priority=random.choice(PRIORITIES),
        type="Change" if queue == POLICIES else "Claim",
        origin=random.choice(("Email", "Email", "Web", "Phone")),
    )


def _course(random: Random, customer: Customer, opened: float) -> Iterator[Step]:
    """Most promises are kept, and of the first answers more than of the solutions."""
    answer, triage, solution = (60, 240, 1440) if customer.tier == PREMIUM else (240, 480, 1440)
    answered = answer * random.lognormvariate(-0.75, 0.55)
    triaged = answered + triage * random.lognormvariate(-1.4, 0.6)
    solved = triaged + solution * random.lognormvariate(-1.0, 0.6)
    yield opened - answered, replies("Thank you, I look into it.", WORKING)
    yield opened - triaged, begins()
    waited = 0.0
    if random.random() < 0.25:
        waited = random.uniform(200, 1200)
        yield opened - triaged - 10, replies("I need one more paper from you.", WAITING)
        yield opened - triaged - 10 - waited, writes("Here it is.")
    yield opened - solved - waited - 20, replies("This is settled. Thank you for your patience.")
    yield opened - solved - waited - 21, closes()
