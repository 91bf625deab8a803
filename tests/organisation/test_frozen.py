"""What is frozen: one way to write the content, one to keep it, and one to see whether it is whole."""

import datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from audits.models import Report
from organisation.append_only import append_only_models
from organisation.frozen import Frozen, checksum_of
from results.models import FrozenReport, FrozenReview, PlanAgreement
from risk.models import Decision

from ..factories import make_assessment

CONTENT = {"tittel": "Blåskjell på Ørland", "dag": datetime.date(2026, 3, 1), "tall": [1, Decimal("2.50"), None]}


def test_the_writing_never_changes():
    """By another writing every record that is kept would look forged: the text is what stands in the comment."""
    # {"dag":"2026-03-01","tall":[1,"2.50",null],"tittel":"Blåskjell på Ørland"}
    assert checksum_of(CONTENT) == "10b0e2f7f11c0bc99c9ec9e856c193d0a457aae3254a0f99df801e79d9475c89"


def test_the_order_of_the_keys_does_not_count_and_that_of_a_list_does():
    assert checksum_of(dict(reversed(CONTENT.items()))) == checksum_of(CONTENT)
    assert checksum_of([1, 2]) != checksum_of([2, 1])


def test_every_table_that_keeps_content_with_a_checksum_is_frozen():
    keeps = {
        model
        for app in ("risk", "audits", "results")
        for model in apps.get_app_config(app).get_models()
        if {"content", "sha256"} <= {field.name for field in model._meta.fields}
    }
    assert keeps == set(Frozen.__subclasses__()) == {Decision, Report, PlanAgreement, FrozenReview, FrozenReport}
    assert keeps <= set(append_only_models())


class TestKept:
    @pytest.fixture
    def decision(self, cast):
        return Decision.freeze(cast.leader, CONTENT, assessment=make_assessment(cast.leader))

    def test_with_who_and_whole_when_it_is_read_again(self, cast, decision):
        read = Decision.objects.get(pk=decision.pk)
        assert (read.by, read.by_name) == (cast.leader, str(cast.leader))
        assert read.sha256 == checksum_of(CONTENT)
        assert read.is_whole

    def test_who_has_no_name_is_named_by_the_account(self, cast):
        cast.leader.first_name = cast.leader.last_name = ""
        assessment = make_assessment(cast.leader)
        assert Decision.freeze(cast.leader, CONTENT, assessment=assessment).by_name == cast.leader.username

    def test_a_changed_word_is_seen(self, decision):
        decision.content = {**CONTENT, "tittel": "Blåskjell på Frøya"}
        assert not decision.is_whole

    def test_never_changed_or_deleted(self, decision):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(by_name="En annen")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM risk_decision")

    def test_not_kept_twice(self, cast, decision):
        with pytest.raises(DatabaseError), transaction.atomic():
            Decision.freeze(cast.leader, CONTENT, assessment=decision.assessment)
