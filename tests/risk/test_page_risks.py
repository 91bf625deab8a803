"""A handbook page shows the risks that are tied to it (S44)."""

import pytest

from risk.models import Link, Risk
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast, handbook):
    return factories.make_procedure(handbook.get_children().first(), cast.editor)


def html(client, page):
    answer = client.get(page.url)
    assert answer.status_code == 200
    return answer.content.decode()


def tied(cast, page, threat, **head):
    """A risk in force that is tied to the page."""
    row = factories.make_decided(cast.leader, {"threat": threat}, **head).rows.get()
    Link.tie(cast.leader, row, page=page)
    return row


def test_the_risk_stands_on_the_page_with_its_score(cast, login, page):
    row = tied(cast, page, "Feil pasient får medisinen")
    shown = html(login(cast.outsider), page)
    assert f'href="{row.get_absolute_url()}"' in shown
    assert f"/risiko/risikoer/?side={page.document.document_id}" in shown


def test_restricted_ones_and_drafts_are_not_there_for_others(cast, login, page):
    tied(cast, page, "Hemmelig trussel", restricted=True)
    draft = factories.make_risk(factories.make_assessment(cast.leader), cast.leader, threat="Utkast til trussel")
    Link.tie(cast.leader, draft, page=page)
    for who in (cast.outsider, cast.handler):
        shown = html(login(who), page)
        assert "Hemmelig trussel" not in shown
        assert "Utkast til trussel" not in shown
    assert "Hemmelig trussel" in html(login(cast.auditor), page)


def test_a_page_without_risks_says_nothing(cast, login, page):
    assert "/risiko/risikoer/" not in html(login(cast.reporter), page)


def test_the_new_version_takes_the_place_of_the_old(cast, login, page):
    row = tied(cast, page, "Feil pasient får medisinen")
    new = row.assessment.revise(cast.leader)
    new.decide(cast.leader)
    shown = html(login(cast.outsider), page)
    assert row.get_absolute_url() not in shown
    assert Risk.objects.get(assessment=new).get_absolute_url() in shown
