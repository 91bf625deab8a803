"""Make the start page, the handbook and its eight chapters where they are missing. Idempotent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from handbook.chapters import CHAPTERS, ensure_site
from organisation.models import Unit


class Command(BaseCommand):
    help = "Make the start page, the handbook and its eight chapters (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            index = ensure_site()
        except Unit.DoesNotExist as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"{index.url}: {len(CHAPTERS)} chapters in place.")
