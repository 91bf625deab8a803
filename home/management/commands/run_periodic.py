"""Do what is due by the clock: reminders and the like. For cron, once a day or as often as one likes.

A job that fails is logged and named at the end, with an exit code that cron reports; the others have run.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home import periodic


class Command(BaseCommand):
    help = "Run the periodic jobs (safe to run again)."

    def add_arguments(self, parser: CommandParser) -> None:
        names = [name for name, _job in periodic.JOBS]
        parser.add_argument("--job", action="append", choices=names, help="Only this one; may be given several times.")

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = [(name, job) for name, job in periodic.JOBS if not options["job"] or name in options["job"]]
        failed = []
        for outcome in periodic.run(jobs):
            if outcome.done is None:
                failed.append(outcome.name)
            elif options["verbosity"] > 0:
                self.stdout.write(f"{outcome.name}: {outcome.done}")
        if failed:
            raise CommandError(f"Failed, see the log: {', '.join(failed)}")
