"""manage.py read_mail: the mailboxes of Setup, now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.mail.imap import CannotConnect
from cases.mail.read import read_all
from cases.models import Outcome
from entitlements.models import Mailbox


class Command(BaseCommand):
    help = "Reads all mailboxes that Setup says are to be read, or those named, and says what came."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mailbox", nargs="*", help="names of mailboxes; default: all that are read")

    def handle(self, *args: Any, mailbox: list[str], **options: Any) -> None:
        failed = [name for name in self._names(mailbox) if not self._read(name)]
        if failed:
            raise CommandError(f"Could not be read: {', '.join(failed)}")

    def _names(self, wanted: list[str]) -> list[str]:
        known = list(Mailbox.objects.values_list("name", flat=True))
        if unknown := [name for name in wanted if name not in known]:
            raise CommandError(
                f"There is no mailbox “{unknown[0]}”. There are: {', '.join(known) or 'none'}."
            )
        return wanted or list(Mailbox.objects.filter(is_active=True).values_list("name", flat=True))

    def _read(self, name: str) -> bool:
        try:
            outcomes = read_all(Mailbox.objects.get(pk=name), timezone.now())
        except CannotConnect as fault:
            self.stderr.write(f"{name}: {fault}")
            return False
        counted = ", ".join(f"{Outcome(one).label}: {number}" for one, number in outcomes.items())
        self.stdout.write(f"{name}: {counted or 'nothing new'}")
        return True
