"""What readers see: the edition in force, earlier editions, what changed. Each function answers a
request about one document; the page's own address and `/d/<id>/` both come here."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from wagtail.models import Page

from handbook import comparison, navigation, rendering, supplements
from handbook.models.document import Document
from handbook.models.edition import Edition
from handbook.models.review import ReviewExtension
from handbook.structure import chapter_of
from handbook.terms import Kind, Principle
from organisation.models import RoleAssignment, User
from organisation.remembering import remembered
from organisation.roles import Role

if TYPE_CHECKING:
    from handbook.models import ControlledPage, HandbookIndexPage

NEWEST_SHOWN = 6


def document_of(page: "ControlledPage") -> Document:
    """The page's document, which knows its page without asking again."""
    document = page.document
    document.page = page
    return document


def in_force(request: HttpRequest, document: Document) -> HttpResponse:
    """The edition people work by. A withdrawn page shows its last one, marked as withdrawn."""
    if document.withdrawn:
        return withdrawn(request, document)
    edition = remembered(request.user, "edition", document.pk, make=lambda: _newest(document))
    if edition is None:
        raise Http404
    context = _context(document, edition)
    context["is_in_force"] = True
    context["listed"] = SimpleLazyObject(lambda: _listed(context["menu"], edition))
    if edition.kind not in (Kind.CHAPTER, Kind.SUPPLEMENT):
        context["supplements"] = _supplements(document.page, request.user)
    return render(request, "handbook/page.html", context)


def withdrawn(request: HttpRequest, document: Document) -> HttpResponse:
    """The last edition of a document that is no longer in force. 404 when it never was."""
    edition = _editions(document).newest_first().first()
    if edition is None:
        raise Http404
    withdrawal = document.withdrawals.filter(approval=None).first()
    context = {**_context(document, edition), "is_withdrawn": True, "withdrawal": withdrawal}
    return render(request, "handbook/page.html", context)


def version(request: HttpRequest, document: Document, label: str) -> HttpResponse:
    """One edition at its own address for ever, marked when it is no longer in force."""
    editions = list(_editions(document).newest_first())
    edition = next((edition for edition in editions if edition.label == label), None)
    if edition is None:
        raise Http404
    newest = edition is editions[0]
    context = _context(document, edition)
    context["is_withdrawn"] = newest and document.withdrawn
    context["is_superseded"] = not newest
    context["is_in_force"] = newest and not document.withdrawn
    context["valid_to"] = None if newest else editions[editions.index(edition) - 1].valid_from
    context["newest"] = editions[0]
    context["own_address"] = True
    return render(request, "handbook/page.html", context)


def versions(request: HttpRequest, document: Document) -> HttpResponse:
    """Every edition, newest first, and a form to compare two of them."""
    editions = _with_ends(_editions(document).newest_first())
    if not editions:
        raise Http404
    context = _context(document, editions[0])
    context.update(editions=_with_extensions(document, editions), can_compare=len(editions) > 1)
    return render(request, "handbook/versions.html", context)


def choose_comparison(request: HttpRequest, document: Document) -> HttpResponse:
    """From the form on the list of editions to the comparison of the two that were chosen, the
    older first whatever the order they were chosen in."""
    chosen = [document.editions.labelled(request.GET.get(name, "")).first() for name in ("fra", "til")]
    if None in chosen:
        raise Http404
    older, newer = sorted(chosen, key=lambda edition: (edition.major, edition.minor))  # type: ignore[union-attr]
    return redirect(f"{base_address(document)}sammenlign/{older.label}/{newer.label}/")


def compare(request: HttpRequest, document: Document, older: str, newer: str) -> HttpResponse:
    """What changed between two editions, word by word."""
    before = _editions(document).labelled(older).first()
    after = _editions(document).labelled(newer).first()
    if before is None or after is None:
        raise Http404
    stretches = comparison.compare(before.text, after.text)
    context = _context(document, after)
    context.update(
        before=before,
        after=after,
        both=[after, before],
        stretches=stretches,
        changes=comparison.count_changes(stretches),
        facts=_changed_facts(before, after),
        between=_between(document, before, after),
        headings={heading for edition in (before, after) for _anchor, heading in edition.toc}
        | {after.title, before.title},
    )
    return render(request, "handbook/compare.html", context)


def preview(request: HttpRequest, page: "ControlledPage") -> HttpResponse:
    """The page as it is being written, with the frame readers will see it in."""
    rendered = rendering.render(page)
    document = Document.objects.filter(page_id=page.pk).first() or Document(title=page.title)
    edition = Edition(
        document=document,
        document_code=document.document_id,
        number=document.number,
        title=page.title,
        kind=page.kind,
        summary=page.summary,
        html=rendered.html,
        owner_unit_id=page.owner_unit_id,
        owner_unit_name=page.owner_unit.name if page.owner_unit_id else "",
        content={"toc": rendered.toc, "principles": page.principles or []},
    )
    menu = navigation.menu(page.path or "")
    context = {"document": document, "edition": edition, "page": page, "menu": menu, "is_preview": True}
    return render(request, "handbook/page.html", context)


def index_context(page: "HandbookIndexPage") -> dict[str, Any]:
    """The handbook's front: the chapters, each with its own line in the model."""
    menu = navigation.menu(page.path)
    editions = Edition.objects.in_force()
    of_chapters = editions.filter(document__page__depth=page.depth + 1)
    summaries = dict(of_chapters.values_list("document__page__path", "summary"))
    chapters = [
        {"entry": entry, "summary": summaries.get(entry.path, ""), "chapter": chapter_of(entry.url.split("/")[-2])}
        for entry in menu.chapters
    ]
    newest = editions.select_related("document__page").defer("html", "text", "content").order_by("-approved_at")
    return {"menu": menu, "chapters": chapters, "newest": newest[:NEWEST_SHOWN]}


def _supplements(page: Page, reader: User) -> supplements.Supplements:
    """The page's supplements, the same for all of the reader's unit."""
    return remembered(reader, "supplements", page.pk, reader.unit_id, make=lambda: supplements.of(page, reader))


def base_address(document: Document) -> str:
    """Where the document's versions are read: under the page while there is one, else by id."""
    if document.page and document.page.live:
        return navigation.address(document.page.url_path)
    return reverse("handbook:document", args=[document.document_id])


def _newest(document: Document) -> Edition | None:
    """The newest edition, with what everybody's page asks of it."""
    return _editions(document).select_related("owner_unit").newest_first().first()


def _editions(document: Document) -> "QuerySet[Edition]":
    """The document's editions, each with the name of the owner's leader today."""
    leader = RoleAssignment.objects.current().filter(
        unit=OuterRef("owner_unit"), role=Role.UNIT_LEADER, user__is_active=True
    )
    name = leader.values(name=Concat("user__first_name", Value(" "), "user__last_name"))
    return document.editions.annotate(leader_name=Subquery(name[:1]))


def _context(document: Document, edition: Edition) -> dict[str, Any]:
    edition.document = document
    page = document.page
    menu = SimpleLazyObject(lambda: navigation.menu(page.path if page else ""))
    return {
        "common": supplements.common_of(edition, page) if page else None,
        "document": document,
        "edition": edition,
        "page": page,
        "menu": menu,
        "base_address": base_address(document),
        "principles": [Principle(name).label for name in edition.content.get("principles", [])],
    }


def _listed(menu: navigation.Menu, edition: Edition) -> list[dict[str, Any]]:
    """What lies below a chapter or process, with editions; below a chapter two levels deep. One
    query, and none for a page without pages below it."""
    if not menu.children:
        return []
    page = edition.document.page
    levels = 2 if edition.kind == Kind.CHAPTER else 1
    below = (
        Edition.objects.in_force()
        .under(page)
        .filter(document__page__depth__gt=page.depth, document__page__depth__lte=page.depth + levels)
        .exclude(kind=Kind.SUPPLEMENT)
        .select_related("document__page")
        .defer("html", "text", "content")
        .order_by("document__page__path")
    )
    rows: dict[str, dict[str, Any]] = {}
    for child in below:
        path = child.document.page.path
        row = {"edition": child, "url": navigation.address(child.document.page.url_path), "below": []}
        if child.document.page.depth == page.depth + 1:
            rows[path] = row
        elif path[: -page.steplen] in rows:
            rows[path[: -page.steplen]]["below"].append(row)
    return list(rows.values())


def _with_ends(editions: "QuerySet[Edition]") -> list[Edition]:
    """Newest first, each with the day the next one took over and the edition it follows."""
    found = list(editions)
    for newer, older in pairwise(found):
        older.ended = newer.valid_from  # type: ignore[attr-defined]
        newer.follows = older  # type: ignore[attr-defined]
    return found


def _with_extensions(document: Document, editions: list[Edition]) -> list[Edition]:
    """The editions, each with the reviews that let it stand as it was. One query."""
    found: dict[int, list[ReviewExtension]] = {}
    for extension in document.extensions.all():
        found.setdefault(extension.edition_id, []).append(extension)
    for edition in editions:
        edition.reviewed = found.get(edition.pk, [])  # type: ignore[attr-defined]
    return editions


def _changed_facts(before: Edition, after: Edition) -> list[tuple[str, str, str]]:
    """What is said about the document and differs: (what, before, after)."""
    names = [
        (_("Number"), before.number, after.number),
        (_("Kind"), before.get_kind_display(), after.get_kind_display()),
        (_("Process owner"), before.owner_unit_name, after.owner_unit_name),
        (_("Applies to"), before.applies_to_name, after.applies_to_name),
    ]
    return [(what, str(old), str(new)) for what, old, new in names if old != new]


def _between(document: Document, before: Edition, after: Edition) -> list[Edition]:
    """The editions that led from one to the other, oldest first: why it changed."""
    later = document.editions.filter(pk__gt=before.pk, pk__lte=after.pk)
    return list(later.order_by("major", "minor"))
