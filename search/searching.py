"""From what somebody typed to what is shown (G14)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from organisation.models import User
from search import corrections, ranking, synonyms
from search.models import Entry, FruitlessSearch, Pin
from search.models.editors import key_of
from search.models.entry import EntryQuerySet
from search.sources import source
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
    """What a search gave. `total`: how many fit, of which the best are in `hits`. `counts`: facet → value → how
    many there would be with that value chosen. `corrected_from`: the words as typed, when others were searched for."""

    query: Query
    hits: list[int] = field(default_factory=list)
    total: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    pinned: list[Entry] = field(default_factory=list)
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
        return Results(query)
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
    results.pinned = pinned_for(user, results.query)
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
    rows = found.order_by().values_list("source", "type", "chapter", "unit", "status").annotate(Count("pk"))
    counts, total = _counted(rows, chosen)
    return Results(query, _ranked(_narrowed(found, chosen), query) if total else [], total, counts)


def _counted(rows, chosen: Mapping[str, str]) -> tuple[dict[str, dict[str, int]], int]:
    """(facet → value → number, number with all that is chosen), of one row for each combination there is."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    total = 0
    for name, kind, chapter, unit, status, number in rows:
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


def pinned_for(user: User, query: Query) -> list[Entry]:
    """What the editors have chosen for this search, that the person may read."""
    pins = Pin.objects.filter(stems=key_of(query.text)).values("key")
    return list(Entry.objects.visible_to(user).select_related("unit").filter(key__in=pins))


def shown(keys: list[int]) -> list[Entry]:
    """The entries of one page of hits, in this order."""
    found = Entry.objects.select_related("unit").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def nobody_found(results: Results) -> None:
    """Tell the editors what was searched for in vain."""
    if not results.total or results.only_some_words or results.corrected_from:
        FruitlessSearch.count(results.corrected_from or results.query.text)
