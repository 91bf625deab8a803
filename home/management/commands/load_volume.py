"""Fill a database for measurements (S1): employees, procedures and cases in any number.

Cases are written in bulk, each with its history row and its first line in the timeline, so that
100,000 take minutes; procedures go through the same publication as everybody's. Refuses in production.
"""

import datetime
import random
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history
from wagtail.models import Page

from cases.models import Case, Category, Entry, Series
from handbook import editions
from handbook.chapters import ensure_site
from handbook.models import ChapterPage, ProcedurePage, ProcessPage
from organisation.models import Unit, User
from organisation.progress import track

BATCH = 1000
PER_SECTION = 50
UNITS = 60
WORDS = [
    "tilgang",
    "vakt",
    "bruker",
    "nøkkel",
    "journal",
    "avtale",
    "frist",
    "tilsyn",
    "varsel",
    "kontroll",
    "rutine",
    "melding",
    "vedtak",
    "søknad",
    "leder",
    "ansatt",
    "system",
    "skjema",
    "risiko",
    "tiltak",
    "opplæring",
    "vikar",
    "legemiddel",
    "dosett",
    "rom",
    "skole",
    "barn",
    "bygg",
    "vann",
    "vei",
    "plan",
]


class Command(BaseCommand):
    help = "Fill a database with employees, procedures and cases for measurements."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--users", type=int, default=4_000)
        parser.add_argument("--procedures", type=int, default=2_000)
        parser.add_argument("--cases", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not settings.DEMO_LOGIN:
            raise CommandError("Made-up data is never loaded in production.")
        self.random = random.Random(options["seed"])  # noqa: S311  (measurements, not secrets)
        self.units = self.make_units()
        self.users = self.make_users(options["users"])
        self.pages = self.make_procedures(options["procedures"])
        self.make_cases(options["cases"])

    def sentence(self, length: int) -> str:
        return " ".join(self.random.choices(WORDS, k=length)).capitalize()

    def make_units(self) -> list[Unit]:
        root = Unit.objects.municipality() or Unit.add_root(
            instance=Unit(name="Volum kommune", code="volum", kind=Unit.Kind.MUNICIPALITY)
        )
        for number in range(1, UNITS + 1):
            if not Unit.objects.filter(code=f"volum-{number}").exists():
                root.refresh_from_db()
                root.add_child(instance=Unit(name=f"RE Volum {number}", code=f"volum-{number}"))
        return list(Unit.objects.filter(code__startswith="volum-"))

    def make_users(self, count: int) -> list[User]:
        password = make_password(None)
        numbers = range(User.objects.filter(username__startswith="volum.").count() + 1, count + 1)
        for start in track(self.stdout, "Users", range(numbers.start, numbers.stop, BATCH)):
            people = [
                User(
                    username=f"volum.{number}",
                    first_name=f"Ansatt {number}",
                    last_name="Volum",
                    unit=self.random.choice(self.units),
                    password=password,
                )
                for number in range(start, min(start + BATCH, numbers.stop))
            ]
            bulk_create_with_history(people, User, batch_size=BATCH)
        return list(User.objects.filter(username__startswith="volum."))

    def make_procedures(self, count: int) -> list[Page]:
        ensure_site()
        there = ProcedurePage.objects.filter(slug__startswith="volum-").count()
        chapters = list(ChapterPage.objects.order_by("path"))
        for number in track(self.stdout, "Procedures", range(there + 1, count + 1)):
            with transaction.atomic():
                if number % PER_SECTION == 1 or number == there + 1:
                    chapter = ChapterPage.objects.get(pk=chapters[number // PER_SECTION % len(chapters)].pk)
                    section = self.add(chapter, ProcessPage, f"Prosess {number}")
                self.add(section, ProcedurePage, f"Prosedyre {number} {self.sentence(2)}")
        return list(Page.objects.type(ProcedurePage).live().only("pk", "title"))

    def add(self, parent: Page, model: type[Page], title: str) -> Page:
        page = model(
            title=title,
            slug=f"volum-{title.split()[0].lower()}-{title.split()[1]}",
            summary=self.sentence(8),
            owner_unit=self.random.choice(self.units),
            body=[("purpose", f"<p>{self.sentence(25)}</p>"), ("text", f"<p>{self.sentence(120)}</p>")],
            live=False,
        )
        parent.add_child(instance=page)
        editions.publish(page, None, note="Volum")
        return page

    def make_cases(self, count: int) -> None:
        category = Category.objects.get_or_create(code="volum", defaults={"name": "Volum"})[0]
        there = Case.objects.filter(category=category).count()
        for start in track(self.stdout, "Cases", range(there, count, BATCH)):
            with transaction.atomic():
                cases = [self.case(category, number) for number in range(start, min(start + BATCH, count))]
                made = bulk_create_with_history(cases, Case, batch_size=BATCH)
                Entry.objects.bulk_create(
                    [
                        Entry(case=case, kind=Entry.Kind.EVENT, event=Entry.Event.RECEIVED, created_at=case.received_at)
                        for case in made
                    ]
                )

    def case(self, category: Category, number: int) -> Case:
        """A made-up case of the last three years; about one in five is open, one in fifty sealed."""
        received = timezone.now() - datetime.timedelta(minutes=self.random.randint(1, 3 * 365 * 24 * 60))
        is_open = self.random.random() < 0.2
        unit = self.random.choice(self.units)
        return Case(
            reference=Series.locked().take(),
            kind=self.random.choice(Case.REPORTABLE),
            status=self.random.choice(Case.OPEN) if is_open else Case.Status.CLOSED,
            title=self.sentence(6),
            description=self.sentence(40),
            received_at=received,
            closed_at=None if is_open else received + datetime.timedelta(days=30),
            deadline=received.date() + datetime.timedelta(days=30),
            reporter=self.random.choice(self.users) if self.users else None,
            place=unit,
            unit=unit,
            page=self.random.choice(self.pages) if self.pages else None,
            category=category,
            sealed=self.random.random() < 0.02,
            probability=self.random.randint(1, 5),
            consequence=self.random.randint(1, 5),
        )
