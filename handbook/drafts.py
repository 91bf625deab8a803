"""What those who write and approve see of a draft: how far it has come, and how it differs from what is in force."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from handbook import comparison, flow, hearings, rendering
from handbook.fingerprints import fingerprint
from handbook.models.approval import Approval
from handbook.models.document import Document
from handbook.models.edition import Edition
from handbook.models.workflow import ApprovalTask, HearingTask
from handbook.permissions import Act, can
from organisation.models import User

if TYPE_CHECKING:
    from handbook.models import ControlledPage

STEPS = ("draft", "hearing", "approval", "force")


@dataclass
class Draft:
    """The newest draft of a document, as this person meets it."""

    document: Document
    user: User

    def __post_init__(self) -> None:
        self.page: ControlledPage = self.document.page.specific  # type: ignore[union-attr]
        self.content: ControlledPage = self.page.get_latest_revision_as_object()
        self.in_force: Edition | None = self.document.latest_edition()

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.content)

    @cached_property
    def rendered(self) -> rendering.Rendered:
        return rendering.render(self.content)

    @cached_property
    def text(self) -> str:
        """The draft as an edition would keep it in plain text."""
        return rendering.whole_text(self.content, self.rendered)

    @cached_property
    def stretches(self) -> list[comparison.Stretch]:
        """The draft against the latest edition, word by word."""
        return comparison.compare(self.in_force.text, self.text) if self.in_force else []

    @cached_property
    def headings(self) -> set[str]:
        """Lines of the text that are headings, before or now."""
        before = self.in_force.toc if self.in_force else []
        return {heading for _anchor, heading in [*before, *self.rendered.toc]}

    @cached_property
    def changes(self) -> int:
        return comparison.count_changes(self.stretches)

    @cached_property
    def facts(self) -> list[tuple[str, str, str]]:
        """What is said about the document and differs: (what, before, after)."""
        before, after = self.in_force, self.content
        if before is None:
            return []
        applies_to = after.applies_to.name if after.applies_to else ""
        rows = [
            (_("Kind"), before.get_kind_display(), after.get_kind_display()),
            (_("Process owner"), before.owner_unit_name, after.owner_unit.name),
            (_("Applies to"), before.applies_to_name, applies_to),
            (_("Users"), before.content.get("users", ""), after.users),
            (_("Benefit"), before.content.get("benefit", ""), after.benefit),
            (_("Months between reviews"), before.content.get("review_months", ""), after.review_months),
        ]
        return [(what, str(old), str(new)) for what, old, new in rows if str(old) != str(new)]

    @cached_property
    def authors(self) -> list[User]:
        return flow.authors_of(self.document)

    @cached_property
    def is_new(self) -> bool:
        """Whether there is anything to approve: something differs from what is in force."""
        return not self.page.live or self._fingerprint_in_force != self.fingerprint

    @property
    def _fingerprint_in_force(self) -> str:
        return self.in_force.approval.fingerprint if self.in_force and self.in_force.approval else ""

    @cached_property
    def place(self) -> str:
        """How far it has come: one of `STEPS`."""
        if flow.is_with(self.page, ApprovalTask):
            return "approval"
        if flow.is_with(self.page, HearingTask):
            return "hearing"
        is_approved = self.waiting is not None and self.waiting.fingerprint == self.fingerprint
        return "draft" if self.is_new and not is_approved else "force"

    @cached_property
    def waiting(self) -> Approval | None:
        """What is approved for a day that has not come."""
        return Approval.objects.unused(self.document).waiting().first()

    @cached_property
    def stuck(self) -> Approval | None:
        """What is approved and its day has come, and yet is not in force: a file in it was replaced meanwhile."""
        due = Approval.objects.unused(self.document).due()
        return due.exclude(fingerprint=self._fingerprint_in_force).first()

    @property
    def steps(self) -> list[dict[str, Any]]:
        """For components/stepper.html."""
        labels = {"draft": _("Draft"), "hearing": _("Hearing"), "approval": _("Approval"), "force": _("In force")}
        here = STEPS.index(self.place)
        states = ["done" if place < here else "current" if place == here else "" for place in range(len(STEPS))]
        return [{"label": labels[name], "state": state} for name, state in zip(STEPS, states, strict=True)]

    @property
    def tag(self) -> tuple[str, str]:
        """What it is now in a word, and the tone of the tag."""
        if self.place == "force" and self.waiting:
            return _("Approved"), "ok"
        words = {
            "draft": (_("Draft"), "info"),
            "hearing": (_("In hearing"), "info"),
            "approval": (_("Waits for approval"), "warn"),
            "force": (_("In force"), "ok"),
        }
        return words[self.place]

    @property
    def has_news(self) -> bool:
        """Whether there is a text to read that differs from what is in force."""
        return self.is_new or self.place != "force"

    @cached_property
    def hearing(self) -> str:
        """The rounds of the hearing in words, or why there was none; empty when nothing is said of it yet."""
        if self.place == "force" and self.waiting:
            return self.waiting.hearing
        return flow.hearing_in_words(self.document)

    @cached_property
    def needs_note(self) -> bool:
        return flow.needs_note(self.document)

    @cached_property
    def is_heard(self) -> bool:
        return flow.hearing_held(self.document)

    @cached_property
    def hearing_unfinished(self) -> list[str]:
        """What must be done before the draft can go to approval."""
        return hearings.reasons_not_to_approve(self.document)

    @cached_property
    def sent_back_because(self) -> str:
        return flow.last_reason(self.page)

    @property
    def may_write(self) -> bool:
        return can(self.user, Act.WRITE, self.content)

    @property
    def may_approve(self) -> bool:
        return flow.may_approve(self.user, self.page, self.content)

    @cached_property
    def why_not_approve(self) -> str:
        """Why this person can't approve it, though the right is there; empty when nothing stands in the way."""
        try:
            state = flow.state_of(self.page)
            flow.refuse_own_work(self.document, self.user, state.requested_by if state else None)
        except PermissionDenied as refused:
            return str(refused)
        return ""
