"""The demo handbook: pages in their place, then every edition in the order of time."""

import datetime
import re
from typing import Any

from django.utils import timezone
from django.utils.html import escape
from wagtail.contrib.typed_table_block.blocks import TypedTable
from wagtail.models import Page

from handbook import editions, mandates
from handbook.blocks import TableBlock
from handbook.models import ChapterPage, ControlledPage, Document, Edition, ProcedurePage, ProcessPage
from organisation import clock
from organisation.models import Unit, User

from .organisation import FOLDER, read

PAGE_TYPES = {"chapter": ChapterPage, "process": ProcessPage}
LINK = re.compile(r"\[\[([\d.]+)\]\]")
BOLD = re.compile(r"\*\*(.+?)\*\*")


def order(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


class HandbookLoader:
    """Reads handbook/*.toml. Pages are made first, so that editions can link to any of them."""

    def __init__(self) -> None:
        rows = [row for path in (FOLDER / "handbook").glob("*.toml") for row in read(f"handbook/{path.name}")["page"]]
        self.rows = sorted(rows, key=lambda row: order(row["number"]))
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.editor = User.objects.filter(username="redaktor").first()
        self.approvers: dict[int, User] = {}
        self.today = timezone.localdate()
        self.pages: dict[str, ControlledPage] = {}

    def load_pages(self) -> None:
        """Make each page in its place, as a draft. Chapters are there already."""
        self.editor = User.objects.get(username="redaktor")
        for row in self.rows:
            document = Document.objects.filter(number=row["number"], page__isnull=False).first()
            if document:
                self.pages[row["number"]] = document.page.specific
                continue
            parent = Page.objects.get(pk=self.pages[row["number"].rpartition(".")[0]].pk)
            page = PAGE_TYPES.get(row["kind"], ProcedurePage)(title=row["title"], live=False, owner=self.editor)
            self.set_fields(page, row)
            parent.add_child(instance=page)
            self.pages[row["number"]] = page

    def set_fields(self, page: ControlledPage, row: dict[str, Any]) -> None:
        if row["kind"] not in PAGE_TYPES:
            page.kind = row["kind"]
        page.summary = row["summary"]
        page.owner_unit = self.units[row["owner"]]
        page.applies_to = self.units.get(row.get("applies_to", ""))
        page.principles = row["principles"]
        page.review_months = row["review_months"]
        page.users = row.get("users", "")
        page.benefit = row.get("benefit", "")

    def editions(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """(page, edition) in the order of time. An edition without body has that of the next newer."""
        found = []
        for row in self.rows:
            body, summary = row["body"], row["summary"]
            for edition in reversed(row["editions"]):
                body, summary = edition.get("body", body), edition.get("summary", summary)
                found.append((row, {**edition, "body": body, "summary": summary}))
        return sorted(found, key=lambda pair: -pair[1]["ago"])

    def publish(self, pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
        """Publish one edition at its time, written by the editor and approved by the process owner."""
        row, edition = pair
        date = self.today - datetime.timedelta(edition["ago"])
        moment = timezone.make_aware(datetime.datetime.combine(date, datetime.time(9, 30)))
        page = self.pages[row["number"]]
        if self.is_published(page, edition["note"]):
            return
        with clock.set_to(moment):
            page.refresh_from_db()
            self.set_fields(page, {**row, "summary": edition["summary"]})
            page.review_date = date + datetime.timedelta(days=30 * row["review_months"])
            page.body = [self.block(item) for item in edition["body"]]
            editions.publish(
                page, self.approver(page), note=edition["note"], major=edition["major"], author=self.editor
            )

    def is_published(self, page: ControlledPage, note: str) -> bool:
        """Whether somebody published this already; what the system made itself does not count."""
        by_people = Edition.objects.filter(document__page=page, approver__isnull=False)
        return by_people.filter(change_note=note).exists()

    def approver(self, page: ControlledPage) -> User:
        """The process owner nearest to the page's unit."""
        if page.owner_unit_id not in self.approvers:
            self.approvers[page.owner_unit_id] = mandates.asked(page)[0]
        return self.approvers[page.owner_unit_id]

    def block(self, item: dict[str, Any]) -> tuple[str, Any]:
        """A body item as the StreamField takes it."""
        kind = item["type"]
        value = {key: value for key, value in item.items() if key != "type"}
        if kind in ("heading", "purpose", "scope"):
            return kind, self.plain(value["text"]) if kind == "heading" else self.rich(value["text"])
        if kind == "text":
            return kind, self.rich(value["text"])
        if kind == "pages":
            return kind, [Page.objects.get(pk=self.pages[number].pk) for number in value["pages"]]
        if kind == "callout":
            return kind, {**value, "text": self.rich(value["text"])}
        if kind == "steps":
            return kind, {
                "title": value["title"],
                "steps": [{**step, "text": self.rich(step["text"])} for step in value["steps"]],
            }
        if kind == "quiz":
            return kind, {**value, "questions": [self.question(row) for row in value["questions"]]}
        if kind == "table":
            return kind, {"caption": value["caption"], "table": self.table(value["head"], value["rows"])}
        return kind, self.lists(kind, value)

    def question(self, row: dict[str, Any]) -> dict[str, Any]:
        """A question of a quiz, with the right one among its options marked."""
        options = [
            {"text": self.plain(text), "right": place == row["right"]} for place, text in enumerate(row["options"])
        ]
        return {"question": self.plain(row["question"]), "why": self.plain(row["why"]), "options": options}

    def table(self, head: list[str], rows: list[list[str]]) -> TypedTable:
        return (
            TableBlock()
            .child_blocks["table"]
            .to_python(
                {
                    "columns": [{"type": "text", "heading": heading} for heading in head],
                    "rows": [{"values": [self.rich(cell) for cell in row]} for row in rows],
                }
            )
        )

    def lists(self, kind: str, value: dict[str, Any]) -> Any:
        """The blocks that are lists of rows; their texts are plain."""
        value = self.plain(value)
        if kind in ("records", "risks", "references", "definitions"):
            return next(iter(value.values()))
        return value

    def plain(self, value: Any) -> Any:
        """Text without the marks for bold and links, however deep it lies."""
        if isinstance(value, dict):
            return {key: self.plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        return LINK.sub(lambda match: self.label(match[1]), BOLD.sub(r"\1", value))

    def label(self, number: str) -> str:
        return f"{number} {self.pages[number].title}"

    def rich(self, text: str) -> str:
        """Paragraphs and bullet lists, bold and links to pages, as rich text."""
        html = []
        for paragraph in text.strip().split("\n\n"):
            lines = [self.inline(line) for line in paragraph.strip().split("\n")]
            bullets = [line[2:] for line in lines if line.startswith("- ")]
            words = " ".join(line for line in lines if not line.startswith("- "))
            if words:
                html.append(f"<p>{words}</p>")
            if bullets:
                html.append("<ul>" + "".join(f"<li>{line}</li>" for line in bullets) + "</ul>")
        return "".join(html)

    def inline(self, text: str) -> str:
        text = BOLD.sub(r"<b>\1</b>", escape(text.strip()))
        return LINK.sub(
            lambda match: f'<a linktype="page" id="{self.pages[match[1]].pk}">{self.label(match[1])}</a>', text
        )
