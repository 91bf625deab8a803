"""`{% fragment "rail" page.path %}…{% endfragment %}`: a part of a page that is made once for all who share it."""

import uuid
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe

from organisation.remembering import remembered

register = template.Library()

# What stands for a request's own values. Nobody who writes a text can know them, and so have them put in there; the same in
# every process, which may share a store.
_UNKNOWN = salted_hmac("organisation.fragments", "placeholder").digest()
CSRF = f"csrf-{_UNKNOWN.hex()}"
HERE = f"/address-{_UNKNOWN.hex()}/"
NEW_KEY = str(uuid.UUID(bytes=_UNKNOWN[:16], version=4))


class Fragment(template.Node):
    """What is inside, remembered for as long as what all readers share is unchanged, per day and language, and for the
    values given. Inside, `csrf_token`, `this_address` and `new_key` stand for this request's own, put in each time.

    Not remembered in a preview, which shows one writer what no reader sees.
    """

    def __init__(self, nodelist: NodeList, name: FilterExpression, values: list[FilterExpression]) -> None:
        self.nodelist, self.name, self.values = nodelist, name, values

    def render(self, context: Context) -> SafeString:
        if getattr(context.get("request"), "is_preview", False):
            return mark_safe(_own(self._made(context), context))  # noqa: S308  (rendered by a template)
        values = [value.resolve(context) for value in self.values]
        html = remembered(context.get("user"), self.name.resolve(context), *values, make=lambda: self._made(context))
        return mark_safe(_own(html, context))  # noqa: S308  (rendered by a template)

    def _made(self, context: Context) -> str:
        with context.push(csrf_token=CSRF, this_address=HERE, new_key=NEW_KEY):
            return str(self.nodelist.render(context))


def _here(context: Any) -> str:
    return context["request"].get_full_path()


def _own(html: str, context: Any) -> str:
    """With this request's own values put in."""
    if CSRF in html:
        html = html.replace(CSRF, str(context.get("csrf_token", "")))
    if HERE in html:
        html = html.replace(HERE, template.base.render_value_in_context(_here(context), context))
    return html.replace(NEW_KEY, str(uuid.uuid4())) if NEW_KEY in html else html


@register.tag
def fragment(parser: Parser, token: Token) -> Fragment:
    """`{% fragment NAME VALUE… %}`."""
    _tag, name, *values = token.split_contents()
    nodelist = parser.parse(("endfragment",))
    parser.delete_first_token()
    return Fragment(nodelist, parser.compile_filter(name), [parser.compile_filter(value) for value in values])
