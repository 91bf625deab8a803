"""Load the demo municipality: units, people, handbook and cases, through the domain methods.

Safe to run twice: what is there is left alone. Refuses on production settings.
"""

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from handbook.chapters import ensure_site
from home.demo.cases import CaseLoader
from home.demo.handbook import HandbookLoader
from home.demo.organisation import load_people, load_registers, load_units


class Command(BaseCommand):
    help = "Load the demo municipality (safe to run twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not settings.DEMO_LOGIN:
            raise CommandError("The demo has users with a known password, so it is never loaded in production.")
        started = time.monotonic()
        self.step("Units and people", load_units)
        call_command("sync_roles", verbosity=0)
        load_people()
        load_registers()
        ensure_site()
        handbook = HandbookLoader()
        self.step("Handbook", handbook.load_pages)
        self.count("Editions", handbook.editions(), handbook.publish)
        cases = CaseLoader()
        self.count("Cases", cases.stories(), cases.tell)
        self.stdout.write(f"Demo data ready in {time.monotonic() - started:.0f} s.")

    def step(self, label: str, work: Any) -> None:
        self.stdout.write(f"{label} …")
        work()

    def count(self, label: str, rows: list[Any], work: Any) -> None:
        """Do the work for each row, with a line that counts."""
        for number, row in enumerate(rows, 1):
            work(row)
            if self.stdout.isatty() or number == len(rows):
                self.stdout.write(f"\r{label} {number}/{len(rows)}", ending="\n" if number == len(rows) else "")
                self.stdout.flush()
