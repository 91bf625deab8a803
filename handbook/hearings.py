"""Hearings as a whole: opening a round, closing what is over, and what an approver must know (G6, S6)."""

import datetime
from collections import Counter
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from handbook import rendering
from handbook.models.document import Document
from handbook.models.hearing import HearingRound
from handbook.models.hearing_comment import CommentAnswer, HearingComment
from handbook.models.hearing_link import HearingLink
from handbook.permissions import writes
from organisation import clock
from organisation.models import Unit, User, within
from organisation.reminders import Reminder, remind, remind_all

PICTURES = "/media/images/"


@transaction.atomic
def open_round(
    page: Page,
    by: User,
    *,
    question: str,
    deadline: datetime.date,
    for_all: bool = False,
    units: Iterable[Unit] = (),
) -> HearingRound:
    """Put the page's draft, as it is now, before an audience; the people of named units are told.

    Raises PermissionDenied when `by` does not write the page, and ValidationError by field when nothing is
    drafted, a round is open already, the deadline is past, or question or audience is missing.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("page").get(page_id=page.pk)
    if not writes(by, document):
        raise PermissionDenied
    asked = list(units)
    _check(document, question=question, deadline=deadline, has_audience=for_all or bool(asked))
    for over in document.hearings.past_deadline():
        over.close(None)
    after = document.latest_edition()
    earlier = HearingRound.objects.of_draft(document).aggregate(Max("number"))["number__max"] or 0
    hearing = HearingRound(
        document=document,
        after=after,
        number=earlier + 1,
        question=question.strip(),
        for_all=for_all,
        audience=_("All employees") if for_all else ", ".join(unit.name for unit in asked),
        deadline=deadline,
        opened_by=by,
        opened_at=clock.now(),
        **_as_drafted(page),
    )
    hearing.save_by(by)
    if not for_all:
        hearing.units.set(asked)
        _tell(hearing, asked)
    return hearing


def _check(document: Document, *, question: str, deadline: datetime.date, has_audience: bool) -> None:
    """Raises ValidationError with everything that is wrong."""
    wrong: dict[str, str] = {}
    if not question.strip():
        wrong["question"] = _("Write what you want people to look at.")
    if deadline < clock.today():
        wrong["deadline"] = _("The deadline can't be in the past.")
    if not has_audience:
        wrong["audience"] = _("Choose who the hearing is for.")
    if wrong:
        raise ValidationError(wrong)
    if not has_draft(document):
        raise ValidationError(_("There is no draft to hear people about: everything written is in force."))
    if document.hearings.open().exists():
        raise ValidationError(_("A round is open already. Close it before you open another."))


def has_draft(document: Document) -> bool:
    """Whether something is written that is not in force."""
    page = document.page
    return page is not None and page.has_unpublished_changes and page.latest_revision_id is not None


def _as_drafted(page: Page) -> dict[str, object]:
    """The newest draft as a reader would see it."""
    draft = page.specific.get_latest_revision_as_object()
    with translation.override(settings.LANGUAGE_CODE):
        rendered = rendering.render(draft)
    return {
        "title": draft.title,
        "html": rendered.html,
        "text": rendering.whole_text(draft, rendered),
        "toc": [list(entry) for entry in rendered.toc],
    }


def _tell(hearing: HearingRound, units: list[Unit]) -> None:
    people = User.objects.active().filter(within([unit.path for unit in units], "unit__path"))
    subject = _("Say what you think of “%(title)s” by %(deadline)s") % {
        "title": hearing.title,
        "deadline": formats.date_format(hearing.deadline, "j. F"),
    }
    about, url = f"hearing:{hearing.pk}", hearing.get_absolute_url()
    remind_all(
        Reminder(user=person, about=about, subject=subject, url=url)
        for person in people.exclude(pk=hearing.opened_by_id)
    )


def close_due() -> int:
    """Close the rounds past their deadline and tell who opened them; how many. Run each night."""
    due = list(HearingRound.objects.past_deadline().select_related("opened_by", "document"))
    for hearing in due:
        _close(hearing)
    return len(due)


@transaction.atomic
def _close(hearing: HearingRound) -> None:
    hearing.close(None)
    count = hearing.comments.unanswered().count()
    subject = ngettext(
        "The hearing about “%(title)s” is over: %(n)s comment to answer",
        "The hearing about “%(title)s” is over: %(n)s comments to answer",
        count,
    ) % {"title": hearing.title, "n": count}
    remind(hearing.opened_by, f"hearing:{hearing.pk}:over", subject, hearing.get_absolute_url())


# For the approver


def reasons_not_to_approve(document: Document) -> list[str]:
    """What stands in the way of approving the draft, in words; empty when nothing does."""
    rounds = HearingRound.objects.of_draft(document)
    reasons = [
        _("Round %(number)s of the hearing is open until %(deadline)s.")
        % {"number": hearing.number, "deadline": formats.date_format(hearing.deadline, "SHORT_DATE_FORMAT")}
        for hearing in rounds.open().defer("html", "text")
    ]
    unanswered = HearingComment.objects.filter(round__in=rounds).unanswered().count()
    if unanswered:
        reasons.append(
            ngettext(
                "%(n)s comment from the hearing is not answered.",
                "%(n)s comments from the hearing are not answered.",
                unanswered,
            )
            % {"n": unanswered}
        )
    return reasons


def summary(document: Document) -> str:
    """The hearing of the draft for approver and auditor: a line for each round, and whether the text was
    changed after the last one. Empty without a hearing."""
    rounds = list(with_counts(HearingRound.objects.of_draft(document)).defer("html").order_by("number"))
    lines = [_in_words(hearing) for hearing in rounds]
    if rounds and document.page and _as_drafted(document.page)["text"] != rounds[-1].text:
        lines.append(_("The text was changed after the last round opened."))
    return "\n".join(lines)


def _in_words(hearing: HearingRound) -> str:
    answers = current_answers(hearing)
    outcomes = Counter(answer.outcome for answer in answers.values())
    said = ngettext("%(n)s comment", "%(n)s comments", hearing.said) % {"n": hearing.said}  # type: ignore[attr-defined]
    parts = [
        f"{outcomes[value]} {str(label).lower()}" for value, label in CommentAnswer.Outcome.choices if outcomes[value]
    ]
    if unanswered := hearing.said - len(answers):  # type: ignore[attr-defined]
        parts.append(_("%(n)s not answered") % {"n": unanswered})
    came_of_it = f" ({', '.join(parts)})" if parts else ""
    until = timezone.localdate(hearing.closed_at) if hearing.closed_at else hearing.deadline
    return _("Round %(number)s, %(since)s–%(until)s, %(audience)s: %(said)s") % {
        "number": hearing.number,
        "since": formats.date_format(timezone.localdate(hearing.opened_at), "SHORT_DATE_FORMAT"),
        "until": formats.date_format(until, "SHORT_DATE_FORMAT"),
        "audience": hearing.audience,
        "said": said + came_of_it,
    }


def with_counts(rounds: "QuerySet[HearingRound]") -> "QuerySet[HearingRound]":
    """Rounds with how many comments they got (`said`) and how many of these are answered (`answered`)."""
    answered = Count("comments", filter=Q(comments__answers__isnull=False), distinct=True)
    return rounds.annotate(said=Count("comments", distinct=True), answered=answered)


def current_answers(hearing: HearingRound) -> dict[int, CommentAnswer]:
    """The answer that counts, by comment. One query."""
    return {answer.comment_id: answer for answer in CommentAnswer.objects.filter(comment__round=hearing).order_by("pk")}


def to_answer(user: User) -> "QuerySet[HearingRound]":
    """The rounds the person opened that have unanswered comments, with how many (`unanswered`)."""
    unanswered = Count("comments", filter=Q(comments__answers__isnull=True), distinct=True)
    rounds = HearingRound.objects.filter(opened_by=user).for_list().annotate(unanswered=unanswered)
    return rounds.filter(unanswered__gt=0).order_by("deadline")


def by_section(hearing: HearingRound) -> list[tuple[str, str, list[HearingComment]]]:
    """(anchor, heading, comments) in the order of the text, the whole first; sections without comments left
    out. Each comment has its answers, newest first. Two queries."""
    comments = hearing.comments.prefetch_related(Prefetch("answers", CommentAnswer.objects.order_by("-pk")))
    groups: dict[str, list[HearingComment]] = {}
    for comment in comments:
        groups.setdefault(comment.section, []).append(comment)
    headings = [("", _("The document as a whole")), *hearing.sections]
    return [(anchor, heading, groups[anchor]) for anchor, heading in headings if anchor in groups]


# For outsiders


def address_of(token: str) -> str:
    """The whole address of a link, to be sent to the outsider."""
    return settings.BASE_URL + reverse("handbook:hearing_outsider", args=[token])


def links_of(hearing: HearingRound) -> "QuerySet[HearingLink]":
    """The links of the round with how many comments came by each (`said`)."""
    return hearing.links.select_related("made_by").annotate(said=Count("comments"))


def for_outsiders(hearing: HearingRound, token: str) -> SafeString:
    """The text as heard for a reader without an account: its pictures come by the token, and what leads into
    the system is plain text."""
    soup = BeautifulSoup(hearing.html, "html.parser")
    for link in soup.find_all("a"):
        if str(link.get("href", "")).startswith(("http://", "https://", "#")):
            link["rel"] = "noreferrer noopener"
        else:
            link.unwrap()
    for picture in soup.find_all("img"):
        name = _picture_name(picture)
        if name:
            picture["src"] = reverse("handbook:hearing_picture", args=[token, name])
        del picture["srcset"]
    return mark_safe(str(soup))  # noqa: S308  (our own templates rendered it, escaped)


def pictures_of(hearing: HearingRound) -> set[str]:
    """The names of the pictures in the text as heard."""
    soup = BeautifulSoup(hearing.html, "html.parser")
    return {name for picture in soup.find_all("img") if (name := _picture_name(picture))}


def _picture_name(picture: Tag) -> str:
    source = str(picture.get("src", ""))
    return source.removeprefix(PICTURES) if source.startswith(PICTURES) else ""
