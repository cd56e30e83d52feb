"""manage.py demonstration: Stormhaven Insurance, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from cases.demonstration.load import is_loaded, load, what_is_in_the_way
from cases.demonstration.log_ins import as_text, write_down


class Command(BaseCommand):
    help = "Loads the demonstration into an empty desk. When it is there already nothing changes."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if is_loaded():
                self.stdout.write("The demonstration is there already.")
            elif obstacle := what_is_in_the_way():
                self.stdout.write(f"{obstacle}: the demonstration is not loaded.")
            else:
                self._load()

    def _load(self) -> None:
        self.stdout.write("Loading the demonstration ...")
        self.stdout.flush()
        log_ins = load(timezone.now())
        kept = settings.DEMONSTRATION_LOG_INS
        try:
            write_down(log_ins, kept)
        except OSError as fault:
            self.stderr.write(f"The log-ins could not be written to {kept}: {fault.strerror}.")
        self.stdout.write(f"Log in with a user name and password:\n\n{as_text(log_ins)}\n")
