"""The index in step with what it is about: renewed in the same transaction (G14)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save

from search import words
from search.models import Entry, IndexState, Word
from search.sources import Found, Source, all_sources
from search.state import is_stale

BATCH = 500
MOST_LETTERS = 200_000  # of a text that are indexed: a tsvector holds one megabyte
FIELDS = [field.name for field in Entry._meta.concrete_fields if not field.primary_key and field.name != "key"]


_paused: ContextVar[bool] = ContextVar("search_index_paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """Inside the block the index is left as it is, for those who write very much and make it anew afterwards."""
    before = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(before)


def connect() -> None:
    """Listen to every model that a source watches."""
    for source in all_sources():
        for model, owners in source.watched.items():
            _listen(source, model, owners)


def _listen(source: Source, model: type[models.Model], owners: Any) -> None:
    concerned = source.watched_fields.get(model)

    def changed(
        instance: models.Model, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: Any
    ) -> None:
        if raw or _paused.get() or (concerned and update_fields and not concerned & update_fields):
            return
        renew(source, set(owners(instance)))

    name = f"search.{source.name}.{model._meta.label_lower}"
    post_save.connect(changed, sender=model, weak=False, dispatch_uid=name)
    post_delete.connect(changed, sender=model, weak=False, dispatch_uid=name)


@transaction.atomic
def renew(source: Source, owner_ids: set[int]) -> None:
    """What the index says of these owners, as they are now."""
    if not owner_ids:
        return
    entries = [entry_of(source, found) for found in source.found_in(owner_ids)]
    there = Entry.objects.filter(source=source.name, owner_id__in=owner_ids)
    there.exclude(key__in=[entry.key for entry in entries]).delete()
    _save(source, entries)


def renew_all(source: Source) -> int:
    """All that a source has, from nothing; how many there are."""
    with transaction.atomic():
        Entry.objects.filter(source=source.name).delete()
        number = 0
        for found in _in_batches(source.found_in(None)):
            _save(source, [entry_of(source, one) for one in found])
            number += len(found)
    return number


def renew_everything() -> Iterator[tuple[str, int]]:
    """The whole index from nothing, one source in each transaction: (what, how many). Words nobody uses any more go."""
    Word.objects.all().delete()
    for source in all_sources():
        yield str(source.label), renew_all(source)
    IndexState.made(words.VERSION)


def renew_when_stale() -> int:
    """Make the index anew when the program has other words than it was made with; how much there was to find."""
    if not is_stale():
        return 0
    return sum(number for _label, number in renew_everything())


def _in_batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    iterator = iter(found)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _save(source: Source, entries: list[Entry]) -> None:
    if not entries:
        return
    Entry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["key"], update_fields=FIELDS)
    if source.open_to_all:
        learn(entries)


def entry_of(source: Source, found: Found) -> Entry:
    """The row of a thing, with its words as the index knows them."""
    text = found.text[:MOST_LETTERS]
    headings = f"{found.summary} {found.headings}"
    named = [found.number, found.reference, *found.also_known_as]
    return Entry(
        source=source.name,
        key=f"{source.name}:{found.key}",
        owner_id=found.owner_id,
        url=found.url,
        reference=found.number or found.reference,
        title=found.title[:300],
        context=found.context[:300],
        summary=found.summary,
        text=text,
        chapter=found.chapter,
        unit=found.unit,
        type=found.type,
        status=found.status,
        dated=found.dated,
        title_words=_joined(words.stems(found.title)),
        title_parts=_joined([*words.beside(found.title), *_names(named)]),
        heading_words=_joined([*words.stems(headings), *words.beside(headings)]),
        body_words=_joined(words.stems(text)),
        body_parts=_joined(words.beside(text)),
    )


def _joined(stems: Iterable[str]) -> str:
    """With a space on both sides, so that " stem " finds a whole word and " stem" the beginning of one."""
    return f" {' '.join(stems)} "


def _names(named: Iterable[str]) -> Iterator[str]:
    """Numbers and references as words: whole, and a page's number with those it lies below ("4", "4.2" and "4.2.1")."""
    for name in filter(None, named):
        yield from words.words(name)
        if name.replace(".", "").isdecimal() and "." in name:
            steps = name.split(".")
            yield from (words.number_word(".".join(steps[:n])) for n in range(2, len(steps)))


def learn(entries: Iterable[Entry]) -> None:
    """Add the words of these entries to those that a misspelt word may have meant."""
    found = {word for entry in entries for word in words.words(f"{entry.title} {entry.summary} {entry.text}")}
    telling = [word for word in found if word.isalpha() and len(word) > 2 and word not in words.COMMON]
    known = set(Word.objects.filter(word__in=telling).values_list("word", flat=True))
    Word.objects.bulk_create(
        [Word(word=word, stem=words.stem(word)) for word in sorted(set(telling) - known)], ignore_conflicts=True
    )
