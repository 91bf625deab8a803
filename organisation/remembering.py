"""What all readers share, made once: remembered for as long as `organisation.generation` says that nothing has changed."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import caches
from django.utils.translation import get_language

from organisation import clock

What = TypeVar("What")
MISSING = object()


def remembered(user: Any, *about: Any, make: Callable[[], What]) -> What:
    """What `make` gives, remembered by what it is about, the day and the language, until something that all readers
    share is changed. It must be the same for everybody, and rest only on what `shared_by_all` watches.

    Made anew each time for somebody whose request has not read the token, such as who is not logged in.
    """
    generation = getattr(user, "generation", None)
    if not generation:
        return make()
    same = "\n".join(map(str, (generation, clock.today(), get_language(), *about)))
    key = hashlib.sha256(same.encode()).hexdigest()
    store = caches["shared"]
    found = store.get(key, MISSING)
    if found is MISSING:
        found = make()
        store.set(key, found)
    return found
