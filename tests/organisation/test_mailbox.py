"""An IMAP mailbox is read letter by letter, against a small server that speaks the protocol."""

import re
import socketserver
import threading
from collections.abc import Iterator

import pytest
from imap_tools import MailboxLoginError

from organisation import mailbox
from organisation.mailbox import DONE, LARGEST, Letter, opened

HOSTILE = (
    b"From: a@b.no\r\nSubject: \xff\x00\r\n\r\n" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 500
)


class Server(socketserver.ThreadingTCPServer):
    """Folders of letters by number; one user, `dialogen` with the password `p@ss`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}}
        self.sizes: dict[int, int] = {}
        self.asked: list[str] = []


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def handle(self) -> None:
        self.chosen = "INBOX"
        self.say(b"* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            tag, _space, command = line.decode().strip().partition(" ")
            self.server.asked.append(command)
            name = "_".join(command.lower().split()[: 2 if command.lower().startswith("uid") else 1])
            answer = getattr(self, name, lambda _command: b"OK done")(command)
            self.say(f"{tag} ".encode() + answer)

    def capability(self, command: str) -> bytes:
        self.say(b"* CAPABILITY IMAP4rev1")
        return b"OK done"

    def login(self, command: str) -> bytes:
        return b"OK done" if command.replace('"', "").split()[1:] == ["dialogen", "p@ss"] else b"NO wrong"

    def logout(self, command: str) -> bytes:
        self.say(b"* BYE")
        return b"OK done"

    def list(self, command: str) -> bytes:
        asked = command.split('"')[-2] if command.endswith('"') else command.split()[-1]
        for folder in self.server.folders:
            if folder == asked:
                self.say(f'* LIST () "/" "{folder}"'.encode())
        return b"OK done"

    def create(self, command: str) -> bytes:
        self.server.folders.setdefault(command.split('"')[1], {})
        return b"OK done"

    def select(self, command: str) -> bytes:
        self.say(f"* {len(self.server.folders['INBOX'])} EXISTS".encode())
        return b"OK done"

    def uid_search(self, command: str) -> bytes:
        self.say(f"* SEARCH {' '.join(map(str, self.server.folders['INBOX']))}".encode())
        return b"OK done"

    def uid_fetch(self, command: str) -> bytes:
        number = int(command.split()[2])
        if (content := self.server.folders["INBOX"].get(number)) is None:
            return b"OK done"
        if "RFC822.SIZE" in command:
            size = self.server.sizes.get(number, len(content))
            self.say(f"* 1 FETCH (UID {number} RFC822.SIZE {size})".encode())
            return b"OK done"
        if part := re.search(r"<0\.(\d+)>", command):
            content = content[: int(part[1])]
        self.wfile.write(f"* 1 FETCH (UID {number} BODY[] {{{len(content)}}}\r\n".encode() + content)
        self.say(b")")
        return b"OK done"

    def uid_copy(self, command: str) -> bytes:
        number, folder = int(command.split()[2]), command.split('"')[1]
        self.server.folders[folder][number] = self.server.folders["INBOX"][number]
        return b"OK done"

    def uid_store(self, command: str) -> bytes:
        self.server.folders["INBOX"].pop(int(command.split()[2]), None)
        return b"OK done"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def url(server: Server, key: str = "p%40ss") -> str:
    return f"imap://dialogen:{key}@127.0.0.1:{server.server_address[1]}/INBOX"


def test_letters_are_read_as_they_are_and_put_away(server):
    server.folders["INBOX"] = {1: b"Subject: en\r\n\r\nhei", 7: HOSTILE}
    with opened(url(server)) as box:
        read = []
        for letter in box.letters():
            read.append(letter)
            box.put_away(letter, DONE)
    assert read == [Letter("1", b"Subject: en\r\n\r\nhei"), Letter("7", HOSTILE)]
    assert server.folders["INBOX"] == {}
    assert set(server.folders[DONE]) == {1, 7}


def test_reading_alone_moves_and_marks_nothing(server):
    server.folders["INBOX"] = {1: b"Subject: en\r\n\r\nhei"}
    with opened(url(server)) as box:
        assert len(list(box.letters())) == 1
    assert set(server.folders["INBOX"]) == {1}
    assert all("PEEK" in command for command in server.asked if "BODY" in command)


def test_of_a_letter_that_is_too_large_only_the_beginning_is_fetched(server):
    server.folders["INBOX"] = {1: b"Subject: stor\r\n\r\n" + b"x" * 200_000}
    server.sizes[1] = LARGEST + 1
    with opened(url(server)) as box:
        (letter,) = box.letters()
    assert (letter.whole, len(letter.content)) == (False, mailbox.BEGINNING)


def test_what_another_reader_took_meanwhile_is_passed_over(server):
    server.folders["INBOX"] = {1: b"Subject: en\r\n\r\nhei", 2: b"Subject: to\r\n\r\nhei"}
    with opened(url(server)) as box:
        letters = box.letters()
        assert next(letters).key == "1"
        del server.folders["INBOX"][2]
        assert list(letters) == []


def test_two_readers_of_a_maildir_put_a_letter_away_once(tmp_path):
    maildir = mailbox.mailbox.Maildir(tmp_path / "box")
    maildir.add(HOSTILE)
    with opened(f"maildir://{tmp_path}/box") as one, opened(f"maildir://{tmp_path}/box") as other:
        (mine,), (theirs,) = one.letters(), other.letters()
        one.put_away(mine, DONE)
        other.put_away(theirs, DONE)
        assert list(one.letters()) == []
    (kept,) = maildir.get_folder(DONE).keys()
    assert maildir.get_folder(DONE).get_bytes(kept) == HOSTILE


def test_a_wrong_password_is_said(server):
    with pytest.raises(MailboxLoginError), opened(url(server, "feil")):
        pass
