"""Demo drafts on hearing, with comments and answers, and proposals for change."""

import datetime
import json
from typing import Any

from django.utils import timezone

from handbook import approvals, passages
from handbook.fingerprints import fingerprint
from handbook.models import Document, HearingComment, HearingLink, HearingRound, Proposal
from handbook.models.proposal import body_of, passages_in
from organisation import clock
from organisation.models import Unit, User

from .organisation import read


def load_hearings() -> None:
    """Tell every hearing and proposal that has not been told yet."""
    rows = read("hearings.toml")
    names = {user.username: user for user in User.objects.filter(is_active=True)}
    for row in rows["hearing"]:
        document = _document(row["number"])
        if not document.hearings.exists():
            _tell_hearing(document, row, names)
    for row in rows["proposal"]:
        document = _document(row["number"])
        if not document.proposals.exists():
            _tell_proposal(document, row, names)
    for row in rows["approval"]:
        document = _document(row["number"])
        if not document.page.has_unpublished_changes:  # type: ignore[union-attr]
            _tell_approval(document, row, names)


def _document(number: str) -> Document:
    return Document.objects.select_related("page").get(number=number, page__isnull=False)


def _days(days: int) -> datetime.datetime:
    """So many days from today, at ten."""
    day = timezone.localdate() + datetime.timedelta(days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))


def _tell_hearing(document: Document, row: dict[str, Any], names: dict[str, User]) -> None:
    editor = names[row["editor"]]
    with clock.set_to(_days(row["opened"])):
        _draft(document, row["change"], editor, row["question"].strip().splitlines()[0])
        hearing = approvals.open_hearing(
            Document.objects.get(pk=document.pk).page.specific,
            editor,
            question=row["question"],
            deadline=_days(row["deadline"]).date(),
            for_all="units" not in row,
            units=list(Unit.objects.filter(code__in=row.get("units", []))),
        )
        link = HearingLink.make(editor, hearing, row["outsider"])[0] if "outsider" in row else None
    for said in row["comment"]:
        comment = _comment(hearing, link, said, names)
        if "answer" in said:
            with clock.set_to(_days(said["answered"])):
                comment.answer(editor, said["outcome"], said["answer"])


def _draft(document: Document, changes: list[dict[str, str]], editor: User, note: str) -> None:
    """A draft where some passages say something else than the edition in force."""
    page = document.page.specific  # type: ignore[union-attr]
    body = body_of(page)
    for change in changes:
        path = next(p.path for p in passages.passages_of(body) if p.text == change["before"])
        body = passages.replaced(body, path, change["after"])
    page.body, page.change_note = json.dumps(body), note
    page.save_revision(user=editor)


def _comment(
    hearing: HearingRound, link: HearingLink | None, said: dict[str, Any], names: dict[str, User]
) -> HearingComment:
    anchor = next((anchor for anchor, heading in hearing.sections if heading == said["section"]), "")
    with clock.set_to(_days(said["days"])):
        if link and "outsider" in said:
            return HearingComment.by_link(link, said["outsider"], said["text"], anchor)
        return HearingComment.by_employee(hearing, names[said["by"]], said["text"], anchor)


def _tell_proposal(document: Document, row: dict[str, Any], names: dict[str, User]) -> None:
    edition = document.latest_edition()
    assert edition is not None  # noqa: S101  (the demo handbook is in force)
    passage = next(passage for passage in passages_in(edition) if row["find"] in passage.text)
    after = passage.text.replace(row["before"], row["after"])
    with clock.set_to(_days(row["days"])):
        proposal = Proposal.make(
            names[row["by"]], document, edition=edition, path=passage.path, after=after, why=row["why"]
        )
    if "settled_by" in row:
        with clock.set_to(_days(row["settled"])):
            settle = proposal.take_in if row["taken_in"] else proposal.decline
            settle(names[row["settled_by"]], row["answer"])


def _tell_approval(document: Document, row: dict[str, Any], names: dict[str, User]) -> None:
    """A draft sent to approval, and approved for a later day when the row says so."""
    passage = next(p for p in passages.passages_of(body_of(document.page.specific)) if row["before"] in p.text)  # type: ignore[union-attr]
    change = {"before": passage.text, "after": passage.text.replace(row["before"], row["after"])}
    with clock.set_to(_days(row["sent"])):
        _draft(document, [change], names[row["editor"]], row["note"])
        page = Document.objects.get(pk=document.pk).page.specific  # type: ignore[union-attr]
        approvals.send_to_approval(page, names[row["editor"]], row["no_hearing"])
    if "approver" in row:
        with clock.set_to(_days(row["approved"])):
            page = Document.objects.get(pk=document.pk).page.specific  # type: ignore[union-attr]
            seen = fingerprint(page.get_latest_revision_as_object())
            day = _days(row["from"]).date()
            approvals.approve(page, names[row["approver"]], seen=seen, valid_from=day, comment=row["comment"])
