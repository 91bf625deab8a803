"""Test objects, made through the domain methods so that they are as real ones are."""

import datetime
import io
from decimal import Decimal
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Page

from audits import report_content
from audits.models import (
    Audit,
    AuditFinding,
    AuditQuestion,
    AuditTemplate,
    Authority,
    CheckQuestion,
    Evidence,
    Inspection,
    InspectionFinding,
    SelfCheck,
    Sheet,
    TemplateQuestion,
)
from cases.models import (
    Action,
    AnswerTemplate,
    CardBatch,
    CardUpload,
    Case,
    Category,
    Cause,
    Inquiry,
    Question,
    ScannedCard,
    ScannedFile,
)
from handbook import approvals, editions
from handbook.models import (
    ControlledPage,
    Coverage,
    IntroductionPlan,
    PlanStep,
    PlanUnit,
    ProcedurePage,
    Requirement,
    Standard,
)
from organisation import clock
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from results import meetings
from results.meetings import Meeting
from results.models import (
    ActionPlan,
    MaturityArea,
    MaturityScore,
    Network,
    PlanItem,
    ProfileAnalysis,
    Review,
    ReviewDecision,
    SignOff,
)
from results.models.profile import Entry
from risk.models import Assessment, Control, Risk, Subject, Template, Threat
from risk.uses import Use

PASSWORD = "test-passord-2026"


def make_unit(code: str, parent: Unit | None = None, **fields: Any) -> Unit:
    fields.setdefault("name", code.replace("-", " ").capitalize())
    unit = Unit(code=code, **fields)
    return parent.add_child(instance=unit) if parent else Unit.add_root(instance=unit)


def make_user(username: str, unit: Unit | None = None, *roles: Role, **fields: Any) -> User:
    fields.setdefault("first_name", username.replace("_", " ").title())
    fields.setdefault("last_name", "Testesen")
    fields.setdefault("email", f"{username}@example.test")
    user = User.objects.create_user(username=username, password=PASSWORD, unit=unit, **fields)
    for role in roles:
        RoleAssignment.objects.create(user=user, unit=unit, role=role)
    return User.objects.get(pk=user.pk)


def make_procedure(
    parent: Page,
    by: User,
    *,
    title: str = "Tilgang til fagsystem",
    owner_unit: Unit | None = None,
    body: list[tuple[str, Any]] | None = None,
    publish: bool = True,
    **fields: Any,
) -> ControlledPage:
    """A procedure under `parent`, published with a first edition unless told otherwise."""
    page = ProcedurePage(
        title=title,
        summary=fields.pop("summary", "Slik får, endrer og mister du tilgang."),
        owner_unit=owner_unit or by.unit,
        body=body or [("purpose", "Bare den som trenger det, skal ha tilgang.")],
        live=False,
        **fields,
    )
    parent.add_child(instance=page)
    if publish:
        approver = User.objects.get(username="approver")
        editions.publish(page, approver, note="Første versjon", major=True, author=by)
    return ProcedurePage.objects.get(pk=page.pk)


def make_illustrated(parent: Page, by: User, **fields: Any) -> ControlledPage:
    """A procedure in force with a picture, which its edition keeps a copy of."""
    content = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(content, "PNG")
    picture = get_image_model()(title="Kart", file=ImageFile(content, name="kart.png"), width=30, height=20)
    picture.save()
    shown = {"image": {"image": picture.pk, "decorative": False, "alt_text": "Et kart"}, "caption": ""}
    body = ProcedurePage._meta.get_field("body").stream_block.to_python([{"type": "image", "value": shown}])
    return make_procedure(parent, by, body=body, **fields)


def withdraw(page: Page, reason: str = "Erstattet.") -> None:
    """Take a page out of force, as the process owner of everything does."""
    approvals.withdraw(page.specific, User.objects.get(username="approver"), reason)


def make_case(by: User, **facts: Any) -> Case:
    """A case just received."""
    facts.setdefault("kind", Case.Kind.DEVIATION)
    facts.setdefault("description", "En vikar hadde tilgang tre uker etter siste vakt.")
    facts.setdefault("place", by.unit)
    return Case.report(by, **facts)


def make_outside_case(unit: Unit, **facts: Any) -> Case:
    """A case just taken in from an inhabitant, not sorted yet."""
    facts.setdefault("channel", Case.Channel.WEB)
    facts.setdefault("kind", Case.Kind.DEVIATION)
    facts.setdefault("description", "Hjemmetjenesten kom ikke til moren min på søndag.")
    facts.setdefault("name", "Kari Innbygger")
    facts.setdefault("email", "kari@example.test")
    return Case.take_in(unit=unit, **facts)


def make_cards(by: User, count: int = 10) -> CardBatch:
    """Report cards that are printed."""
    return CardBatch.make(by, unit=by.unit, count=count, language="nb")


def make_scan(by: User, pages: int = 1, *, printed: bool = True) -> CardUpload:
    """Scanned cards with running numbers, read but not written in. The pictures are blank."""
    batch = make_cards(by, pages) if printed else None
    upload = CardUpload.begin(by, [])
    file = ScannedFile.objects.create(upload=upload, name="kort.pdf")
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(picture, "JPEG")
    for page in range(1, pages + 1):
        file.take(page, picture.getvalue(), [batch.first + page - 1] if batch else [])
    file.finish()
    return upload


def make_scanned_card(by: User) -> ScannedCard:
    """One scanned card that waits."""
    return make_scan(by).cards().get()


def make_assessed_case(by: User, handler: User, *, probability: int = 4, consequence: int = 4, **facts: Any) -> Case:
    case = make_case(by, **facts)
    case.assess(handler, probability=probability, consequence=consequence, handler=handler)
    return case


def make_case_with_cause(by: User, handler: User, **facts: Any) -> Case:
    case = make_assessed_case(by, handler, **facts)
    case.set_cause(
        handler, root_cause="Ingen melder fra når et oppdrag er slutt.", cause=make_cause(), whys=["Hvorfor?"]
    )
    return case


def make_story(by: User, handler: User, *, lesson: str = "Gi vikarer sluttdato.", **facts: Any) -> Case:
    """A closed case told in the feed: an improvement, which needs neither cause nor measure, unless told otherwise."""
    told = {name: facts.pop(name) for name in ("story", "material_for", "highlighted") if name in facts}
    facts.setdefault("kind", Case.Kind.IMPROVEMENT)
    case = make_assessed_case(by, handler, probability=2, consequence=2, **facts)
    case.close(handler, lesson=lesson, **told)
    return case


def make_inquiry(case: Case, by: User, unit: Unit, **facts: Any) -> Inquiry:
    """The unit is asked whether the case is relevant for it."""
    facts.setdefault("question", "Kan dette skje hos dere?")
    facts.setdefault("deadline", clock.today() + datetime.timedelta(14))
    return Inquiry.ask(by, case, units=[unit], **facts)[0]


def make_action(case: Case, by: User, responsible: User, **plan: Any) -> Action:
    plan.setdefault("text", "Steng tilganger uten vakt siste uke")
    plan.setdefault("deadline", clock.today() + datetime.timedelta(14))
    return Action.add(by, case, responsible=responsible, **plan)


def make_cause(code: str = "rutine-mangler") -> Cause:
    return Cause.objects.get_or_create(code=code, defaults={"name": code.replace("-", " ").capitalize()})[0]


def make_template(name: str, **fields: Any) -> AnswerTemplate:
    fields.setdefault("text", "Hei {navn}!")
    return AnswerTemplate.objects.create(name=name, **fields)


def make_category(code: str = "informasjonssikkerhet") -> Category:
    return Category.objects.get_or_create(code=code, defaults={"name": code.capitalize()})[0]


def make_question(page: Page, by: User, text: str = "Hvor mange ble berørt?", **fields: Any) -> Question:
    """An extra question to who reports from the page or below it."""
    question = Question(page=Page.objects.get(pk=page.pk), text=text, **fields)
    question.full_clean()
    question.save_by(by)
    return question


def make_requirement(clause: str = "7.5.3", standard: Standard | None = None, **fields: Any) -> Requirement:
    if standard is None:
        standard = Standard.objects.get_or_create(
            slug="iso-9001", defaults={"code": "ISO 9001:2015", "title": "Kvalitetsledelse"}
        )[0]
    fields.setdefault("title", f"Det punkt {clause} ber om")
    return Requirement.objects.create(standard=standard, clause=clause, **fields)


def make_mapping(by: User, requirement: Requirement, page: Page, note: str = "") -> Coverage:
    """The page answers the requirement."""
    return Coverage.link(by, requirement, page.document, note)


def make_plan(by: User, **facts: Any) -> IntroductionPlan:
    """A plan that is under way, from a month ago till two months ahead."""
    if "standard" not in facts:
        facts["standard"] = Standard.objects.get_or_create(
            slug="iso-26000", defaults={"code": "ISO 26000:2010", "title": "Samfunnsansvar"}
        )[0]
    facts.setdefault("title", "Innføring av ISO 26000")
    facts.setdefault("unit", by.unit)
    facts.setdefault("owner", by)
    facts.setdefault("goal", "Samfunnsansvar skal være en del av styringen.")
    facts.setdefault("first_day", clock.today() - datetime.timedelta(30))
    facts.setdefault("target_day", clock.today() + datetime.timedelta(60))
    facts.setdefault("state", IntroductionPlan.State.UNDER_WAY)
    return IntroductionPlan.begin(by, **facts)


def make_plan_step(by: User, owner: User, plan: IntroductionPlan | None = None, **facts: Any) -> PlanStep:
    facts.setdefault("text", "Kartlegg hva vi gjør i dag")
    facts.setdefault("deadline", clock.today() + datetime.timedelta(14))
    return PlanStep.add(by, plan or make_plan(by), owner=owner, **facts)


def put_out(by: User, plan: IntroductionPlan, *units: Unit) -> list[PlanUnit]:
    """The plan put out to the units."""
    PlanUnit.choose(by, plan, list(units))
    return list(plan.units.order_by("pk"))


def make_assessment(by: User, rows: int = 0, **head: Any) -> Assessment:
    """A draft of the person's unit, with rows that are filled in and demand nothing."""
    head.setdefault("title", "ROS for hjemmetjenesten")
    head.setdefault("use", Use.WORKING_ENVIRONMENT)
    head.setdefault("unit", by.unit)
    assessment = Assessment.begin(by, **head)
    for number in range(1, rows + 1):
        make_risk(assessment, by, threat=f"Trussel {number}")
    return assessment


def make_risk(assessment: Assessment, by: User, **values: Any) -> Risk:
    """A row of a draft, scored 2 × 2 unless told otherwise."""
    values.setdefault("aspect", "Alenearbeid om natten")
    values.setdefault("threat", "En ansatt blir truet på et hjemmebesøk")
    values.setdefault("probability", 2)
    values.setdefault("consequence", 2)
    return Risk.add(by, assessment, **values)


def make_serious_risk(assessment: Assessment, by: User, **values: Any) -> Risk:
    """A row scored 4 × 4, with a preventive measure."""
    values.setdefault("probability", 4)
    values.setdefault("consequence", 4)
    values.setdefault("preventive", "Gå to sammen til kjente adresser")
    return make_risk(assessment, by, **values)


def make_decided(by: User, *rows: dict[str, Any], **head: Any) -> Assessment:
    """An assessment in force, decided by the person, with these rows."""
    assessment = make_assessment(by, **head)
    for values in rows or ({},):
        make_risk(assessment, by, **values)
    assessment.decide(by)
    return assessment


def make_risk_template(name: str = "Generell mal", threats: int = 1, **fields: Any) -> Template:
    fields.setdefault("use", Use.WORKING_ENVIRONMENT)
    fields.setdefault("version_label", "01.11.2026")
    template = Template.objects.create(name=name, **fields)
    for place in range(1, threats + 1):
        Threat.objects.create(template=template, place=place, threat=f"Kjent trussel {place}", aspect="Drift")
    return template


def make_control(code: str = "K1", name: str = "To sammen ved kjent fare") -> Control:
    return Control.objects.create(code=code, name=name)


def make_subject(unit: Unit, name: str = "Fagsystem helse", **fields: Any) -> Subject:
    fields.setdefault("kind", Subject.Kind.IT_SYSTEM)
    return Subject.objects.create(unit=unit, name=name, **fields)


def make_authority(name: str = "Arbeidstilsynet") -> Authority:
    return Authority.objects.get_or_create(name=name)[0]


def make_inspection(by: User, **facts: Any) -> Inspection:
    """A notice of an inspection of the person's unit, or of a municipal control when `kind` says so."""
    facts.setdefault("kind", Inspection.Kind.STATE)
    if facts["kind"] == Inspection.Kind.STATE:
        facts.setdefault("authority", make_authority())
    else:
        facts.setdefault("orderer", Inspection.Orderer.CONTROL_COMMITTEE)
    facts.setdefault("title", "Vold og trusler")
    facts.setdefault("unit", by.unit)
    return Inspection.register(by, **facts)


def make_inspection_finding(inspection: Inspection, by: User, **facts: Any) -> InspectionFinding:
    facts.setdefault("grade", InspectionFinding.Grade.LAW_BREACH)
    facts.setdefault("words", "Kommunen har ikke kartlagt faren for vold.")
    return InspectionFinding.add(by, inspection, **facts)


def make_reported(by: User, *findings: dict[str, Any], days: int = 21, **facts: Any) -> Inspection:
    """An inspection whose report is registered today, with these findings, to be answered in so many days."""
    inspection = make_inspection(by, **facts)
    for finding in findings or ({},):
        make_inspection_finding(inspection, by, **finding)
    deadline = clock.today() + datetime.timedelta(days)
    inspection.record_report(by, report_date=clock.today(), answer_deadline=deadline)
    return inspection


def make_self_check(by: User, questions: int = 2, **facts: Any) -> SelfCheck:
    """A draft of the person's unit."""
    facts.setdefault("title", "Internkontroll i enhetene")
    facts.setdefault("framework", SelfCheck.Framework.COSO)
    facts.setdefault("unit", by.unit)
    check = SelfCheck.begin(by, **facts)
    for number in range(1, questions + 1):
        CheckQuestion.add(by, check, text=f"Virker rutine {number}?")
    return check


def make_sheet(by: User, unit: Unit, days: int = 14, **facts: Any) -> Sheet:
    """What one unit is asked in a round that is sent."""
    check = make_self_check(by, **facts)
    return check.send(by, units=[unit], deadline=clock.today() + datetime.timedelta(days))[0]


def answer_sheet(sheet: Sheet, by: User, *values: str, comment: str = "Mangler rutine") -> None:
    """Answer the questions in order; a comment to all but yes."""
    questions = sheet.check_of.questions.all()
    given = {
        question.pk: {"value": value, "comment": "" if value == "yes" else comment, "evidence": ""}
        for question, value in zip(questions, values, strict=False)
    }
    sheet.save_answers(by, given)


# Audits


def make_audit(by: User, unit: Unit, lead: User, **facts: Any) -> Audit:
    """A planned audit of the unit with days, scope and criteria."""
    facts.setdefault("title", "Legemidler i hjemmetjenesten")
    facts.setdefault("starts_on", clock.today() + datetime.timedelta(14))
    facts.setdefault("ends_on", facts["starts_on"])
    facts.setdefault("year", facts["starts_on"].year)
    facts.setdefault("scope", "Begge soner.")
    facts.setdefault("criteria", "Prosedyre 4.2.7")
    return Audit.plan(by, unit=unit, lead=lead, **facts)


def make_begun_audit(by: User, unit: Unit, lead: User, questions: int = 1, **facts: Any) -> Audit:
    """An audit under way, with questions nobody has answered."""
    audit = make_audit(by, unit, lead, **facts)
    AuditQuestion.add(by, audit, [{"text": f"Vis sak {number}."} for number in range(1, questions + 1)])
    audit.notify(by)
    audit.start(lead)
    return audit


def make_finding(audit: Audit, by: User, grade: str = "major", **facts: Any) -> AuditFinding:
    """A finding that can stand in a report: measured against something, and with evidence."""
    facts.setdefault("words", f"Funn {audit.findings.count() + 1}: loggen mangler i uke 12.")
    facts.setdefault("basis", "Prosedyre 4.2.7")
    finding = AuditFinding.write(by, audit, grade=grade, **facts)
    Evidence.add(by, finding=finding, kind="document", source="Logg", seen="Uke 12 mangler.", conforming=3, sample=4)
    return finding


def make_reported_audit(by: User, unit: Unit, lead: User, *grades: str, **facts: Any) -> Audit:
    """An audit with an issued report and a finding of each grade."""
    audit = make_begun_audit(by, unit, lead, **facts)
    for grade in grades:
        make_finding(audit, lead, grade)
    issue(audit, lead)
    return audit


def issue(audit: Audit, lead: User) -> None:
    """The report of an audit under way."""
    audit.summarise(lead, summary="Det meste virker.", closing_meeting=clock.today(), closing_note="Enige.")
    audit.issue(lead, report_content.of(audit))


def put_right(case: Case, handler: User) -> Case:
    """The case of a finding, closed by its unit with cause, measure and effect."""
    case.assess(handler, probability=2, consequence=2, handler=handler)
    case.set_cause(handler, root_cause="Ingen hadde oppgaven.", cause=make_cause(), whys=["Hvorfor?"])
    director = User.objects.get(username="director")
    action = make_action(case, handler, director)
    action.complete(director, note="Gjort")
    action.evaluate(handler, effect=Action.Effect.EFFECTIVE, note="Sett")
    case.refresh_from_db()
    case.close(handler, residual_probability=1, residual_consequence=1)
    return case


def make_audit_template(name: str = "Kort praksisrevisjon", **fields: Any) -> AuditTemplate:
    fields.setdefault("purpose", AuditTemplate.Purpose.PRACTICE)
    template = AuditTemplate.objects.create(name=name, **fields)
    TemplateQuestion.objects.create(template=template, place=1, text="Vis det siste tilfellet.", look_for="Rekkefølge")
    return template


def make_evidence(by: User, question: AuditQuestion, **facts: Any) -> Evidence:
    facts.setdefault("kind", Evidence.Kind.INTERVIEW)
    facts.setdefault("source", "Sykepleier, natt")
    facts.setdefault("seen", "Kjente ikke rutinen.")
    return Evidence.add(by, question=question, **facts)


# Management review


def make_review(by: User, **facts: Any) -> Review:
    """A review of the person's unit and the last tertial of 2025, being prepared."""
    facts.setdefault("unit", by.unit)
    facts.setdefault("first", datetime.date(2025, 9, 1))
    facts.setdefault("last", datetime.date(2025, 12, 31))
    facts.setdefault("title", "")
    return Review.begin(by, **facts)


def make_meeting(by: User, **facts: Any) -> Review:
    """A review whose meeting is started, with one who takes part."""
    review = make_review(by, **facts)
    review.add_participant(by, name="Plasstillitsvalgt")
    meetings.start(by, review)
    return review


def make_decision(by: User, review: Review, **facts: Any) -> ReviewDecision:
    facts.setdefault("text", "Innboksen gjennomgås hver uke")
    facts.setdefault("category", ReviewDecision.Category.CHANGE)
    facts.setdefault("owner", by)
    facts.setdefault("deadline", clock.today() + datetime.timedelta(60))
    return ReviewDecision.make(by, review, **facts)


def go_through(by: User, review: Review) -> None:
    """Every input is gone through in the meeting, with the comments that are there."""
    for one in Meeting(review).inputs:
        text, raised = (one.comment.text, one.comment.raised) if one.comment else ("", False)
        review.comment(by, one.section.code, text=text, raised=raised, gone_through=True)


def make_closed_review(by: User, *decisions: dict[str, Any], **facts: Any) -> Review:
    """A closed review with these decisions."""
    review = make_meeting(by, **facts)
    for decision in decisions:
        make_decision(by, review, **decision)
    go_through(by, review)
    review.conclude(by, "Systemet virker.")
    meetings.close(by, review)
    return review


def make_sign_off(by: User, review: Review, decision: ReviewDecision, **facts: Any) -> SignOff:
    facts.setdefault("outcome", SignOff.Outcome.GOES_ON)
    facts.setdefault("note", "Halvveis.")
    return SignOff.give(by, review, decision, **facts)


# Maturity, profiles, action plans and memberships


def make_maturity_area(code: str = "kontrollmiljo", **fields: Any) -> MaturityArea:
    levels = {f"level_{level}": f"Slik er nivå {level}" for level in range(1, 6)}
    facts = {"name": code.capitalize(), "framework": MaturityArea.Framework.COSO, **levels, **fields}
    return MaturityArea.objects.get_or_create(code=code, defaults=facts)[0]


def make_maturity(by: User, **facts: Any) -> MaturityScore:
    """An area of the person's unit this year, at level 2 with ambition 4 next year unless told otherwise."""
    facts.setdefault("unit", by.unit)
    facts.setdefault("year", clock.today().year)
    facts.setdefault("now", 2)
    facts.setdefault("ambition", max(4, facts["now"]))
    facts.setdefault("reached_by", datetime.date(facts["year"] + 1, 6, 30))
    facts.setdefault("evidence", "Sett i revisjonen")
    if "area" not in facts:
        facts["area"] = make_maturity_area()
    return MaturityScore.assess(by, **facts)


def make_profile(
    by: User, elements: tuple[str, ...] = ("Verdier", "Varsling", "Innkjøp"), **facts: Any
) -> ProfileAnalysis:
    """An analysis of the person's unit on a scale from 1 to 6, without values."""
    facts.setdefault("title", "Etikkprofil")
    facts.setdefault("unit", by.unit)
    facts.setdefault("lowest", Decimal(1))
    facts.setdefault("highest", Decimal(6))
    return ProfileAnalysis.begin(by, elements=elements, **facts)


def enter_profile(by: User, analysis: ProfileAnalysis, year: int, *values: float | str) -> None:
    """A value for each element in order, or why it is left out."""
    entries = [
        Entry(element, reason=value) if isinstance(value, str) else Entry(element, Decimal(str(value)))
        for element, value in zip(analysis.elements.in_year(year), values, strict=True)
    ]
    analysis.enter(by, year, entries)


def make_action_plan(by: User, items: int = 0, **facts: Any) -> ActionPlan:
    """A draft for the person's unit from a month ago till ten months ahead, with measures for the person's to do."""
    today = clock.today()
    facts.setdefault("title", "Mot korrupsjon")
    facts.setdefault("why", "Ingen skal kunne kjøpe seg fordeler hos oss.")
    facts.setdefault("unit", by.unit)
    facts.setdefault("owner", by)
    facts.setdefault("first_day", today - datetime.timedelta(30))
    facts.setdefault("last_day", today + datetime.timedelta(300))
    plan = ActionPlan.begin(by, **facts)
    for number in range(1, items + 1):
        make_plan_item(by, plan, text=f"Tiltak {number}")
    return plan


def make_plan_item(by: User, plan: ActionPlan, **facts: Any) -> PlanItem:
    facts.setdefault("text", "Gå gjennom habilitet i alle innkjøp")
    facts.setdefault("responsible", by)
    facts.setdefault("deadline", clock.today() + datetime.timedelta(60))
    facts.setdefault("probability", 3)
    facts.setdefault("consequence", 3)
    return PlanItem.add(by, plan, **facts)


def make_network(by: User, **facts: Any) -> Network:
    """A membership of the person's unit, since a year, evaluated in half a year."""
    facts.setdefault("name", "Nettverk mot korrupsjon")
    facts.setdefault("kind", Network.Kind.NETWORK)
    facts.setdefault("purpose", "Lære av andre kommuner")
    facts.setdefault("unit", by.unit)
    facts.setdefault("contact", by)
    facts.setdefault("first_day", clock.today() - datetime.timedelta(365))
    facts.setdefault("evaluate_on", clock.today() + datetime.timedelta(180))
    return Network.add(by, **facts)
