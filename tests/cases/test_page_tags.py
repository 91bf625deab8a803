"""What handbook pages show of the cases: the report form and the newest cases of the page (G16)."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from tests import factories

TAGS = "{% load cases_tags %}{% report_form page=page edition=edition %}{% page_cases page %}"


@pytest.fixture
def page(cast, handbook):
    return factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=cast.it_leader.unit)


def shown(page, person):
    request = RequestFactory().get("/")
    request.user = type(person).objects.get(pk=person.pk)
    edition = page.document.edition_in_force()
    return Template(TAGS).render(Context({"request": request, "page": page, "edition": edition}))


def test_the_form_is_tied_to_the_page_and_says_where_it_goes(cast, page):
    html = shown(page, cast.reporter)
    assert f'value="{page.document.document_id}"' in html
    assert str(cast.reporter.unit) in html and str(cast.it_leader.unit) in html
    assert 'action="/meld/"' in html and 'enctype="multipart/form-data"' in html


def test_the_newest_five_and_a_link_to_all(cast, page):
    cases = [factories.make_case(cast.reporter, page=page, title=f"Sak {number}") for number in range(7)]
    html = shown(page, cast.outsider)
    assert [case.reference in html for case in cases] == [False, False, True, True, True, True, True]
    assert "7" in html and f"/saker/?side={page.document.document_id}" in html


def test_sealed_cases_are_neither_shown_nor_counted_even_for_those_who_may_read_them(cast, page):
    factories.make_case(cast.reporter, page=page, title="Skjermet hendelse", sealed=True)
    for person in (cast.outsider, cast.leader, cast.reporter):
        html = shown(page, person)
        assert "Skjermet hendelse" not in html
        assert "?side=" not in html


def test_names_in_titles_are_hidden(cast, page):
    factories.make_case(cast.reporter, page=page, title="Meldt av Reporter Testesen")
    assert "Reporter Testesen" not in shown(page, cast.outsider)
    assert "Reporter Testesen" in shown(page, cast.leader)


def test_both_tags_cost_four_queries(cast, page, django_assert_max_num_queries):
    for number in range(7):
        factories.make_case(cast.reporter, page=page, title=f"Sak {number}")
    request = RequestFactory().get("/")
    request.user = type(cast.reporter).objects.get(pk=cast.reporter.pk)
    edition = page.document.edition_in_force()
    template = Template(TAGS)
    with django_assert_max_num_queries(4):
        template.render(Context({"request": request, "page": page, "edition": edition}))
