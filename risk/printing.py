"""The form on paper for the meeting: head, matrix before and after, rows in order, what is to be put right, and the
decision or lines to sign on. In the frame of every printed sheet, lying, with the scores in figures, words and colour."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cases.models import Case
from cases.risk import LEVELS, colour
from organisation.models import User
from organisation.pdf import typesetting
from organisation.pdf.frame import day, frame
from organisation.pdf.nodes import Node, beside, cell, heading, paragraph, paragraphs, table
from risk import checks, follow_up
from risk.models import Assessment, Risk
from risk.templatetags.risk_tags import score as score_in_words

MOMENT = "d.m.Y H:i"
ROOM_TO_SIGN = cell("") | {"c": [paragraph("\u00a0")] * 2}


def filename_of(assessment: Assessment) -> str:
    """The name of the file, from the title and the version."""
    return f"ros-{slugify(assessment.title)[:60].strip('-') or assessment.pk}-v{assessment.number}.pdf"


def pdf(assessment: Assessment, *, reader: User) -> bytes:
    """The assessment as PDF/UA-1 as this person may read it, in the language of the municipality."""
    with translation.override(settings.LANGUAGE_CODE):
        return typesetting.typeset(printout(assessment, reader=reader))


def printout(assessment: Assessment, *, reader: User) -> dict[str, Any]:
    """The sheets of the assessment. A constant number of queries."""
    rows = _rows(assessment, reader)
    title = assessment.title
    document = {
        "level": 1,
        "flipped": True,
        "label": f"ros-{assessment.pk}",
        "name": title,
        "kicker": " · ".join([_("Risk and vulnerability assessment"), assessment.use_in_words]),
        "summary": "",
        "identity": f"{assessment.unit} · {assessment.year} · {_version(assessment)}",
        "warning": " · ".join(_warnings(assessment)),
        "signed": f"{assessment.unit} · {_version(assessment)} · {assessment.get_status_display()}",
        "address": settings.BASE_URL + assessment.get_absolute_url(),
        "facts": [[str(label), str(value)] for label, value in _facts(assessment) if value],
        "body": [*_scope(assessment), *_matrices(rows), *_table(rows), *_checks(assessment, rows), *_end(assessment)],
        "changes": [],
    }
    return frame(title, [document], str(reader), controlled=_("The assessment as it is now:"))


def _rows(assessment: Assessment, reader: User) -> list[Risk]:
    """The rows in order, with what is asked of each. A case that the reader may not read is not there."""
    found = (
        assessment.rows.live().select_related("responsible", "case").prefetch_related("case__actions", "acceptances")
    )
    rows = list(found)
    ids = [row.case_id for row in rows if row.case_id]
    readable = set(Case.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    for row in rows:
        row.assessment = assessment
        if row.case_id not in readable:
            row.case = None
    return rows


def _version(assessment: Assessment) -> str:
    return _("version %(number)s") % {"number": assessment.number}


def _warnings(assessment: Assessment) -> list[str]:
    said = [_("DRAFT")] if assessment.is_draft else []
    if assessment.status in (Assessment.Status.REPLACED, Assessment.Status.ENDED):
        said.append(str(assessment.get_status_display()))
    if assessment.restricted:
        said.append(_("Restricted. Keep it away from those who may not read it."))
    return said


def _facts(assessment: Assessment) -> list[tuple[str, Any]]:
    leader = ", ".join(filter(None, (assessment.leader.get_full_name(), assessment.leader_function)))
    people = [", ".join(filter(None, (who.name, who.function))) for who in assessment.participants.all()]
    return [
        (_("Unit"), assessment.unit),
        (_("Year"), assessment.year),
        (_("Status"), assessment.get_status_display()),
        (_("Who leads the assessment"), leader),
        (_("Participants"), "; ".join(people)),
        (_("Template"), assessment.template_label),
        (_("Asset or aspect"), assessment.subject or ""),
        (_("Next review"), assessment.review_date and day(assessment.review_date)),
    ]


def _scope(assessment: Assessment) -> list[Node]:
    return [heading(_("What is assessed, and what is not")), *paragraphs(assessment.scope)] if assessment.scope else []


def _matrices(rows: list[Risk]) -> list[Node]:
    before = _matrix(_("Before measures"), rows, "probability", "consequence")
    after = _matrix(_("After measures"), rows, "residual_probability", "residual_consequence")
    note = _("The figures are the numbers of the rows. Up: probability. Across: consequence. Over 10 demands measures.")
    return [heading(_("Matrix")), beside([before], [after]), paragraph(note)]


def _matrix(caption: str, rows: list[Risk], probability: str, consequence: str) -> Node:
    """Where the rows lie, by their numbers, in the colours of the scores."""
    places: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        places[getattr(row, probability), getattr(row, consequence)].append(str(number))
    lines = [
        [
            cell(up, is_head=True),
            *(cell(", ".join(places[up, across]), tone=colour(up * across).value) for across in LEVELS),
        ]
        for up in reversed(LEVELS)
    ]
    return table(["", *(str(across) for across in LEVELS)], lines, (8, *([18] * len(LEVELS))), caption)


def _table(rows: list[Risk]) -> list[Node]:
    if not rows:
        return [heading(_("Risks")), paragraph(_("There are no rows yet."))]
    head = [
        _("No."),
        _("Aspects – conditions and requirements"),
        _("Description of threat"),
        _("Risk"),
        _("Measures"),
        _("Responsible and deadline"),
        _("After measures"),
    ]
    lines = [
        [
            number,
            row.aspect,
            row.threat,
            _scored(row.probability, row.consequence, row.score, law_breach=row.law_breach),
            _measures(row),
            _follow_up(row),
            _scored(row.residual_probability, row.residual_consequence, row.residual_score),
        ]
        for number, row in enumerate(rows, 1)
    ]
    return [heading(_("Risks")), table(head, lines, (4, 18, 26, 11, 27, 17, 11))]


def _scored(probability: int | None, consequence: int | None, value: int | None, *, law_breach: bool = False) -> Node:
    said = [_("Breach of law")] if law_breach else []
    if value is None:
        return cell("\n".join(["–", *said]))
    word = score_in_words(value)["word"]
    return cell("\n".join([f"{probability} × {consequence} = {value}", word, *said]), tone=colour(value).value)


def _measures(row: Risk) -> str:
    texts = ((_("Preventive"), row.preventive), (_("Damage-limiting"), row.limiting))
    return "\n".join(f"{label}: {text.strip()}" for label, text in texts if text.strip())


def _follow_up(row: Risk) -> str:
    """Who and when; and how it goes with the case."""
    said = [row.responsible.get_full_name() if row.responsible else "", day(row.deadline) if row.deadline else ""]
    if going := follow_up.of(row):
        said.append(f"{going.case}: {going.case.get_status_display()}")
        said.append(_("Past deadline") if going.late else "")
        said.append(going.effect)
    return "\n".join(filter(None, said))


def _checks(assessment: Assessment, rows: Iterable[Risk]) -> list[Node]:
    found = [check.in_words for check in checks.of(assessment, rows)]
    if not found:
        return []
    return [heading(_("To be put right")), {"t": "ul", "items": [[paragraph(text)] for text in found]}]


def _end(assessment: Assessment) -> list[Node]:
    decision = getattr(assessment, "decision", None)
    if decision is None:
        return _lines_to_sign(assessment)
    facts = [
        (_("Decided by"), decision.by_name),
        (_("When"), date_format(timezone.localtime(decision.at), MOMENT)),
        (_("Note"), decision.note),
        (_("Checksum (SHA-256) of what was decided"), decision.sha256),
    ]
    return [heading(_("Decision")), *(paragraph(f"{label}: {text}") for label, text in facts if text)]


def _lines_to_sign(assessment: Assessment) -> list[Node]:
    people = [(assessment.leader.get_full_name(), assessment.leader_function)]
    people += [(who.name, who.function) for who in assessment.participants.all() if who.user_id != assessment.leader_id]
    lines = [[name, function, ROOM_TO_SIGN, ROOM_TO_SIGN] for name, function in people]
    head = [_("Name"), _("Function"), _("Date"), _("Signature")]
    return [heading(_("Signatures")), table(head, lines, (26, 26, 14, 34))]
