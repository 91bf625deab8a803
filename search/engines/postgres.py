"""PostgreSQL: weighted tsvectors that the database keeps itself, and a GIN index over all of a thing's words.

A is the title, B parts of its words and numbers, C headings, D the body. `heads` is what `vector` has without the
body: small enough to be asked for the place of a word in every match.
"""

from django.db import connection
from django.db.models import BooleanField, IntegerField
from django.db.models.expressions import RawSQL

from search.terms import Form, Term

from .points import HEADING_POINTS, NUMBER_POINTS, TITLE_POINTS

HEADS = """
    setweight(to_tsvector('simple', title_words), 'A') || setweight(to_tsvector('simple', title_parts), 'B')
    || setweight(to_tsvector('simple', heading_words), 'C')
"""
BODY = """
    || setweight(to_tsvector('simple', body_words), 'D') || setweight(to_tsvector('simple', body_parts), 'D')
"""
STATEMENTS = (
    f"ALTER TABLE search_entry ADD COLUMN IF NOT EXISTS heads tsvector GENERATED ALWAYS AS ({HEADS}) STORED",
    f"ALTER TABLE search_entry ADD COLUMN IF NOT EXISTS vector tsvector GENERATED ALWAYS AS ({HEADS}{BODY}) STORED",
    "CREATE INDEX IF NOT EXISTS search_entry_vector ON search_entry USING gin (vector)",
)


def set_up() -> None:
    """The generated columns and the index, when they are missing."""
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)


def matches(terms: tuple[Term, ...], *, every: bool) -> RawSQL:
    """A condition on entries: every word, or some word, is found."""
    query = (" & " if every else " | ").join(_query(term) for term in terms)
    return RawSQL('"search_entry"."vector" @@ %s::tsquery', [query], output_field=BooleanField())


def points(term: Term) -> RawSQL:
    """How good the best place is where the word is found."""
    return RawSQL(  # noqa: S611  (the query is a parameter)
        f'CASE WHEN "search_entry"."heads" @@ %s::tsquery THEN {TITLE_POINTS}'
        f' WHEN "search_entry"."heads" @@ %s::tsquery THEN {NUMBER_POINTS}'
        f' WHEN "search_entry"."heads" @@ %s::tsquery THEN {HEADING_POINTS} ELSE 0 END',
        [_query(term, "A"), _query(term, "AB"), _query(term)],
        output_field=IntegerField(),
    )


def _query(term: Term, weights: str = "") -> str:
    return "(" + " | ".join(_form(form, weights) for form in term.forms) + ")"


def _form(form: Form, weights: str) -> str:
    marks = ("*" if form.beginning else "") + weights
    between = " & " if form.apart else " <-> "
    return "(" + between.join(f"'{stem}'" + (f":{marks}" if marks else "") for stem in form.stems) + ")"
