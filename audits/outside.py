"""What an inspector from outside reads: pages, cases and risk assessments without names and without ways into the system."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.urls import Resolver404, resolve, reverse
from django.utils.safestring import SafeString, mark_safe

from audits.models import InspectorAccess, ShownThing
from cases import masking
from cases.models import Action, Case
from handbook.models import Edition, KeptFile


def things_of(access: InspectorAccess) -> list[ShownThing]:
    """What is chosen, of what may still be shown."""
    return [thing for thing in access.things.for_list() if thing.may_be_shown]


def page_html(edition: Edition, token: str, thing: ShownThing) -> SafeString:
    """The edition as it was published: its pictures come by the token, and what leads into the system is plain text."""
    soup = BeautifulSoup(edition.html, "html.parser")
    for link in soup.find_all("a"):
        if str(link.get("href", "")).startswith(("http://", "https://", "#")):
            link["rel"] = "noreferrer noopener"
        else:
            link.unwrap()
    for form in soup.find_all("form"):
        form.decompose()
    for picture in soup.find_all("img"):
        sha256 = _kept_picture(picture)
        picture["src"] = reverse("audits:inspector_picture", args=[token, thing.pk, sha256]) if sha256 else ""
        del picture["srcset"]
    return mark_safe(str(soup))  # noqa: S308  (our own templates rendered it, escaped)


def picture_of(edition: Edition, sha256: str) -> KeptFile | None:
    """A picture that is in the text of the edition, and no other."""
    soup = BeautifulSoup(edition.html, "html.parser")
    if sha256 not in {_kept_picture(picture) for picture in soup.find_all("img")}:
        return None
    return KeptFile.objects.filter(document=edition.document, sha256=sha256).first()


def _kept_picture(picture: Tag) -> str:
    try:
        match = resolve(str(picture.get("src", "")))
    except Resolver404:
        return ""
    return str(match.kwargs["sha256"]) if match.view_name == "handbook:kept_picture" else ""


@dataclass(frozen=True)
class ShownCase:
    """A case as a stranger may read it: personal data and every name the case knows are hidden."""

    case: Case
    title: str
    description: str
    root_cause: str
    measures: list[tuple[Action, str]]


def case_as_shown(case: Case) -> ShownCase:
    """Whatever the inspector's right in law may be, more than this is handed over by the archive."""
    actions = list(case.actions.live().select_related("responsible").order_by("pk"))
    names = {*case.names(), *(name for action in actions for name in _names_of(action.responsible))}
    if case.reporter:
        names |= _names_of(case.reporter)

    def hidden(text: str) -> str:
        return masking.mask(text, names)

    measures = [(action, hidden(action.text)) for action in actions]
    return ShownCase(case, hidden(case.title), hidden(case.description), hidden(case.root_cause), measures)


def _names_of(person: Any) -> set[str]:
    return {name for name in (person.get_full_name(), person.first_name, person.last_name) if name} if person else set()


def label(thing: ShownThing) -> str:
    """What the thing is called to the inspector and in the log."""
    if thing.case:
        return f"{thing.case} {case_as_shown(thing.case).title}"
    return str(thing.thing)


def labelled(things: Iterable[ShownThing]) -> list[tuple[ShownThing, str]]:
    return [(thing, label(thing)) for thing in things]
