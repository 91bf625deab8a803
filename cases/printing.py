"""A case on paper, as one person may read it (S34): the same texts as its page, in the frame of every printed sheet.

What people wrote is set as it stands; nothing in it is markup. The archive gets the same sheets, read whole.
"""

from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Action, Answer, Attachment, Case, Entry
from cases.reading import Line, Reading
from organisation.pdf import typesetting
from organisation.pdf.frame import Print, day, frame
from organisation.pdf.nodes import Node, heading, paragraph, paragraphs, table
from organisation.pdf.pictures import Pictures

MOMENT = "d.m.Y H:i"
PICTURES_SHOWN = 20  # each takes time to draw, and the rest are in the list


def pdf(reading: Reading, *, internal: bool, printed_by: str, archived: bool = False) -> bytes:
    """The case as PDF/UA-1, in the language of the municipality; `internal` with the internal notes, `archived` as
    PDF/A too, for the archive."""
    with translation.override(settings.LANGUAGE_CODE):
        made = printout(reading, internal=internal, printed_by=printed_by)
    return typesetting.typeset(made.data, made.pictures, archived=archived)


def printout(reading: Reading, *, internal: bool, printed_by: str) -> Print:
    """The sheets of the case, as it is read. A constant number of queries."""
    case, pictures = reading.case, Pictures()
    entries = case.entries.shown(internal=internal, whole=reading.whole).select_related("author")
    lines = reading.timeline(entries)  # first: who has spoken is hidden in every text
    title = f"{case.reference} {reading.text(case.title)}"
    document = {
        "level": 1,
        "label": case.reference,
        "name": title,
        "kicker": f"{settings.CASE_SYSTEM_NAME} · {case.get_kind_display()}",
        "summary": "",
        "identity": f"{case.reference} · {case.get_status_display()}",
        "warning": _("Sealed. Keep it away from those who may not read it.") if case.sealed else "",
        "signed": f"{case.unit} · {case.get_status_display()}",
        "address": settings.BASE_URL + case.get_absolute_url(),
        "facts": [[str(label), str(value)] for label, value in _facts(reading)],
        "body": [*_texts(reading), *_follow_up(reading), *_timeline(lines), *_files(reading, pictures)],
        "changes": [],
    }
    return Print(frame(title, [document], printed_by, controlled=_("The case as it is now:")), pictures.files)


def _facts(reading: Reading) -> list[tuple[str, Any]]:
    case = reading.case
    rows = [
        (_("Status"), case.get_status_display()),
        (_("Handled by unit"), case.unit),
        (_("Case handler"), reading.person(case.handler)),
        (_("Where"), case.place),
        (_("Reported by"), reading.reporter),
        (_("Reported via"), case.get_channel_display()),
        (_("Received"), _moment(case.received_at)),
        (_("When it happened"), case.occurred_at and _moment(case.occurred_at)),
        (_("Deadline"), case.deadline and day(case.deadline)),
        (_("Assessed"), case.assessed_at and _moment(case.assessed_at)),
        (_("Closed"), case.closed_at and _moment(case.closed_at)),
        (_("Category"), case.category),
        (_("Breach of law or regulation"), _("Yes") if case.law_breach else _("No")),
        (_("Treated by"), case.get_level_display()),
        (_("Reported from"), f"{case.page_label} {case.edition_label and f'v{case.edition_label}'}".strip()),
        (_("Number in another system"), f"{case.external_system} {case.external_id}".strip()),
        (_("Number in the archive"), case.archive_number),
    ]
    return [(label, value) for label, value in rows if value]


def _texts(reading: Reading) -> list[Node]:
    case = reading.case
    hidden = [] if reading.whole else [paragraph(_("Names and personal data are hidden for you."))]
    return [heading(_("What happened")), *paragraphs(reading.text(case.description)), *hidden, *_answers(reading)]


def _answers(reading: Reading) -> list[Node]:
    """What was answered to the extra questions of the page (G17), each under the question as it was asked."""
    answers = list(reading.case.answers.all())
    if not answers:
        return []
    rows = [[_asked(answer), reading.answer(answer)] for answer in answers]
    return [heading(_("Questions from the page")), table([_("Question"), _("Answer")], rows, (50, 50))]


def _asked(answer: Answer) -> str:
    return ": ".join((_("Stop notice"), answer.text)) if answer.is_stop else answer.text


def _follow_up(reading: Reading) -> list[Node]:
    case = reading.case
    sections = [
        (_("Risk"), _risk(case)),
        (_("Root cause"), _cause(reading)),
        (_("Measures"), _measures(reading)),
        (_("The page it was reported from"), _page(reading)),
        (_("What we learned"), paragraphs(reading.text(case.lesson))),
    ]
    return [node for title, nodes in sections if nodes for node in (heading(title), *nodes)]


def _risk(case: Case) -> list[Node]:
    if case.score is None:
        return []
    rows = [[_("Before measures"), case.probability, case.consequence, case.score]]
    if case.residual_score is not None:
        rows.append([_("After measures"), case.residual_probability, case.residual_consequence, case.residual_score])
    return [table(["", _("Probability"), _("Consequence"), _("Risk")], rows, (40, 20, 20, 20))]


def _cause(reading: Reading) -> list[Node]:
    case = reading.case
    whys = [[paragraph(reading.text(why))] for why in case.whys]
    listed = [{"t": "ol", "start": 1, "items": whys}] if whys else []
    cause = [paragraph(_("Cause: %(cause)s") % {"cause": case.cause})] if case.cause else []
    return [*paragraphs(reading.text(case.root_cause)), *listed, *cause]


def _measures(reading: Reading) -> list[Node]:
    actions = list(reading.case.actions.select_related("responsible"))
    head = [_("Measure"), _("Person responsible"), _("Deadline"), _("Effect")]
    rows = [
        [
            _measure(reading, action),
            reading.person(action.responsible),
            day(action.deadline),
            _effect(reading, action),
        ]
        for action in actions
    ]
    return [table(head, rows, (40, 20, 14, 26))] if rows else []


def _measure(reading: Reading, action: Action) -> str:
    lines = [reading.text(action.text), str(action.get_kind_display())]
    if action.done_at:
        done = " ".join((_("Done"), day(timezone.localtime(action.done_at))))
        lines.append(f"{done}: {reading.text(action.done_note)}")
    return "\n".join(lines)


def _effect(reading: Reading, action: Action) -> str:
    if action.cancelled_at:
        return ": ".join((_("Dropped"), reading.text(action.cancel_reason)))
    if not action.effect:
        return _("To be evaluated %(day)s") % {"day": day(action.evaluation_date)}
    return f"{action.get_effect_display()}\n{reading.text(action.effect_note)}"


def _page(reading: Reading) -> list[Node]:
    case = reading.case
    if not case.page_outcome:
        return []
    return paragraphs(f"{case.get_page_outcome_display()}. {reading.text(case.page_outcome_note)}")


def _timeline(lines: list[Line]) -> list[Node]:
    rows = [[_moment(line.entry.created_at), line.who, _said(line)] for line in lines]
    return [heading(_("Dialogue and log")), table([_("When"), _("Who"), _("What")], rows, (20, 22, 58))]


def _said(line: Line) -> str:
    entry = line.entry
    if entry.kind == Entry.Kind.MESSAGE:
        return line.text
    what = entry.get_event_display() if entry.kind == Entry.Kind.EVENT else entry.get_kind_display()
    if entry.kind == Entry.Kind.LETTER:
        what = _("Letter from the reporter") if entry.from_outside else _("Letter to the reporter")
    return f"{what}: {line.text}" if line.text else str(what)


def _files(reading: Reading, pictures: Pictures) -> list[Node]:
    """The list of files and the pictures; only how many to those who may not open them."""
    files = list(reading.case.attachments.all())
    if not files:
        return []
    title = heading(_("Photos and files"))
    if not reading.whole:
        text = ngettext(
            "One file, only for those who handle the case.",
            "%(number)s files, only for those who handle the case.",
            len(files),
        )
        return [title, paragraph(text % {"number": len(files)})]
    rows = [[reading.text(file.name), filesizeformat(file.size), _moment(file.uploaded_at)] for file in files]
    shown = [file for file in files if file.is_picture][:PICTURES_SHOWN]
    listed = table([_("Name"), _("Size"), _("Uploaded")], rows, (60, 18, 22))
    return [title, listed, *(_picture(reading, file, pictures) for file in shown)]


def _picture(reading: Reading, file: Attachment, pictures: Pictures) -> Node:
    try:
        with file.file.open("rb") as opened:
            name = pictures.add(opened.read())
    except OSError:
        name = None
    called = reading.text(file.name)
    return {"t": "figure", "src": name, "alt": called, "caption": [called]}


# From texts to what the template sets


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), MOMENT)
