"""Searching for a word in a text column, whatever its capitals."""

from django.db.models import Q


def holds(field: str, word: str) -> Q:
    """A condition: the column holds the word. SQLite folds only a–z, so æ, ø and å are asked for as
    small and capital letters too."""
    condition = Q(**{f"{field}__icontains": word})
    for variant in {word.lower(), word.capitalize(), word.upper()} - {word}:
        if not variant.isascii():
            condition |= Q(**{f"{field}__icontains": variant})
    return condition
