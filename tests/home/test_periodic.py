"""The work by the clock: every job has its try, and what failed is named."""

import datetime
import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from home import periodic
from organisation import clock
from organisation.models import RoleAssignment, User
from organisation.reminders import Reminder, remind
from organisation.roles import Role

pytestmark = pytest.mark.django_db


def run(**options) -> str:
    out = StringIO()
    call_command("run_periodic", stdout=out, **options)
    return out.getvalue()


def test_every_job_says_how_much_it_did(monkeypatch):
    monkeypatch.setattr(periodic, "JOBS", [("first", lambda: 3), ("second", lambda: 0)])
    assert run() == "first: 3\nsecond: 0\n"


def test_one_job_that_fails_does_not_stop_the_others_and_what_it_did_stands(monkeypatch, cast, caplog):
    def fails() -> int:
        remind(cast.reporter, "prove:1", "Prøve", "/")
        raise ZeroDivisionError

    done = []
    monkeypatch.setattr(periodic, "JOBS", [("fails", fails), ("works", lambda: done.append(1) or 1)])
    with caplog.at_level(logging.ERROR), pytest.raises(CommandError, match="fails"):
        run()
    assert done == [1]
    assert Reminder.objects.get().about == "prove:1"
    assert "ZeroDivisionError" in caplog.text


def test_one_job_can_be_run_alone_and_an_unknown_one_is_refused(monkeypatch):
    monkeypatch.setattr(periodic, "JOBS", [("first", lambda: 1), ("second", lambda: 2)])
    assert run(job="second") == "second: 2\n"
    with pytest.raises(CommandError):
        call_command("run_periodic", "--job", "third")


def test_a_role_held_for_a_period_opens_the_admin_no_longer_than_that(cast, units):
    period = {"valid_from": clock.today(), "valid_to": clock.today()}
    RoleAssignment.objects.create(user=cast.reporter, unit=units.it, role=Role.QUALITY_EDITOR, **period)
    assert User.objects.get(pk=cast.reporter.pk).has_perm("wagtailadmin.access_admin")
    with clock.set_to(clock.now() + datetime.timedelta(1)):
        run(job="roles")
    assert not User.objects.get(pk=cast.reporter.pk).has_perm("wagtailadmin.access_admin")


def test_the_jobs_there_are_can_be_run_twice():
    names = [name for name, _job in periodic.JOBS]
    assert len(set(names)) == len(names)
    for _time in range(2):
        assert [line.split(":")[0] for line in run().splitlines()] == names
