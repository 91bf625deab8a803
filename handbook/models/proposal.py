"""Proposals for change from anybody who reads a page (S4): taken into the draft, or answered."""

import json
import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.models import Page

from handbook import comparison, passages
from handbook.permissions import writes
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User, within
from organisation.reminders import remind
from organisation.roles import Right, Role

from .document import Document
from .edition import Edition

if TYPE_CHECKING:
    from .pages import ControlledPage

TEXT_LENGTH = 4_000


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def new(self) -> Self:
        return self.filter(state=Proposal.State.NEW)

    def for_writer(self, user: User) -> Self:
        """Proposals for the pages of the units the person writes for."""
        return self.filter(within(user.right_paths(Right.WRITE_HANDBOOK), "edition__owner_unit__path"))

    def for_list(self) -> Self:
        return self.select_related("document__page", "by", "answered_by")


class Proposal(VersionedModel):
    """One passage of an edition, as somebody would rather have it."""

    class State(models.TextChoices):
        NEW = "new", _lazy("New")
        TAKEN_IN = "taken_in", _lazy("Taken into the draft")
        DECLINED = "declined", _lazy("Answered: not changed")

    document = models.ForeignKey(
        Document, verbose_name=_lazy("document"), on_delete=models.PROTECT, related_name="proposals"
    )
    edition = models.ForeignKey(Edition, verbose_name=_lazy("version"), on_delete=models.PROTECT, related_name="+")
    path = models.CharField(_lazy("place in the text"), max_length=200)
    heading = models.CharField(_lazy("section"), max_length=255, blank=True)
    before = models.TextField(_lazy("text in force"))
    after = models.TextField(_lazy("proposed text"), max_length=TEXT_LENGTH, blank=True)
    why = models.TextField(_lazy("why"), max_length=TEXT_LENGTH)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("proposed by"), on_delete=models.PROTECT, related_name="proposals"
    )
    at = models.DateTimeField(_lazy("proposed"))
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_lazy("state"), max_length=20, choices=State, default=State.NEW)
    answer = models.TextField(_lazy("answer"), max_length=TEXT_LENGTH, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("answered by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answered_at = models.DateTimeField(_lazy("answered"), null=True, blank=True)

    history = Records()
    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("proposal for change")
        verbose_name_plural = _lazy("proposals for change")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.document.document_id}: {self.before[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("handbook:proposal", args=[self.document.document_id, self.pk])

    @classmethod
    @transaction.atomic
    def make(
        cls,
        by: User,
        document: Document,
        *,
        edition: Edition,
        path: str,
        after: str,
        why: str,
        key: uuid.UUID | None = None,
    ) -> "Proposal":
        """What somebody proposes for a passage of the edition in force; an empty text proposes to take it out.
        The same `key` again gives the proposal already made.

        Raises PermissionDenied without an active account, ValidationError by field when the edition is no longer
        in force, nothing is changed, or no reason is given.
        """
        if not by.is_active:
            raise PermissionDenied
        if key and (made := cls.objects.filter(key=key, by=by).first()):
            return made
        if document.edition_in_force() != edition:
            raise ValidationError(_("The text has got a new version meanwhile. See it below, and write again."))
        passage = passage_of(edition, path)
        proposal = cls(document=document, edition=edition, path=path, before=passage.text, heading=passage.heading)
        proposal.after, proposal.why = passages.plain(after), why.strip()
        proposal._check()
        proposal.by, proposal.at, proposal.key = by, clock.now(), key or uuid.uuid4()
        proposal.save_by(by)
        return proposal

    def _check(self) -> None:
        wrong: dict[str, str] = {}
        body = self.edition.content["body"]
        most = passages.most_letters(body, self.path) or TEXT_LENGTH
        if self.after == self.before:
            wrong["after"] = _("Change something in the text first.")
        elif not self.after and not passages.may_be_empty(body, self.path):
            wrong["after"] = _("This place can't be empty. Leave the text, and write below that it should go.")
        elif len(self.after) > most:
            wrong["after"] = _("This place has room for %(most)s characters.") % {"most": most}
        if not self.why:
            wrong["why"] = _("Write why: it helps those who decide.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def is_new(self) -> bool:
        return self.state == self.State.NEW

    @property
    def tone(self) -> str:
        return {self.State.NEW: "info", self.State.TAKEN_IN: "ok"}.get(self.State(self.state), "")

    @property
    def difference(self) -> comparison.Line:
        """What is proposed, word by word."""
        return comparison.Line(comparison.compare_words(self.before, self.after))

    def may_read(self, user: User) -> bool:
        return self.by_id == user.pk or user.has_role(Role.AUDITOR) or writes(user, self.document)

    def place_in_draft(self) -> str | None:
        """Where the passage stands in the newest draft; None when it is changed there, or the page is gone."""
        page = self.document.page
        return self._place(page.specific.get_latest_revision_as_object()) if page else None

    def _place(self, draft: "ControlledPage") -> str | None:
        return passages.find(body_of(draft), self.path, self.before)

    def take_in(self, by: User, answer: str = "", *, version: int | None = None) -> None:
        """Write the proposal into the page's newest draft, which stays a draft.

        Raises PermissionDenied, StaleVersion, and ValidationError when it is settled, the draft is locked, or the
        passage is changed in the draft: then an editor writes it by hand and calls `taken_in_by_hand`.
        """
        self._demand_writer(by)
        with self.changing(by, version=version):
            draft = self._open_draft(by)
            place = self._place(draft)
            if place is None:
                raise ValidationError(_("The passage is changed in the draft. Edit it by hand."))
            draft.body = json.dumps(passages.replaced(body_of(draft), place, self.after))
            self._sign(draft, by)
            self._settle(by, self.State.TAKEN_IN, answer)

    def taken_in_by_hand(self, by: User, answer: str = "", *, version: int | None = None) -> None:
        """The editor has written what was proposed into the draft. Raises as `take_in` does, and ValidationError
        when there is no draft."""
        self._demand_writer(by)
        with self.changing(by, version=version):
            draft = self._open_draft(by)
            if not draft.has_unpublished_changes:
                raise ValidationError(_("Write the change in a draft first."))
            self._sign(draft, by)
            self._settle(by, self.State.TAKEN_IN, answer)

    def decline(self, by: User, answer: str, *, version: int | None = None) -> None:
        """Leave the text as it is, and say why. Raises PermissionDenied, StaleVersion, and ValidationError when
        the proposal is settled or no reason is given."""
        self._demand_writer(by)
        if not answer.strip():
            raise ValidationError({"answer": _("Write why the text stays as it is.")})
        with self.changing(by, version=version):
            self._demand_new()
            self._settle(by, self.State.DECLINED, answer)

    def _demand_writer(self, by: User) -> None:
        if not writes(by, self.document):
            raise PermissionDenied

    def _demand_new(self) -> None:
        if not self.is_new:
            raise ValidationError(_("The proposal is settled already."))

    def _open_draft(self, by: User) -> "ControlledPage":
        """The newest draft, with its page locked for others until the transaction ends."""
        self._demand_new()
        page = Page.objects.select_for_update().get(pk=self.document.page_id).specific
        lock = page.get_lock()
        if lock and lock.for_user(by):
            raise ValidationError(_("The draft is locked, because it is being approved. Take the proposal in later."))
        return page.get_latest_revision_as_object()

    def _sign(self, draft: "ControlledPage", by: User) -> None:
        """Save the draft as written by both, so that neither the proposer nor the editor can approve it (G6)."""
        draft.save_revision(user=self.by)
        draft.save_revision(user=by)

    def _settle(self, by: User, state: "Proposal.State", answer: str) -> None:
        self.state, self.answer = state, answer.strip()
        self.answered_by, self.answered_at = by, clock.now()
        subject = _("Your proposal is answered: %(title)s") % {"title": self.document.title}
        remind(self.by, f"proposal:{self.pk}", subject, self.get_absolute_url())


def passage_of(edition: Edition, path: str) -> passages.Passage:
    """The passage of the edition at this path. Raises ValidationError when there is none."""
    found = next((passage for passage in passages_in(edition) if passage.path == path), None)
    if found is None:
        raise ValidationError({"path": _("Choose the place in the text.")})
    return found


def passages_in(edition: Edition) -> list[passages.Passage]:
    """What can be proposed changed in the edition."""
    return passages.passages_of(edition.content["body"], edition.toc)


def body_of(page: "ControlledPage") -> list[dict[str, object]]:
    """The page's body as it is stored."""
    return page.body.stream_block.get_prep_value(page.body)
