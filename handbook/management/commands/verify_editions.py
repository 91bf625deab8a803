"""Check that every edition still says what it said, with its approval and its files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from handbook import verifying


class Command(BaseCommand):
    help = "Check editions, approvals and kept files byte for byte; names what is broken and fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ledger",
            type=Path,
            help="A file kept apart from the database: every edition it knows must be there as it was. When all is"
            " well, it is written anew with the editions of today.",
        )

    def handle(self, *args: Any, ledger: Path | None = None, **options: Any) -> None:
        found = list(verifying.findings())
        if ledger and ledger.exists():
            found += verifying.not_in_ledger(ledger.read_text().splitlines())
        if found:
            raise CommandError(
                f"{len(found)} things are broken:\n" + "\n".join(f"{what}: {why}" for what, why in found)
            )
        lines = verifying.ledger()
        if ledger:
            ledger.write_text("".join(f"{line}\n" for line in lines))
        if options["verbosity"] > 0:
            self.stdout.write(f"{len(lines)} editions are intact.")
