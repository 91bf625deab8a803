"""Load the requirement register that comes with the product. Safe to run twice: what is there is left alone."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from handbook import requirement_register


class Command(BaseCommand):
    help = "Load the requirement register: clauses of standards and laws (safe to run twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            standards, requirements = requirement_register.load()
        self.stdout.write(f"Added {standards} standards and {requirements} requirements.")
