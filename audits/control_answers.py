"""What self-checks last said of the controls that keep risks down (S44): for the pages of risk, which know nothing of us."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from audits.models import Sheet, SheetAnswer
from organisation.models import User

SAYS_NOTHING = ("", SheetAnswer.Value.NOT_FOR_US)


@dataclass(frozen=True)
class LastAnswer:
    """The newest signed answer about a control that the reader may read, and how many of the answers of the same round
    say something else than yes."""

    answer: SheetAnswer
    asked: int
    failed: int


def last_answers(controls: Iterable[int], reader: User) -> dict[int, LastAnswer]:
    """By the key of the control; one that no self-check says anything of, that the reader may read, is not there. Only what
    is signed counts, and not that a control is of no use for a unit. One query; none without controls."""
    keys = set(controls)
    if not keys:
        return {}
    said = SheetAnswer.objects.filter(
        question__control__in=keys, sheet__signed_at__isnull=False, sheet__in=Sheet.objects.visible_to(reader)
    ).exclude(value__in=SAYS_NOTHING)
    control, in_round = F("question__control"), [F("question__control"), F("sheet__check_of")]
    newest = [F("sheet__signed_at").desc(), F("pk").desc()]
    placed = said.annotate(
        place=Window(RowNumber(), partition_by=control, order_by=newest),
        asked=Window(Count("pk"), partition_by=in_round),
        failed=Window(Count("pk", filter=~Q(value=SheetAnswer.Value.YES)), partition_by=in_round),
    )
    rows = placed.filter(place=1).select_related("sheet__unit", "sheet__check_of").order_by()
    return {row.of_control: LastAnswer(row, row.asked, row.failed) for row in rows.annotate(of_control=control)}
