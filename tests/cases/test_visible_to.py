"""Measures and notices are read by those who may read their case, and by nobody else."""

from types import SimpleNamespace

from cases.models import Action, Case, Notice
from tests import factories


def make_cases(cast: SimpleNamespace) -> None:
    """Ordinary and sealed ones, of several units, with measures; one is opened to the auditor."""
    for person, leader in ((cast.reporter, cast.leader), (cast.outsider, cast.it_leader)):
        for sealed in (False, True):
            case = factories.make_case_with_cause(person, leader)
            factories.make_action(case, leader, cast.colleague if sealed else cast.handler)
            case.refresh_from_db()
            if sealed:
                case.seal(leader, sealed=True, reason="Personopplysninger")
                case.give_access(leader, person=cast.auditor, reason="Revisjon")


def test_measures_and_notices_follow_their_case_for_everybody(cast: SimpleNamespace) -> None:
    make_cases(cast)
    assert Case.objects.filter(sealed=True).count() == 2
    for person in vars(cast).values():
        cases = set(Case.objects.visible_to(person))
        assert {action.case for action in Action.objects.visible_to(person)} == cases, person.username
        own = Notice.objects.filter(user=person, case__in=cases)
        assert set(Notice.objects.visible_to(person)) == set(own), person.username


def test_somebody_deactivated_reads_nothing(cast: SimpleNamespace) -> None:
    make_cases(cast)
    cast.leader.is_active = False
    assert not Action.objects.visible_to(cast.leader)
    assert not Notice.objects.visible_to(cast.leader)
