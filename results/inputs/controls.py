"""c 6) What inspections, self-checks and audits found, and what became of it (ISO 9001 clause 9.3.2 c 6; kommuneloven
§§ 25-1 and 25-2).

Restricted inspections and audits are counted, and never named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import audit_summary, inspection_summary
from audits.audit_summary import AuditSummary
from audits.forms.filters import EVERY
from audits.inspection_summary import OfKind, Summary
from audits.models import Grade, InspectionFinding
from cases.models import Case
from cases.models.case_counting import open_condition, overdue_condition
from organisation.models import Unit
from results.inputs.counting import cases_of, count
from results.inputs.section import Cell, Figure, Section, Table, section
from results.periods import Period
from results.statistics.scope import Scope

CODE, STATE_CODE, INTERNAL_CODE, MUNICIPAL_CODE = "c6", "tilsyn", "internkontroll", "egenkontroll"
FINDINGS = (Case.Kind.INSPECTION_FINDING, Case.Kind.AUDIT_FINDING)


@dataclass(frozen=True)
class Controls:
    """What there was in the period, and in the one before."""

    unit: Unit
    period: Period

    @cached_property
    def inspections(self) -> Summary:
        return inspection_summary.of(self.unit, self.period.first, self.period.last)

    @cached_property
    def inspections_before(self) -> Summary:
        before = self.period.previous()
        return inspection_summary.of(self.unit, before.first, before.last)

    @cached_property
    def audits(self) -> AuditSummary:
        return audit_summary.of(self.unit, self.period.first, self.period.last)

    @cached_property
    def audits_before(self) -> AuditSummary:
        before = self.period.previous()
        return audit_summary.of(self.unit, before.first, before.last)


def build(unit: Unit, period: Period) -> Section:
    """For the review. A constant number of queries."""
    found = Controls(unit, period)
    figures = [
        *_of_inspections(found),
        *_of_municipal(found),
        *_of_self_checks(found),
        *_of_audits(found),
        *_of_cases(found, *FINDINGS),
    ]
    title = _("Audits and inspections")
    if not figures:
        return section(CODE, title, note=_("There was no inspection, no audit and no self-check."))
    tables = [_inspections(found, municipal=False), _inspections(found, municipal=True), _self_checks(found)]
    tables += [_audits(found), _grades(found)]
    return section(CODE, title, figures=figures, tables=tables, note=_note(found))


def state_inspections(unit: Unit, period: Period) -> Section:
    """For the yearly report: the results of the state's inspections, by who inspected (kommuneloven § 25-2)."""
    found = Controls(unit, period)
    title = _("Results of inspections by the state")
    figures = _of_inspections(found)
    if not figures:
        return section(STATE_CODE, title, note=_("The state held no inspection this year."))
    tables = [_inspections(found, municipal=False), _inspection_grades(found)]
    return section(STATE_CODE, title, figures=figures, tables=tables, note=_note(found))


def internal_control(unit: Unit, period: Period) -> Section:
    """For the yearly report: how we have controlled ourselves (kommuneloven § 25-1)."""
    found = Controls(unit, period)
    title = _("Our own control")
    figures = [*_of_self_checks(found), *_of_audits(found), *_of_cases(found, Case.Kind.AUDIT_FINDING)]
    if not figures:
        return section(INTERNAL_CODE, title, note=_("There was no audit and no self-check this year."))
    tables = [_self_checks(found), _audits(found), _audit_grades(found)]
    return section(INTERNAL_CODE, title, figures=figures, tables=tables, note=_note(found))


def municipal_controls(unit: Unit, period: Period) -> Section | None:
    """For the yearly report: what the council's own control found; None when there was none."""
    found = Controls(unit, period)
    figures = _of_municipal(found)
    if not figures:
        return None
    tables = [_inspections(found, municipal=True)]
    return section(MUNICIPAL_CODE, _("Municipal control"), figures=figures, tables=tables, note=_note(found))


# Figures


def _of_inspections(found: Controls) -> list[Figure]:
    return _of_kind(
        found, "state", _("inspections by the state"), found.inspections.state, found.inspections_before.state
    )


def _of_municipal(found: Controls) -> list[Figure]:
    now, before = found.inspections.municipal, found.inspections_before.municipal
    return _of_kind(found, "municipal", _("municipal controls"), now, before)


def _of_kind(found: Controls, kind: str, label: str, now: OfKind, before: OfKind) -> list[Figure]:
    if not (now.number or before.number or now.answers_due):
        return []
    address = f"{reverse('audits:inspections', args=[kind])}?enhet={found.unit.pk}&status={EVERY}"
    findings = _("findings in inspections") if kind == "state" else _("findings in municipal controls")
    return [
        Figure(label, now.number, before=before.number, url=address),
        Figure(findings, now.found, before=before.found),
        Figure(_("of them breaches of law"), now.law_breaches, before=before.law_breaches),
        Figure(_("reports that wait for our answer"), now.answers_due),
        Figure(_("answers that are late"), now.answers_late, tone="bad" if now.answers_late else "ok"),
    ]


def _of_self_checks(found: Controls) -> list[Figure]:
    now, before = found.inspections, found.inspections_before
    if not now.asked and not before.asked:
        return []
    unanswered = now.asked - now.signed
    return [
        Figure(
            _("self-checks sent to units"),
            now.asked,
            before=before.asked,
            url=f"{reverse('audits:self_checks')}?enhet={found.unit.pk}",
        ),
        Figure(_("of them not answered"), unanswered, tone="warn" if unanswered else "ok"),
        Figure(_("points answered no in self-checks"), now.failed, before=before.failed),
    ]


def _of_audits(found: Controls) -> list[Figure]:
    now, before = found.audits, found.audits_before
    if not (now.held or now.planned or before.held):
        return []
    return [
        Figure(
            _("audits held"),
            now.held,
            before=before.held,
            url=f"{reverse('audits:audits')}?enhet={found.unit.pk}&ar={found.period.last.year}",
        ),
        Figure(_("audits planned and not reported"), now.planned),
        Figure(_("nonconformities in audits"), now.nonconformities, before=before.nonconformities),
    ]


def _of_cases(found: Controls, *kinds: str) -> list[Figure]:
    """The cases of findings, whenever they came, as they were when the period ended. One query."""
    end = Scope(found.period).day
    cases = count(cases_of(found.unit).filter(kind__in=kinds), open=open_condition(end), late=overdue_condition(end))
    if not any(cases.values()):
        return []
    late = cases["late"]
    return [
        Figure(_("findings not closed"), cases["open"]),
        Figure(_("findings past deadline"), late, tone="bad" if late else "ok"),
    ]


# Tables


def _inspections(found: Controls, *, municipal: bool) -> Table:
    rows = [row for row in found.inspections.rows if row.is_municipal == municipal]
    return Table(
        _("Municipal controls") if municipal else _("Inspections by the state"),
        [_("Inspection"), _("Who"), _("Report"), _("Findings"), _("Not closed"), _("Answered"), _("Status")],
        [
            [
                Cell(row.title, row.url),
                Cell(row.who),
                Cell(f"{row.date:%d.%m.%Y}"),
                Cell(str(row.findings)),
                Cell(str(row.open_cases), tone="warn" if row.open_cases else ""),
                Cell(_answered(row)),
                Cell(row.result),
            ]
            for row in rows
        ],
    )


def _answered(row: inspection_summary.Row) -> str:
    if row.answered:
        return f"{row.answered:%d.%m.%Y}"
    return _("by %(day)s") % {"day": f"{row.answer_by:%d.%m.%Y}"} if row.answer_by else "–"


def _self_checks(found: Controls) -> Table:
    return Table(
        _("Self-checks that are closed"),
        [_("Self-check"), _("Sent"), _("Units asked"), _("Answered"), _("Points with no")],
        [
            [
                Cell(row.title, row.url),
                Cell(f"{row.date:%d.%m.%Y}"),
                Cell(str(row.asked)),
                Cell(str(row.signed), tone="warn" if row.signed < row.asked else ""),
                Cell(str(row.failed)),
            ]
            for row in found.inspections.checks
        ],
    )


def _audits(found: Controls) -> Table:
    """Those whose report is open to all."""
    rows = [row for row in found.audits.rows if row.is_open_to_all]
    return Table(
        _("Audits held"),
        [_("Audit"), _("Report"), _("Nonconformities"), _("Status")],
        [
            [
                Cell(row.title, row.url),
                Cell(f"{row.date:%d.%m.%Y}" if row.date else "–"),
                Cell(str(row.nonconformities)),
                Cell(row.status),
            ]
            for row in rows
        ],
    )


def _grades(found: Controls) -> Table:
    """Findings by grade, of audits and inspections, with the period before."""
    rows = [*_state_rows(found), *_municipal_rows(found), *_audit_rows(found)]
    return Table(_("Findings by grade"), _grade_headings(found), rows)


def _inspection_grades(found: Controls) -> Table:
    return Table(_("Findings by grade"), _grade_headings(found), _state_rows(found))


def _audit_grades(found: Controls) -> Table:
    return Table(_("Findings by grade"), _grade_headings(found), _audit_rows(found))


def _state_rows(found: Controls) -> list[list[Cell]]:
    now, before = found.inspections.state.findings, found.inspections_before.state.findings
    return _grade_rows(_("Inspection"), InspectionFinding.Grade, now, before)


def _municipal_rows(found: Controls) -> list[list[Cell]]:
    now, before = found.inspections.municipal.findings, found.inspections_before.municipal.findings
    return _grade_rows(_("Municipal control"), InspectionFinding.Grade, now, before)


def _audit_rows(found: Controls) -> list[list[Cell]]:
    return _grade_rows(_("Audit"), Grade, found.audits.by_grade, found.audits_before.by_grade)


def _grade_headings(found: Controls) -> list[str]:
    return [_("Grade"), _("Found in"), str(found.period), str(found.period.previous())]


def _grade_rows(
    where: str, grades: type[models.TextChoices], now: Mapping[Any, int], before: Mapping[Any, int]
) -> list[list[Cell]]:
    """A row for each grade there was any of."""
    return [
        [Cell(str(grade.label)), Cell(where), Cell(str(now.get(grade, 0))), Cell(str(before.get(grade, 0)))]
        for grade in grades
        if now.get(grade) or before.get(grade)
    ]


def _note(found: Controls) -> str:
    if found.inspections.restricted or any(row.restricted for row in found.audits.rows):
        return _("What is restricted or has no report yet is counted and not named.")
    return ""
