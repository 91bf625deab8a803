"""Load the audit templates that come with the product. Safe to run twice: what is there is left alone."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from audits import audit_templates


class Command(BaseCommand):
    help = "Load templates with questions for audits (safe to run twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = audit_templates.load()
        self.stdout.write(f"Added {added} audit templates.")
