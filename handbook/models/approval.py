"""What an edition rests on: who wrote, who approved exactly what, and who withdrew it (G6; ISO 9001 clause 7.5.2–7.5.3).

Rows are added, never changed: the database refuses.
"""

from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from handbook.terms import ChangeKind
from organisation import clock
from organisation.models import User

from .document import Document


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def to_draft_of(self, document: Document) -> Self:
        """What was written since the latest edition."""
        latest = document.latest_edition()
        mine = self.filter(document=document)
        return mine.filter(pk__gt=latest.approval.last_contribution) if latest and latest.approval else mine


class Contribution(models.Model):
    """A person wrote in a draft. Outlives Wagtail's revisions, which can be purged and overwritten."""

    append_only = True

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="contributions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contributions")
    user_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.document.document_id} {self.user_name}"

    @classmethod
    def add(cls, document: Document, user: User) -> None:
        """Note that the person has written in the draft: once since the latest approval is enough, also when what
        was approved waits for its day."""
        approved = document.approvals.aggregate(last=models.Max("last_contribution"))["last"] or 0
        if not cls.objects.filter(document=document, user=user, pk__gt=approved).exists():
            cls.objects.create(document=document, user=user, user_name=str(user))


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def unused(self, document: Document) -> Self:
        """Approvals that can still bring an edition into force: newer than the latest edition's and than
        the latest withdrawal, and not withdrawn themselves."""
        latest = document.latest_edition()
        found = self.filter(document=document, edition=None, withdrawals=None)
        if latest and latest.approval_id:
            found = found.filter(pk__gt=latest.approval_id)
        withdrawn = document.withdrawals.filter(approval=None).order_by("-pk").first()
        return found.filter(pk__gt=withdrawn.last_approval) if withdrawn else found

    def waiting(self) -> Self:
        """Approved for a date that has not come."""
        return self.filter(edition=None, withdrawals=None, valid_from__gt=clock.today())

    def due(self) -> Self:
        """Approved for a date that has come, and not in force."""
        return self.filter(edition=None, withdrawals=None, valid_from__lte=clock.today())


class Approval(models.Model):
    """Somebody with the right to it approved exactly this content.

    `fingerprint` is over the content; `content` is the whole draft as it was, so that what was approved
    for a later date can't be lost. `approver` is None for what the system itself made.
    """

    append_only = True

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="approvals")
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)
    revision_id = models.PositiveBigIntegerField(_("revision"), null=True)
    change_kind = models.CharField(_("kind of change"), max_length=10, choices=ChangeKind)
    change_note = models.TextField(_("what changed and why"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="approved_drafts"
    )
    author_names = models.CharField(_("written by"), max_length=500, blank=True)
    requested_by_name = models.CharField(_("sent to approval by"), max_length=200, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    approver_name = models.CharField(_("approver's name"), max_length=200, blank=True)
    capacity = models.CharField(_("in the capacity of"), max_length=300, blank=True)
    hearing = models.TextField(_("hearing"), blank=True)
    comment = models.TextField(_("comment"), blank=True)
    last_contribution = models.PositiveBigIntegerField(default=0)
    approved_at = models.DateTimeField(_("approved"), default=clock.now)
    valid_from = models.DateField(_("valid from"))

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.document.document_id} {self.fingerprint[:12]}"


class Withdrawal(models.Model):
    """A document, or an approval that was not in force yet, was withdrawn, and why (G7)."""

    append_only = True

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="withdrawals")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawals")
    last_approval = models.PositiveBigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="withdrawals")
    by_name = models.CharField(_("name"), max_length=200)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.document.document_id} {self.at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        newest = self.document.approvals.order_by("-pk").values_list("pk", flat=True).first()
        self.last_approval, self.by_name = newest or 0, str(self.by)
        super().save(*args, **kwargs)
