"""The work that is due by the clock: named jobs, each safe to run again (`manage.py run_periodic`)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from audits import inspection_reminding
from cases import better, digest, mail_in, relevance, reminding
from cases.archive import exchange
from cases.cards import scans
from cases.models import Intake, correspondent, deliver_webhooks, whistleblowing
from handbook import (
    approvals,
    confirmation_reminders,
    findable_files,
    hearings,
    plans,
    printouts,
    reviews,
    rollouts,
    supplements,
)
from home.wheel import turns
from organisation import mail, throttle
from organisation.generation import Generation
from organisation.groups import sync_roles
from results import measuring
from results.models import SurveyImport
from risk import reminding as risk_reminding
from risk.models import SheetImport
from search import indexing
from search.models import FruitlessSearch

logger = logging.getLogger(__name__)

Job = Callable[[], int]

# In the order they run. A job does what is due now, once however often it runs, and says how much it did.
JOBS: list[tuple[str, Job]] = [
    ("roles", sync_roles),
    ("anonymous", correspondent.tell_of_anonymous),
    ("whistleblowing", whistleblowing.tell_and_remind),
    ("mailbox", mail_in.read_mailbox),
    ("mail", mail.deliver.func),
    ("undelivered mail", mail_in.tell_undelivered),
    ("unconfirmed reports", Intake.objects.erase_unconfirmed),
    ("did it get better", better.ask_due),
    ("deadlines in cases", reminding.remind_due),
    ("archive", exchange.exchange),
    ("digest of notices", digest.send_due),
    ("slow-down", throttle.forget),
    ("webhooks", deliver_webhooks.func),
    ("approved for today", approvals.put_due_in_force),
    ("hearings", hearings.close_due),
    ("confirmations", confirmation_reminders.remind_due),
    ("reviews", reviews.remind_due),
    ("relevant for other units", relevance.remind_due),
    ("introduction plans", plans.remind_due),
    ("plans put out to units", rollouts.remind_due),
    ("risk assessments", risk_reminding.remind_due),
    ("inspections and self-checks", inspection_reminding.remind_due),
    ("figures of the scorecard", measuring.count_due),
    ("measurements of the scorecard", measuring.remind_due),
    ("survey files that were read", SurveyImport.objects.forget_old),
    ("generations", Generation.objects.forget_old),
    ("search index", indexing.renew_when_stale),
    ("attachments to read", findable_files.read_waiting),
    ("searches without hits", FruitlessSearch.objects.forget_old),
    ("annual wheel", turns.remind_due),
    ("supplements", supplements.remind_outdated),
    ("printouts", printouts.clean),
    ("scanned cards", scans.resume),
    ("sheets that were read", SheetImport.objects.forget_old),
]


@dataclass(frozen=True)
class Outcome:
    """What became of a job; `done` is None when it failed."""

    name: str
    done: int | None


def run(jobs: Iterable[tuple[str, Job]]) -> Iterable[Outcome]:
    """Run the jobs one after another. One that fails is logged, and the rest run. What a job did before it failed
    or was stopped stands, for each thing it does is a transaction of its own; the next run does what remains."""
    for name, job in jobs:
        try:
            done = job()
        except Exception:
            logger.exception("The periodic job %s failed", name)
            yield Outcome(name, None)
        else:
            yield Outcome(name, done)
