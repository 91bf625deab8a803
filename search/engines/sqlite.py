"""SQLite: an FTS5 table over the words of the entries, kept by triggers."""

from django.db import connection
from django.db.models import BooleanField, IntegerField
from django.db.models.expressions import RawSQL

from search.terms import Form, Term

from .points import HEADING_POINTS, NUMBER_POINTS, TITLE_POINTS

COLUMNS = ("title_words", "title_parts", "heading_words", "body_words", "body_parts")
NAMES = ", ".join(COLUMNS)
NEW, OLD = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
ADD = f"INSERT INTO search_words(rowid, {NAMES}) VALUES (new.id, {NEW});"  # noqa: S608  (our own names)
REMOVE = f"INSERT INTO search_words(search_words, rowid, {NAMES}) VALUES ('delete', old.id, {OLD});"  # noqa: S608  (our own names)
TABLE = f"""
    CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(
        {NAMES}, content='search_entry', content_rowid='id', tokenize="unicode61 remove_diacritics 0", prefix='3 5'
    )
"""
TRIGGERS = {
    "search_entry_added": f"AFTER INSERT ON search_entry BEGIN {ADD} END",
    "search_entry_removed": f"AFTER DELETE ON search_entry BEGIN {REMOVE} END",
    "search_entry_changed": f"AFTER UPDATE ON search_entry BEGIN {REMOVE} {ADD} END",
}


def set_up() -> None:
    """The table and its triggers, when they are missing: SQLite drops triggers with a table that is altered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'search_entry'")
        if cursor.fetchone()[0] == len(TRIGGERS):
            return
        cursor.execute(TABLE)
        for name, rest in TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {rest}")
        cursor.execute("INSERT INTO search_words(search_words) VALUES ('rebuild')")


def matches(terms: tuple[Term, ...], *, every: bool) -> RawSQL:
    """A condition on entries: every word, or some word, is found."""
    query = (" AND " if every else " OR ").join(_query(term) for term in terms)
    return RawSQL(
        '"search_entry"."id" IN (SELECT rowid FROM search_words WHERE search_words MATCH %s)',
        [query],
        output_field=BooleanField(),
    )


def points(term: Term) -> RawSQL:
    """How good the best place is where the word is found."""
    found = '"search_entry"."id" IN (SELECT rowid FROM search_words WHERE search_words MATCH %s)'
    return RawSQL(  # noqa: S611  (the query is a parameter)
        f"CASE WHEN {found} THEN {TITLE_POINTS} WHEN {found} THEN {NUMBER_POINTS}"
        f" WHEN {found} THEN {HEADING_POINTS} ELSE 0 END",
        [f"{{{columns}}} : {_query(term)}" for columns in ("title_words", "title_parts", "heading_words")],
        output_field=IntegerField(),
    )


def _query(term: Term) -> str:
    return "(" + " OR ".join(_form(form) for form in term.forms) + ")"


def _form(form: Form) -> str:
    if form.apart:
        return "(" + " AND ".join(f'"{stem}"' for stem in form.stems) + ")"
    return '"' + " ".join(form.stems) + '"' + (" *" if form.beginning else "")
