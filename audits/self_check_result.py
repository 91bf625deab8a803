"""What a round of self-checks shows: how many of each answer to each question, and where it failed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from audits.models import CheckQuestion, SelfCheck, Sheet, SheetAnswer
from cases.models import Case
from organisation.models import User

Value = SheetAnswer.Value


@dataclass
class Result:
    """One question over the units that have signed. `remarks` are the answers that are not yes, with their unit."""

    question: CheckQuestion
    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[SheetAnswer] = field(default_factory=list)

    @property
    def figures(self) -> list[tuple[str, int]]:
        """How many of each answer, in the order of the choices."""
        return [(str(value.label), self.counts[value]) for value in Value]

    @property
    def failed(self) -> int:
        return self.counts[Value.NO]


def sheets_of(check: SelfCheck, user: User) -> list[Sheet]:
    """What the units have answered, of what the person may read; each with its answers. Four queries."""
    visible = check.sheets.visible_to(user).select_related("unit", "signed_by")
    sheets = list(visible.prefetch_related("answers__question"))
    for sheet in sheets:
        sheet.check_of = check
    _know_cases(sheets, user)
    return sheets


def _know_cases(sheets: list[Sheet], user: User) -> None:
    """The cases of the answers, of those the person may read; the rest are not there."""
    answers = [answer for sheet in sheets for answer in sheet.answers.all()]
    ids = [answer.case_id for answer in answers if answer.case_id]
    cases = Case.objects.visible_to(user).in_bulk(ids) if ids else {}
    for answer in answers:
        answer.case = cases.get(answer.case_id) if answer.case_id else None


def by_question(questions: Iterable[CheckQuestion], sheets: Iterable[Sheet]) -> list[Result]:
    """Over the sheets that are signed, in the order of the questions."""
    results = {question.pk: Result(question) for question in questions}
    for sheet in sheets:
        if sheet.is_signed:
            for answer in sheet.answers.all():
                result = results[answer.question_id]
                result.counts[answer.value] += 1
                if answer.value in (Value.NO, Value.PARTLY):
                    answer.sheet = sheet
                    result.remarks.append(answer)
    return list(results.values())


def tally(sheet: Sheet) -> Counter[str]:
    """How many of each answer one unit has given."""
    return Counter(answer.value for answer in sheet.answers.all() if answer.value)
