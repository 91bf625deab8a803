"""Links from one page to another that survive moves and withdrawals: by document id (G4)."""

from typing import Any

from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text import LinkHandler

from handbook.models.document import Document


class DocumentLinkHandler(LinkHandler):
    """Turns `<a linktype="page" id="7">` into `<a href="/d/FL-0042/">`, in place of Wagtail's own
    handler, whose addresses change when a page is moved."""

    identifier = "page"

    @staticmethod
    def get_model() -> type[Page]:
        return Page

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        addresses = addresses_of(attrs.get("id") for attrs in attrs_list)
        return [_open_tag(addresses.get(str(attrs.get("id")))) for attrs in attrs_list]

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, Any]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def extract_references(cls, attrs: dict[str, Any]) -> Any:
        """For "where used": the page is referred to from the text."""
        yield Page, attrs["id"], "", ""


def addresses_of(page_ids: Any) -> dict[str, str]:
    """Permanent addresses by page id (as text). Pages outside the handbook have their own."""
    wanted = {str(pk) for pk in page_ids if str(pk).isdecimal()}
    found = {str(d.page_id): d.get_absolute_url() for d in Document.objects.filter(page_id__in=wanted)}
    for page in Page.objects.filter(pk__in=wanted - found.keys()):
        found[str(page.pk)] = page.url or "/"
    return found


def _open_tag(address: str | None) -> str:
    return f'<a href="{escape(address)}">' if address else "<a>"
