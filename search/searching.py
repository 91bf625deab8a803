"""From what somebody typed to what is shown (G14)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from organisation.models import User
from search import corrections, ranking, synonyms
from search.models import Entry, Pin
from search.models.entry import EntryQuerySet
from search.sources import all_sources, source
from search.terms import Query, parse

RANKED = 100  # hits that are put in order; who does not find it among them must narrow the search
FEW = 3  # hits; with fewer, things with only some of the words are shown too
FACETS = ("type", "chapter", "unit", "status")
NEEDED_TO_RANK = (
    "source",
    "title_words",
    "title_parts",
    "heading_words",
    "body_words",
    "body_parts",
    "dated",
)


@dataclass
class Results:
    """What a search gave. `typed`: what was typed; `query`: what was searched for, which is another when the words were
    misspelt. `total`: how many fit, of which the best are in `hits`. `counts`: facet → value → how
    many there would be with that value chosen. `unit_names`: the units among them, by their keys as text.
    `corrected_from`: the words as typed, when others were searched for."""

    query: Query
    typed: str = ""
    hits: list[int] = field(default_factory=list)
    total: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    unit_names: dict[str, str] = field(default_factory=dict)
    only_some_words: bool = False
    corrected_from: str = ""
    did_you_mean: str = ""


def search(user: User, text: str, chosen: Mapping[str, str] | None = None) -> Results:
    """What the person may read that answers the text, the best first. `chosen`: facet → value.

    A text without words gives nothing, and so does one that is nothing but signs.
    """
    means_the_same = synonyms.by_stem()
    query = parse(text, means_the_same)
    if not query:
        return Results(query, query.text)
    results = _find(user, query, chosen or {})
    if results.total < FEW and (meant := corrections.corrected(query)):
        instead = _find(user, parse(meant, means_the_same), chosen or {})
        if not results.total and instead.total:
            instead.corrected_from = query.text
            results = instead
        elif instead.total:
            results.did_you_mean = meant
    if results.total < FEW and len(query.terms) > 1:
        results = _with_some_words(user, results, chosen or {})
    results.typed = query.text
    return results


def _find(user: User, query: Query, chosen: Mapping[str, str]) -> Results:
    return _results(Entry.objects.visible_to(user).with_all_words(query), query, chosen)


def _with_some_words(user: User, results: Results, chosen: Mapping[str, str]) -> Results:
    found = Entry.objects.visible_to(user).with_some_words(results.query)
    more = _results(found, results.query, chosen)
    more.only_some_words = not results.total
    more.corrected_from, more.did_you_mean = results.corrected_from, results.did_you_mean
    return more


def _results(found: EntryQuerySet, query: Query, chosen: Mapping[str, str]) -> Results:
    groups = found.order_by().values_list("source", "type", "chapter", "status", "unit", "unit__name")
    rows = list(groups.annotate(Count("pk")))
    counts, total = _counted(rows, chosen)
    hits = _ranked(_narrowed(found, chosen), query) if total else []
    unit_names = {str(pk): name for *_facets, pk, name, _number in rows if pk}
    return Results(query, hits=hits, total=total, counts=counts, unit_names=unit_names)


def _counted(rows: list[Any], chosen: Mapping[str, str]) -> tuple[dict[str, dict[str, int]], int]:
    """(facet → value → number, number with all that is chosen), of one row for each combination there is."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    total = 0
    for name, kind, chapter, status, unit, _unit_name, number in rows:
        values = {
            "type": f"{name}.{kind}" if kind else name,
            "chapter": chapter,
            "unit": str(unit or ""),
            "status": f"{name}.{status}" if status else "",
        }
        off = [facet for facet in FACETS if chosen.get(facet) and not _is(facet, values[facet], chosen[facet])]
        total += 0 if off else number
        for facet in FACETS:
            if values[facet] and off in ([], [facet]):
                counts[facet][values[facet]] = counts[facet].get(values[facet], 0) + number
    return counts, total


def _is(facet: str, value: str, wanted: str) -> bool:
    """A source alone stands for all its types."""
    return value == wanted or (facet == "type" and value.startswith(f"{wanted}."))


def _narrowed(found: EntryQuerySet, chosen: Mapping[str, str]) -> EntryQuerySet:
    for facet in ("type", "status"):
        if value := chosen.get(facet):
            name, _dot, code = value.partition(".")
            found = found.filter(source=name, **({facet: code} if code else {}))
    if chapter := chosen.get("chapter"):
        found = found.filter(chapter=chapter)
    if (unit := chosen.get("unit", "")).isdecimal():
        found = found.filter(unit=int(unit))
    return found


def _ranked(found: EntryQuerySet, query: Query) -> list[int]:
    candidates = found.best_places_first(query).only(*NEEDED_TO_RANK)[:RANKED]
    scored = [(ranking.score(entry, query) * source(entry.source).worth, entry) for entry in candidates]
    scored.sort(key=lambda pair: (-pair[0], -(pair[1].dated.toordinal() if pair[1].dated else 0), pair[1].pk))
    return [entry.pk for _score, entry in scored]


def shown(query: Query, keys: list[int]) -> tuple[list[Entry], list[Entry]]:
    """(what the editors have chosen for this search, the entries of one page of hits in this order). One query."""
    is_pinned = Q(key__in=Pin.objects.of(query.text).values("key"))
    found = Entry.objects.filter(Q(pk__in=keys) | is_pinned & Q(pk__in=Entry.objects.open_to_all()))
    found = found.annotate(is_pinned=ExpressionWrapper(is_pinned, BooleanField())).select_related("unit")
    by_key: dict[int, Any] = {entry.pk: entry for entry in found}
    pinned = [entry for entry in by_key.values() if entry.is_pinned]
    return pinned, [by_key[key] for key in keys if key in by_key and not by_key[key].is_pinned]


def straight_to(user: User, text: str) -> str | None:
    """The address of the one thing that bears this document id, number or reference; None when it is not the name of
    anything the person may see."""
    return next((address for one in all_sources() if (address := one.named(user, text))), None)
