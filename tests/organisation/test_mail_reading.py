"""A letter by e-mail is read whatever it is made of: as a table of raw bytes (S27)."""

import base64
import time

import pytest

from organisation.mail_reading import LONGEST, html_text, read, without_history

HEAD = b"From: Kari <kari@example.test>\nSubject: Hull i veien\nMessage-ID: <1@example.test>\n"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n")
SECONDS = 5  # an ordinary machine needs less than one; a letter that is quadratic needs minutes


def mixed(*parts: bytes) -> bytes:
    return (
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"".join(b"--b\n" + part + b"\n" for part in parts)
        + b"--b--"
    )


TEXTS = {
    "plain": (b"\nHei der", "Hei der"),
    "utf-8": (b"Content-Type: text/plain; charset=utf-8\n\nBl\xc3\xa5b\xc3\xa6r", "Blåbær"),
    "latin-1": (b"Content-Type: text/plain; charset=iso-8859-1\n\nBl\xe5b\xe6r", "Blåbær"),
    "says utf-8 and is not": (b"Content-Type: text/plain; charset=utf-8\n\nBl\xe5b\xe6r", "Blåbær"),
    "no such charset": (b"Content-Type: text/plain; charset=klingon\n\nBl\xc3\xa5", "Blå"),
    "a charset that is no text": (b"Content-Type: text/plain; charset=hex\n\n4142", "4142"),
    "a slow charset": (b"Content-Type: text/plain; charset=punycode\n\nhei", "hei"),
    "quoted-printable": (b"Content-Transfer-Encoding: quoted-printable\n\nBl=C3=A5", "Blå"),
    "broken quoted-printable": (b"Content-Transfer-Encoding: quoted-printable\n\nhei=ZZ", "hei=ZZ"),
    "broken base64": (b"Content-Transfer-Encoding: base64\n\nSGVp!!!IGRlcg", "Hei der"),
    "nothing like base64": (b"Content-Transfer-Encoding: base64\n\n=====", ""),
    "unknown encoding": (b"Content-Transfer-Encoding: x-odd\n\nhei", "hei"),
    "NUL and control characters": (b"\nHe\x00i\x07 d\x1ber", "Hei der"),
    "turned direction": ("\nfaktura\u202efdp.exe".encode(), "fakturafdp.exe"),
    "old line ends": (b"\r\nen\r\nto\rtre", "en\nto\ntre"),
    "only html": (b"Content-Type: text/html\n\n<p>Hei<br>der</p><script>alert(1)</script>", "Hei\nder"),
    "text and html": (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nHei\n--b\nContent-Type: text/html\n\n<b>Hei</b>\n--b--",
        "Hei",
    ),
    "empty text and html": (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<b>Hei</b>\n--b--",
        "Hei",
    ),
    "a part without an end": (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHei der", "Hei der"),
    "no boundary": (b"Content-Type: multipart/mixed\n\nHei der", "Hei der"),
    "a letter in a letter": (mixed(b"\nSe under.", b"Content-Type: message/rfc822\n\nSubject: Gammel\n\nHei"), "Hei"),
    "nothing": (b"\n", ""),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_is_read(name):
    raw, text = TEXTS[name]
    received = read(HEAD + raw)
    assert received.text.endswith(text) if text else received.text == ""
    assert (received.sender, received.name, received.subject) == ("kari@example.test", "Kari", "Hull i veien")


SUBJECTS = {
    b"Subject: =?utf-8?B?QmzDpQ==?=": "Blå",
    b"Subject: =?nosuch?Q?Bl=C3=A5?=": "Blå",
    b"Subject: =?utf-8?B?!?=": None,
    b"Subject: Bl\xe5b\xe6r": "Blåbær",
    b"Subject: Bl\xc3\xa5": "Blå",
    b"Subject: a\x00b\xe2\x80\xaec": "abc",
    b"Subject: a\n b": "a b",
    b"Subject:": "",
    b"X: y": "",
    b"Subject: " + b"=?utf-8?q?a?=" * 50_000: None,
}


@pytest.mark.parametrize("raw", SUBJECTS, ids=range(len(SUBJECTS)))
def test_the_subject_is_read(raw):
    subject = read(raw + b"\n\nhei").subject
    assert "\n" not in subject
    assert SUBJECTS[raw] is None or subject == SUBJECTS[raw]


@pytest.mark.parametrize(
    "raw",
    [
        b"From: nobody",
        b"From: a@b.no, c@d.no",
        b"From: <>",
        b"From: \xff\xfe",
        b"From: " + b"(" * 50_000,
        b"From: " + b'"' * 50_000 + b"<a@b.no>",
        b"From: " + b"a" * 300 + b"@b.no",
        b"",
    ],
    ids=range(8),
)
def test_a_sender_that_is_not_one_address_is_nobody(raw):
    received = read(raw + b"\nSubject: x\n\nhei")
    assert received.sender == ""
    assert not received.may_be_answered


def test_attachments_and_pictures_in_the_text_are_files():
    received = read(
        HEAD
        + mixed(
            b"\nSe bildet",
            b'Content-Type: application/pdf; name="plan.pdf"\nContent-Disposition: attachment\n\n%PDF',
            b"Content-Type: image/png\nContent-ID: <x>\nContent-Transfer-Encoding: base64\n\n" + PNG,
            b"Content-Disposition: attachment; filename*=utf-8''bl%C3%A5.txt\n\nhei",
            b"Content-Type: application/pgp-signature; name=signature.asc\n\nx",
        )
    )
    assert received.text == "Se bildet"
    assert [file.name for file in received.files] == ["plan.pdf", "image-png.png", "blå.txt"]
    assert received.files[1].content.startswith(b"\x89PNG")


HOSTILE = {
    "nothing at all": b"",
    "not a letter": b"\x00\xff\xfe\x89PNG" * 1000,
    "30 MB of text": HEAD + b"\n" + b"x" * 30_000_000,
    "10 000 parts": HEAD + mixed(*[b"Content-Type: text/plain\n\nhei"] * 10_000),
    "parts in parts": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(3000)),
    "letters in letters": HEAD + b"Content-Type: message/rfc822\n\n" * 3000,
    "deep html": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 400_000,
    "many comments in html": HEAD + b"Content-Type: text/html\n\n" + b"<!" * 400_000,
    "many quoted lines": HEAD + b"\n" + b">a\nb\n" * 4_000,
    "many introductions": HEAD + b"\n" + b"On x wrote:\n>\nb\n" * 1_000,
    "many parameters": HEAD + b"Content-Disposition: attachment" + b"; filename*1=x" * 3000 + b"\n\nx",
    "a long header": b"Subject: " + b"a" * 5_000_000 + b"\n\nx",
    "many headers": b"To: a@b.no\n" * 100_000 + b"\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_letters_are_read_in_time_and_cut(name):
    begun = time.process_time()
    received = read(HOSTILE[name])
    without_history(received.text)
    assert time.process_time() - begun < SECONDS
    assert len(received.text) <= LONGEST
    assert len(received.files) <= 200


@pytest.mark.parametrize("name", ["30 MB of text", "10 000 parts", "parts in parts"])
def test_a_letter_that_is_cut_says_so(name):
    assert read(HOSTILE[name]).cut


def test_of_a_letter_that_is_too_large_the_head_is_read():
    received = read(HEAD + mixed(b"\nhei")[:20], whole=False)
    assert (received.subject, received.text, received.cut) == ("Hull i veien", "", True)


def test_html_becomes_text_that_points_nowhere():
    page = (
        b"<h1>Hei</h1><style>p{}</style><ul><li>en<li>to</ul><img src='http://x/y.png'><a href='http://ond'>trykk</a>"
    )
    assert html_text(page, "utf-8") == "Hei\n\n– en\n– to\ntrykk"


@pytest.mark.parametrize(
    "raw",
    [
        b"Auto-Submitted: auto-generated",
        b"Precedence: bulk",
        b"List-Id: <nytt.example.test>",
        b"X-Auto-Response-Suppress: All",
        b"Return-Path: <>",
        b"X-Spam-Flag: YES",
        b"Content-Type: multipart/report; boundary=b",
    ],
)
def test_what_is_not_written_by_a_person_gets_no_receipt(raw):
    assert read(HEAD + b"\nhei").may_be_answered
    assert not read(HEAD + raw + b"\n\nhei").may_be_answered


@pytest.mark.parametrize(
    "address", ["no-reply@b.no", "noreply@b.no", "MAILER-DAEMON@b.no", "ikke-svar@b.no", "bounce+1@b.no"]
)
def test_who_reads_no_answers_gets_no_receipt(address):
    assert not read(f"From: {address}\n\nhei".encode()).may_be_answered


def test_the_same_letter_is_known_again():
    assert read(b"Received: by a\n" + HEAD + b"\nhei").source == read(b"Received: by b\n" + HEAD + b"\nhei").source
    assert read(b"Subject: x\n\nhei").source != read(b"Subject: x\n\nhopp").source


QUOTED = {
    "Takk!\n\nDen man. 1. jan. 2026 kl. 10:00 skrev Asker <a@b.no>:\n> Hei\n> der\n": "Takk!",
    "Takk!\n\nman. 1. jan. 2026 kl. 10:00 skrev Asker kommune\n<dialogen@b.no>:\n\n> Hei": "Takk!",
    "Takk!\n\nOn Mon, Jan 1, 2026, Asker wrote:\n\nHei": "Takk!",
    "Takk!\n\n-----Opprinnelig melding-----\nFra: A\n\nHei": "Takk!",
    "Takk!\n\nFra: Asker <a@b.no>\nSendt: mandag\nTil: Kari\nEmne: Sak\n\nHei": "Takk!",
    "Takk!\n________________________________\nFra: A\nHei": "Takk!",
    "Takk!\n> Hei\n> der": "Takk!",
    "> Hei": "",
    "Fra: skolen til kirka er det hull.": "Fra: skolen til kirka er det hull.",
    "Den 1. mai skrev jeg til dere: ingen svar.": "Den 1. mai skrev jeg til dere: ingen svar.",
}


@pytest.mark.parametrize("text", QUOTED)
def test_of_an_answer_only_what_is_new_is_kept(text):
    assert without_history(text) == QUOTED[text]


def test_answers_between_and_below_the_lines_are_kept():
    between = "Den 1. mai skrev Asker:\n> Når?\nI går.\n> Hvor?\nVed skolen."
    assert "I går." in without_history(between)
    assert "Ved skolen." in without_history("On x, A wrote:\n> Hvor?\n\nVed skolen.")
