"""Nobody finds what he may not read: not as a hit, not in a count, not as a proposal, not in a correction (G14, S30)."""

from types import SimpleNamespace
from typing import Any

import pytest

from cases.models import Case
from organisation.models import User
from risk.models import Assessment
from search import searching, suggestions
from search.models import Entry, Word
from search.sources import all_sources
from tests import factories
from tests.conftest import Units

WORD = "skjellsandkake"


def anything(user: User, text: str = WORD) -> bool:
    """Whether the person meets anything at all by searching for it."""
    results = searching.search(user, text)
    return bool(results.total or results.hits or any(results.counts.values()) or suggestions.of(user, text))


def test_a_sealed_case_is_found_only_by_those_who_may_read_it(cast: Any) -> None:
    factories.make_case(cast.reporter, title=WORD, description=f"Om {WORD}.", sealed=True)
    assert not anything(cast.outsider)
    assert not anything(cast.handler)
    assert not anything(cast.it_leader)
    assert anything(cast.leader)
    assert anything(cast.reporter)


def test_a_case_that_is_sealed_is_gone_at_once(cast: Any) -> None:
    case = factories.make_case(cast.reporter, description=f"Om {WORD}.")
    assert anything(cast.outsider)
    case.seal(cast.leader, sealed=True, reason="Personopplysninger")
    assert not anything(cast.outsider)
    assert anything(cast.leader)


def test_a_case_that_is_opened_again_is_found_again(cast: Any) -> None:
    case = factories.make_case(cast.reporter, description=f"Om {WORD}.", sealed=True)
    assert not anything(cast.outsider)
    case.seal(cast.leader, sealed=False, reason="Ikke noe å skjule.")
    assert anything(cast.outsider)


def test_even_when_the_index_was_not_told(cast: Any) -> None:
    case = factories.make_case(cast.reporter, description=f"Om {WORD}.")
    Case.objects.filter(pk=case.pk).update(sealed=True)
    assert not anything(cast.outsider)


def test_a_case_that_is_not_sorted_is_for_those_who_sort(cast: Any, units: Units) -> None:
    factories.make_outside_case(units.municipality, description=f"Om {WORD}.")
    assert anything(cast.service_desk)
    assert not anything(cast.outsider)
    assert not anything(cast.leader)


@pytest.mark.parametrize("text", ["91234567", "kari@example.test", "Reporter", "Testesen"])
def test_what_a_mask_hides_is_not_in_the_index(cast: Any, text: str) -> None:
    description = f"Ring Reporter Testesen på 91234567 eller kari@example.test om {WORD}"
    factories.make_case(cast.reporter, description=description)
    for who in (cast.outsider, cast.leader, cast.reporter):
        assert not anything(who, text)
        assert anything(who)
    assert not Entry.objects.filter(text__icontains=text).exists()


def test_an_inhabitant_is_hidden_also_when_the_name_comes_after_the_case(cast: Any, units: Units) -> None:
    case = factories.make_outside_case(units.home_care, description=f"Kari Zorba om {WORD}", name="Kari Zorba")
    case.triage(cast.service_desk, unit=units.home_care, kind="deviation", title=WORD)
    assert anything(cast.outsider)
    assert not any(anything(who, "zorba") for who in (cast.outsider, cast.leader, cast.service_desk))
    case.correspondent.name = f"Kari {WORD}"
    case.correspondent.save()
    assert not anything(cast.outsider)


def test_a_person_who_gets_another_name_is_hidden_by_it(cast: Any) -> None:
    factories.make_case(cast.reporter, description=f"Hilsen {WORD}")
    assert anything(cast.outsider)
    cast.reporter.last_name = WORD.capitalize()
    cast.reporter.save()
    assert not anything(cast.outsider)


def test_the_reference_of_a_sealed_case_is_not_found_in_its_duplicate(cast: Any, units: Units) -> None:
    sealed = factories.make_case(cast.reporter)
    other = factories.make_case(cast.reporter, description=f"Det samme som {sealed.reference}, om {WORD}")
    other.mark_duplicate(cast.leader, of=sealed)
    sealed.seal(cast.leader, sealed=True, reason="Helse.")
    assert anything(cast.outsider)
    assert not Entry.objects.filter(key=f"case:{other.pk}", text__contains=sealed.reference).exists()


def test_a_sealed_case_is_in_no_count_of_any_facet(cast: Any, login: Any) -> None:
    factories.make_case(cast.reporter, description=WORD)
    factories.make_case(cast.reporter, description=WORD, sealed=True)
    assert {sum(values.values()) for values in searching.search(cast.outsider, WORD).counts.values() if values} == {1}
    assert {sum(values.values()) for values in searching.search(cast.leader, WORD).counts.values() if values} == {2}


def test_a_draft_of_a_risk_assessment_is_for_those_who_work_with_risk(cast: Any) -> None:
    assessment = factories.make_assessment(cast.leader, title=f"ROS for {WORD}")
    factories.make_risk(assessment, cast.leader, threat=f"En {WORD} velter")
    assert anything(cast.leader)
    assert not anything(cast.outsider)


def test_a_restricted_assessment_and_its_risks_are_nowhere_for_others(cast: Any) -> None:
    assessment = factories.make_assessment(cast.leader, title=f"ROS for {WORD}", restricted=True)
    factories.make_risk(assessment, cast.leader, threat=f"En {WORD} velter")
    Assessment.objects.filter(pk=assessment.pk).update(status=Assessment.Status.DECIDED)
    assert anything(cast.leader)
    assert not anything(cast.colleague)


def test_a_draft_of_a_page_is_not_found_by_anybody(pages: SimpleNamespace, cast: Any) -> None:
    factories.make_procedure(pages.chapter, cast.editor, title=f"Utkast om {WORD}", publish=False)
    assert not any(anything(who) for who in (cast.editor, cast.approver, cast.quality_manager))


def test_whistleblowing_is_not_in_the_index(db: None) -> None:
    assert not any("isclosure" in model.__name__ for source in all_sources() for model in source.watched)


def test_a_person_who_has_left_finds_nothing(pages: SimpleNamespace, cast: Any) -> None:
    cast.outsider.is_active = False
    assert not anything(cast.outsider, "tilgang")


def test_words_of_cases_are_never_what_a_misspelt_word_may_have_meant(cast: Any) -> None:
    factories.make_case(cast.reporter, description=f"Om {WORD}.")
    assert not Word.objects.filter(word=WORD).exists()
    assert searching.search(cast.outsider, WORD.replace("kj", "k")).corrected_from == ""


@pytest.mark.parametrize(
    "who", ["outsider", "colleague", "handler", "leader", "service_desk", "auditor", "director", "quality_manager"]
)
def test_every_hit_is_one_the_person_may_read(cast: Any, units: Units, who: str) -> None:
    """`visible_condition` of the index agrees with `visible_to` of the register, for every kind of case."""
    factories.make_case(cast.reporter, description=WORD)
    factories.make_case(cast.reporter, description=WORD, sealed=True)
    factories.make_case(cast.colleague, description=WORD, sealed=True, anonymity="colleagues")
    factories.make_outside_case(units.municipality, description=WORD)
    user = getattr(cast, who)
    results = searching.search(user, WORD)
    _pinned, entries = searching.shown(results.query, results.hits)
    assert {entry.owner_id for entry in entries} == set(Case.objects.visible_to(user).values_list("pk", flat=True))
