"""What the component templates need and Django's own tags lack."""

from collections.abc import Iterable

from django import template
from django.core.paginator import Paginator

register = template.Library()


@register.filter
def elided(paginator: Paginator, number: int) -> Iterable[int | str]:
    """The page numbers to show around `number`: the ends, the neighbours and an ellipsis between."""
    return paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)
