"""The people that a sheet names, found all at once."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from organisation.fields import PersonField
from organisation.models import User

UNKNOWN = PersonField.default_error_messages["unknown"]
SEVERAL = PersonField.default_error_messages["several"]


def find(texts: Iterable[str]) -> dict[str, list[User]]:
    """Who each text names, as `PersonField` understands it: by user name, e-mail or full name. More than one when the
    name is not enough. One query for any number of texts."""
    asked = {text: _username(text) for text in texts if text}
    if not asked:
        return {}
    lasts = {text.rpartition(" ")[2] for text in asked}
    people = User.objects.active().annotate(small_email=Lower("email"), small_last=Lower("last_name"))
    found = people.filter(
        Q(username__in=asked.values())
        | Q(small_email__in=[text.lower() for text in asked])
        | Q(last_name__in=lasts)
        | Q(small_last__in=[last.lower() for last in lasts])
    )
    by: defaultdict[str, list[User]] = defaultdict(list)
    for person in found:
        by[f"username {person.username}"].append(person)
        by[f"email {person.email.casefold()}"].append(person)
        by[f"name {person.get_full_name().casefold()}"].append(person)
    return {text: _first(by, text, username) for text, username in asked.items()}


def _username(text: str) -> str:
    return text.rpartition("(")[2].rstrip(")") if text.endswith(")") else text


def _first(by: dict[str, list[User]], text: str, username: str) -> list[User]:
    folded = " ".join(text.split()).casefold()
    for key in (f"username {username}", f"email {folded}", f"name {folded}"):
        if key in by:
            return by[key]
    return []
