"""The content of the yearly report to the council, and how it is issued (kommuneloven § 25-2, S72): what the review of the
municipality shows, chosen for the council."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisation import clock
from organisation.models import Unit, User
from organisation.pdf import typesetting
from organisation.pdf.frame import frame
from organisation.pdf.nodes import Node, heading, paragraph, paragraphs
from results.inputs import (
    Builder,
    controls,
    deviations,
    earlier,
    headline,
    improvements,
    inhabitants,
    maturity,
    processes,
    risks,
    units,
)
from results.inputs.section import Section
from results.models import AnnualReport, FrozenReport
from results.section_printing import nodes

# What the council is told, in this order: internal control first, then the results of the state's inspections (kommuneloven
# § 25-2), then what both rest on.
BUILDERS: list[Builder] = [
    headline.build,
    controls.internal_control,
    maturity.build,
    controls.state_inspections,
    controls.municipal_controls,
    deviations.build,
    risks.build,
    units.build,
    earlier.build,
    processes.build,
    inhabitants.build,
    improvements.build,
]


def content_of(report: AnnualReport, municipality: Unit) -> dict[str, Any]:
    """The report as it is now, as text and numbers, in the language of the municipality."""
    with translation.override(settings.LANGUAGE_CODE):
        period = report.period
        found = [section for build in BUILDERS if (section := build(municipality, period))]
        return {
            "title": str(report),
            "municipality": municipality.name,
            "year": report.year,
            "before": str(period.previous()),
            "introduction": report.introduction,
            "assessment": report.assessment,
            "sections": [section.as_data() for section in found],
        }


def shown(report: AnnualReport, municipality: Unit) -> dict[str, Any]:
    """What is read: as it was issued, or as it is now."""
    return content_of(report, municipality) if report.is_draft else report.frozen.content


def issue(by: User, report: AnnualReport, municipality: Unit, *, version: int | None = None) -> FrozenReport:
    """Draft → issued: the report is frozen with a checksum. Raises PermissionDenied; StaleVersion; and ValidationError when
    it is issued already or lacks the director's assessment."""
    report.demand_issuer(by, municipality)
    with report.changing(by, version=version):
        report.demand_ready()
        report.status, report.issued_at = AnnualReport.Status.ISSUED, clock.now()
        return FrozenReport.freeze(by, content_of(report, municipality), report=report)


def filename_of(report: AnnualReport, ending: str) -> str:
    """The name of the file."""
    name = slugify(_("Report on internal control"))
    return f"{name}-{report.year}.{ending}"


def pdf(report: AnnualReport, municipality: Unit, *, reader: User) -> bytes:
    """The report as PDF/UA-1."""
    with translation.override(settings.LANGUAGE_CODE):
        return typesetting.typeset(_printout(report, municipality, reader))


def _printout(report: AnnualReport, municipality: Unit, reader: User) -> dict[str, Any]:
    content = shown(report, municipality)
    document = {
        "level": 1,
        "flipped": False,
        "label": f"arsrapport-{report.year}",
        "name": content["title"],
        "kicker": _("The municipal director's report to the council"),
        "summary": "",
        "identity": f"{content['municipality']} · {content['year']}",
        "warning": _("DRAFT") if report.is_draft else "",
        "signed": f"{content['municipality']} · {report.get_status_display()}",
        "address": settings.BASE_URL + report.get_absolute_url(),
        "facts": [],
        "body": _body(report, content),
        "changes": [],
    }
    return frame(content["title"], [document], str(reader), controlled=_("The report as it is now:"))


def _body(report: AnnualReport, content: dict[str, Any]) -> list[Node]:
    body: list[Node] = []
    for name, text in texts_of(content):
        body += [heading(name), *paragraphs(text)] if text else []
    for data in content["sections"]:
        body += nodes(Section.of(data), content["before"])
    if not report.is_draft:
        frozen = report.frozen
        body += [heading(_("Checksum")), paragraph(f"SHA-256: {frozen.sha256}. {frozen.by_name}, {frozen.at:%d.%m.%Y}")]
    return body


def texts_of(content: dict[str, Any]) -> list[tuple[str, str]]:
    """What was written by hand, each with its heading."""
    return [
        (_("Introduction"), content["introduction"]),
        (_("The municipal director's assessment"), content["assessment"]),
    ]
