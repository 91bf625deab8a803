"""`make bench-search`: how good the search is, beside Wagtail's own over the same pages, in the same run.

Asks every judged query of `relevance.toml` as an employee without other roles, in the demo. The database is one of
its own below `var/bench-search`, or that of DATABASE_URL; the demo is loaded where there is none. `--order FILE`
writes the order of the hits, `--same-as FILE` compares with what another database wrote.
"""

import argparse
import json
import math
import os
import statistics
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext

HERE = Path(__file__).parent
VAR = HERE.parents[1] / "var" / "bench-search"
READER = "ansatt"
SHOWN = 10
TIMES = 3  # each query is timed, of which the median counts
CASES = "case"  # the kind of query that Wagtail has no index for


@dataclass(frozen=True)
class Judged:
    """A query, and what answers it: number of a page or reference of a case → 3, 2 or 1."""

    text: str
    kind: str
    half: str
    answers: dict[str, int]


@dataclass
class Answered:
    """What a search engine gave for one query, in order, and what it cost."""

    judged: Judged
    order: list[str]
    seconds: float = 0.0
    queries: int = 0
    gain: float = field(init=False)

    def __post_init__(self) -> None:
        ideal = _gain(sorted(self.judged.answers.values(), reverse=True))
        self.gain = _gain([self.judged.answers.get(name, 0) for name in self.order]) / ideal

    @property
    def is_best_first(self) -> bool:
        return bool(self.order) and self.judged.answers.get(self.order[0]) == max(self.judged.answers.values())


def _gain(grades: list[int]) -> float:
    """Discounted cumulative gain of the first ten, where a better grade counts doubly."""
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:SHOWN]))


def judged() -> list[Judged]:
    halves = tomllib.loads((HERE / "relevance.toml").read_text(encoding="utf-8"))
    return [
        Judged(text, kind, half, answers)
        for half, kinds in halves.items()
        for kind, queries in kinds.items()
        for text, answers in queries.items()
    ]


def prepare() -> None:
    """The demo and both indexes, as this version of the program makes them."""
    VAR.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{VAR / 'felles.sqlite3'}")
    os.environ |= {"VAR_DIR": str(VAR), "DEBUG": "true", "EMAIL_URL": "dummymail://"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    call_command("migrate", verbosity=0)
    if not apps.get_model("handbook", "Document").objects.exists():
        call_command("load_demo")
    call_command("rebuild_search", verbosity=0)
    call_command("update_index", verbosity=0)


def our_search() -> Callable[[str], list[str]]:
    """The page of hits as it is made: found, ranked, read and marked."""
    from search import searching, snippets  # noqa: PLC0415  (models; not before the apps are loaded)

    reader = apps.get_model("organisation", "User").objects.get(username=READER)
    numbers = dict(apps.get_model("handbook", "Document").objects.values_list("pk", "number"))

    def ask(text: str) -> list[str]:
        results = searching.search(reader, text)
        pinned, others = searching.shown(results.query, results.hits[:SHOWN])
        hits = [*pinned, *others]
        for hit in hits:
            snippets.marked(hit.title, results.query)
            snippets.snippet(hit.text, results.query)
        named = (numbers[hit.owner_id] if hit.source == "checklist" else hit.reference or hit.key for hit in hits)
        return list(dict.fromkeys(named))  # a page and the checklist in it answer the same

    return ask


def wagtails_search() -> Callable[[str], list[str]]:
    """Live pages by Wagtail's database backend, as its own tutorial does it."""
    pages, documents = apps.get_model("wagtailcore", "Page"), apps.get_model("handbook", "Document")
    numbers = dict(documents.objects.filter(page__isnull=False).values_list("page_id", "number"))
    return lambda text: [numbers.get(page.pk, "") for page in pages.objects.live().search(text)[:SHOWN]]


@contextmanager
def without_editors() -> Iterator[None]:
    """As if the editors had written no synonyms and pinned nothing: what the program finds by itself."""
    with transaction.atomic():
        for made_by_editors in ("Synonym", "Pin"):
            apps.get_model("search", made_by_editors).objects.all().delete()
        yield
        transaction.set_rollback(True)


def answer(ask: Callable[[str], list[str]], queries: list[Judged]) -> list[Answered]:
    answered = []
    for query in queries:
        reset_queries()  # Django keeps no more than 9,000
        with CaptureQueriesContext(connection) as asked:
            order = ask(query.text)
        seconds = statistics.median(_seconds(ask, query.text) for _time in range(TIMES))
        answered.append(Answered(query, order, seconds, len(asked)))
    return answered


def _seconds(ask: Callable[[str], list[str]], text: str) -> float:
    started = time.perf_counter()
    ask(text)
    return time.perf_counter() - started


def row(name: str, answered: list[Answered]) -> str:
    number = len(answered)
    return (
        f"{name:<44}{number:>5}{statistics.fmean(one.gain for one in answered):>9.3f}"
        f"{sum(one.is_best_first for one in answered) / number:>9.0%}"
        f"{sum(not one.order for one in answered) / number:>9.1%}"
        f"{statistics.median(one.seconds for one in answered) * 1000:>8.1f}"
        f"{statistics.median(one.queries for one in answered):>6.0f}"
    )


def report(engines: dict[str, list[Answered]]) -> None:
    print(f"\n{'':<44}{'asked':>5}{'nDCG@10':>9}{'best 1st':>9}{'no hits':>9}{'ms':>8}{'SQL':>6}")
    for name, answered in engines.items():
        pages = [one for one in answered if one.judged.kind != CASES]
        for half in ("tune", "held_out"):
            print(row(f"{name}, {half}", [one for one in pages if one.judged.half == half]))
    ours, wagtails = (engines[name] for name in ("Felles", "Wagtail"))
    print("\nnDCG@10 by kind of query: Felles in both halves, Felles held out, Wagtail in both")
    for kind in dict.fromkeys(one.judged.kind for one in ours):
        shares = [
            statistics.fmean(one.gain for one in chosen)
            for chosen in (
                [one for one in ours if one.judged.kind == kind],
                [one for one in ours if one.judged.kind == kind and one.judged.half == "held_out"],
                [one for one in wagtails if one.judged.kind == kind],
            )
        ]
        print(f"  {kind.replace('_', ' '):<22}" + "".join(f"{share:>8.2f}" for share in shares))


def compare(orders: dict[str, list[str]], others: dict[str, list[str]]) -> None:
    different = [text for text, order in orders.items() if others.get(text) != order]
    print(f"\nThe same hits in the same order for {len(orders) - len(different)} of {len(orders)} queries.")
    for text in different:
        print(f"  {text}: {orders[text]} here, {others.get(text)} there")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", type=Path, help="write the order of the hits to this file")
    parser.add_argument("--same-as", type=Path, help="compare the order with what this file says")
    parser.add_argument("--worst", action="store_true", help="list the queries to tune by that are not answered well")
    options = parser.parse_args()
    prepare()
    queries = judged()
    print(
        f"{len(queries)} judged queries on {connection.vendor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    with without_editors():
        engines = {"Felles": answer(our_search(), queries), "Wagtail": answer(wagtails_search(), queries)}
    engines["Felles with the editors' synonyms"] = answer(our_search(), queries)
    report(engines)
    if options.worst:
        for one in sorted(engines["Felles"], key=lambda one: one.gain):
            if one.judged.half == "tune" and one.gain < 0.9:
                print(f"{one.gain:.2f} {one.judged.text!r}: {one.order[:6]}, judged {one.judged.answers}")
    orders = {one.judged.text: one.order for one in engines["Felles"]}
    if options.order:
        options.order.write_text(json.dumps(orders, ensure_ascii=False, indent=1), encoding="utf-8")
    if options.same_as:
        compare(orders, json.loads(options.same_as.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
