"""Make the whole search index anew, from what there is."""

from typing import Any

from django.core.management.base import BaseCommand

from search import indexing


class Command(BaseCommand):
    help = "Make the search index anew; safe to run while people search."

    def handle(self, *args: Any, **options: Any) -> None:
        for label, number in indexing.renew_everything():
            if options["verbosity"] > 0:
                self.stdout.write(f"{label}: {number}")
