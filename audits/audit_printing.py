"""The report on paper (S47): scope, criteria, auditors and their impartiality, summary, findings by grade, evidence and
answers. In the frame of every printed sheet; what is not issued yet says so."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audits.models import Audit, Grade
from organisation.models import User
from organisation.pdf import typesetting
from organisation.pdf.frame import day, frame
from organisation.pdf.nodes import Node, cell, heading, paragraph, paragraphs, table

MOMENT = "d.m.Y H:i"
TONES = {Grade.MAJOR: "red", Grade.MINOR: "yellow", Grade.GOOD: "green"}


def filename_of(audit: Audit) -> str:
    """The name of the file, from the title and the year."""
    return f"revisjon-{slugify(audit.title)[:60].strip('-') or audit.pk}-{audit.year}.pdf"


def pdf(audit: Audit, content: dict[str, Any], *, reader: User) -> bytes:
    """The audit as PDF/UA-1, in the language of the municipality. `content` is what `report_content.of` said."""
    with translation.override(settings.LANGUAGE_CODE):
        return typesetting.typeset(printout(audit, content, reader=reader))


def printout(audit: Audit, content: dict[str, Any], *, reader: User) -> dict[str, Any]:
    """The sheets of the report."""
    title = content["title"]
    document = {
        "level": 1,
        "flipped": False,
        "label": f"revisjon-{audit.pk}",
        "name": title,
        "kicker": " · ".join([_("Audit report") if audit.is_issued else _("Audit plan"), content["kind"]]),
        "summary": "",
        "identity": f"{content['unit']} · {content['when']}",
        "warning": _warning(audit),
        "signed": f"{content['unit']} · {audit.get_status_display()}",
        "address": settings.BASE_URL + audit.get_absolute_url(),
        "facts": [[label, text] for label, text in _facts(audit, content) if text],
        "body": [
            *_texts(content),
            *_team(content),
            *_findings(content["findings"], is_issued=audit.is_issued),
            *_answers(content["questions"]),
            *_end(audit),
        ],
        "changes": [],
    }
    return frame(title, [document], str(reader), controlled=_("The audit as it is now:"))


def _warning(audit: Audit) -> str:
    said = [] if audit.is_issued else [_("NOT ISSUED")]
    if audit.restricted:
        said.append(_("Restricted. Keep it away from those who may not read it."))
    return " · ".join(said)


def _facts(audit: Audit, content: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Audited unit"), content["unit"]),
        (_("Process"), content["process"]),
        (_("Days"), content["when"]),
        (_("Lead auditor"), content["lead"]),
        (_("Audited by"), content["body"]),
        (_("Standard or law"), content["standard"]),
        (_("Status"), str(audit.get_status_display())),
        (_("Report issued"), day(audit.reported_on) if audit.reported_on else ""),
    ]


def _texts(content: dict[str, Any]) -> list[Node]:
    """What was asked for, and what came of it."""
    closing = content["closing_note"]
    if content["closing_meeting"]:
        when = _("Held %(day)s.") % {"day": ".".join(reversed(content["closing_meeting"].split("-")))}
        closing = "\n".join(filter(None, (when, closing)))
    parts = (
        (_("Summary and conclusion"), content["summary"]),
        (_("Objective"), content["objective"]),
        (_("What is audited, and what is not"), content["scope"]),
        (_("What it is measured against"), content["criteria"]),
        (_("Closing meeting"), closing),
    )
    return [node for title, text in parts if text for node in (heading(title), *paragraphs(text))]


def _team(content: dict[str, Any]) -> list[Node]:
    if not content["team"]:
        return []
    lines = [
        [
            member["name"],
            ", ".join(filter(None, (_("Lead auditor") if member["leads"] else "", member["function"]))),
            "\n".join([*member["warnings"], member["reason"]]) if member["warnings"] else _("Nothing to remark"),
        ]
        for member in content["team"]
    ]
    return [
        heading(_("Auditors and impartiality")),
        table([_("Name"), _("Function"), _("Impartiality")], lines, (26, 28, 46)),
    ]


def _findings(findings: list[dict[str, Any]], *, is_issued: bool) -> list[Node]:
    """By grade, the most serious first, each with what it is measured against and what it rests on."""
    if not findings:
        return [heading(_("Findings")), paragraph(_("No findings."))] if is_issued else []
    counts = [
        [cell(grade.label, tone=TONES.get(grade, "")), sum(row["grade"] == grade for row in findings)]
        for grade in Grade
    ]
    nodes = [heading(_("Findings")), table([_("Grade"), _("How many")], counts, (70, 30))]
    number = 0
    for grade in Grade:
        for row in (row for row in findings if row["grade"] == grade):
            number += 1
            nodes += _finding(number, row)
    return nodes


def _finding(number: int, row: dict[str, Any]) -> list[Node]:
    said = [
        (_("Measured against: %(text)s"), row["measured_against"]),
        (_("Page: %(text)s"), row["page"]),
    ]
    return [
        {"t": "h", "level": 3, "c": [f"{number}. {row['grade_name']}"]},
        *paragraphs(row["words"]),
        *(paragraph(words % {"text": text}) for words, text in said if text),
        *_evidence(row["evidence"]),
    ]


def _evidence(rows: Iterable[dict[str, Any]]) -> list[Node]:
    items = [[paragraph(_evidence_in_words(row))] for row in rows]
    return [paragraph(_("Evidence:")), {"t": "ul", "items": items}] if items else []


def _evidence_in_words(row: dict[str, Any]) -> str:
    seen = " ".join(row["seen"].split())
    share = f" ({row['share']})" if row["share"] else ""
    return f"{row['kind']}, {row['source']}: {seen}{share}"


def _answers(questions: list[dict[str, Any]]) -> list[Node]:
    if not questions:
        return []
    lines = [
        [
            number,
            "\n".join(filter(None, (row["text"], row["source"]))),
            row["result"] or "–",
            "\n".join(filter(None, (row["note"], *map(_evidence_in_words, row["evidence"])))),
        ]
        for number, row in enumerate(questions, 1)
    ]
    return [
        heading(_("Questions and answers")),
        table([_("No."), _("Question"), _("Answer"), _("Note and evidence")], lines, (6, 36, 14, 44)),
    ]


def _end(audit: Audit) -> list[Node]:
    if not audit.is_issued:
        return []
    report = audit.report
    facts = [
        (_("Issued by"), report.by_name),
        (_("When"), date_format(timezone.localtime(report.at), MOMENT)),
        (_("Checksum (SHA-256) of what was issued"), report.sha256),
        (_("Verified by"), audit.verified_by_name),
        (_("How it was verified"), audit.verification),
    ]
    return [heading(_("Issued")), *(paragraph(f"{label}: {text}") for label, text in facts if text)]
