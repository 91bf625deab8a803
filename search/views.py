"""The search page, and what is proposed while one types (G14)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from organisation.models import User
from search import facets, fruitless, searching, snippets, state, suggestions
from search.models import Entry
from search.models.pin import may_pin
from search.sources import source
from search.terms import Query, clean

HITS_PER_PAGE = 15


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/sok/?q=`: a number, document id or reference leads straight there; words give a list."""
    text = clean(request.GET.get("q", ""))
    if not text:
        return render(request, "search/search.html", {"text": "", **_about_index(request.user)})
    if address := searching.straight_to(request.user, text):
        return redirect(address)
    chosen = facets.chosen_in(request.GET)
    results = searching.search(request.user, text, chosen)
    if not chosen:
        fruitless.note(results)
    page = Paginator(results.hits, HITS_PER_PAGE).get_page(request.GET.get("s"))
    pinned, hits = searching.shown(results.query, list(page.object_list))
    context = {
        "text": text,
        "results": results,
        "page": page,
        "pinned": [_shown(entry, results.query) for entry in pinned if page.number == 1 and not chosen],
        "hits": [_shown(entry, results.query) for entry in hits],
        "facets": facets.of(results, chosen, text),
        "chosen": chosen,
        "without_facets": facets.address(text, {}),
        "ranked": searching.RANKED,
        **_about_index(request.user),
    }
    return render(request, "search/search.html", context)


def _about_index(user: User) -> dict[str, Any]:
    """What everybody is told of the index, and what only those are who write the handbook."""
    writes = may_pin(user)
    return {"may_pin": writes, "is_stale": state.is_stale(), "waiting": state.waiting() if writes else 0}


def _shown(entry: Entry, query: Query) -> Entry:
    """The entry with what a template shows of it."""
    of = source(entry.source)
    entry.marked_title = snippets.marked(entry.title, query)
    entry.snippet = snippets.snippet(_where_found(entry, query), query)
    entry.type_label = of.type_label(entry.type) if entry.type else str(of.label)
    entry.status_label = of.status_label(entry.status) if entry.status else ""
    entry.may_be_pinned = of.open_to_all
    return entry


def _where_found(entry: Entry, query: Query) -> str:
    """The summary when what was asked is there, else the text."""
    return entry.summary if entry.summary and snippets.holds(entry.summary, query) else entry.text or entry.summary


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """`/sok/forslag/?q=`: the titles that fit best with what is typed so far, and where they lead."""
    text = clean(request.GET.get("q", ""))
    found = [
        {"title": entry.title, "reference": entry.reference, "url": entry.url, "type": _shown_type(entry)}
        for entry in suggestions.of(request.user, text)
    ]
    return JsonResponse({"suggestions": found}, headers={"Cache-Control": "private, no-store"})


def _shown_type(entry: Entry) -> str:
    of = source(entry.source)
    return of.type_label(entry.type) if entry.type else str(of.label)
