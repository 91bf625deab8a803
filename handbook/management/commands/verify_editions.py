"""Check that every edition still says what it said, and follows the one before it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from handbook.models import Edition


class Command(BaseCommand):
    help = "Recompute the checksum of every edition and follow the chain; fails when one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = list(Edition.objects.verified())
        broken = [f"{edition}: {reason}" for edition, reason in checked if reason]
        if broken:
            raise CommandError(f"{len(broken)} of {len(checked)} editions are broken:\n" + "\n".join(broken))
        if options["verbosity"] > 0:
            self.stdout.write(f"{len(checked)} editions are intact.")
