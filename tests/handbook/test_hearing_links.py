"""Outsiders take part by a link that is shown once, works for one round, and can be revoked (S6)."""

import datetime
import uuid
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.test import Client

from handbook.models import HearingComment, HearingLink, HearingRound
from handbook.models.hearing_comment import COMMENTS_PER_LINK
from organisation import clock
from tests.handbook.test_hearing import draft, in_days, open_round  # noqa: F401

GONE = "no longer works"


@pytest.fixture
def hearing(open_round: Any) -> HearingRound:  # noqa: F811
    return open_round()


@pytest.fixture
def token(hearing: HearingRound, cast: Any) -> str:
    return HearingLink.make(cast.process_owner, hearing, "Eldrerådet")[1]


def address(token: str) -> str:
    return f"/horing/l/{token}/"


def said(**more: Any) -> dict[str, Any]:
    return {"name": "Kari Berg", "text": "Fristen er kort", "key": uuid.uuid4(), **more}


def gone(token: str) -> bool:
    answer = Client().get(address(token))
    return answer.status_code == 404 and answer.templates[0].name == "handbook/hearing/no_link.html"


def test_the_token_is_kept_as_a_checksum_only(token, hearing):
    link = HearingLink.objects.get()
    assert len(token) >= 43
    rows = [*HearingLink.objects.values(), *HearingLink.history.values()]
    assert token not in str(rows)
    assert link.sha256 != token and len(link.sha256) == 64


def test_the_address_is_shown_once(hearing, cast, login):
    client = login(cast.process_owner)
    page = f"{hearing.get_absolute_url()}lenker/"
    made = client.post(page, {"recipient": "Eldrerådet"})
    assert made.context["address"] in made.content.decode() and "no-store" in made.headers["Cache-Control"]
    assert "/horing/l/" not in client.get(page).content.decode()


@pytest.mark.parametrize("who", ["reporter", "it_leader", "auditor", "outsider"])
def test_only_those_who_write_make_and_revoke(hearing, token, cast, login, who):
    user, link = getattr(cast, who), HearingLink.objects.get()
    client = login(user)
    page = f"{hearing.get_absolute_url()}lenker/"
    assert client.get(page).status_code == 403
    assert client.post(page, {"recipient": "Meg"}).status_code == 403
    assert client.post(f"{page}{link.pk}/trekk/").status_code == 403
    with pytest.raises(PermissionDenied):
        HearingLink.make(user, hearing, "Meg")
    with pytest.raises(PermissionDenied):
        link.revoke(user)


def test_an_outsider_reads_and_comments_without_account(token, hearing):
    client = Client(enforce_csrf_checks=True)
    shown = client.get(address(token))
    assert shown.status_code == 200 and "samme dag" in shown.content.decode()
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in shown.headers["X-Robots-Tag"] and "no-store" in shown.headers["Cache-Control"]
    sent = said()
    for _twice in range(2):
        assert client.post(address(token), sent).status_code == 302
    comment = HearingComment.objects.get()
    assert "Kari Berg" in comment.name and "Eldrerådet" in comment.name and comment.author is None


def test_the_page_leads_nowhere_into_the_system(token, hearing):
    HearingRound.objects.filter(pk=hearing.pk).update(
        html='<p><a href="/d/FL-0001/">Rutinen</a> <a href="/dokumenter/1/x.pdf">Vedlegg</a> '
        '<a href="https://lovdata.no/">Loven</a></p>'
    )
    shown = Client().get(address(token)).content.decode()
    assert "Rutinen" in shown and "Vedlegg" in shown
    for way in ("/d/", "/dokumenter/", "/saker/", "/handbok/", "/logg-inn/", "/min-side/"):
        assert f'href="{way}' not in shown
    assert 'href="https://lovdata.no/" rel="noreferrer noopener"' in shown


@pytest.mark.parametrize("sent", [{"name": " "}, {"text": ""}, {"text": "a" * 4001}, {"section": "annet"}])
def test_what_is_wrong_is_refused_at_the_field(token, sent):
    answer = Client().post(address(token), said(**sent))
    assert answer.status_code == 200 and next(iter(sent)) in answer.context["form"].errors
    assert not HearingComment.objects.exists()


def test_what_they_write_is_text(token, hearing, cast, login):
    Client().post(address(token), said(name="<b>Kari</b>", text="<img src=x onerror=alert(1)>"))
    for page in (Client().get(address(token)), login(cast.process_owner).get(hearing.get_absolute_url())):
        assert "<img src=x" not in page.content.decode() and "<b>Kari" not in page.content.decode()


def test_outsiders_do_not_see_each_other_or_the_employees(token, hearing, cast):
    HearingComment.by_employee(hearing, cast.reporter, "Sagt av en ansatt")
    other = HearingLink.make(cast.process_owner, hearing, "Brukerutvalget")[1]
    Client().post(address(other), said(text="Sagt av brukerutvalget"))
    shown = Client().get(address(token)).content.decode()
    assert "Sagt av" not in shown


def test_a_link_takes_a_hundred_comments(token, hearing):
    link = HearingLink.objects.get()
    for number in range(COMMENTS_PER_LINK):
        HearingComment.by_link(link, "Kari", f"Kommentar {number}")
    with pytest.raises(ValidationError, match="no more|ikke imot flere"):
        HearingComment.by_link(link, "Kari", "En til")
    assert Client().post(address(token), said()).status_code == 200
    assert link.comments.count() == COMMENTS_PER_LINK


def test_unknown_and_revoked_links_give_the_same_page(token, hearing, cast):
    assert gone("ukjent") and gone("a" * 43)
    link = HearingLink.objects.get()
    link.revoke(cast.process_owner)
    assert gone(token)
    assert Client().post(address(token), said()).status_code == 404
    with pytest.raises(PermissionDenied):
        HearingComment.by_link(link, "Kari", "Hei")
    with pytest.raises(ValidationError, match="already|allerede"):
        link.revoke(cast.process_owner)


def test_a_link_without_comments_ends_with_the_round(token, hearing, cast):
    hearing.close(cast.process_owner)
    assert gone(token)
    with pytest.raises(ValidationError, match="over"):
        HearingLink.make(cast.process_owner, hearing, "For sent")


def test_a_link_ends_when_the_deadline_is_past(token, hearing):
    HearingRound.objects.filter(pk=hearing.pk).update(deadline=in_days(-1))
    assert gone(token)


def test_whoever_commented_sees_the_answers_and_no_draft_afterwards(token, hearing, cast):
    Client().post(address(token), said())
    HearingComment.objects.get().answer(cast.process_owner, "taken_in", "Fristen er nå to uker")
    hearing.close(cast.process_owner)
    shown = Client().get(address(token)).content.decode()
    assert "Fristen er nå to uker" in shown and "samme dag" not in shown and 'name="text"' not in shown
    assert Client().post(address(token), said()).status_code == 200
    assert HearingComment.objects.count() == 1
    with clock.set_to(clock.now() + datetime.timedelta(days=150)):
        assert gone(token)


def test_only_the_pictures_of_the_draft_come_by_the_link(token, hearing, cast):
    names = [
        default_storage.save(f"images/{name}", BytesIO(b"png")).removeprefix("images/") for name in ("a.png", "b.png")
    ]
    HearingRound.objects.filter(pk=hearing.pk).update(html=f'<img src="/media/images/{names[0]}" alt="Trapp">')
    client = Client()
    shown = client.get(address(token)).content.decode()
    assert f'src="{address(token)}bilde/{names[0]}"' in shown and "/media/images/" not in shown
    picture = client.get(f"{address(token)}bilde/{names[0]}")
    assert picture.status_code == 200 and picture.headers["Content-Type"] == "image/png"
    assert client.get(f"{address(token)}bilde/{names[1]}").status_code == 404
    assert client.get(f"{address('ukjent')}bilde/{names[0]}").status_code == 404
    hearing.close(cast.process_owner)
    assert client.get(f"{address(token)}bilde/{names[0]}").status_code == 404


def test_an_employee_with_the_link_gets_no_more_than_others(token, cast, login):
    shown = login(cast.process_owner).get(address(token)).content.decode()
    assert 'href="/saker/"' not in shown and 'href="/min-side/"' not in shown
