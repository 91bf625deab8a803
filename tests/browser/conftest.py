"""A real Chromium against a real server. Nothing here touches the database from the test's process."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests on one worker: they share the server. Loudly skipped without Chromium,
    except in CI, where that is a failure."""
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if serving.CHROMIUM is None and os.environ.get("CI") != "true":
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM ON THIS MACHINE: browser tests not run"))


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running product with the demo data in it."""
    with serving.demo_server(database_url, tmp_path_factory.mktemp("var")) as address:
        yield address


@pytest.fixture(scope="session")
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
        context = browser.new_context(base_url=server, locale="nb-NO", timezone_id="Europe/Oslo", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        serving.sign_in(page, username)
        return page

    yield as_user
    for context in contexts:
        context.close()
