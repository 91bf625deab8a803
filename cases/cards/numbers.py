"""The running number of a report card: how it is written, and how it is read."""

import re

from django.conf import settings

LONGEST = 9  # digits; more than a municipality will ever print
WRITTEN = re.compile(rf"(?:MK\s*-?\s*)?(\d{{1,{LONGEST}}})", re.IGNORECASE)
IN_ADDRESS = re.compile(rf"[?&]kort=MK-(\d{{5,{LONGEST}}})(?!\d)")


def label(number: int) -> str:
    """As it stands on the card: MK-00042."""
    return f"MK-{number:05d}"


def address(number: int) -> str:
    """What the QR code holds: the inhabitants' form, with the number."""
    return f"{settings.BASE_URL}/dialog/?kort={label(number)}"


def read(text: str) -> int | None:
    """The number somebody wrote, as "MK-00042", "mk 42" or "42"; None when it is no number."""
    found = WRITTEN.fullmatch(text.strip())
    return int(found[1]) or None if found else None


def in_address(text: str) -> int | None:
    """The number in an address from a QR code; None when it is about something else."""
    found = IN_ADDRESS.search(text)
    return int(found[1]) or None if found else None
