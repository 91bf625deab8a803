"""What is promised (issue 7) against what was measured. Only what was run is judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from tests.bench.served.clients import Load
from tests.bench.served.volume import Volume

# At least this part of hello's requests a second.
SHARES = {"procedure page": 1 / 4, "register, page 1": 1 / 15, "search": 1 / 12}
SHARED_AT = 100_000  # cases, where the register's share is promised
TAIL = 2.5  # p95 under 16 clients, times p50
READING = {"procedure page", "chapter"}
PAGE_GROWTH, REGISTER_GROWTH = 1.2, 1.5


@dataclass(frozen=True)
class Measured:
    """One route on one volume. `queries` and `database` (milliseconds) are of one request; `memory` in megabytes."""

    name: str
    one: Load
    crowd: Load
    queries: int
    database: float
    memory: float

    HEADING: ClassVar[str] = f"{'':<22}" + "".join(
        f"{name:>10}"
        for name in (
            "1: req/s",
            "p50 ms",
            "p95 ms",
            "16: req/s",
            "p50 ms",
            "p95 ms",
            "of hello",
            "queries",
            "db ms",
            "MB",
        )
    )

    def share_of(self, hello: "Measured") -> float:
        return self.crowd.per_second / hello.crowd.per_second

    def cells(self, hello: "Measured") -> list[str]:
        """Requests a second, p50 and p95 in ms of one client and of many; the part of hello's; queries; ms in the database."""
        figures = [
            figure
            for load in (self.one, self.crowd)
            for figure in (load.per_second, load.percentile(50) * 1000, load.percentile(95) * 1000)
        ]
        share = f"1/{1 / self.share_of(hello):.1f}"
        return [*(f"{figure:.1f}" for figure in figures), share, str(self.queries), f"{self.database:.1f}"]

    def line(self, hello: "Measured") -> str:
        return f"{self.name:<22}" + "".join(f"{cell:>10}" for cell in [*self.cells(hello), f"{self.memory:.0f}"])


@dataclass(frozen=True)
class Run:
    volume: Volume
    measured: dict[str, Measured]


@dataclass(frozen=True)
class Promise:
    """A ratio and its bound: the least it may be, or the most."""

    text: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def is_kept(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def __str__(self) -> str:
        bound = f"at least {self.least:.3f}" if self.least is not None else f"at most {self.most:.3f}"
        return f"{'ok ' if self.is_kept else 'NOT'}  {self.text:<70} {self.value:.3f}  ({bound})"


def broken_and_kept(runs: list[Run]) -> list[Promise]:
    return [promise for run in runs for promise in within(run)] + list(growth(runs))


def within(run: Run) -> Iterator[Promise]:
    """What is promised of one volume."""
    where, hello = f"{run.volume.pages} pages, {run.volume.cases} cases", run.measured["hello"]
    for name, share in SHARES.items():
        if name in run.measured and (name != "register, page 1" or run.volume.cases >= SHARED_AT):
            yield Promise(f"{name}, of hello ({where})", run.measured[name].share_of(hello), least=share)
    for one in run.measured.values():
        tail = one.crowd.percentile(95) / one.crowd.percentile(50)
        yield Promise(f"{one.name}, p95 of p50 at 16 ({where})", tail, most=TAIL)


def growth(runs: list[Run]) -> Iterator[Promise]:
    """What is promised when the volume grows in one direction: median time of one client, the greatest of the least."""
    for run in runs:
        for least in runs:
            pages = (least.volume.pages, run.volume.pages) == (200, 20_000) and least.volume.cases == run.volume.cases
            cases = (least.volume.cases, run.volume.cases) == (1_000, 1_000_000)
            if pages:
                for name in READING & run.measured.keys() & least.measured.keys():
                    yield Promise(f"{name}, 20,000 pages of 200", grown(name, least, run), most=PAGE_GROWTH)
            if cases and least.volume.pages == run.volume.pages and "register, page 1" in run.measured:
                value = grown("register, page 1", least, run)
                yield Promise("register, page 1, a million cases of a thousand", value, most=REGISTER_GROWTH)


def grown(name: str, least: Run, greatest: Run) -> float:
    return greatest.measured[name].one.percentile(50) / least.measured[name].one.percentile(50)
