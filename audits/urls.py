"""Addresses of inspections, self-checks and audits. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path, register_converter
from django.urls.resolvers import URLPattern

from audits.kinds import KindConverter
from audits.views import (
    audit_steps,
    audits,
    field,
    inspection_steps,
    inspections,
    inspectors,
    outside,
    programmes,
    questions,
    register,
    self_check_steps,
    self_checks,
)

app_name = "audits"

register_converter(KindConverter, "control")

KIND = "<control:kind>/"
INSPECTION = KIND + "<int:pk>/"
ACCESS = INSPECTION + "innsyn/<int:access>/"
CHECK = "internkontroll/<int:pk>/"
SHEET = CHECK + "enhet/<slug:code>/"
OUTSIDE = "innsyn/<str:token>/"
PROGRAMME = "program/<int:year>/"
AUDIT = "revisjon/<int:pk>/"
QUESTION = AUDIT + "sporsmal/<int:question>/"
FINDING = AUDIT + "funn/<int:finding>/"

urlpatterns: list[URLPattern] = [
    # Inspections and municipal controls
    path("", register.register, name="register"),
    path(KIND, register.inspections, name="inspections"),
    path(KIND + "eksport.xlsx", register.export_inspections, name="inspections_export"),
    path(KIND + "ny/", inspection_steps.Register.as_view(), name="register_inspection"),
    path(INSPECTION, inspections.inspection, name="inspection"),
    path(INSPECTION + "endre/", inspection_steps.Change.as_view(), name="change_inspection"),
    path(INSPECTION + "besok/", inspection_steps.Visit.as_view(), name="record_visit"),
    path(INSPECTION + "rapport/", inspection_steps.Report.as_view(), name="record_report"),
    path(INSPECTION + "frist/", inspection_steps.Deadline.as_view(), name="move_deadline"),
    path(INSPECTION + "svar/", inspection_steps.Answer.as_view(), name="write_answer"),
    path(INSPECTION + "pa-nytt/", inspection_steps.Again.as_view(), name="take_up_again"),
    path(INSPECTION + "avslutt/", inspection_steps.Close.as_view(), name="close_inspection"),
    path(INSPECTION + "kommunestyret/", inspection_steps.Council.as_view(), name="record_council"),
    path(INSPECTION + "filer/", inspection_steps.AddFiles.as_view(), name="add_inspection_files"),
    path(INSPECTION + "filer/<int:file>/", inspections.file, name="inspection_file"),
    path(INSPECTION + "filer/<int:file>/fjern/", inspection_steps.TakeAwayFile.as_view(), name="take_away_file"),
    path(INSPECTION + "filer/<int:file>/sett-tilbake/", inspection_steps.put_back_file, name="put_back_file"),
    path(INSPECTION + "pdf/", inspections.pdf, name="inspection_pdf"),
    path(INSPECTION + "historikk/", inspections.history, name="inspection_history"),
    path(INSPECTION + "funn/ny/", inspection_steps.NewFinding.as_view(), name="new_finding"),
    path(INSPECTION + "funn/<int:finding>/endre/", inspection_steps.ChangeFinding.as_view(), name="change_finding"),
    path(INSPECTION + "funn/<int:finding>/fjern/", inspection_steps.remove_finding, name="remove_finding"),
    # What an inspector from outside is shown
    path(INSPECTION + "innsyn/ny/", inspectors.Give.as_view(), name="give_access"),
    path(ACCESS, inspectors.access, name="access"),
    path(ACCESS + "vis/", inspectors.Show.as_view(), name="show_thing"),
    path(ACCESS + "skjul/<int:thing>/", inspectors.hide, name="hide_thing"),
    path(ACCESS + "ny-lenke/", inspectors.new_link, name="new_access_link"),
    path(ACCESS + "avslutt/", inspectors.end, name="end_access"),
    path(OUTSIDE, outside.start, name="inspector"),
    path(OUTSIDE + "<int:thing>/", outside.thing, name="inspector_thing"),
    path(OUTSIDE + "<int:thing>/bilde/<str:sha256>/", outside.picture, name="inspector_picture"),
    # Self-checks
    path("internkontroll/", register.self_checks, name="self_checks"),
    path("internkontroll/eksport.xlsx", register.export_self_checks, name="self_checks_export"),
    path("internkontroll/ny/", self_check_steps.Begin.as_view(), name="begin_self_check"),
    path(CHECK, self_checks.self_check, name="self_check"),
    path(CHECK + "svar.xlsx", self_checks.export, name="self_check_export"),
    path(CHECK + "historikk/", self_checks.history, name="self_check_history"),
    path(CHECK + "endre/", self_check_steps.Change.as_view(), name="change_self_check"),
    path(CHECK + "kopier/", self_check_steps.Copy.as_view(), name="copy_self_check"),
    path(CHECK + "send/", self_check_steps.Send.as_view(), name="send_self_check"),
    path(CHECK + "lukk/", self_check_steps.Close.as_view(), name="close_self_check"),
    path(CHECK + "sporsmal/ny/", self_check_steps.NewQuestion.as_view(), name="new_question"),
    path(CHECK + "sporsmal/<int:question>/endre/", self_check_steps.ChangeQuestion.as_view(), name="change_question"),
    path(CHECK + "sporsmal/<int:question>/fjern/", self_check_steps.remove_question, name="remove_question"),
    path(SHEET, self_check_steps.AnswerSheet.as_view(), name="sheet"),
    path(SHEET + "signer/", self_check_steps.Sign.as_view(), name="sign_sheet"),
    path(SHEET + "gjenapne/", self_check_steps.Reopen.as_view(), name="reopen_sheet"),
    # The audit programme
    path("program/", programmes.programmes, name="programmes"),
    path("program/nytt/", programmes.Begin.as_view(), name="begin_programme"),
    path(PROGRAMME, programmes.programme, name="programme"),
    path(PROGRAMME + "endre/", programmes.Change.as_view(), name="change_programme"),
    path(PROGRAMME + "forslag/", programmes.proposal, name="proposal"),
    path(PROGRAMME + "kopier/", programmes.Copy.as_view(), name="copy_audits"),
    path(PROGRAMME + "sammenlign/", programmes.compare, name="compare_programmes"),
    path(PROGRAMME + "til-beslutning/", programmes.propose, name="propose_programme"),
    path(PROGRAMME + "beslutt/", programmes.Decide.as_view(), name="decide_programme"),
    # Audits
    path("revisjon/", audits.register, name="audits"),
    path("revisjon/ny/", audit_steps.Plan.as_view(), name="plan_audit"),
    path(AUDIT, audits.audit, name="audit"),
    path(AUDIT + "endre/", audit_steps.Change.as_view(), name="change_audit"),
    path(AUDIT + "lag/", audit_steps.Join.as_view(), name="join_audit"),
    path(AUDIT + "lag/<int:member>/fjern/", audit_steps.leave_team, name="leave_audit"),
    path(AUDIT + "varsle/", audit_steps.Notify.as_view(), name="notify_audit"),
    path(AUDIT + "begynn/", audit_steps.start, name="start_audit"),
    path(AUDIT + "avlys/", audit_steps.Cancel.as_view(), name="cancel_audit"),
    path(AUDIT + "oppsummering/", audit_steps.Summarise.as_view(), name="summarise_audit"),
    path(AUDIT + "utsted/", audit_steps.Issue.as_view(), name="issue_report"),
    path(AUDIT + "lukk/", audit_steps.Close.as_view(), name="close_audit"),
    path(AUDIT + "rapport/", audits.report, name="report"),
    path(AUDIT + "pdf/", audits.pdf, name="audit_pdf"),
    path(AUDIT + "historikk/", audits.history, name="audit_history"),
    # The questions of an audit
    path(AUDIT + "sporsmal/", questions.questions, name="questions"),
    path(AUDIT + "sporsmal/bygg/", questions.build, name="build_questions"),
    path(AUDIT + "sporsmal/nytt/", questions.Add.as_view(), name="add_question"),
    path(QUESTION + "endre/", questions.Reword.as_view(), name="reword_question"),
    path(QUESTION + "flytt/", questions.move, name="move_question"),
    path(QUESTION + "fjern/", questions.remove, name="remove_question"),
    # In the field
    path(AUDIT + "felt/", field.field, name="field"),
    path(AUDIT + "felt/<int:question>/", field.Answer.as_view(), name="answer"),
    path(AUDIT + "felt/<int:question>/bevis/", field.AddEvidence.as_view(), name="add_evidence"),
    path(AUDIT + "bevis/<int:evidence>/fjern/", field.remove_evidence, name="remove_evidence"),
    # Findings of audits
    path(AUDIT + "funn/nytt/", field.WriteFinding.as_view(), name="write_finding"),
    path(FINDING + "endre/", field.ChangeFinding.as_view(), name="change_finding"),
    path(FINDING + "bevis/", field.AddEvidenceToFinding.as_view(), name="add_evidence_to_finding"),
    path(FINDING + "trekk/", field.withdraw_finding, name="withdraw_finding"),
    path("funn/", audits.findings, name="findings"),
    path("funn/eksport.xlsx", audits.export_findings, name="export_findings"),
]
