"""Load the templates and controls that come with the product. Safe to run twice: what is there is left alone."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from risk import template_register


class Command(BaseCommand):
    help = "Load templates with threats, and controls, for risk assessments (safe to run twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            templates, controls = template_register.load()
        self.stdout.write(f"Added {templates} templates and {controls} controls.")
