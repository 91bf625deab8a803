"""How it goes with the cases of an audit's findings, as one person may read them (S23)."""

from collections.abc import Iterable
from dataclasses import dataclass

from audits.models import AuditFinding, Evidence
from cases.models import Action, Case
from cases.reading import Reading
from cases.register import reading_of_visible
from organisation.models import User


@dataclass(frozen=True)
class FollowedUp:
    """A finding with what it rests on, and its case; `reading` is None without a case and where the person may not read
    it. `actions` are the measures that are not cancelled."""

    finding: AuditFinding
    evidence: list[Evidence]
    reading: Reading | None
    actions: list[Action]

    @property
    def late(self) -> bool:
        return self.reading is not None and self.finding.is_late


def of(findings: Iterable[AuditFinding], user: User) -> list[FollowedUp]:
    """Each finding of an audit with its evidence and its case. Four queries."""
    rows = list(findings)
    keys = [row.case_id for row in rows if row.case_id]
    visible = Case.objects.visible_to(user).filter(pk__in=keys).for_list().select_related("cause")
    cases = {case.pk: case for case in visible.prefetch_related("actions__responsible")} if keys else {}
    evidence = list(Evidence.objects.filter(audit__in={row.audit_id for row in rows})) if rows else []
    return [_followed(row, cases.get(row.case_id or 0), evidence, user) for row in rows]


def _followed(finding: AuditFinding, case: Case | None, evidence: list[Evidence], user: User) -> FollowedUp:
    rests_on = [
        row
        for row in evidence
        if row.finding_id == finding.pk or (finding.question_id and row.question_id == finding.question_id)
    ]
    actions = [action for action in case.actions.all() if not action.cancelled_at] if case else []
    return FollowedUp(finding, rests_on, reading_of_visible(case, user) if case else None, actions)
