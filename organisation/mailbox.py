"""The mailbox that people write to (S27): IMAP, or a maildir on this machine. Only fetches and puts away; what a letter
says is for `mail_reading`, and what becomes of it for who asks.

A letter stays in the inbox until it is put away, so that nothing is lost when the reader is stopped.
"""

import mailbox
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import imap_tools
from imap_tools.errors import MailboxFolderCreateError

DONE, FAILED = "Felles-lest", "Felles-feil"
LARGEST = 30 * 1024 * 1024  # bytes; of a larger letter only the beginning is read
BEGINNING = 64 * 1024  # bytes
TIMEOUT = 30  # seconds
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Letter:
    """A letter in the inbox. `whole` is False when it was too large and only its beginning is in `content`."""

    key: str
    content: bytes
    whole: bool = True


class Mailbox(Protocol):
    """An inbox that can be read and emptied."""

    def letters(self) -> Iterator[Letter]:
        """What lies in the inbox, one at a time."""

    def put_away(self, letter: Letter, folder: str) -> None:
        """Move it to `DONE` or `FAILED`."""


class Imap:
    """An inbox on a mail server. Letters somebody has opened in another program are read too."""

    def __init__(self, connection: imap_tools.BaseMailBox) -> None:
        self.connection = connection

    def letters(self) -> Iterator[Letter]:
        for uid in self.connection.uids():
            size = SIZE.search(self._fetch(uid, "RFC822.SIZE"))
            if size is None:  # another reader has put it away
                continue
            whole = int(size[1]) <= LARGEST
            yield Letter(uid, self._fetch(uid, "BODY.PEEK[]" if whole else f"BODY.PEEK[]<0.{BEGINNING}>"), whole)

    def _fetch(self, uid: str, what: str) -> bytes:
        """As the server has it: imap-tools would parse it first, and hostile letters are ours to parse."""
        _status, answer = self.connection.client.uid("fetch", uid, f"({what})")
        texts = [part[1] for part in answer if isinstance(part, tuple)]
        return texts[0] if texts else b"".join(part for part in answer if isinstance(part, bytes))

    def put_away(self, letter: Letter, folder: str) -> None:
        if not self.connection.folder.exists(folder):
            with suppress(MailboxFolderCreateError):  # another reader made it at the same moment
                self.connection.folder.create(folder)
        self.connection.move(letter.key, folder)


class Maildir:
    """An inbox in a folder: for a mail server on the same machine, and for tests."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.box = mailbox.Maildir(path, create=False)

    def letters(self) -> Iterator[Letter]:
        for key in sorted(self.box.keys()):
            try:
                with self.box.get_file(key) as file:
                    content = file.read(LARGEST + 1)
            except KeyError:  # another reader has put it away
                continue
            whole = len(content) <= LARGEST
            yield Letter(key, content if whole else content[:BEGINNING], whole)

    def put_away(self, letter: Letter, folder: str) -> None:
        self.box.add_folder(folder)
        for file in self.path.glob(f"*/{escape(letter.key)}*"):
            with suppress(FileNotFoundError):  # another reader has put it away
                file.rename(self.path / f".{folder}" / "new" / letter.key)


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """The mailbox at `imaps://user:password@host/INBOX` (or `imap+tls:`, or `imap:` inside one's own network), or at
    `maildir:///path`.

    Raises `ValueError` for another kind of address, `OSError` and `imap_tools.ImapToolsError` when it can't be opened.
    """
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield Maildir(unquote(parts.path))
        return
    kinds = {
        "imaps": imap_tools.MailBox,
        "imap+tls": imap_tools.MailBoxStartTls,
        "imap": imap_tools.MailBoxUnencrypted,
    }
    if parts.scheme not in kinds or not parts.hostname:
        raise ValueError(f"MAILBOX_URL can't be {parts.scheme}://")
    port = {"port": parts.port} if parts.port else {}
    connection = kinds[parts.scheme](parts.hostname, timeout=TIMEOUT, **port)
    inbox = unquote(parts.path.strip("/")) or "INBOX"
    with connection.login(unquote(parts.username or ""), unquote(parts.password or ""), inbox):
        yield Imap(connection)
