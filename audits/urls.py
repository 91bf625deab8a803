"""Addresses of inspections, self-checks and audits. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path

from audits.views import audit_steps, audits, field, programmes, questions

app_name = "audits"

PROGRAMME = "program/<int:year>/"
AUDIT = "revisjon/<int:pk>/"
QUESTION = AUDIT + "sporsmal/<int:question>/"
FINDING = AUDIT + "funn/<int:finding>/"

urlpatterns = [
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
