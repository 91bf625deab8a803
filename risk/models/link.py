"""What a row is tied to: pages of the handbook, controls in place, cases (G24, S44)."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.models import Case
from organisation import clock
from organisation.history import Records
from organisation.models import User
from risk.permissions import Act, can, visible_condition

from .registers import Control
from .row import Risk

if TYPE_CHECKING:
    from wagtail.models import Page


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: User) -> Self:
        """Those of the assessments the person may read."""
        return self.filter(visible_condition(user, "risk__assessment__"))

    def in_force(self) -> Self:
        return self.filter(risk__in=Risk.objects.in_force().values("pk"))


class Link(models.Model):
    """One tie of one row: to a page, a control or a case. The page's document id and name are kept when the page goes."""

    wagtail_reference_index_ignore = True

    risk = models.ForeignKey(Risk, verbose_name=_lazy("risk"), on_delete=models.PROTECT, related_name="links")
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="risk_links",
    )
    page_document_id = models.CharField(max_length=20, blank=True, editable=False)
    page_label = models.CharField(_lazy("page"), max_length=300, blank=True, editable=False)
    control = models.ForeignKey(
        Control, verbose_name=_lazy("control"), on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    case = models.ForeignKey(
        Case, verbose_name=_lazy("case"), on_delete=models.PROTECT, null=True, blank=True, related_name="risk_links"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    history = Records()
    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("link of a risk")
        verbose_name_plural = _lazy("links of risks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "page_document_id"], condition=~Q(page_document_id=""), name="a_page_once_for_a_risk"
            ),
            models.UniqueConstraint(fields=["risk", "control"], name="a_control_once_for_a_risk"),
            models.UniqueConstraint(fields=["risk", "case"], name="a_case_once_for_a_risk"),
        ]

    def __str__(self) -> str:
        return self.page_label or str(self.control or self.case)

    @property
    def page_url(self) -> str:
        """The lasting address of the page, or ""."""
        return f"/d/{self.page_document_id}/" if self.page_document_id else ""

    @classmethod
    def tie(
        cls,
        by: User,
        risk: Risk,
        *,
        page: "Page | None" = None,
        control: Control | None = None,
        case: Case | None = None,
    ) -> "Link":
        """Tie the row to one thing; what it is tied to already stays as it is.

        Raises PermissionDenied, and ValidationError for a sealed case, and for one the person may not read.
        """
        if not can(by, Act.EDIT, risk.assessment):
            raise PermissionDenied
        if case and (case.sealed or not Case.objects.visible_to(by).filter(pk=case.pk).exists()):
            raise ValidationError({"case": _("There is no such case that you can point to.")})
        facts = {"page_document_id": page.document.document_id} if page else {"control": control, "case": case}
        if there := risk.links.filter(**facts).first():
            return there
        link = cls(risk=risk, page=page, added_by=by, added_at=clock.now(), **facts)
        if page:
            link.page_label = str(page.document)
        link._history_user = by  # type: ignore[attr-defined]
        link.save()
        return link

    def untie(self, by: User) -> None:
        """Take the tie away; its history stays. Raises PermissionDenied."""
        if not can(by, Act.EDIT, self.risk.assessment):
            raise PermissionDenied
        self._history_user = by  # type: ignore[attr-defined]
        self.delete()
