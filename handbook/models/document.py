"""The controlled document: what keeps its id when the page is renamed, moved or gone (S15, G4)."""

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from handbook.lights import DAYS_SOON, Light, light
from organisation import clock
from organisation.history import Records

if TYPE_CHECKING:
    from .edition import Edition


class DocumentSeries(models.Model):
    """The last document id given: one row, locked while an id is taken, so ids are distinct."""

    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"FL-{self.last:04d}"

    @classmethod
    def next_id(cls) -> str:
        """The next document id, such as "FL-0042". Must run inside the transaction that saves the document."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("A document id is taken in the transaction of its document")
        cls.objects.get_or_create(pk=1)
        series = cls.objects.select_for_update().get(pk=1)
        series.last += 1
        series.save(update_fields=["last"])
        return str(series)


class DocumentQuerySet(models.QuerySet["Document"]):
    def common(self) -> Self:
        """Without the units' supplements, which are read in place and stand in no menu (S14)."""
        return self.filter(page__supplementpage__isnull=True)

    def supplements(self) -> Self:
        return self.filter(page__supplementpage__isnull=False)

    def in_force(self) -> Self:
        """Documents that people work by: the page is there, live, and has an edition."""
        return self.filter(page__live=True, editions__isnull=False).distinct()

    def with_light(self, shown: Light) -> Self:
        """Documents whose review is overdue, due soon, or far away."""
        today = clock.today()
        soon = today + datetime.timedelta(DAYS_SOON)
        conditions = {
            Light.RED: models.Q(review_date__lt=today),
            Light.YELLOW: models.Q(review_date__gte=today, review_date__lte=soon),
            Light.GREEN: models.Q(review_date__gt=soon),
        }
        return self.filter(conditions[shown])

    def in_tree_order(self) -> Self:
        return self.order_by("page__path")

    def children_of(self, path: str, depth: int) -> Self:
        """The documents of the live pages right under a page, in order."""
        below = self.common().filter(page__live=True, page__depth=depth + 1, page__path__startswith=path)
        return below.in_tree_order()

    def branch(self, path: str, top_depth: int) -> Self:
        """The chapters, and below them what lies open on the way to the page at `path`: its
        ancestors' children and its own. One query, and as many rows as a menu shows."""
        wanted = models.Q(page__depth=top_depth)
        for depth in range(top_depth, len(path) // Page.steplen + 1):
            wanted |= models.Q(page__depth=depth + 1, page__path__startswith=path[: depth * Page.steplen])
        return self.common().filter(wanted, page__live=True).select_related("page").in_tree_order()


class Document(models.Model):
    """A document under control. Its id is for ever; number and title follow the page.

    The page may go away; the document and its editions stay.
    """

    document_id = models.CharField(_("document id"), max_length=20, unique=True, editable=False)
    page = models.OneToOneField(
        "wagtailcore.Page",
        verbose_name=_("page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="document",
    )
    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=255)
    review_date = models.DateField(
        _("review date in force"),
        null=True,
        blank=True,
        editable=False,
        db_index=True,
        help_text=_("What the edition said, or a later extension."),
    )

    history = Records()
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["document_id"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """The permanent address: leads to where the page is now, or to the last edition."""
        return reverse("handbook:document", args=[self.document_id])

    @classmethod
    def of(cls, page: Page) -> "Document":
        """The page's document; made with the next id if the page is new."""
        with transaction.atomic():
            document = cls.objects.filter(page_id=page.pk).first()
            if document is None:
                document = cls.objects.create(document_id=DocumentSeries.next_id(), page_id=page.pk, title=page.title)
        return document

    @classmethod
    def locked(cls, page: Page) -> "Document":
        """The page's document, locked until the transaction ends: what writes, approves, publishes and withdraws
        take turns here."""
        return cls.objects.select_for_update(of=("self",)).get(pk=cls.of(page).pk)

    @property
    def withdrawn(self) -> bool:
        """Whether the page is gone or no longer published."""
        return self.page is None or not self.page.live

    @property
    def light(self) -> Light | None:
        """How near the review is; None before the first edition."""
        return light(self.review_date, clock.today())

    def latest_edition(self) -> "Edition | None":
        return self.editions.select_related("approval").order_by("-major", "-minor").first()

    def edition_in_force(self) -> "Edition | None":
        """The edition people work by; None before the first and when the page is withdrawn."""
        return None if self.withdrawn else self.latest_edition()
