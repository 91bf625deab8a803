"""The handbook's menu and the way to a page, from one query (S9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from wagtail.models import Page

from handbook.models.document import Document
from handbook.numbering import CHAPTER_DEPTH


@dataclass
class Entry:
    """A page in the menu."""

    number: str
    title: str
    url: str
    path: str
    current: bool = False
    open: bool = False
    children: list["Entry"] = field(default_factory=list)


@dataclass(frozen=True)
class Menu:
    """The chapters with the opened branch, and the ancestors of the page (breadcrumbs)."""

    chapters: list[Entry]
    ancestors: list[Entry]
    children: list[Entry]


def address(url_path: str) -> str:
    """The address of a page below the start page: its stored path without the start page's slug."""
    return "/" + url_path.split("/", 2)[2]


def menu(path: str = "") -> Menu:
    """The menu as it stands at the page with this tree path; one query whatever the size of the tree."""
    return arrange(Document.objects.branch(path, CHAPTER_DEPTH), path)


def arrange(documents: Iterable[Document], path: str) -> Menu:
    """Put documents in tree order into the menu's shape."""
    chapters: list[Entry] = []
    ancestors: list[Entry] = []
    by_path: dict[str, Entry] = {}
    for document in documents:
        page = document.page
        entry = Entry(document.number, page.title, address(page.url_path), page.path)
        entry.current = page.path == path
        entry.open = path.startswith(page.path)
        by_path[page.path] = entry
        parent = _nearest(by_path, page.path)
        (parent.children if parent else chapters).append(entry)
        if entry.open and not entry.current:
            ancestors.append(entry)
    here = by_path.get(path)
    return Menu(chapters, ancestors, here.children if here else [])


def _nearest(by_path: dict[str, Entry], path: str) -> Entry | None:
    """The closest page above that is in the menu: a process in between may be withdrawn."""
    while path := path[: -Page.steplen]:
        if path in by_path:
            return by_path[path]
    return None
