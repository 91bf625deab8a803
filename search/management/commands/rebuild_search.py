"""Make the whole search index anew, from what there is."""

from typing import Any

from django.core.management.base import BaseCommand

from search import indexing
from search.sources import all_sources


class Command(BaseCommand):
    help = "Make the search index anew; safe to run while people search."

    def handle(self, *args: Any, **options: Any) -> None:
        for source in all_sources():
            self.stdout.write(f"{source.name}: {indexing.renew_all(source)}")
