"""The templates of audits and their questions in the admin: who looks after them, and that nothing is deleted."""

import pytest

from audits import question_sources
from audits.models import AuditTemplate
from tests import factories

pytestmark = pytest.mark.django_db
REGISTERS = ["audittemplate", "templatequestion"]
FORM = {"name": "Brannvern", "purpose": "practice", "version_label": "1", "about": "Hvert år", "active": "on"}


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("quality_manager", True),
        ("administrator", True),
        ("auditor", False),
        ("editor", False),
        ("process_owner", False),
        ("leader", False),
        ("outsider", False),
    ],
)
def test_those_who_look_after_registers_change_the_templates(cast, login, register, who, may):
    client = login(getattr(cast, who))
    for address in ("", "create/"):
        assert (client.get(f"/admin/audits/{register}/{address}").status_code == 200) is may


@pytest.mark.parametrize("who", ["auditor", "editor", "leader"])
def test_others_change_nothing(cast, login, who):
    template = factories.make_audit_template()
    client = login(getattr(cast, who))
    client.post("/admin/audits/audittemplate/create/", FORM)
    client.post(f"/admin/audits/audittemplate/edit/{template.pk}/", {**FORM, "shown_version": template.version})
    assert not AuditTemplate.objects.filter(name=FORM["name"]).exists()


def test_a_template_is_made_and_changed_and_its_history_says_by_whom(cast, login):
    client = login(cast.quality_manager)
    assert client.post("/admin/audits/audittemplate/create/", FORM).status_code == 302
    template = AuditTemplate.objects.get(name="Brannvern")
    address = f"/admin/audits/audittemplate/edit/{template.pk}/"
    assert client.post(address, {**FORM, "about": "Hver høst", "shown_version": 1}).status_code == 302
    template.refresh_from_db()
    assert (template.about, template.version) == ("Hver høst", 2)
    assert template.history.first().actor_label == cast.quality_manager.get_full_name()
    assert client.get(f"/admin/audits/audittemplate/inspect/{template.pk}/").status_code == 200


def test_a_stale_save_is_refused(cast, login):
    template = factories.make_audit_template()
    template.version = 2  # somebody else saved it meanwhile
    template.save_by(cast.administrator)
    sent = {**FORM, "shown_version": 1}
    answer = login(cast.quality_manager).post(f"/admin/audits/audittemplate/edit/{template.pk}/", sent)
    assert answer.status_code == 200
    assert AuditTemplate.objects.get(pk=template.pk).name == template.name


@pytest.mark.parametrize("register", REGISTERS)
def test_nothing_is_deleted(cast, login, register):
    template = factories.make_audit_template()
    thing = template if register == "audittemplate" else template.questions.first()
    answer = login(cast.quality_manager).post(f"/admin/audits/{register}/delete/{thing.pk}/")
    assert answer.status_code in (302, 403, 404)
    thing.refresh_from_db()


def test_a_question_out_of_use_is_proposed_no_more(cast, units):
    template = factories.make_audit_template()
    first = template.questions.first()
    audit = factories.make_audit(cast.quality_manager, units.home_care, cast.auditor)

    def proposed() -> set[str]:
        source = question_sources.of(question_sources.Kind.TEMPLATES, audit, cast.auditor, str(template.pk))
        return {row.text for row in source.proposed}

    assert first.text in proposed()
    first.active = False
    first.save_by(cast.quality_manager)
    assert first.text not in proposed()
