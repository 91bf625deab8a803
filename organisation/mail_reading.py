"""What a letter by e-mail says, whatever it is made of (S27).

Nothing in it is run or fetched. What can't be decoded is read as far as it goes, for an inhabitant's letter is not lost
because a program wrote it wrongly; what is too much is cut, and the letter says so.
"""

import hashlib
import mimetypes
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

import lxml.html
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from lxml.etree import ParserError

LONGEST = 20_000  # characters of text that are kept
LONGEST_HTML = 1_000_000  # bytes
LONGEST_HEADER = 5_000  # characters
MOST_PARTS, DEEPEST = 200, 20
ODD_CHARSETS = {"idna", "punycode"}  # slow on long texts, and never a letter's
DIRECTIONS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
BLOCKS = {"p", "div", "tr", "table", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
UNSEEN = ("script", "style", "head", "template", "noscript", "object", "svg")
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
FILES = ("calendar", "csv", "x-vcard", "vcard", "rtf", "xml")  # text that nobody reads as a letter
NOBODY = re.compile(r"^(no-?_?reply|do-?not-?reply|ikke-?svar|mailer-daemon|postmaster|bounces?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """Something attached, or a picture in the text. Not checked yet."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Bounce:
    """A mail server says that a letter could not be delivered."""

    message_id: str
    reason: str


@dataclass
class Received:
    """A letter as it can be read. `addresses` are those it was sent to, `answers` the Message-IDs it refers to.

    A `report` is from a mail server: late, came back, was read. `automatic` is whatever no receipt should be sent for.
    """

    source: str
    message_id: str = ""
    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    files: list[File] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    automatic_answer: bool = False
    automatic: bool = False
    report: bool = False
    bounce: Bounce | None = None
    cut: bool = False

    @property
    def may_be_answered(self) -> bool:
        """Whether a person wrote it, so that a receipt can't begin a loop."""
        return bool(self.sender) and not (self.automatic or self.automatic_answer or NOBODY.match(self.sender))


def read(content: bytes, *, whole: bool = True) -> Received:
    """What the letter says. Of one that is not `whole`, only its head is read."""
    try:
        message = message_from_bytes(content) if whole else BytesHeaderParser().parsebytes(content)
    except RecursionError:  # parts in parts in parts
        message, whole = BytesHeaderParser().parsebytes(content), False
    received = _head(message, content)
    if whole:
        _Body(received).read(message)
    received.cut = received.cut or not whole
    if len(received.text) > LONGEST:
        received.text, received.cut = received.text[:LONGEST], True
    return received


def _head(message: Message, content: bytes) -> Received:
    sender, name = _sender(message)
    message_id = next(iter(_ids(message, "Message-ID")), "")
    same = f"{message_id} {sender} {_header(message, 'Date')}".encode() if message_id else content
    precedence = _header(message, "Precedence").lower()
    submitted = _header(message, "Auto-Submitted").lower()
    answered = submitted.startswith("auto-replied") or precedence == "auto_reply"
    return Received(
        source=f"mail:{hashlib.sha256(same).hexdigest()}",
        message_id=message_id,
        sender=sender,
        name=name,
        subject=_header(message, "Subject"),
        addresses=_addresses(message, "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"),
        answers=_ids(message, "In-Reply-To", "References"),
        automatic_answer=answered or any(name in message for name in ("X-Autoreply", "X-Autorespond")),
        automatic=submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list")
        or any(name in message for name in ("X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe", "X-Loop"))
        or _header(message, "Return-Path") == "<>"
        or _header(message, "X-Spam-Flag").lower() == "yes"
        or message.get_content_type() == "multipart/report",
        report=message.get_content_type() == "multipart/report",
        bounce=_bounce(message),
    )


# Heads


def _raw(message: Message, name: str) -> list[str]:
    """The values of a header, with bytes that are not ASCII read as well as they can be."""
    found = [value for key, value in message.raw_items() if key.lower() == name.lower()]
    return [_text(str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape"), "utf-8") for value in found]


def _header(message: Message, name: str) -> str:
    """The first header of that name on one line; "" when it is missing."""
    return " ".join(_words(next(iter(_raw(message, name)), "")).split())


def _words(raw: str) -> str:
    """A header's value with its encoded words decoded."""
    try:
        chunks = decode_header(raw)
    except (HeaderParseError, ValueError):
        return clean(raw)
    return clean("".join(_text(chunk, charset) if isinstance(chunk, bytes) else chunk for chunk, charset in chunks))


def _sender(message: Message) -> tuple[str, str]:
    """Address and name of who sent it; no address when there is not exactly one."""
    found = _parsed(_raw(message, "From")[:1])
    if len(found) != 1:
        return "", ""
    name, address = found[0]
    return (address if _is_address(address) else ""), " ".join(_words(name).split())


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _addresses(message: Message, *names: str) -> list[str]:
    values = [value for name in names for value in _raw(message, name)[:MOST_PARTS]]
    return [address for _name, address in _parsed(values) if address][:MOST_PARTS]


def _parsed(values: list[str]) -> list[tuple[str, str]]:
    """Names and addresses in headers; none when they are made to be unreadable."""
    try:
        return getaddresses(values)
    except RecursionError:  # comments in comments in comments
        return []


def _ids(message: Message, *names: str) -> list[str]:
    values = " ".join(value for name in names for value in _raw(message, name))
    return re.findall(r"<[^<>\s]{1,250}>", values)[:MOST_PARTS]


def _bounce(message: Message) -> Bounce | None:
    """The report of a mail server that gave up (RFC 3464); None for one that only is late."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = list(_first(message.walk()))
    fields = [part for part in parts if part.get_content_type() == "message/delivery-status" and part.is_multipart()]
    reports = [group for part in fields for group in part.get_payload() if isinstance(group, Message)]
    failed = [group for group in reports if _header(group, "Action").lower() == "failed"]
    if not failed:
        return None
    originals = [part for part in parts if part.get_content_type() in ("message/rfc822", "text/rfc822-headers")]
    status, said = _header(failed[0], "Status"), _header(failed[0], "Diagnostic-Code")
    return Bounce(next(_original_ids(originals), ""), f"{status} {said}".strip())


def _original_ids(originals: Iterable[Message]) -> Iterator[str]:
    for part in originals:
        inner = part.get_payload()
        if isinstance(inner, list) and isinstance(inner[0], Message):
            yield from _ids(inner[0], "Message-ID")
        else:
            yield from _ids(BytesHeaderParser().parsebytes(_content(part)), "Message-ID")


def _first(parts: Iterable[Message]) -> Iterator[Message]:
    for number, part in enumerate(parts):
        if number >= MOST_PARTS:
            return
        yield part


# Bodies


class _Body:
    """Collects text and files from the parts of a letter."""

    def __init__(self, received: Received) -> None:
        self.received, self.parts = received, 0
        self.texts: list[str] = []

    def read(self, message: Message) -> None:
        self._take(message, depth=0, html=True)
        self.received.text = "\n\n".join(text for text in self.texts if text).strip()

    def _take(self, part: Message, *, depth: int, html: bool) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS or depth > DEEPEST:
            self.received.cut = True
            return
        kind = part.get_content_type()
        if part.is_multipart():
            self._take_all(part, kind, depth=depth + 1, html=html)
        elif kind in SIGNATURES:
            pass
        elif _is_file(part):
            name = _file_name(part) or f"{kind.replace('/', '-')}{mimetypes.guess_extension(kind) or ''}"
            self.received.files.append(File(name, _content(part)))
        elif kind == "text/plain" or kind.startswith("multipart/"):  # said to have parts, and has none
            self.texts.append(clean(_text(_content(part)[: 4 * LONGEST + 4], part.get_param("charset"))))
        elif html:
            self.texts.append(html_text(_content(part), part.get_param("charset")))

    def _take_all(self, part: Message, kind: str, *, depth: int, html: bool) -> None:
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        if kind == "message/rfc822" and children:
            self.texts.append(f"— {_header(children[0], 'Subject')} ({_header(children[0], 'From')})")
        if kind == "multipart/alternative" and any(_says_something(child) for child in children):
            html = False
        for child in children:
            self._take(child, depth=depth, html=html)


def _says_something(part: Message) -> bool:
    return part.get_content_type() == "text/plain" and not part.is_multipart() and bool(_content(part).strip())


def _is_file(part: Message) -> bool:
    attached = part.get_content_disposition() == "attachment" or bool(_file_name(part))
    return attached or part.get_content_maintype() not in ("text", "multipart") or part.get_content_subtype() in FILES


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, AttributeError, TypeError):  # wrongly written parameters
        return ""
    return _words(str(name).encode("utf-8", "replace").decode())


def _content(part: Message) -> bytes:
    """The bytes of a part; wrongly encoded, they are given as they came."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = str(part.get_payload()).encode("utf-8", "replace")
    return content if isinstance(content, bytes) else b""


def _text(content: bytes, charset: object) -> str:
    """Text in the charset it says, or else UTF-8, or else what older programs write."""
    said = charset if isinstance(charset, str) and charset.lower() not in ODD_CHARSETS else "utf-8"
    for each in (said, "utf-8"):
        try:
            return content.decode(each)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def clean(text: str) -> str:
    """Without control characters and marks that turn the direction of what is read; lines end in one way."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(DIRECTIONS)
    return CONTROLS.sub("", text)


def html_text(content: bytes, charset: object) -> str:
    """What a page of HTML says, as plain text. Nothing it points to is fetched."""
    source = clean(_text(content[:LONGEST_HTML], charset))
    source = re.sub(r"^\s*<\?xml[^>]*>", "", source)
    try:
        page = lxml.html.document_fromstring(source, parser=lxml.html.HTMLParser(no_network=True, remove_comments=True))
    except (ParserError, ValueError):  # nothing in it
        return ""
    for gone in page.xpath("|".join(f"//{name}" for name in UNSEEN)):
        gone.drop_tree()
    words: list[str] = []
    for event, element in lxml.etree.iterwalk(page, events=("start", "end")):
        _html_words(event, element, words)
    lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _html_words(event: str, element: lxml.html.HtmlElement, words: list[str]) -> None:
    """A tag's part of the text: blocks and points begin on lines of their own."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if event == "start":
        words.append("\n– " if tag == "li" else "\n" if tag in BLOCKS or tag == "br" else "")
        words.append(" ".join((element.text or "").split("\n")))
    else:
        words.append("\n" if tag in BLOCKS else "")
        words.append(" ".join((element.tail or "").split("\n")))


# Only what is new in an answer

BANNERS = re.compile(
    r"^\s*(-{2,}\s*(original message|opprinnelig melding|original melding|videresendt melding)\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
SAID = re.compile(
    r"^\s*>?\s*(on\b.{0,200}\bwrote|(den|på|man|tir|ons|tor|tors|fre|lør|søn|\d).{0,200}\bskre[iv]v?.{0,200})\s*:\s*$",
    re.IGNORECASE,
)
FROM = re.compile(r"^\s*\*?(from|fra|frå)\s*:\*?\s*\S", re.IGNORECASE)
SENT = re.compile(r"^\s*\*?(sent|sendt|date|dato|to|til)\s*:", re.IGNORECASE)


def without_history(text: str) -> str:
    """What the sender wrote now, without the letter that is answered. Answers written between the lines of that letter
    are kept with it."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or _is_quoted(lines[-1])):
        lines.pop()
    for number in range(len(lines)):
        begin = _history_begins(lines, number)
        if begin and not _answered_between(lines[number + begin :]):
            return "\n".join(lines[:number]).strip()
    return "\n".join(lines).strip()


def _history_begins(lines: list[str], number: int) -> int:
    """How many lines introduce the letter that is answered, when that begins here; else 0."""
    line = lines[number]
    if BANNERS.match(line) or SAID.match(line):
        return 1
    if number + 1 < len(lines) and len(line) < 200 and SAID.match(f"{line} {lines[number + 1].strip()}"):
        return 2
    if FROM.match(line) and any(SENT.match(after) for after in lines[number + 1 : number + 4]):
        return 1
    return 0


def _answered_between(rest: list[str]) -> bool:
    """Whether somebody wrote between or below quoted lines."""
    quoted = next((number for number, line in enumerate(rest) if _is_quoted(line)), len(rest))
    return any(line.strip() and not _is_quoted(line) for line in rest[quoted:])


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")
