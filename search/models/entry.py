"""The index: one row for each thing that can be found (G14)."""

from typing import Self

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from organisation.models import Unit, User
from search import sources
from search.engines import engine
from search.terms import Query


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:
        """The entries of what the person may read, by the rule of each source, in the query itself."""
        condition = Q(pk__in=[])
        for source in sources.all_sources():
            condition |= Q(source=source.name) & source.visible_condition(user)
        return self.filter(condition)

    def open_to_all(self) -> Self:
        """The entries of what everybody with an account may read."""
        return self.filter(source__in=[source.name for source in sources.all_sources() if source.open_to_all])

    def with_all_words(self, query: Query) -> Self:
        """Entries in which every word of the query that tells much is found, in one of its forms."""
        return self.filter(engine().matches(query.needed, every=True))

    def with_some_words(self, query: Query) -> Self:
        """Entries in which at least one word of the query is found."""
        return self.filter(engine().matches(query.terms, every=False))

    def best_places_first(self, query: Query) -> Self:
        """Title before number before headings before body, counted for each word; then the newest."""
        points = sum((engine().points(term) for term in query.terms), start=Value(0))
        return self.annotate(points=points).order_by("-points", "-dated", "pk")


class Entry(models.Model):
    """A thing that can be found: how it is shown among the hits, and its words as the index knows them.

    It holds only what everybody may read who may read the thing at all: a mask hides from the index what it hides
    from a reader (S30).
    """

    source = models.CharField(_("source"), max_length=20)
    key = models.CharField(_("key"), max_length=60, unique=True)
    owner_id = models.BigIntegerField(_("what decides who may read it"))
    url = models.CharField(_("address"), max_length=500)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=300)
    context = models.CharField(_("what it belongs to"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    text = models.TextField(_("text"), blank=True)
    chapter = models.CharField(_("chapter"), max_length=10, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    type = models.CharField(_("type"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=40, blank=True)
    dated = models.DateField(_("dated"), null=True, blank=True)

    title_words = models.TextField(editable=False)
    title_parts = models.TextField(editable=False)
    heading_words = models.TextField(editable=False)
    body_words = models.TextField(editable=False)
    body_parts = models.TextField(editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [models.Index(fields=["source", "owner_id"], name="search_entry_owner")]

    def __str__(self) -> str:
        return self.title


class Word(models.Model):
    """A word of the handbook as it is written there: what a misspelt word may have meant. Words of cases are not
    here, so that no proposal can tell what stands in one."""

    word = models.CharField(_("word"), max_length=40, unique=True)
    stem = models.CharField(_("stem"), max_length=40, db_index=True)

    class Meta:
        verbose_name = _("word of the handbook")
        verbose_name_plural = _("words of the handbook")

    def __str__(self) -> str:
        return self.word
