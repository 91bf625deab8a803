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

from cases.models import Action, Case, Category, Cause, Correspondent, Entry, Series
from cases.models.registers import Register
from handbook import editions
from handbook.chapters import ensure_site
from handbook.models import ChapterPage, Document, ProcedurePage, ProcessPage
from organisation.models import Unit, User
from organisation.progress import track

BATCH = 1000
PER_SECTION = 50
UNITS = 60
CATEGORIES, CAUSES = 20, 12
MEASURED = 0.5  # of the cases
MINUTES = 3 * 365 * 24 * 60
FROM_OUTSIDE = [Case.Channel.PHONE, Case.Channel.WEB, Case.Channel.EMAIL, Case.Channel.CARD]
CHANNELS = [Case.Channel.FORM, *FROM_OUTSIDE]
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
        self.documents = dict(Document.objects.filter(page__in=self.pages).values_list("page", "document_id"))
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
        self.categories = self.register(Category, CATEGORIES)
        self.causes = self.register(Cause, CAUSES)
        there = Case.objects.filter(category__in=self.categories).count()
        for start in track(self.stdout, "Cases", range(there, count, BATCH)):
            with transaction.atomic():
                cases = [self.case() for _number in range(start, min(start + BATCH, count))]
                made = bulk_create_with_history(cases, Case, batch_size=BATCH)
                Entry.objects.bulk_create(
                    [
                        Entry(case=case, kind=Entry.Kind.EVENT, event=Entry.Event.RECEIVED, created_at=case.received_at)
                        for case in made
                    ]
                )
                outside = [self.correspondent(case) for case in made if case.channel in FROM_OUTSIDE]
                bulk_create_with_history(outside, Correspondent, batch_size=BATCH)
                actions = [self.action(case) for case in made if case.reporter and self.random.random() < MEASURED]
                bulk_create_with_history(actions, Action, batch_size=BATCH)

    def register(self, model: type[Register], count: int) -> list[Any]:
        """So many words to choose from, made for this."""
        name = str(model._meta.verbose_name).capitalize()
        return [
            model.objects.get_or_create(code=f"volum-{number}", defaults={"name": f"Volum {name} {number}"})[0]
            for number in range(1, count + 1)
        ]

    def case(self) -> Case:
        """A made-up case of the last three years; about one in five is open, one in fifty sealed. The newer, the more
        likely: reporting grows."""
        now = timezone.now()
        received = now - datetime.timedelta(minutes=MINUTES * self.random.triangular(0, 1, 0.2))
        closed = self.after(received, self.random.lognormvariate(3.2, 1.0))
        is_open = closed is None or self.random.random() < 0.18
        unit = self.random.choice(self.units)
        page = self.random.choice(self.pages) if self.pages and self.random.random() < 0.7 else None
        channel = Case.Channel.PAGE if page else self.random.choice(CHANNELS)
        reporter = self.random.choice(self.users) if self.users and channel not in FROM_OUTSIDE else None
        kind = self.random.choices(Case.REPORTABLE, (7, 2, 1))[0]
        return Case(
            reference=Series.locked().take(),
            kind=kind,
            status=self.random.choice(Case.OPEN) if is_open else self.random.choices(Case.ENDED, (94, 3, 2, 1))[0],
            channel=channel,
            title=self.sentence(6),
            description=self.sentence(40),
            received_at=received,
            assessed_at=self.after(received, self.random.lognormvariate(0.7, 0.9)),
            answered_at=self.after(received, self.random.lognormvariate(1.0, 1.0))
            if self.random.random() < 0.5
            else None,
            closed_at=None if is_open else closed,
            deadline=received.date() + datetime.timedelta(self.random.choice((14, 30, 60))),
            reporter=reporter,
            place=unit,
            unit=unit,
            page=page,
            page_document_id=self.documents.get(page.pk, "") if page else "",
            page_label=page.title if page else "",
            category=self.chosen(self.categories),
            cause=self.chosen(self.causes) if kind == Case.Kind.DEVIATION and self.random.random() < 0.8 else None,
            law_breach=self.random.random() < 0.05,
            sealed=self.random.random() < 0.02,
            probability=self.random.randint(1, 5),
            consequence=self.random.randint(1, 5),
        )

    def correspondent(self, case: Case) -> Correspondent:
        """Who reported the case from outside; two in five say whether it got better."""
        says = case.closed_at is not None and self.random.random() < 0.4
        better = self.random.choice(Correspondent.Better.values) if says else ""
        return Correspondent(case=case, better=better, answered_at=case.closed_at if says else None)

    def action(self, case: Case) -> Action:
        """A measure of the case: mostly done, and then mostly found to work."""
        responsible = case.reporter
        created = case.assessed_at or case.received_at
        deadline = created.date() + datetime.timedelta(30)
        done = self.after(created, self.random.lognormvariate(2.8, 0.8))
        evaluated = self.after(done, 60 + self.random.random() * 60) if done else None
        return Action(
            case=case,
            text=self.sentence(8),
            responsible=responsible,
            deadline=deadline,
            evaluation_date=deadline + datetime.timedelta(90),
            created_at=created,
            done_at=done,
            done_by=responsible if done else None,
            done_note=self.sentence(5) if done else "",
            effect=self.random.choices(list(Action.Effect), (80, 13, 7))[0] if evaluated else "",
            evaluated_at=evaluated,
        )

    def chosen(self, words: list[Any]) -> Any:
        """One of them, the first more often than the last."""
        return words[min(int(self.random.expovariate(3 / len(words))), len(words) - 1)]

    def after(self, moment: datetime.datetime, days: float) -> datetime.datetime | None:
        """So many days later; None when that has not come yet."""
        later = moment + datetime.timedelta(days)
        return later if later <= timezone.now() else None
