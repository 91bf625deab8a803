"""A unit's own practice, as a supplement to the common page (S14)."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from handbook import supplements
from handbook.forms import SupplementForm
from handbook.terms import Kind

from .pages import ABOUT, WRITING, ControlledPage, tabs


class SupplementPage(ControlledPage):
    """How one unit does what the page above says: same editions, same control. Its people read it in place."""

    is_supplement = True
    kind_of_type = Kind.SUPPLEMENT
    base_form_class = SupplementForm
    parent_page_types = ["handbook.ProcedurePage", "handbook.ProcessPage"]
    subpage_types: list[str] = []
    edit_handler = tabs(FieldPanel("title"), *WRITING, about=ABOUT, form=SupplementForm)
    page_description = _("How one unit does what this page says")

    class Meta:
        verbose_name = _("local supplement")
        verbose_name_plural = _("local supplements")

    def clean(self) -> None:
        super().clean()
        supplements.check(self)

    def minimal_clean(self) -> None:
        """What Wagtail asks of a draft, and whose it is: that can't wait until it is published."""
        super().minimal_clean()
        supplements.check(self)
