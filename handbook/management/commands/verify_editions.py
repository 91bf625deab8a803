"""Check that every edition still says what it said, with its approval and its files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from handbook.models import Edition
from handbook.verifying import findings


class Command(BaseCommand):
    help = "Check editions, approvals and kept files byte for byte; names what is broken and fails."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = [f"{what}: {why}" for what, why in findings()]
        if broken:
            raise CommandError(f"{len(broken)} things are broken:\n" + "\n".join(broken))
        if options["verbosity"] > 0:
            self.stdout.write(f"{Edition.objects.count()} editions are intact.")
