"""Load the authorities that come with the product. Safe to run twice: what is there is left alone."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from audits import authority_register


class Command(BaseCommand):
    help = "Load the authorities that inspect municipalities (safe to run twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = authority_register.load()
        self.stdout.write(f"Added {added} authorities.")
