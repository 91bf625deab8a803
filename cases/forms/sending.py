"""What tells one sending of a form from another, where nobody is logged in or known."""

import json
import uuid
from typing import Any

from cases.uploads import CleanFile

NOT_SAID = {"key", "shown_at", "website"}


def sent_key(data: dict[str, Any]) -> uuid.UUID:
    """The key of what was sent: the form's own and all it says. The same sent again is the same thing. Something else
    sent on the same form – from a cache, or by the next person at a shared machine – is another, and never opens what
    the first one wrote."""
    said = [[name, _in_words(data[name])] for name in sorted(data) if name not in NOT_SAID]
    return uuid.uuid5(data["key"], json.dumps(said))


def _in_words(value: Any) -> Any:
    if isinstance(value, CleanFile):
        return value.sha256
    return [_in_words(one) for one in value] if isinstance(value, list) else str(value)
