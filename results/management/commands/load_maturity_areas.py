"""Load the maturity areas that come with the product. Safe to run twice: what is there is left alone."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from results import area_register


class Command(BaseCommand):
    help = "Load the areas that the maturity of internal control is assessed in (safe to run twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = area_register.load()
        self.stdout.write(f"Added {added} areas.")
