"""A unit's own practice beside the common page (S14): shown in place to its people, listed for all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Exists, F, JSONField, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Length, Substr
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.models import Page

from handbook.models.document import Document
from handbook.models.edition import Edition
from handbook.terms import Kind
from organisation.models import Unit, User
from organisation.reminders import Reminder, remind_all

if TYPE_CHECKING:
    from handbook.models import SupplementPage

REFERRING = ("href", "for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
HEADINGS = ("h5", "h4", "h3", "h2")


@dataclass(frozen=True)
class Supplements:
    """The supplements in force of a page: those of the reader's unit, to be read in place, and the others."""

    mine: list[Edition]
    others: list[Edition]


def of(page: Page, reader: User) -> Supplements:
    """The supplements of a page as this person meets them. One query, none for a page with nothing below it: only
    the text of the reader's own comes along."""
    if page.is_leaf():
        return Supplements([], [])
    unit = "document__page__supplementpage__applies_to__"
    reader_path = Subquery(Unit.objects.filter(people=reader).values("path")[:1])
    is_own = Q(reader_path__startswith=F("unit_path"))
    found = (
        Edition.objects.in_force()
        .under(page)
        .filter(document__page__depth=page.depth + 1, document__page__supplementpage__isnull=False)
        .annotate(unit_name=F(f"{unit}name"), unit_path=F(f"{unit}path"), reader_path=reader_path)
        .annotate(
            own_html=Case(When(is_own, then=F("html")), default=Value(""), output_field=TextField()),
            own_content=Case(When(is_own, then=F("content")), default=None, output_field=JSONField()),
        )
        .select_related("document")
        .defer("html", "text", "content")
        .order_by("unit_path")
    )
    editions: list[Any] = list(found)
    mine = [edition for edition in editions if edition.own_html]
    for edition in mine:
        edition.content = edition.own_content
        edition.inserted = inserted(edition.own_html, edition.document_code.lower())
    return Supplements(mine, [edition for edition in editions if not edition.own_html])


def inserted(html: str, prefix: str) -> SafeString:
    """Frozen HTML made fit to stand under a heading on another page: ids of its own, and every heading one
    level down."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(id=True):
        element["id"] = f"{prefix}-{element['id']}"
    for name in REFERRING:
        for element in soup.select(f"[{name}]"):
            element[name] = _renamed(name, element[name], prefix)
    for name in HEADINGS:
        for heading in soup.find_all(name):
            heading.name = f"h{int(name[1]) + 1}"
    return mark_safe(str(soup))  # noqa: S308  (frozen by us, escaped when it was rendered)


def _renamed(name: str, value: Any, prefix: str) -> str:
    words = value if isinstance(value, list) else str(value).split()
    if name == "href":
        return f"#{prefix}-{value[1:]}" if value.startswith("#") and len(value) > 1 else str(value)
    return " ".join(f"{prefix}-{word}" for word in words)


@dataclass(frozen=True)
class Common:
    """The common page a supplement belongs to, and whether it has changed so much that the supplement must
    be looked over."""

    document: Document
    newest_major: Edition | None
    is_newer: bool


def common_of(edition: Edition, page: Page) -> Common | None:
    """What the supplement on this page belongs to; None for a page that is no supplement. One query."""
    if edition.kind != Kind.SUPPLEMENT:
        return None
    parent = page.path[: -Page.steplen]
    majors = Edition.objects.filter(document__page__path=parent, is_major=True).newest_first()
    major = majors.select_related("document__page").defer("html", "text", "content").first()
    if major is None:
        return None
    return Common(major.document, major, major.approved_at > edition.approved_at)


def with_common_title(editions: "QuerySet[Edition]") -> "QuerySet[Edition]":
    """Each supplement with the title of the common page; "" for other editions."""
    parent = Page.objects.filter(path=OuterRef("parent_path")).values("title")[:1]
    return _with_parent(editions).annotate(
        common_title=Case(When(kind=Kind.SUPPLEMENT, then=Subquery(parent)), default=Value(""))
    )


def _with_parent(editions: "QuerySet[Edition]") -> "QuerySet[Edition]":
    path = "document__page__path"
    return editions.annotate(parent_path=Substr(path, 1, Length(path) - Page.steplen))


def outdated() -> "QuerySet[Edition]":
    """Supplements in force whose common page has got a substantial change after they were approved."""
    newer = Edition.objects.filter(
        document__page__path=OuterRef("parent_path"), is_major=True, approved_at__gt=OuterRef("approved_at")
    )
    supplements = _with_parent(Edition.objects.in_force().filter(kind=Kind.SUPPLEMENT))
    return supplements.filter(Exists(newer)).annotate(newest_major=Subquery(newer.newest_first().values("pk")[:1]))


def remind_outdated() -> int:
    """Tell the leaders of the units that own them, once for each new edition of the common page, that a
    supplement must be looked over. Returns how many were told; to be run each night."""
    return remind_all(_reminders())


def _reminders() -> Iterator[Reminder]:
    late: Iterable[Any] = outdated().select_related("owner_unit", "document").defer("html", "text", "content")
    for edition in late:
        subject = _("Check whether the supplement still holds: %(title)s") % {"title": edition.title}
        about = f"supplement:{edition.document_code}:{edition.newest_major}"
        for person in edition.owner_unit.responsible_leaders():
            yield Reminder(user=person, about=about, subject=subject, url=edition.document.get_absolute_url())


# What is refused


def check(page: "SupplementPage", parent: Page | None = None) -> None:
    """Raise ValidationError, by field, for a supplement that can't be: of nobody, of everybody, owned from
    elsewhere, or the unit's second to the same page. `parent` is where a page without a place is to go."""
    parent_path = page.path[: -Page.steplen] if page.path else (parent.path if parent else "")
    unit = page.applies_to
    if unit is None:
        raise ValidationError({"applies_to": _("Choose the unit whose practice this is.")})
    if unit.is_root():
        raise ValidationError({"applies_to": _("What is for the whole municipality belongs in the common page.")})
    if page.owner_unit_id and page.owner_unit.path not in unit.lineage:
        raise ValidationError({"owner_unit": _("A supplement is owned by the unit it is for, or one above it.")})
    if parent_path and _others(page, parent_path).filter(supplementpage__applies_to=unit).exists():
        raise ValidationError({"applies_to": _("This unit has a supplement to this page already. Write in that one.")})


def _others(page: Page, parent_path: str) -> QuerySet[Page]:
    children = Page.objects.filter(path__startswith=parent_path, depth=len(parent_path) // Page.steplen + 1)
    return children.exclude(pk=page.pk)


def when_moving(
    sender: type[Page], instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Receiver of Wagtail's `pre_page_move`, which every way of moving passes. Raises PermissionDenied when it
    would put a page below a supplement, a supplement where none can be, or a unit's second beside its first."""
    page, to = instance, parent_page_after
    if parent_page_before.pk == to.pk:
        return
    if getattr(to.specific_class, "is_supplement", False):
        raise PermissionDenied(_("A supplement has no pages below it."))
    if not getattr(page.specific_class, "is_supplement", False):
        return
    if to.specific_class not in page.specific_class.allowed_parent_page_models():
        raise PermissionDenied(_("A supplement belongs to a procedure or a process."))
    if _others(page, to.path).filter(supplementpage__applies_to=page.specific.applies_to_id).exists():
        raise PermissionDenied(_("This unit has a supplement to this page already."))
