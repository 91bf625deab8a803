"""Nobody approves what they wrote or sent, whichever way it came about (G6)."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from wagtail.models import Revision

from handbook import approvals, flow
from handbook.fingerprints import fingerprint
from handbook.models import ProcedurePage
from organisation import clock
from organisation.models import RoleAssignment
from organisation.reminders import Reminder
from organisation.roles import Role
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
TOMORROW = datetime.timedelta(1)


def written(page: Any, by: Any, text: str = "Ny tekst", **fields: Any) -> ProcedurePage:
    draft = ProcedurePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.body, draft.change_note = paragraphs(text), "Nytt krav."
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision(user=by)
    return ProcedurePage.objects.get(pk=page.pk)


def approve(page: Any, by: Any, **facts: Any) -> Any:
    page = ProcedurePage.objects.get(pk=page.pk)
    return approvals.approve(page, by, seen=fingerprint(page.get_latest_revision_as_object()), **facts)


def test_who_wrote_on_while_an_approval_waited_does_not_approve_that(pages: Any, cast: Any) -> None:
    """The process owner wrote in the draft that waits for its day, and in the next one: another editor too."""
    written(pages.access, cast.process_owner, "Første utkast")
    approvals.send_to_approval(pages.access, cast.editor, "Liten.")
    approve(pages.access, cast.approver, valid_from=clock.today() + TOMORROW)
    written(pages.access, cast.process_owner, "Neste utkast")
    written(pages.access, cast.editor, "Neste utkast, rettet")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        assert approvals.put_due_in_force() == 1
        approvals.send_to_approval(pages.access, cast.editor, "Liten.")
        with pytest.raises(PermissionDenied):
            approve(pages.access, cast.process_owner)
        approve(pages.access, cast.approver)
    assert pages.access.document.latest_edition().label == "3"


def test_who_sent_on_what_another_put_to_hearing_does_not_approve_it(pages: Any, cast: Any) -> None:
    page = written(pages.access, cast.editor)
    approvals.send_to_hearing(page, cast.editor)
    approvals.send_to_approval(page, cast.process_owner, "Liten.")
    with pytest.raises(PermissionDenied):
        approve(page, cast.process_owner)
    approve(page, cast.approver)
    assert pages.access.document.latest_edition().approval.requested_by_name == str(cast.process_owner)


def test_who_put_it_to_hearing_and_did_not_write_may_approve_it(pages: Any, cast: Any) -> None:
    page = written(pages.access, cast.editor)
    approvals.send_to_hearing(page, cast.process_owner)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    approve(page, cast.process_owner)
    assert pages.access.document.latest_edition().label == "2"


def test_a_copy_of_ones_own_text_is_ones_own_text(pages: Any, cast: Any) -> None:
    page = written(pages.access, cast.process_owner)
    copy = page.copy(update_attrs={"slug": "kopi", "title": "Kopi"}, user=cast.editor, keep_live=False)
    copy = ProcedurePage.objects.get(pk=copy.pk)
    approvals.send_to_approval(copy, cast.editor, "Liten.")
    with pytest.raises(PermissionDenied):
        approve(copy, cast.process_owner)
    approve(copy, cast.approver)
    assert copy.document.latest_edition().label == "1"


# Who decides, when the owner changes


@pytest.fixture
def other_owner(units: Any) -> Any:
    return factories.make_user("other_owner", units.home_care, Role.PROCESS_OWNER)


def test_a_draft_for_another_owner_is_approved_by_who_decides_for_both(
    pages: Any, cast: Any, units: Any, other_owner: Any, login: Any
) -> None:
    page = written(pages.access, cast.editor, owner_unit=units.home_care)
    approvals.send_to_approval(page, cast.editor, "Flyttes.")
    for person in (other_owner, cast.process_owner):
        with pytest.raises(PermissionDenied):
            approve(page, person)
        assert pages.access.document not in flow.waiting_for(person)
        assert login(person).get(f"/d/{page.document.document_id}/godkjenn/").status_code == 403
    assert [row.user for row in Reminder.objects.filter(about__startswith="approve:")] == [cast.approver]
    approve(page, cast.approver)
    assert pages.access.document.latest_edition().owner_unit == units.home_care


def test_a_page_never_in_force_is_approved_for_the_unit_that_will_own_it(
    pages: Any, cast: Any, units: Any, other_owner: Any
) -> None:
    page = written(pages.add(pages.process, ProcedurePage, "Ny side"), cast.editor, owner_unit=units.home_care)
    approvals.send_to_approval(page, cast.editor, "Første.")
    with pytest.raises(PermissionDenied):
        approve(page, cast.process_owner)
    approve(page, other_owner)
    assert page.document.latest_edition().approver == other_owner


def test_an_approval_given_with_the_right_stands_when_the_right_ends(pages: Any, cast: Any) -> None:
    page = written(pages.access, cast.editor)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    approve(page, cast.process_owner, valid_from=clock.today() + TOMORROW)
    RoleAssignment.objects.filter(user=cast.process_owner).delete()
    cast.process_owner.is_active = False
    cast.process_owner.save()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        assert approvals.put_due_in_force() == 1
    edition = pages.access.document.latest_edition()
    assert (edition.approver, edition.approver_capacity) == (cast.process_owner, f"Prosesseier for {page.owner_unit}")


def test_a_right_that_ended_while_the_draft_waited_is_no_right(pages: Any, cast: Any) -> None:
    page = written(pages.access, cast.editor)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    RoleAssignment.objects.filter(user=cast.process_owner).delete()
    with pytest.raises(PermissionDenied):
        approve(page, type(cast.process_owner).objects.get(pk=cast.process_owner.pk))


def test_moving_the_draft_below_another_owners_page_changes_nothing_about_who_approves(
    pages: Any, cast: Any, units: Any, other_owner: Any
) -> None:
    pages.lost.owner_unit = units.home_care
    page = written(pages.access, cast.editor)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    ProcedurePage.objects.get(pk=page.pk).move(pages.lost, "last-child")
    with pytest.raises(PermissionDenied):
        approve(page, other_owner)
    approve(page, cast.process_owner)


def test_a_new_draft_behind_the_approvers_back_is_not_hidden_by_an_old_revision(pages: Any, cast: Any) -> None:
    """What waits for its day is brought into force from the record, whatever became of Wagtail's revision."""
    page = written(pages.access, cast.editor)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    approval = approve(page, cast.process_owner, valid_from=clock.today() + TOMORROW)
    revision = Revision.objects.get(pk=approval.revision_id)
    Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "title": "Smuglet inn"})
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        assert approvals.put_due_in_force() == 1
    assert pages.access.document.latest_edition().title == "Tilgang til fagsystem"
