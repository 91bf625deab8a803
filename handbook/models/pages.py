"""The pages people write (S9–S11, S15). What readers see comes from the editions."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester, PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult

from handbook import numbering, reading, rendering
from handbook.blocks import BodyBlock
from handbook.forms import ControlledPageForm
from handbook.permissions import Act, can
from handbook.protection import (
    FixedPage,
    FixedPagePermissionTester,
)
from handbook.terms import ChangeKind, Kind
from organisation.models import Unit

from .approval import Contribution
from .document import Document
from .edition import Edition

ROUTES = {"versjoner", "sammenlign"}


class ControlledPermissionTester(PagePermissionTester):
    """Wagtail's rights, and the handbook's own: the right at the unit that owns the page. What has
    been in force is withdrawn, not deleted."""

    def can_edit(self) -> bool:
        return super().can_edit() and can(self.user, Act.WRITE, self.page)

    def can_publish(self) -> bool:
        """Nobody: what comes into force is approved, on the page's own screens."""
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_submit_for_moderation(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        """Nobody: a page is withdrawn with a reason, on its own screen."""
        return False

    def can_move(self) -> bool:
        return PagePermissionTester.can_delete(self, ignore_bulk=True) and can(self.user, Act.ARRANGE, self.page)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        mine = super().can_delete(ignore_bulk) and can(self.user, Act.WRITE, self.page)
        return mine and not Edition.objects.under(self.page).exists()

    def can_add_subpage(self) -> bool:
        return super().can_add_subpage() and can(self.user, Act.WRITE, None)

    def can_reorder_children(self) -> bool:
        return PagePermissionTester.can_publish_subpage(self) and can(self.user, Act.ARRANGE, self.page)

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_lock(self) -> bool:
        return False


class FixedChapterPermissionTester(FixedPagePermissionTester, ControlledPermissionTester):
    """A chapter: written and published like any page, and fixed in place and name. What lies under
    it may be put in order."""


class ControlledPage(RoutablePageMixin, Page):
    """A page under document control. Publishing freezes an edition; readers get the edition."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PROCEDURE)
    summary = models.CharField(_("summary"), max_length=200, blank=True, help_text=_("One sentence: what is it for?"))
    owner_unit = models.ForeignKey(
        Unit,
        verbose_name=_("process owner"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The unit that owns the process and decides about the page."),
    )
    applies_to = models.ForeignKey(
        Unit,
        verbose_name=_("applies to"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty: the whole municipality."),
    )
    users = models.CharField(_("users"), max_length=300, blank=True, help_text=_("Who uses this?"))
    benefit = models.CharField(_("benefit"), max_length=300, blank=True, help_text=_("What do they gain from it?"))
    principles = models.JSONField(_("principles"), default=list, blank=True)
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"), choices=[(months, str(months)) for months in (12, 24, 36, 48)], default=12
    )
    review_date = models.DateField(_("next review"), null=True, blank=True, editable=False)
    change_kind = models.CharField(_("kind of change"), max_length=10, choices=ChangeKind, default=ChangeKind.MAJOR)
    change_note = models.TextField(
        _("what changed and why"), blank=True, help_text=_("Readers see this beside the version. Write for them.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("content"))

    is_supplement = False  # whether it is one unit's addition to a common page
    kind_of_type: Kind | None = None  # set where the page type leaves no choice
    base_form_class = ControlledPageForm
    preview_modes = [("", _("As readers see it"))]
    template = "handbook/page.html"
    admin_default_ordering = "ord"
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.RelatedFields("document", [index.SearchField("number"), index.SearchField("document_id")]),
    ]

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ControlledPermissionTester(user, self)

    def get_admin_display_title(self) -> str:
        number = Document.objects.filter(page_id=self.pk).values_list("number", flat=True).first()
        title = super().get_admin_display_title()
        return f"{number} {title}" if number else title

    def _get_autogenerated_slug(self, base_slug: str) -> str:
        """Wagtail's own drops æ and ø; and a page may not take the address of its parent's versions."""
        base = rendering.ascii_slug(self.title) or "side"
        return super()._get_autogenerated_slug(f"{base}-side" if base in ROUTES else base)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save. A new page is a draft, a copy too: only publishing, which freezes an edition, shows it
        to readers. It gets its document, with an id for ever and a number from its place."""
        is_new = self._state.adding
        if is_new and self.alias_of_id:
            raise PermissionDenied(_("A page under control has no aliases: link to it instead."))
        if is_new:
            self.live = False
            self.kind = self.kind_of_type or self.kind
        saved = super().save(*args, **kwargs)
        if is_new:
            Document.of(self)
            numbering.number_new(self)
        return saved

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the draft, and who wrote in it. Raises PermissionDenied for a date of its own (the approval
        gives it) and for overwriting what is in force or approved."""
        if self.go_live_at or self.expire_at:
            raise PermissionDenied(_("When a page comes into force is decided with the approval."))
        overwritten = kwargs.get("overwrite_revision")
        if overwritten and (
            overwritten.pk == self.live_revision_id
            or self.document.approvals.filter(revision_id=overwritten.pk).exists()
        ):
            raise PermissionDenied(_("What is approved can't be overwritten. Save a new draft."))
        with transaction.atomic():
            document = Document.locked(self)
            revision = super().save_revision(*args, **kwargs)
            if user := kwargs.get("user") or (args[0] if args else None):
                Contribution.add(document, user)
        return revision

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> None:
        """Publish and freeze together or not at all."""
        with transaction.atomic():
            super().publish(revision, user=user, **kwargs)

    def get_view_restrictions(self) -> Any:
        """None: login is required everywhere and `permissions.can` decides the rest."""
        return PageViewRestriction.objects.none()

    # Reading

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """A withdrawn page still answers, with what was last in force; a page never published doesn't."""
        if self.live or self.document.latest_edition() is None:
            return super().route(request, path_components)
        match = self.resolve_subpage("/" + "".join(f"{component}/" for component in path_components))
        return RouteResult(self, args=(match.func, match.args, match.kwargs))

    @path("")
    def read(self, request: HttpRequest) -> HttpResponse:
        """The edition in force; the page as it is being written in a preview."""
        if getattr(request, "is_preview", False):
            return reading.preview(request, self)
        return reading.in_force(request, reading.document_of(self))

    @path("versjoner/")
    def versions(self, request: HttpRequest) -> HttpResponse:
        return reading.versions(request, reading.document_of(self))

    @path("versjoner/<str:label>/")
    def version(self, request: HttpRequest, label: str) -> HttpResponse:
        return reading.version(request, reading.document_of(self), label)

    @path("sammenlign/")
    def choose_comparison(self, request: HttpRequest) -> HttpResponse:
        return reading.choose_comparison(request, reading.document_of(self))

    @path("sammenlign/<str:older>/<str:newer>/")
    def compare(self, request: HttpRequest, older: str, newer: str) -> HttpResponse:
        return reading.compare(request, reading.document_of(self), older, newer)


WRITING = [
    FieldPanel("summary"),
    FieldPanel("body"),
    MultiFieldPanel(
        [FieldPanel("change_kind"), FieldPanel("change_note")], heading=_("Change"), classname="felles-change"
    ),
]
ABOUT = [
    FieldPanel("owner_unit"),
    FieldPanel("applies_to"),
    FieldRowPanel([FieldPanel("review_months")]),
    FieldPanel("principles"),
]
USERS = MultiFieldPanel([FieldPanel("users"), FieldPanel("benefit")], heading=_("Users and benefit"))


def tabs(*writing: Any, about: list[Any], form: type[ControlledPageForm] = ControlledPageForm) -> TabbedInterface:
    """Two tabs: what is written, and what is said about it."""
    return TabbedInterface(
        [
            ObjectList(list(writing), heading=_("Content")),
            ObjectList(about, heading=_("Ownership and review")),
        ],
        base_form_class=form,
    )


class HandbookIndexPage(FixedPage, Page):
    """The handbook: lists its chapters. One, at /handbok/."""

    intro = models.TextField(_("introduction"), blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["handbook.ChapterPage"]
    max_count = 1
    admin_default_ordering = "ord"
    template = "handbook/index.html"
    content_panels = [FieldPanel("title", read_only=True), FieldPanel("intro")]
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []

    class Meta:
        verbose_name = _("handbook")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **reading.index_context(self)}

    def get_view_restrictions(self) -> Any:
        return PageViewRestriction.objects.none()


class ChapterPage(FixedPage, ControlledPage):
    """One of the eight chapters (S9, S10). Made by `chapters.ensure_site`, by nobody else."""

    kind_of_type = Kind.CHAPTER
    permission_tester = FixedChapterPermissionTester
    is_creatable = False
    parent_page_types = ["handbook.HandbookIndexPage"]
    subpage_types = ["handbook.ProcessPage", "handbook.ProcedurePage"]
    edit_handler = tabs(FieldPanel("title", read_only=True), *WRITING, about=ABOUT)

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")


class ProcessPage(ControlledPage):
    """A process or section: what belongs together, with its documents below."""

    kind_of_type = Kind.PROCESS
    parent_page_types = ["handbook.ChapterPage", "handbook.ProcessPage"]
    subpage_types = ["handbook.ProcessPage", "handbook.ProcedurePage", "handbook.SupplementPage"]
    edit_handler = tabs(FieldPanel("title"), *WRITING, about=ABOUT)
    page_description = _("A section or process with documents below it")

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")


class ProcedurePage(ControlledPage):
    """Policy, procedure, checklist, guideline or form."""

    parent_page_types = ["handbook.ChapterPage", "handbook.ProcessPage", "handbook.ProcedurePage"]
    subpage_types = ["handbook.ProcedurePage", "handbook.SupplementPage"]
    edit_handler = tabs(FieldPanel("title"), FieldPanel("kind"), *WRITING, USERS, about=ABOUT)
    page_description = _("What people work by: procedure, policy, checklist, guideline or form")

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
