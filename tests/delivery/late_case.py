"""`python -m tests.delivery.late_case`: a case whose first response is due just now, with a mail."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

import tests.chaos.ready  # noqa: F401  (first: models need it)
from tests.delivery.waiting import LEAD
from tests.factory import first_response, make_case, make_customer, make_desk, make_process, violation

if __name__ == "__main__":
    make_desk()
    mail = {"kind": "email", "to": LEAD}
    process = make_process("", first_response(60, triggers=[violation(0, mail)]))
    make_case(account=make_customer(process), now=timezone.now() - timedelta(minutes=60))
