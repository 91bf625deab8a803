"""The templates, threats and controls that come with the product (S49, S58, S77, G23)."""

from collections import Counter

import pytest
from django.core.management import call_command

from risk import cells, template_register, uses
from risk.models import Assessment, Control, Template, Threat
from risk.uses import Use
from tests import factories

pytestmark = pytest.mark.django_db
ETHICS = "Etikk og samfunnsansvar"
WRITTEN = template_register.templates()
KINDS = [(use, sub_kind) for use in Use.values for sub_kind in ("", *uses.SUB_KINDS.get(use, ()))]


@pytest.fixture
def loaded(db):
    call_command("load_risk_templates", verbosity=0)


def test_what_is_missing_is_added_once(capsys):
    call_command("load_risk_templates")
    call_command("load_risk_templates")
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"Added {len(WRITTEN)} templates and {len(template_register.controls())} controls."
    assert second == "Added 0 templates and 0 controls."
    assert Threat.objects.count() == sum(len(row["rows"]) for row in WRITTEN)


def test_what_the_municipality_has_written_is_left_as_it_is(loaded):
    template = Template.objects.get(name=ETHICS)
    template.about, template.active = "Vår egen tekst", False
    template.save()
    template.threats.exclude(place=1).delete()
    Threat.objects.filter(template=template).update(threat="Vår egen trussel")
    Control.objects.filter(code="A.5.15").update(name="Vårt navn")
    assert template_register.load() == (0, 0)
    template.refresh_from_db()
    assert (template.about, template.active) == ("Vår egen tekst", False)
    assert [threat.threat for threat in template.threats.all()] == ["Vår egen trussel"]
    assert Control.objects.get(code="A.5.15").name == "Vårt navn"


def test_a_template_of_the_municipality_with_the_same_name_gets_no_rows_of_ours():
    own = factories.make_risk_template(name="Generell mal", threats=1)
    template_register.load()
    assert own.threats.get().threat == "Kjent trussel 1"


@pytest.mark.parametrize(("use", "sub_kind"), KINDS)
def test_there_is_a_template_for_each_use_and_sub_kind(loaded, use, sub_kind):
    fitting = Template.objects.for_use(use, sub_kind)
    assert fitting.filter(sub_kind=sub_kind).exists()


def test_ethics_has_its_three_aspects(loaded):
    aspects = Threat.objects.filter(template__name=ETHICS).values_list("aspect", flat=True)
    count = Counter(aspect.split(".")[0] for aspect in aspects)
    assert set(count) == {"Hederlig virksomhet", "Forbrukerspørsmål", "Arbeidsforhold"}
    assert min(count.values()) >= 3


def test_the_registers_take_them_as_if_a_person_had_written_them(loaded):
    for thing in (*Template.objects.all(), *Threat.objects.all(), *Control.objects.all()):
        thing.full_clean()


def test_no_row_is_written_twice_or_too_long_and_none_is_empty():
    rows = [tuple(row) for template in WRITTEN for row in template["rows"]]
    assert all(8 <= len(template["rows"]) <= 15 for template in WRITTEN)
    assert len({threat.lower() for _aspect, threat, *_measures in rows}) == len(rows)
    assert all(text.strip() == text and 0 < len(text) <= cells.SHORT for row in rows for text in row)


def test_no_control_is_written_twice():
    codes, names, _descriptions = zip(*template_register.controls(), strict=True)
    assert len(set(codes)) == len(set(names)) == len(codes)
    assert 25 <= len(codes) <= 40


def test_a_control_of_the_standard_has_a_number_the_standard_has():
    """Annex A of ISO/IEC 27001:2022 has 37, 8, 14 and 34 controls in its four groups."""
    highest = {"5": 37, "6": 8, "7": 14, "8": 34}
    for code in (code for code, *_ in template_register.controls() if code.startswith("A.")):
        _a, group, number = code.split(".")
        assert 1 <= int(number) <= highest[group], code


def test_an_assessment_begins_with_the_rows_of_the_template(loaded, cast):
    template = Template.objects.get(name=ETHICS)
    assessment = Assessment.begin(
        cast.leader, unit=cast.leader.unit, template=template, title="Etikk", use=template.use
    )
    assert assessment.rows.count() == template.threats.count()
    assert assessment.template_label == "Etikk og samfunnsansvar 01.11.2026"
