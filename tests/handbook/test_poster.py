"""The poster leads from the wall to the report form of the right page (G16)."""

from cases.models import Case
from tests import factories


def test_the_poster_shows_code_and_address(cast, login, pages):
    document = pages.access.document
    client = login(cast.reporter)
    shown = client.get(f"/d/{document.document_id}/plakat/").content.decode()
    assert f"/meld/?side={document.document_id}" in shown
    code = client.get(f"/d/{document.document_id}/plakat/kode.svg")
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert b"<path" in code.content


def test_what_the_code_opens_is_tied_to_the_page(cast, login, pages):
    document = pages.access.document
    form = login(cast.reporter).get("/meld/", {"side": document.document_id}).content.decode()
    assert document.title in form
    assert f'value="{document.document_id}"' in form
    assert Case.objects.count() == 0


def test_no_poster_for_a_page_that_is_not_in_force(cast, login, pages):
    factories.withdraw(pages.access)
    assert login(cast.reporter).get(f"/d/{pages.access.document.document_id}/plakat/").status_code == 404
