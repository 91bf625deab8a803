"""A real Chromium against a real server. Nothing here touches the database from the test's process.

All of it is of the package, not of the session: Playwright's loop must have ended before the same worker goes on to tests
that ask the database."""

import os
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import serving


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests on one worker, said before xdist asks: they share the server. Loudly skipped without Chromium,
    except in CI, where that is a failure."""
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if serving.CHROMIUM is None and os.environ.get("CI") != "true":
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM ON THIS MACHINE: browser tests not run"))


@pytest.fixture(scope="package")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database beside the one of the other tests."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('browser') / 'felles.sqlite3'}"
        return
    name = f"felles_browser_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Letterbox:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


@pytest.fixture(scope="package")
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture(scope="package")
def environment(
    database_url: str, letterbox: Letterbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """What a server of the demo data runs in, with a real mail server."""
    port = serving.free_port()
    mail = Controller(letterbox, hostname="127.0.0.1", port=port)
    mail.start()
    yield serving.prepare(database_url, tmp_path_factory.mktemp("var"), f"smtp://127.0.0.1:{port}")
    mail.stop()


@pytest.fixture(scope="package")
def server(environment: dict[str, str]) -> Iterator[str]:
    """The address of the running product with the demo data in it."""
    with serving.running(environment) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if serving.CHROMIUM is None:
        pytest.fail("Chromium is missing; CI needs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=serving.CHROMIUM, args=serving.FLAGS)
        yield browser
        browser.close()


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, server: str) -> Iterator[SignIn]:
    """`sign_in("ansatt")` gives a page of a fresh browser where that person is signed in."""
    contexts: list[BrowserContext] = []

    def as_user(username: str, **options: object) -> Page:
        usual = {"base_url": server, "locale": "nb-NO", "timezone_id": "Europe/Oslo"}
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        serving.sign_in(page, username)
        return page

    yield as_user
    for context in contexts:
        context.close()
