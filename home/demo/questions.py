"""Extra questions about medication deviations, and a report that answers them."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cases.models import Answer, Case, Question, Reply
from handbook.models import Document
from organisation import clock
from organisation.models import User

from .organisation import read

KEYS = uuid.UUID("0b7a3c52-4d0f-4f43-8a4e-6a6a1d8f9e21")


@transaction.atomic
def load_questions() -> None:
    """Compose the questions, and report the case. What is there already is left alone."""
    told = read("questions.toml")
    page = Document.objects.select_related("page").get(number=told["page"], page__live=True).page
    if Question.objects.filter(page=page).exists():
        return
    with clock.set_to(timezone.now() - datetime.timedelta(told["composed_ago"])):
        questions = [_compose(page, dict(row)) for row in told["question"]]
    _report(page, told["case"], {question.text: question for question in questions})


def _compose(page: Page, row: dict) -> Question:
    question = Question(page=page, options="\n".join(row.pop("options", [])), **row)
    question.full_clean()
    question.save_by(User.objects.get(username="redaktor"))
    return question


def _report(page: Page, story: dict, questions: dict[str, Question]) -> None:
    by = User.objects.select_related("unit").get(username=story["by"])
    day = timezone.localdate() - datetime.timedelta(story["ago"])
    at = datetime.datetime.combine(day, datetime.time.fromisoformat(story["time"]))
    with clock.set_to(timezone.make_aware(at)):
        case = Case.report(
            by,
            kind=Case.Kind.DEVIATION,
            description=story["description"],
            place=by.unit,
            page=page,
            key=uuid.uuid5(KEYS, story["description"]),
        )
        Answer.give(by, case, [Reply(questions[text], words) for text, words in story["answers"].items()])
