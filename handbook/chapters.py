"""Puts the fixed top of the handbook in place: start page, handbook and eight chapters (S9, S10)."""

from django.apps import apps
from django.db import transaction
from wagtail.models import Page, Site

from handbook import editions
from handbook.models import ChapterPage, HandbookIndexPage
from handbook.models.workflow import ensure_workflow
from handbook.routing import HOME_SLUG
from handbook.structure import CHAPTERS, Chapter
from handbook.terms import Kind, Principle
from organisation.models import Unit

__all__ = ["CHAPTERS", "ensure_site"]


@transaction.atomic
def ensure_site() -> HandbookIndexPage:
    """Make what is missing of start page, handbook and chapters; change nothing that is there.

    Raises Unit.DoesNotExist when the organisation has no root unit: the first chapter bears its name,
    and it owns the chapters until somebody else does.
    """
    municipality = Unit.objects.municipality()
    if municipality is None:
        raise Unit.DoesNotExist("Make the organisation's root unit first: the first chapter bears its name.")
    home = _ensure_home()
    index = HandbookIndexPage.objects.first()
    if index is None:
        index = home.add_child(instance=HandbookIndexPage(title="Håndbok", slug="handbok", show_in_menus=True))
    ensure_workflow(index)
    for chapter in CHAPTERS:
        _ensure_chapter(index, chapter, municipality)
    index.refresh_from_db()
    return index


def _ensure_home() -> Page:
    """The start page at the root of the site, in place of Wagtail's welcome page. Its type belongs to
    the layer above, so it is looked up and not imported."""
    home_page = apps.get_model("home", "HomePage")
    home = home_page.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = root.add_child(instance=home_page(title="Forside", slug=HOME_SLUG))
    site = Site.objects.filter(is_default_site=True).first() or Site(
        hostname="localhost", port=80, is_default_site=True
    )
    if site.root_page_id != home.pk:
        site.root_page = Page.objects.get(pk=home.pk)
        site.save()
    for welcome in Page.objects.filter(depth=2).exclude(pk=home.pk):
        if welcome.specific_class is Page and welcome.is_leaf():
            welcome.delete()
    return home_page.objects.get(pk=home.pk)


def _ensure_chapter(index: HandbookIndexPage, chapter: Chapter, municipality: Unit) -> None:
    if ChapterPage.objects.filter(slug=chapter.slug).exists():
        return
    index.refresh_from_db()
    page = ChapterPage(
        title=chapter.title or municipality.name,
        slug=chapter.slug,
        kind=Kind.CHAPTER,
        summary=chapter.summary,
        owner_unit=municipality,
        principles=[Principle.PROCESSES.value],
        review_months=24,
        live=False,
        body=[("text", f"<p>{chapter.intro}</p>")],
    )
    index.add_child(instance=page)
    editions.publish(page, by=None, note="Kapittelet er opprettet.")
