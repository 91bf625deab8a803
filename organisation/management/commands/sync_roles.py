"""Bring Wagtail's groups in line with the table in `organisation/roles.py`. Idempotent."""

from typing import Any

from django.core.management.base import BaseCommand

from organisation.groups import sync_roles


class Command(BaseCommand):
    help = "Sync Wagtail's groups and permissions with the table of roles (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        number = sync_roles()
        if options["verbosity"] > 0:
            self.stdout.write(f"{number} roles in line with the table.")
