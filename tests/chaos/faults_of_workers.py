"""Workers that are killed, too many beats, a clock that is off, and very much at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import tests.chaos.ready  # noqa: F401  (first: models need it)
from cases.models import CaseMilestone, Delivery, FiredTrigger
from tests import processes
from tests.chaos.crowd import ACTIONS, LATE, late_cases
from tests.chaos.result import Result, count_inside
from tests.chaos.stack import Stack, all_done, wait_for
from tests.delivery.endpoints import make_endpoint
from tests.delivery.post_office import open_post_office
from tests.delivery.receiver import open_receiver
from tests.factory import NOON, first_response, make_case, make_customer, make_process, violation

KINDS = ("email", "webhook", "task", "notify", "escalate")
TO_HOOK = {"kind": "webhook", "endpoint": "Operations"}
EVERYTHING: tuple[dict[str, Any], ...] = (*ACTIONS, TO_HOOK)


def at_random(stack: Stack) -> Result:
    """Workers killed with -9 six times while they work; each time another one starts."""
    result, cases = Result(), 400
    late_cases(cases, EVERYTHING)
    with open_post_office(stack.settings) as office, open_receiver(stack.settings) as receiver:
        _listen(stack, office.port, receiver.port)
        with stack.running(workers=2) as workers:
            for place in range(6):
                before = FiredTrigger.objects.count() + Delivery.objects.filter(state="done").count()
                wait_for(
                    lambda so_far=before: (  # type: ignore[misc]
                        FiredTrigger.objects.count() + Delivery.objects.filter(state="done").count() > so_far
                    ),
                    60,
                )
                stack.kill(workers[place % 2])
                workers[place % 2] = stack.worker()
            result.expect(wait_for(all_done), "not all was done in time")
        count_inside(result, cases, KINDS)
        result.sent("webhooks", cases, receiver.ids, at_most=7)
        result.sent("mails", cases, office.ids, at_most=7)
    return result


def after_the_lease(stack: Stack) -> Result:
    return _killed_by_itself(stack, "after the lease", leaves_before_it=False)


def between_send_and_mark(stack: Stack) -> Result:
    return _killed_by_itself(stack, "between sending and marking", leaves_before_it=True)


def after_the_commit(stack: Stack) -> Result:
    """The tick's transaction is done, the worker dies before it says so."""
    result, cases = Result(), 100
    late_cases(cases)
    _die(stack, "tick", "after the commit")
    result.expect(0 < FiredTrigger.objects.count() < 2 * cases, "it did not die in the midst")
    with open_post_office(stack.settings) as office:
        stack.env["EMAIL_URL"] = f"smtp://127.0.0.1:{office.port}"
        with stack.running():
            result.expect(wait_for(all_done), "not all was done in time")
        count_inside(result, cases, [action["kind"] for action in ACTIONS])
        result.sent("mails", cases, office.ids, at_most=1)
    return result


def five_beats(stack: Stack) -> Result:
    return _with(stack, beats=5, workers=2)


def two_beats(stack: Stack) -> Result:
    return _with(stack, beats=2, workers=1)


def clock_two_hours_off(stack: Stack) -> Result:
    """One worker is two hours ahead and one behind: nothing is done before its time or twice."""
    result, cases = Result(), 200
    late_cases(cases, EVERYTHING)
    row = first_response(60, triggers=[violation(0, {"kind": "escalate"})])
    soon = make_case(
        account=make_customer(make_process("Later", row)), now=datetime.now(UTC) - timedelta(minutes=30)
    )
    with open_post_office(stack.settings) as office, open_receiver(stack.settings) as receiver:
        _listen(stack, office.port, receiver.port)
        with stack.running(workers=0) as _:
            stack.clock_off(2)
            stack.clock_off(-2)
            waits = CaseMilestone.objects.exclude(case=soon).exclude(due_at=None)
            done = wait_for(
                lambda: not waits.exists() and not Delivery.objects.filter(state="waiting").exists(), 120
            )
            result.expect(done, "not all was done in time")
            time.sleep(3)
        early = FiredTrigger.objects.filter(case_milestone__case=soon).count()
        result.expect(early == 0, "a violation half an hour away has fired")
        count_inside(result, cases, KINDS)
        result.sent("webhooks", cases, receiver.ids, at_most=1)
        result.sent("mails", cases, office.ids, at_most=1)
    return result


def at_once(stack: Stack) -> Result:
    """100,000 actions due at one time: four inside the desk and one webhook for each of 20,000 cases."""
    cases = int(os.environ.get("CHAOS_ACTIONS", "100000")) // 5
    result = Result()
    inside = [one for one in ACTIONS if one["kind"] != "email"]
    late_cases(cases, (*inside, {"kind": "set", "priority": "High"}, TO_HOOK))
    with open_receiver(stack.settings) as receiver:
        _listen(stack, None, receiver.port)
        start = time.monotonic()
        with stack.running(workers=1):
            result.expect(wait_for(all_done, 1500), "not all was done in time")
        result.remarks.append(f"{5 * cases:,} actions in {time.monotonic() - start:.0f} s")
        count_inside(result, cases, ("task", "notify", "escalate", "set", "webhook"))
        result.sent("webhooks", cases, receiver.ids, at_most=1)
    return result


def _with(stack: Stack, beats: int, workers: int) -> Result:
    result, cases = Result(), 200
    late_cases(cases, EVERYTHING)
    with open_post_office(stack.settings) as office, open_receiver(stack.settings) as receiver:
        _listen(stack, office.port, receiver.port)
        with stack.running(workers=workers, beats=beats):
            result.expect(wait_for(all_done), "not all was done in time")
            time.sleep(3)
        count_inside(result, cases, KINDS)
        result.sent("webhooks", cases, receiver.ids, at_most=1)
        result.sent("mails", cases, office.ids, at_most=1)
    return result


def _killed_by_itself(stack: Stack, step: str, leaves_before_it: bool) -> Result:
    """A webhook and a mail each: what had been sent comes once more, under the same id, and no third time."""
    result, cases = Result(), 60
    late_cases(cases, EVERYTHING)
    with open_post_office(stack.settings) as office, open_receiver(stack.settings) as receiver:
        _listen(stack, office.port, receiver.port)
        _work(stack, "tick")
        _die(stack, "deliver", step)
        left = len(office.ids) + len(receiver.ids)
        result.expect(left > 0 or not leaves_before_it, "nothing had left before it died")
        Delivery.objects.filter(state="waiting").update(next_attempt_at=NOON, leased_until=NOON)
        with stack.running():
            result.expect(wait_for(all_done), "not all was done in time")
        count_inside(result, cases, KINDS)
        result.sent("webhooks", cases, receiver.ids, at_most=2)
        result.sent("mails", cases, office.ids, at_most=2)
        result.expect(result.again > 0 or not leaves_before_it, "nothing was sent again")
    return result


def _listen(stack: Stack, mail: int | None, hook: int) -> None:
    make_endpoint(url=f"http://127.0.0.1:{hook}/hook")
    stack.env["WEBHOOK_ALLOW"] = f"127.0.0.1:{hook}"
    if mail is not None:
        stack.env["EMAIL_URL"] = f"smtp://127.0.0.1:{mail}"


def _work(stack: Stack, *arguments: str) -> int:
    command = [sys.executable, "-m", "tests.chaos.worker", arguments[0], LATE.isoformat(), *arguments[1:]]
    return subprocess.run(
        command, cwd=processes.ROOT, env=stack.env, input=b"go\n", stdout=subprocess.DEVNULL
    ).returncode


def _die(stack: Stack, *arguments: str) -> None:
    status = _work(stack, *arguments)
    assert status == -9, f"It ended with {status} instead of dying."
