"""The benchmark itself: what it reads off, how it judges, and that the volume is true."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cases.models import Case, Entry
from tests.bench.served import report
from tests.bench.served.clients import Load, Request, answer_of
from tests.bench.served.promises import Measured, Promise, Run, broken_and_kept
from tests.bench.served.routes import correct, routes
from tests.bench.served.volume import Volume


def measured(name: str, milliseconds: float, slowest: float | None = None) -> Measured:
    """A hundred answers in a second of so many milliseconds, ten of them slower."""
    seconds = milliseconds / 1000
    times = [seconds] * 90 + [(slowest or milliseconds) / 1000] * 10
    load = Load(seconds * 100, times)
    return Measured(name, load, load, 3, 1.5, 120)


def run(pages: int, cases: int, **milliseconds: float) -> Run:
    names = {"hello": "hello", "procedure": "procedure page", "register": "register, page 1"}
    return Run(Volume(pages, cases), {names[key]: measured(names[key], value) for key, value in milliseconds.items()})


def broken(*runs: Run) -> list[str]:
    return [promise.text for promise in broken_and_kept(list(runs)) if not promise.is_kept]


def test_percentiles_and_rate() -> None:
    load = Load(2, [0.001 * number for number in range(100, 0, -1)])
    assert load.per_second == 50
    assert load.percentile(50) == pytest.approx(0.051)
    assert load.percentile(95) == pytest.approx(0.096)
    assert load.percentile(100) == pytest.approx(0.1)


def test_an_answer_is_read() -> None:
    answer = answer_of(b"HTTP/1.1 302 Found\r\nLocation: /saker/\r\nContent-Length: 0\r\n\r\n")
    assert answer.status == 302
    assert answer.headers == {"location": "/saker/", "content-length": "0"}


def test_a_post_carries_its_token_as_from_the_same_site() -> None:
    head, body = Request("/meld/", {"kind": "deviation"}).written(8000, "abc").split(b"\r\n\r\n")
    token = body.decode().split("csrfmiddlewaretoken=")[1].split("&")[0]
    assert f"csrftoken={token}".encode() in head
    assert b"Origin: https://127.0.0.1:8000" in head
    assert f"Content-Length: {len(body)}".encode() in head


def test_no_step_is_sent_on_a_version_that_is_gone() -> None:
    next_request = correct([{"address": "/saker/a/", "version": 4}, {"address": "/saker/b/", "version": 9}])
    versions = [next_request(client).data["version"] for client in (0, 0, 1, 0)]
    assert versions == ["4", "5", "9", "6"]


def test_a_page_slower_than_a_quarter_of_hello_breaks_the_promise() -> None:
    assert broken(run(200, 1_000, hello=1, procedure=3.9)) == []
    assert broken(run(200, 1_000, hello=1, procedure=4.1)) == ["procedure page, of hello (200 pages, 1000 cases)"]


def test_the_share_of_the_register_is_promised_from_100_000_cases() -> None:
    assert broken(run(200, 1_000, hello=1, register=16)) == []
    assert broken(run(200, 100_000, hello=1, register=16)) == ["register, page 1, of hello (200 pages, 100000 cases)"]


def test_a_long_tail_breaks_the_promise() -> None:
    slow = Run(Volume(200, 1_000), {"hello": measured("hello", 1, slowest=2.6)})
    assert broken(slow) == ["hello, p95 of p50 at 16 (200 pages, 1000 cases)"]


def test_growth_is_judged_between_the_volumes_that_are_promised() -> None:
    small, large = run(200, 1_000, hello=1, procedure=2), run(20_000, 1_000, hello=1, procedure=2.5)
    assert broken(small, large) == ["procedure page, 20,000 pages of 200"]
    few, many = run(200, 1_000, hello=1, register=2), run(200, 1_000_000, hello=1, register=3.1)
    assert broken(few, many) == ["register, page 1, a million cases of a thousand"]


def test_what_was_not_run_is_not_judged() -> None:
    names = [promise.text for promise in broken_and_kept([run(200, 1_000, hello=1)])]
    assert names == ["hello, p95 of p50 at 16 (200 pages, 1000 cases)"]


def test_the_document_keeps_its_history_and_only_the_last_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "performance.md"
    document.write_text(report.DOCUMENT.read_text())
    monkeypatch.setattr(report, "conditions", lambda _server: "2026-01-01, a machine")
    before = report.between(document.read_text(), report.HISTORY).count("\n- ")
    for cases in (1_000, 2_000):
        report.write([run(200, cases, hello=1, procedure=2)], [Promise("page", 0.5, least=0.25)], "", document)
    text = document.read_text()
    assert report.between(text, report.HISTORY).count("\n- ") == before + 2
    assert "2,000 cases" in report.between(text, report.LAST)
    assert "1,000 cases" not in report.between(text, report.LAST)
    assert "register" not in report.between(text, report.LAST)


@pytest.mark.django_db
def test_the_volume_is_true(settings: object) -> None:
    settings.DEMO_LOGIN = True  # type: ignore[attr-defined]
    call_command("load_volume", users=30, procedures=3, cases=300, stdout=StringIO())
    assert Case.objects.count() == Case.history.count() == 300
    assert Entry.objects.filter(event=Entry.Event.RECEIVED).count() == 300
    assert Case.objects.exclude(status__in=Case.ENDED).filter(closed_at__isnull=False).count() == 0
    call_command("load_volume", users=30, procedures=3, cases=300, stdout=StringIO())
    assert Case.objects.count() == 300


@pytest.mark.django_db
def test_made_up_data_is_refused_in_production(settings: object) -> None:
    settings.DEBUG = settings.DEMO_LOGIN = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError):
        call_command("load_volume", users=1, procedures=0, cases=1, stdout=StringIO())
    assert not Case.objects.exists()


def test_every_route_has_a_name_of_its_own() -> None:
    targets = {"procedure": "/a/", "chapter": "/b/", "unit": 1, "rows": 10, "cases": []}
    names = [route.name for route in routes(targets)]
    assert len(names) == len(set(names))
    assert names[0] == "hello"
