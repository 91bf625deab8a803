"""Tables that only grow, guarded in the database itself (G4, G22; ISO 9001 clause 7.5.3).

A model is append-only when it is a history table of django-simple-history or says
`append_only = True`. Each gets triggers that refuse UPDATE and DELETE, on SQLite and PostgreSQL
alike, so that neither the admin, a shell nor raw SQL can rewrite what happened.
"""

from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models

MESSAGE = "this table is append-only"


def append_only_models() -> list[type[models.Model]]:
    """Every installed model whose rows may be added but never changed."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if getattr(model, "append_only", False) or hasattr(model, "history_change_reason")
    ]


def guard_append_only_tables(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Create the missing triggers. Idempotent; runs after every `migrate`."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"""CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END $$"""
            )
        for model in append_only_models():
            table = model._meta.db_table
            if table not in existing:
                continue
            if connection.vendor == "postgresql":
                cursor.execute(
                    f'CREATE OR REPLACE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE '
                    f'ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_change()'
                )
            else:
                for event in ("UPDATE", "DELETE"):
                    cursor.execute(
                        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{event.lower()}" '
                        f"BEFORE {event} ON \"{table}\" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                    )
