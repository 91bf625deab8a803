"""Every address has a declared rule, and every role is tried on it.

A new address without a line in RULES fails the first test. A rule is who may open the address: PUBLIC
needs no login, ALL is every employee, a set names the people of the cast; everybody else gets 403 or
404, and who is not logged in is sent to the login page. POST_ONLY answers 405 to GET for all.
"""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from cases.models import Attachment
from handbook import hearings
from handbook.models import HearingLink, HearingRound, KeptFile, Proposal
from handbook.models.proposal import passages_in
from organisation import clock
from tests import factories
from tests.conftest import CAST

PUBLIC = "public"
POST_ONLY = "post only"
ALL = frozenset(CAST)
HANDLERS = frozenset({"leader", "deputy", "handler", "quality_manager", "director"})
ROUTERS = HANDLERS | {"service_desk"}
HISTORY_READERS = HANDLERS | {"auditor"}
WHOLE_READERS = HISTORY_READERS | {"service_desk", "reporter"}
WRITERS = frozenset({"editor", "quality_manager"})
HEARD = WRITERS | {"reporter", "colleague", "leader", "deputy", "handler", "auditor"}
ADMIN = frozenset({"process_owner", "editor", "quality_manager", "administrator"})

RULES: dict[str, Any] = {
    "login": PUBLIC,
    "health": PUBLIC,
    "logout": POST_ONLY,
    "colour_scheme": POST_ONLY,
    "my_page": ALL,
    "search": ALL,
    "handbook:page": ALL,
    "handbook:picture": ALL,
    "handbook:document": ALL,
    "handbook:poster": ALL,
    "handbook:report_code": ALL,
    "handbook:versions": ALL,
    "handbook:edition": ALL,
    "handbook:compare": ALL,
    "handbook:choose_comparison": ALL,
    "handbook:attachment": ALL,
    "handbook:hearings": ALL,
    "handbook:hearing": HEARD,
    "handbook:hearing_round": HEARD,
    "handbook:close_hearing": POST_ONLY,
    "handbook:answer_comment": WRITERS,
    "handbook:hearing_links": WRITERS,
    "handbook:revoke_link": POST_ONLY,
    "handbook:hearing_outsider": PUBLIC,
    "handbook:hearing_picture": PUBLIC,
    "handbook:propose": ALL,
    "handbook:proposals": ALL,
    "handbook:document_proposals": ALL,
    "handbook:proposal": WRITERS | {"reporter", "auditor"},
    "cases:report": ALL,
    "cases:similar": ALL,
    "cases:read_notices": POST_ONLY,
    "cases:register": ALL,
    "cases:export": ALL,
    "cases:save_view": POST_ONLY,
    "cases:delete_view": POST_ONLY,
    "cases:detail": ALL,
    "cases:receipt": frozenset({"reporter"}),
    "cases:history": HISTORY_READERS,
    "cases:say": ALL - {"auditor"},
    "cases:attach": HANDLERS | {"reporter"},
    "cases:attachment": WHOLE_READERS,
    "cases:assess": HANDLERS,
    "cases:set_cause": HANDLERS,
    "cases:add_action": HANDLERS,
    "cases:change_action": HANDLERS,
    "cases:complete_action": HANDLERS | {"colleague"},
    "cases:cancel_action": HANDLERS,
    "cases:evaluate_action": HANDLERS,
    "cases:close": HANDLERS,
    "cases:reject": HANDLERS,
    "cases:duplicate": HANDLERS,
    "cases:take_over": HANDLERS,
    "cases:reopen": HANDLERS,
    "cases:reassign": ROUTERS,
    "cases:set_handler": HANDLERS,
    "cases:correct": HANDLERS,
    "cases:seal": HANDLERS,
    "cases:give_access": HANDLERS,
}


def our_patterns(patterns: list[Any] | None = None, namespace: str = "") -> set[str]:
    """Names of every address that is not Wagtail's own; Wagtail's are tried by `test_admin_…`."""
    names: set[str] = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if not str(getattr(pattern.urlconf_name, "__name__", "")).startswith("wagtail"):
                names |= our_patterns(pattern.url_patterns, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names.add(f"{namespace}:{pattern.name}" if namespace else pattern.name)
    return names


@pytest.fixture
def addresses(cast, handbook) -> dict[str, str]:
    """An example of every address."""
    page = factories.make_procedure(handbook.get_children().first(), cast.editor)
    case = factories.make_case_with_cause(cast.reporter, cast.leader, page=page)
    done = factories.make_action(case, cast.leader, cast.colleague)
    done.complete(cast.colleague, note="Ferdig")
    due = factories.make_action(case, cast.leader, cast.colleague)
    attachment = Attachment(
        case=case, name="bilde.png", content_type="image/png", size=3, sha256="0" * 64, uploaded_by=cast.reporter
    )
    attachment.file.save("x", BytesIO(b"png"), save=False)
    attachment.save()
    kept = KeptFile.keep(page.document, ContentFile(b"innhold", name="skjema.txt"), "skjema.txt")
    heard = addresses_of_participation(cast, page)
    action = {"reference": case.reference, "pk": due.pk}
    document = {"document_id": page.document.document_id}
    kwargs: dict[str, dict[str, Any]] = {
        "handbook:document": document,
        "handbook:picture": {"name": default_storage.save("images/prove.png", BytesIO(b"png")).removeprefix("images/")},
        "handbook:poster": document,
        "handbook:report_code": document,
        "handbook:versions": document,
        "handbook:choose_comparison": document,
        "handbook:edition": {**document, "label": "1"},
        "handbook:attachment": {**document, "sha256": kept.sha256},
        "handbook:compare": {**document, "older": "1", "newer": "1"},
        **heard,
        "cases:delete_view": {"pk": 1},
        "cases:attachment": {"reference": case.reference, "pk": attachment.pk},
        "cases:evaluate_action": {"reference": case.reference, "pk": done.pk},
        **{f"cases:{name}": action for name in ("change_action", "complete_action", "cancel_action")},
    }
    plain = {"cases:report", "cases:similar", "cases:read_notices", "cases:register", "cases:export", "cases:save_view"}
    found = {}
    for name in RULES.keys() - {"handbook:page"}:
        needs_case = name.startswith("cases:") and name not in plain
        found[name] = reverse(name, kwargs=kwargs.get(name, {"reference": case.reference} if needs_case else {}))
    found["handbook:page"] = page.url
    found["handbook:choose_comparison"] += "?fra=1&til=1"
    return found


def addresses_of_participation(cast: Any, page: Any) -> dict[str, dict[str, Any]]:
    """A hearing for home care with a comment and a link, and a proposal, about the page."""
    document = page.document
    path = passages_in(document.latest_edition())[0].path
    proposal = Proposal.make(
        cast.reporter, document, edition=document.latest_edition(), path=path, after="Annet", why="Klarere"
    )
    page.summary = "Et utkast."
    page.save_revision(user=cast.editor)
    page.refresh_from_db()
    hearing = hearings.open_round(
        page, cast.editor, question="Bra?", deadline=clock.today(), units=[cast.reporter.unit]
    )
    name = default_storage.save("images/heard.png", BytesIO(b"png")).removeprefix("images/")
    HearingRound.objects.filter(pk=hearing.pk).update(html=f'<img src="/media/images/{name}">')
    link, token = HearingLink.make(cast.editor, hearing, "Eldrerådet")
    of_document = {"document_id": document.document_id}
    of_round = {**of_document, "pk": hearing.pk}
    return {
        **{f"handbook:{name}": of_document for name in ("hearing", "propose", "document_proposals")},
        **{f"handbook:{name}": of_round for name in ("hearing_round", "close_hearing", "hearing_links")},
        "handbook:answer_comment": {**of_round, "comment": hearing.comment(cast.reporter, "Ja").pk},
        "handbook:revoke_link": {**of_round, "link": link.pk},
        "handbook:hearing_outsider": {"token": token},
        "handbook:hearing_picture": {"token": token, "name": name},
        "handbook:proposal": {**of_document, "pk": proposal.pk},
    }


def test_every_address_has_a_rule():
    assert our_patterns() == set(RULES)


@pytest.mark.parametrize("who", sorted(CAST))
def test_each_role_gets_in_exactly_where_it_may(addresses, cast, login, who):
    client = login(getattr(cast, who))
    wrong = {}
    for name, rule in RULES.items():
        status = client.get(addresses[name]).status_code
        if rule == POST_ONLY:
            right = status == 405
        elif rule == PUBLIC or who in rule:
            right = status in (200, 302)
        else:
            right = status in (403, 404)
        if not right:
            wrong[name] = status
    assert wrong == {}


def test_nobody_gets_in_without_login(addresses):
    client = Client()
    for name, rule in RULES.items():
        answer = client.get(addresses[name])
        if rule == PUBLIC:
            assert answer.status_code == 200, name
        else:
            assert answer.status_code == 405 or answer.headers["Location"].startswith("/logg-inn/"), name


def admin_addresses() -> list[str]:
    """Every address of the admin that takes no arguments."""
    found: set[str] = set()

    def walk(patterns: list[Any], namespaces: list[str]) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, [*namespaces, pattern.namespace] if pattern.namespace else namespaces)
            elif pattern.name:
                try:
                    address = reverse(":".join([*namespaces, pattern.name]))
                except NoReverseMatch:
                    continue
                if address.startswith("/admin/"):
                    found.add(address)

    walk(get_resolver().url_patterns, [])
    return sorted(found)


OPEN_IN_ADMIN = ("/admin/login/", "/admin/logout/", "/admin/jsi18n/", "/admin/sprite", "/admin/password_reset")


@pytest.mark.parametrize("who", sorted(set(CAST) - ADMIN))
def test_the_admin_is_shut_for_those_without_work_there(cast, login, who):
    client = login(getattr(cast, who))
    tried = [address for address in admin_addresses() if not address.startswith(OPEN_IN_ADMIN)]
    assert len(tried) > 40
    opened = [address for address in tried if client.get(address).status_code == 200]
    assert opened == []


def test_the_admin_is_shut_without_login():
    client = Client()
    opened = [
        address
        for address in admin_addresses()
        if not address.startswith(OPEN_IN_ADMIN) and client.get(address).status_code == 200
    ]
    assert opened == []


@pytest.mark.parametrize(
    ("who", "register", "opens"),
    [
        ("quality_manager", "cases/case", True),
        ("quality_manager", "cases/action", True),
        ("quality_manager", "cases/cause", True),
        ("quality_manager", "organisation/unit", False),
        ("administrator", "organisation/unit", True),
        ("administrator", "organisation/roleassignment", True),
        ("administrator", "cases/category", True),
        ("administrator", "cases/case", False),
        ("editor", "cases/case", False),
        ("editor", "cases/cause", False),
        ("editor", "organisation/roleassignment", False),
    ],
)
def test_registers_open_for_those_who_look_after_them(cast, login, who, register, opens):
    status = login(getattr(cast, who)).get(f"/admin/{register}/").status_code
    assert (status == 200) is opens
