"""Where the questions of an audit come from (S48, S64, S71): requirements with the pages that answer them, procedures with
their steps, templates, earlier findings to verify, open risks, and other audits. Each gives proposals to choose from."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.models import Audit, AuditFinding, AuditQuestion, AuditTemplate, Grade
from cases.risk import DEMANDS_MEASURE_ABOVE
from handbook.models import Coverage, Document, Edition, Requirement, Standard
from organisation.models import User
from risk.models import Risk

SPACE = re.compile(r"\s+")
LONGEST = 400
MOST_CHOICES = 300


class Kind(models.TextChoices):
    """The value is what the address says."""

    REQUIREMENTS = "krav", _lazy("Requirements")
    PROCEDURES = "prosedyrer", _lazy("Procedures")
    TEMPLATES = "maler", _lazy("Templates")
    FINDINGS = "funn", _lazy("Earlier findings")
    RISKS = "risikoer", _lazy("Risks")
    AUDITS = "revisjoner", _lazy("Other audits")


@dataclass(frozen=True)
class Proposed:
    """A question that can be put in the list: `key` finds it again, `facts` are its fields."""

    key: str
    facts: dict[str, Any]
    note: str = ""

    @property
    def text(self) -> str:
        return self.facts["text"]


@dataclass(frozen=True)
class Choice:
    """What questions are made from within a source: a standard, a document, a template, an audit."""

    code: str
    label: str


@dataclass(frozen=True)
class Source:
    """One source: what can be chosen within it, and what the choice proposes. `choices` is empty where nothing need be
    chosen."""

    kind: Kind
    choices: list[Choice] = field(default_factory=list)
    chosen: str = ""
    proposed: list[Proposed] = field(default_factory=list)


def of(kind: Kind, audit: Audit, user: User, chosen: str = "") -> Source:
    """The source with what it proposes to this audit, of what the person may read. A constant number of queries."""
    return _SOURCES[kind](audit, user, chosen)


def _requirements(audit: Audit, user: User, chosen: str) -> Source:
    choices = [Choice(slug, code) for slug, code in Standard.objects.active().values_list("slug", "code")]
    chosen = chosen or (audit.standard.slug if audit.standard else "")
    rows = Requirement.objects.filter(standard__slug=chosen, is_heading=False, applicable=True)
    answers: dict[int, list[Document]] = {}
    for coverage in Coverage.objects.current().filter(requirement__in=rows).select_related("document__page"):
        answers.setdefault(coverage.requirement_id, []).append(coverage.document)
    proposed = [_of_requirement(row, answers.get(row.pk, [])) for row in rows.select_related("standard")]
    return Source(Kind.REQUIREMENTS, choices, chosen, proposed)


def _of_requirement(row: Requirement, documents: list[Document]) -> Proposed:
    pages = ", ".join(map(str, documents))
    page = documents[0].page if len(documents) == 1 else None
    return Proposed(
        str(row.pk),
        {
            "text": _("Show how you meet this: %(title)s") % {"title": row.title},
            "look_for": Truncator(_("Answered by %(pages)s") % {"pages": pages} if pages else "").chars(LONGEST),
            "source": AuditQuestion.Source.REQUIREMENT,
            "source_label": str(row),
            "requirement": row,
            "page": page,
            "page_document_id": documents[0].document_id if page else "",
        },
        note=pages or _("No page answers it"),
    )


def _procedures(audit: Audit, user: User, chosen: str) -> Source:
    editions = Edition.objects.in_force().defer("html", "text").select_related("document__page")
    owned = models.Q(owner_unit__path__startswith=audit.unit.path)
    if audit.page:
        owned |= models.Q(document__page__path__startswith=audit.page.path)
    near = editions.filter(owned).order_by("document__page__path")
    choices = [Choice(row.document_code, str(row.document)) for row in near[:MOST_CHOICES]]
    edition = editions.filter(document_code=chosen).first() if chosen else None
    proposed = list(_of_procedure(edition)) if edition else []
    if edition and edition.document_code not in {choice.code for choice in choices}:
        choices.append(Choice(edition.document_code, str(edition.document)))
    return Source(Kind.PROCEDURES, choices, chosen if edition else "", proposed)


def _of_procedure(edition: Edition) -> Iterator[Proposed]:
    facts = {
        "source": AuditQuestion.Source.PAGE,
        "source_label": str(edition.document),
        "page": edition.document.page,
        "page_document_id": edition.document_code,
    }
    known = _("Do you know “%(title)s”? Where do you find it, and when did you read it last?")
    yield Proposed("0", {**facts, "text": known % {"title": edition.title}, "look_for": ""})
    for number, step in enumerate(_steps(edition), 1):
        words = SPACE.sub(" ", strip_tags(step.get("text", ""))).strip().rstrip(".")
        look_for = " · ".join(filter(None, (step.get("role", ""), step.get("deadline", ""))))
        text = Truncator(_("Show how you do this: %(step)s") % {"step": words}).chars(LONGEST)
        yield Proposed(str(number), {**facts, "text": text, "look_for": look_for[:LONGEST]})


def _steps(edition: Edition) -> Iterator[dict[str, str]]:
    """The steps of the procedure, in order, from its blocks as they were published."""
    for block in edition.content.get("body", []):
        if block["type"] == "steps":
            for step in block["value"].get("steps", []):
                yield step.get("value", step)


def _templates(audit: Audit, user: User, chosen: str) -> Source:
    choices = [Choice(str(row.pk), row.name) for row in AuditTemplate.objects.active()]
    template = AuditTemplate.objects.active().filter(pk=chosen).first() if chosen.isdecimal() else None
    rows = template.questions.filter(active=True) if template else []
    proposed = [
        Proposed(
            str(row.pk),
            {
                "text": row.text,
                "look_for": row.look_for,
                "source": AuditQuestion.Source.TEMPLATE,
                "source_label": str(template),
            },
            note=row.look_for,
        )
        for row in rows
    ]
    return Source(Kind.TEMPLATES, choices, chosen if template else "", proposed)


def _findings(audit: Audit, user: User, chosen: str) -> Source:
    earlier = AuditFinding.objects.visible_to(user).reported().filter(audit__unit__path__startswith=audit.unit.path)
    earlier = earlier.exclude(audit=audit).exclude(grade=Grade.GOOD).for_list().order_by("-audit__reported_at", "pk")
    proposed = [
        Proposed(
            str(row.pk),
            {
                "text": Truncator(_("Is this put right, and does it last? %(finding)s") % {"finding": row.title}).chars(
                    LONGEST
                ),
                "look_for": row.measured_against[:LONGEST],
                "source": AuditQuestion.Source.FINDING,
                "source_label": f"{row.audit}, {row.audit.year}",
                "requirement": row.requirement,
                "verifies": row,
            },
            note=f"{row.get_grade_display()}, {row.audit} {row.audit.year}",
        )
        for row in earlier[:MOST_CHOICES]
    ]
    return Source(Kind.FINDINGS, proposed=proposed)


def _risks(audit: Audit, user: User, chosen: str) -> Source:
    """The open risks over 10 of the unit. One that is restricted is not carried into an audit that others read."""
    open_ones = Risk.objects.in_force().visible_to(user).in_unit(audit.unit).filter(assessment__restricted=False)
    high: Any = open_ones.highest()
    high = high.filter(now__gt=DEMANDS_MEASURE_ABOVE).select_related("assessment")
    proposed = [
        Proposed(
            str(row.key),
            {
                "text": Truncator(_("What do you do to avoid this? %(risk)s") % {"risk": row}).chars(LONGEST),
                "look_for": Truncator("; ".join(row.preventive.split("\n"))).chars(LONGEST),
                "source": AuditQuestion.Source.RISK,
                "source_label": str(row.assessment)[:300],
            },
            note=_("Risk %(score)s, %(assessment)s") % {"score": row.now, "assessment": row.assessment},
        )
        for row in high[:MOST_CHOICES]
    ]
    return Source(Kind.RISKS, proposed=proposed)


COPIED = ("text", "look_for", "source", "source_label", "requirement", "page", "page_document_id")


def _audits(audit: Audit, user: User, chosen: str) -> Source:
    others = Audit.objects.work_visible_to(user).exclude(pk=audit.pk).exclude(questions=None).distinct()
    choices = [
        Choice(str(row.pk), f"{row.title}, {row.unit} {row.year}")
        for row in others.select_related("unit")[:MOST_CHOICES]
    ]
    other = others.filter(pk=chosen).first() if chosen.isdecimal() else None
    rows = other.questions.select_related("requirement__standard", "page") if other else []
    proposed = [
        Proposed(str(row.pk), {name: getattr(row, name) for name in COPIED}, note=row.source_label) for row in rows
    ]
    return Source(Kind.AUDITS, choices, chosen if other else "", proposed)


_SOURCES: dict[Kind, Callable[[Audit, User, str], Source]] = {
    Kind.REQUIREMENTS: _requirements,
    Kind.PROCEDURES: _procedures,
    Kind.TEMPLATES: _templates,
    Kind.FINDINGS: _findings,
    Kind.RISKS: _risks,
    Kind.AUDITS: _audits,
}
