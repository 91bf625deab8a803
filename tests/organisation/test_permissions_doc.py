"""The table for people says the same as the table in code."""

import re

from django.conf import settings

from organisation.roles import RIGHTS


def test_the_document_and_the_code_agree():
    text = (settings.BASE_DIR / "docs" / "permissions.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE))
    written = {role: set(re.findall(r"`([\w.]+)`", rights)) for role, rights in rows.items()}
    assert written == {role.value: {right.value for right in rights} for role, rights in RIGHTS.items()}
