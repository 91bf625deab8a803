"""`readable` is `visible_to` for rows at hand: the same answer for everybody, at the cost of one query."""

from types import SimpleNamespace

from cases.models import Case, Notice
from home.readable import case_of, itself, readable
from organisation.models import User
from tests import factories


def test_it_agrees_with_visible_to_for_everybody(cast: SimpleNamespace) -> None:
    factories.make_case(cast.reporter)
    for person in (cast.reporter, cast.outsider, cast.it_leader):
        factories.make_case(person, sealed=True)
    shared = factories.make_case(cast.colleague, sealed=True)
    shared.give_access(cast.leader, person=cast.auditor, reason="Revisjon")
    for person in vars(cast).values():
        visible = set(Case.objects.visible_to(person))
        assert set(readable(person, Case.objects.all(), itself)) == visible, person.username


def test_somebody_deactivated_reads_nothing(cast: SimpleNamespace) -> None:
    factories.make_case(cast.reporter)
    cast.reporter.is_active = False
    assert readable(cast.reporter, Case.objects.all(), itself) == []


def test_it_costs_one_query_when_something_is_sealed(cast: SimpleNamespace, django_assert_num_queries) -> None:
    for _number in range(3):
        factories.make_case(cast.reporter, sealed=True)
    leader = User.objects.get(pk=cast.leader.pk)
    notices = list(Notice.objects.filter(user=leader).select_related("case"))
    with django_assert_num_queries(2):  # the roles, and the sealed ones
        assert len(readable(leader, notices, case_of)) == 3


def test_it_costs_nothing_when_nothing_is_sealed(cast: SimpleNamespace, django_assert_num_queries) -> None:
    factories.make_case(cast.reporter)
    cases = list(Case.objects.all())
    with django_assert_num_queries(0):
        assert readable(cast.outsider, cases, itself) == cases
