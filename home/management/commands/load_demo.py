"""Load the demo municipality: units, people, handbook and cases, through the domain methods.

Safe to run twice: what is there is left alone. Refuses on production settings.
"""

import datetime
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from handbook.chapters import ensure_site
from home.demo.archive import load_handovers
from home.demo.audits import load_audits
from home.demo.cards import load_cards
from home.demo.cases import CaseLoader
from home.demo.confirmations import ConfirmationLoader
from home.demo.doing import load_checklists, load_lessons
from home.demo.escalation import load_rules
from home.demo.handbook import HandbookLoader
from home.demo.hearings import load_hearings
from home.demo.indexing import indexed_afterwards
from home.demo.inspections import InspectionLoader
from home.demo.learning import load_learning
from home.demo.mail import load_mail
from home.demo.organisation import load_people, load_registers, load_units
from home.demo.outside import load_outside
from home.demo.people import load_absences, load_delegations, load_supplements
from home.demo.plans import load_plans
from home.demo.private import load_disclosure, load_look_ups, load_reading_copy
from home.demo.questions import load_questions
from home.demo.requirements import RequirementLoader
from home.demo.reviews import ReviewLoader, load_annual_reports, mark_old_review_notices
from home.demo.risks import RiskLoader, mark_old_notices
from home.demo.scorecard import load_scorecard
from home.demo.search import load_pins, load_synonyms
from home.demo.wheel import load_wheel
from organisation import clock
from organisation.groups import sync_roles
from organisation.progress import track

BEFORE_EVERYTHING = datetime.timedelta(days=1200)


class Command(BaseCommand):
    help = "Load the demo municipality (safe to run twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not settings.DEMO_LOGIN:
            raise CommandError("The demo has users with a known password, so it is never loaded in production.")
        started = time.monotonic()
        with indexed_afterwards(), transaction.atomic():
            self.load()
            load_synonyms()
        load_pins()
        self.stdout.write(f"Demo data ready in {time.monotonic() - started:.0f} s.")

    def load(self) -> None:
        load_units()
        sync_roles()
        with clock.set_to(timezone.now() - BEFORE_EVERYTHING):
            load_people()
            ensure_site()
        load_registers()
        load_rules()
        handbook = HandbookLoader()
        handbook.load_pages()
        for edition in track(self.stdout, "Editions", handbook.editions()):
            handbook.publish(edition)
        load_wheel()
        cases = CaseLoader()
        for story in track(self.stdout, "Cases", cases.stories()):
            cases.tell(story)
        load_outside()
        load_handovers()
        load_questions()
        load_mail()
        load_cards()
        load_delegations(handbook)
        load_supplements(handbook)
        RequirementLoader().load()
        confirmations = ConfirmationLoader()
        for duty in track(self.stdout, "Reading duties", confirmations.rows):
            confirmations.load(duty)
        load_hearings()
        load_checklists()
        load_lessons()
        load_absences()
        load_disclosure()
        load_reading_copy()
        load_look_ups()
        load_learning()
        risks = RiskLoader()
        for assessment in track(self.stdout, "Risk assessments", risks.assessments()):
            risks.load(assessment)
        load_plans()
        mark_old_notices()
        inspections = InspectionLoader()
        for inspection in track(self.stdout, "Inspections", inspections.rows()):
            inspections.load(inspection)
        for check in inspections.data["self_check"]:
            inspections.load_self_check(check)
        load_audits()
        reviews = ReviewLoader()
        for review in track(self.stdout, "Management reviews", reviews.reviews()):
            reviews.load(review)
        load_annual_reports()
        mark_old_review_notices()
        load_scorecard()
