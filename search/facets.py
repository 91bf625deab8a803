"""What hits can be narrowed down by, as links (G14)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation.models import Unit
from search import sources
from search.searching import FACETS, Results

PARAMETERS = {"type": "type", "chapter": "kapittel", "unit": "enhet", "status": "status"}
LABELS = {
    "type": _lazy("What"),
    "chapter": _lazy("Chapter"),
    "unit": _lazy("Unit"),
    "status": _lazy("Status"),
}
SHOWN = 10  # values of a facet, those with most hits


@dataclass(frozen=True)
class Option:
    """A value that hits can be narrowed down to. `url` chooses it, or lets it go when it is chosen."""

    label: str
    number: int
    url: str
    is_chosen: bool
    below: bool = False


@dataclass(frozen=True)
class Facet:
    """One way to narrow the hits down."""

    label: str
    options: list[Option]


def chosen_in(parameters: QueryDict) -> dict[str, str]:
    """Facet → value, from an address. What isn't a value is left out."""
    found = {facet: parameters.get(name, "")[:80] for facet, name in PARAMETERS.items()}
    if found["unit"] and not found["unit"].isdecimal():
        found["unit"] = ""
    known = {source.name for source in sources.all_sources()}
    for facet in ("type", "status"):
        if found[facet].partition(".")[0] not in known:
            found[facet] = ""
    return {facet: value for facet, value in found.items() if value}


def of(results: Results, chosen: Mapping[str, str], text: str) -> list[Facet]:
    """The facets with what there is to choose between: those with one value only are left out, unless it is chosen.
    No query, but one for a chosen unit that has no hits."""
    counts = {**results.counts, "type": _types(results.counts.get("type", {}), chosen.get("type", ""))}
    shown = {facet: _values(facet, counts.get(facet, {}), chosen.get(facet, "")) for facet in FACETS}
    labels = _labels({facet: [value for value, _number in pairs] for facet, pairs in shown.items()}, results.unit_names)
    return [
        Facet(str(LABELS[facet]), [_option(facet, value, number, chosen, text, labels) for value, number in values])
        for facet, values in shown.items()
        if len(values) > 1 or chosen.get(facet)
    ]


def _types(counts: Mapping[str, int], chosen: str) -> dict[str, int]:
    """The sources; of the one that is chosen, or the only one, its types too."""
    of_sources: dict[str, int] = {}
    for value, number in counts.items():
        name = value.partition(".")[0]
        of_sources[name] = of_sources.get(name, 0) + number
    open_source = chosen.partition(".")[0] or (next(iter(of_sources)) if len(of_sources) == 1 else "")
    types = {value: number for value, number in counts.items() if value.startswith(f"{open_source}.")}
    return {**of_sources, **types} if open_source else of_sources


def _values(facet: str, counts: Mapping[str, int], chosen: str) -> list[tuple[str, int]]:
    values = dict(counts)
    if chosen:
        values.setdefault(chosen, 0)
    if facet == "chapter":
        return sorted(values.items())
    if facet == "type":
        order = {source.name: place for place, source in enumerate(sources.all_sources())}
        return sorted(values.items(), key=lambda one: (order[one[0].partition(".")[0]], "." in one[0], -one[1]))
    best = sorted(values.items(), key=lambda one: (one[0] != chosen, -one[1], one[0]))[:SHOWN]
    return sorted(best, key=lambda one: (-one[1], one[0]))


def _labels(values: Mapping[str, Iterable[str]], unit_names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        "type": {value: _type_label(value) for value in values["type"]},
        "chapter": {value: _chapter_label(value) for value in values["chapter"]},
        "unit": {value: unit_names.get(value) or _unit_name(value) for value in values["unit"]},
        "status": {value: _status_label(value) for value in values["status"]},
    }


def _chapter_label(value: str) -> str:
    return next((label for one in sources.all_sources() if (label := one.chapter_label(value))), value)


def _unit_name(value: str) -> str:
    return Unit.objects.filter(pk=int(value)).values_list("name", flat=True).first() or _("Unknown")


def _type_label(value: str) -> str:
    name, _dot, code = value.partition(".")
    source = sources.source(name)
    return source.type_label(code) if code else str(source.label)


def _status_label(value: str) -> str:
    name, _dot, code = value.partition(".")
    return sources.source(name).status_label(code)


def _option(
    facet: str, value: str, number: int, chosen: Mapping[str, str], text: str, labels: Mapping[str, Mapping[str, str]]
) -> Option:
    is_chosen = chosen.get(facet) == value
    without = {name: other for name, other in chosen.items() if name != facet}
    narrowed = without if is_chosen else {**without, facet: value}
    return Option(labels[facet][value], number, address(text, narrowed), is_chosen, facet == "type" and "." in value)


def address(text: str, chosen: Mapping[str, Any]) -> str:
    """The query part of the address of a search that is narrowed down."""
    return "?" + urlencode({"q": text, **{PARAMETERS[facet]: value for facet, value in chosen.items()}})
