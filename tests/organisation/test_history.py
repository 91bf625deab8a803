"""History of every record, which nobody can rewrite (G22)."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from wagtail.models import Page, Task

from cases.models import Case, Entry
from organisation.append_only import append_only_models
from organisation.changes import revisions
from organisation.history import StaleVersion
from tests import factories


def told(record):
    return revisions(record.history.all())


def test_a_change_names_who_what_from_and_to(cast):
    case = factories.make_assessed_case(cast.reporter, cast.leader, probability=2, consequence=5)
    newest = told(case)[0]
    assert newest.who == cast.leader.get_full_name()
    assert ("Sannsynlighet", "–", "2") in [(change.label, change.before, change.after) for change in newest.changes]


def test_the_name_stays_when_the_person_is_renamed(cast):
    case = factories.make_case(cast.reporter)
    cast.reporter.last_name = "Nytt-Navn"
    cast.reporter.save()
    assert told(case)[-1].who == "Reporter Testesen"


def test_signing_in_leaves_no_row_in_the_history_of_the_account(cast, client):
    cast.reporter.set_password("et-godt-langt-passord")
    cast.reporter.save()
    before = cast.reporter.history.count()
    answer = client.post("/logg-inn/", {"username": cast.reporter.username, "password": "et-godt-langt-passord"})
    assert answer.status_code == 302
    cast.reporter.refresh_from_db()
    assert cast.reporter.last_login
    assert cast.reporter.history.count() == before
    cast.reporter.job_title = "Vikar"
    cast.reporter.save(update_fields=["job_title", "last_login"])
    assert cast.reporter.history.count() == before + 1


@pytest.mark.parametrize("model", append_only_models(), ids=lambda model: model.__name__)
def test_the_database_refuses_to_change_or_delete(cast, model):
    """Raw SQL, past every guard in Python. A table without rows can't be tried, so one is named."""
    factories.make_assessed_case(cast.reporter, cast.leader)
    table = model._meta.db_table
    if not model._default_manager.exists():
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
                assert cursor.fetchone()[0] >= 2
            else:
                cursor.execute(
                    "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
                )
                assert cursor.fetchone()[0] >= 1
        return
    key = model._meta.pk.column
    for statement in (f'UPDATE "{table}" SET "{key}" = "{key}"', f'DELETE FROM "{table}"'):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_timeline_cannot_be_rewritten_from_python(cast):
    case = factories.make_case(cast.reporter)
    entry = case.entries.first()
    entry.text = "Noe annet"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(text="Noe annet")


def test_every_mutable_record_has_history():
    without = {"Series", "DocumentSeries", "StoryReading"}  # counters
    without |= {
        "Notice",
        "NoticePreference",
        "SavedView",
        "Following",
        "Printout",
        "WordImport",
        "ImportedFile",
        "SheetImport",
        "SurveyImport",
        "LastLook",
    }  # personal lists, and jobs that ran
    without |= {
        "Mail",
        "Tries",
        "Delivery",
        "SecretLink",
        "ReplyAddress",
        "ReceivedMail",
        "IntakeFile",
        "Claim",
        "CardSeries",
        "CardUpload",
        "ScannedFile",
        "ScannedCard",
        "DisclosureSeries",
        "DisclosureFile",
        "DisclosureLink",
        "Generation",
        "Entry",
        "Word",
        "FileText",
        "FruitlessSearch",
        "IndexState",
    }  # queues, keys, and what comes and goes with an intake
    ours = [
        model
        for app in ("organisation", "search", "cases", "risk", "handbook", "audits", "results")
        for model in apps.get_app_config(app).get_models()
        if model not in append_only_models() and not issubclass(model, Page | Task) and model.__name__ not in without
    ]
    assert ours
    assert [model.__name__ for model in ours if not hasattr(model, "history")] == []


def test_a_change_from_an_older_version_is_refused(cast):
    case = factories.make_case(cast.reporter)
    shown = Case.objects.get(pk=case.pk).version
    case.correct(cast.leader, title="Den første", category=None, law_breach=False, version=shown)
    with pytest.raises(StaleVersion) as caught:
        case.correct(cast.deputy, title="Den andre", category=None, law_breach=False, version=shown)
    assert caught.value.current.title == "Den første"
    assert Case.objects.get(pk=case.pk).title == "Den første"
