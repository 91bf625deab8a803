"""Words planted where few may read are looked for everywhere as those who may not (G18): every address, search,
suggestion, export, register of the admin, mail and line of the log. An address added later is looked through too."""

import io
import logging
import uuid
import zipfile

import pytest

from cases.models import Case, Disclosure, ReadingCopy
from organisation.mail import Mail
from tests import factories
from tests.test_routes import RULES, addresses, admin_addresses  # noqa: F401  # a fixture

SEALED, UNSORTED, NAME, NOTE, TOLD, DRAFT, LETTER = (
    "zebraskjermet",
    "zebrausortert",
    "Zebranavn",
    "zebranotat",
    "zebravarsel",
    "zebrautkast",
    "zebrabrev",
)
WORDS = {SEALED, UNSORTED, NAME, NOTE, TOLD, DRAFT, LETTER}
# Who may meet which of them. Everybody else's set is empty.
ALLOWED = {
    "auditor": {NOTE, LETTER},
    "service_desk": {UNSORTED, LETTER},
    "quality_manager": {UNSORTED, NOTE, LETTER},
    "director": {SEALED, NOTE, DRAFT, LETTER},
}
WHO = ["outsider", "colleague", "it_leader", "administrator", *ALLOWED]
SEARCHES = ["/saker/?q={}", "/sok/?q={}", "/meld/lignende/?q={}+fall+trapp+vakt", "/saker/eksport.xlsx?q={}"]
ADMIN_SEARCHES = ["/admin/cases/case/?q={}", "/admin/cases/action/?q={}", "/admin/pages/search/?q={}"]


def text_of(response):
    """What a response says, also inside a spreadsheet or document."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as members:
            content = b"".join(members.read(name) for name in members.namelist())
    return content.decode("utf-8", "replace")


@pytest.fixture
def planted(cast, units, addresses):  # noqa: F811
    """The words, in cases of the same page as the ordinary one of `addresses`."""
    cast.reporter.last_name = NAME
    cast.reporter.save()
    page = Case.objects.filter(page__isnull=False).first().page
    sealed = factories.make_case(
        cast.leader, page=page, title=f"{SEALED} fall i trapp", description=SEALED, sealed=True
    )
    ReadingCopy.of(sealed).write(cast.leader, title=DRAFT, text=DRAFT)
    sealed.assess(cast.leader, probability=5, consequence=5)
    factories.make_outside_case(units.municipality, title=f"{UNSORTED} fall i trapp", description=UNSORTED)
    hidden = factories.make_case(
        cast.reporter, page=page, anonymity="colleagues", title="Fall i trapp på vakt", description=f"Hilsen {NAME}"
    )
    hidden.say(cast.leader, NOTE, internal=True)
    hidden.say(cast.reporter, "Fall igjen.")
    anonymous, _token = Case.report_anonymously(
        kind="deviation", description="Fall i trapp", place=units.home_care, key=uuid.uuid4()
    )
    anonymous.hear(LETTER)
    Disclosure.receive(key=uuid.uuid4(), text=TOLD)
    return [*addresses.values(), hidden.get_absolute_url(), sealed.get_absolute_url(), anonymous.get_absolute_url()]


@pytest.mark.parametrize("who", WHO)
def test_no_word_reaches_those_who_may_not_read_it(planted, cast, login, who, caplog):
    caplog.set_level(logging.INFO)
    client, forbidden = login(getattr(cast, who)), WORDS - ALLOWED.get(who, set())
    searches = [search.format(word) for word in sorted(forbidden) for search in [*SEARCHES, *ADMIN_SEARCHES]]
    found = []
    for address in [*planted, *admin_addresses(), "/", "/min-side/", *searches]:
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        body = text_of(answer).lower()
        asked = next((word for word in forbidden if word in address), "")
        found += [(address, word) for word in forbidden if word.lower() in body and word != asked]
        if asked and asked.lower() in body and not _only_asks(body, asked.lower()):
            found.append((address, asked))
    assert found == []
    assert not any(word in caplog.text for word in WORDS - {asked for asked in WORDS if asked in str(searches)})


def _only_asks(body, word):
    """Whether the page only says back what was asked for: none of the sentences that the word stands in is there."""
    return not any(sentence in body for sentence in (f"{word} fall i trapp", f"hilsen {word}", f">{word}<"))


def test_no_mail_holds_any_of_them(planted):
    assert Mail.objects.exists()
    for letter in Mail.objects.all():
        said = f"{letter.subject}\n{letter.body}\n{letter.about}".lower()
        assert not any(word.lower() in said for word in WORDS), letter.about


def test_the_words_are_there_for_those_who_may_read_them(planted, cast, login):
    """So that the search above would find them."""
    page = "".join(text_of(login(cast.leader).get(address)) for address in planted if address.startswith("/saker/"))
    assert all(word in page for word in (SEALED, NOTE, NAME, DRAFT, LETTER))
    assert UNSORTED in text_of(login(cast.service_desk).get("/saker/?alle=1"))


def test_every_address_is_looked_through(planted):
    assert len(planted) >= len(RULES)
