"""The ways on beside a page, for those who look after it and for nobody else."""

import re
from typing import Any

import pytest

from handbook import approvals
from handbook.permissions import looked_after
from organisation.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "/handbok/stotteprosesser/informasjonssikkerhet/tilgang-til-fagsystem/"
READERS = ("reporter", "colleague", "outsider", "handler", "service_desk", "administrator")


def ways(client: Any, address: str = ADDRESS) -> set[str]:
    """The last parts of the addresses in the box."""
    html = client.get(address, follow=True).content.decode()
    box = html.partition('aria-labelledby="looking-after"')[2].partition("</section>")[0]
    return set(re.findall(r'href="/d/FL-\d+/([\w-]+)/"', box))


@pytest.mark.parametrize("who", READERS)
def test_readers_see_none_and_pay_nothing(
    pages: Any, cast: Any, login: Any, who: str, django_assert_num_queries: Any
) -> None:
    assert ways(login(getattr(cast, who))) == set()
    reader = User.objects.get(pk=getattr(cast, who).pk)
    edition = pages.access.document.edition_in_force()
    reader.has_role()  # roles are read once
    with django_assert_num_queries(0):
        assert looked_after(reader, edition) == set()


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("editor", {"utkast", "leseplikt", "krav"}),
        ("process_owner", {"utkast", "leseplikt", "krav", "forleng", "trekk-tilbake"}),
        ("quality_manager", {"utkast", "lest", "leseplikt", "krav", "forleng", "trekk-tilbake"}),
        ("auditor", {"lest"}),
        ("leader", {"lest", "leseplikt"}),
    ],
)
def test_each_role_sees_what_it_may_do(pages: Any, cast: Any, login: Any, who: str, expected: set[str]) -> None:
    client = login(getattr(cast, who))
    assert ways(client) == expected
    document = pages.access.document.get_absolute_url()
    assert all(client.get(f"{document}{way}/").status_code == 200 for way in expected)


@pytest.mark.parametrize(("who", "led"), [("editor", True), ("auditor", False), ("leader", False)])
def test_who_writes_the_page_is_led_to_its_questions(pages: Any, cast: Any, login: Any, who: str, led: bool) -> None:
    html = login(getattr(cast, who)).get(ADDRESS).content.decode()
    assert (f"/meld/sporsmal/{pages.access.pk}/" in html) is led


def test_a_chapter_is_never_withdrawn_and_an_old_version_leads_nowhere(pages: Any, cast: Any, login: Any) -> None:
    client = login(cast.quality_manager)
    assert "trekk-tilbake" not in ways(client, "/handbok/stotteprosesser/")
    assert ways(client, f"{ADDRESS}versjoner/1/") == set()


def test_a_withdrawn_page_leads_those_who_write_it_to_its_draft(pages: Any, cast: Any, login: Any) -> None:
    approvals.withdraw(pages.access, cast.process_owner, "Erstattet.")
    document = pages.access.document.get_absolute_url()
    assert ways(login(cast.editor), document) == {"utkast"}
    assert ways(login(cast.auditor), document) == set()


@pytest.mark.parametrize(("who", "offered"), [("editor", True), ("leader", False), ("reporter", False)])
def test_those_who_write_begin_a_supplement_on_the_page_it_belongs_to(
    pages: Any, cast: Any, login: Any, who: str, offered: bool
) -> None:
    client = login(getattr(cast, who))
    way = f"/admin/pages/add/handbook/supplementpage/{pages.access.pk}/"
    assert (way in client.get(ADDRESS).content.decode()) is offered
    assert (client.get(way).status_code == 200) is offered
