"""Addresses of the cases. Every one is declared here and asks `can()` or `visible_to()` itself."""

from django.urls import path

from cases.api.description import description
from cases.views import attachments, desk, detail, dialog, integrations, notices, register, reporting, transitions

app_name = "cases"

CASE = "saker/<str:reference>/"
ACTION = CASE + "tiltak/<int:pk>/"

urlpatterns = [
    path("meld/", reporting.report, name="report"),
    path("meld/lignende/", reporting.similar, name="similar"),
    path("dialog/", dialog.dialog, name="dialog"),
    path("dialog/bekreft/<str:token>/", dialog.confirm, name="confirm"),
    path("dialog/status/<str:token>/", dialog.status, name="status"),
    path("dialog/status/<str:token>/fil/<int:pk>/", dialog.own_file, name="own_file"),
    path("dialog/status/<str:token>/opphev/", dialog.revoke, name="revoke_links"),
    path("dialog/status/<str:token>/ble-det-bedre/", dialog.better, name="better"),
    path("dialog/ny-lenke/", dialog.new_link, name="new_link"),
    path("dialog/forbedringer/", dialog.improvements, name="improvements"),
    path("dialog/personvern/", dialog.privacy, name="privacy"),
    path("varsler/les/", notices.mark_read, name="read_notices"),
    path("innkommet/", desk.queue, name="queue"),
    path("innkommet/ny/", desk.Conversation.as_view(), name="conversation"),
    path("innkommet/<int:pk>/", desk.RegisterIntake.as_view(), name="intake"),
    path("innkommet/<int:pk>/legg-bort/", desk.Discard.as_view(), name="discard"),
    path("innkommet/<int:pk>/fil/<int:file>/", desk.intake_file, name="intake_file"),
    path("integrasjoner/", integrations.integrations, name="integrations"),
    path("integrasjoner/ny/", integrations.NewIntegration.as_view(), name="new_integration"),
    path("integrasjoner/<str:name>.json", description, name="api_description"),
    path("integrasjoner/<int:pk>/", integrations.integration, name="integration"),
    path("integrasjoner/<int:pk>/bryter/", integrations.switch, name="switch_integration"),
    path("integrasjoner/<int:pk>/nokkel/", integrations.NewKey.as_view(), name="new_key"),
    path("integrasjoner/<int:pk>/nokkel/<int:key>/trekk/", integrations.revoke_key, name="revoke_key"),
    path("integrasjoner/<int:pk>/webhook/", integrations.NewWebhook.as_view(), name="new_webhook"),
    path("integrasjoner/<int:pk>/webhook/<int:hook>/bryter/", integrations.switch_webhook, name="switch_webhook"),
    path("integrasjoner/<int:pk>/webhook/<int:hook>/prov/", integrations.try_webhook, name="try_webhook"),
    path("saker/", register.register, name="register"),
    path("saker/eksport.xlsx", register.export, name="export"),
    path("saker/visninger/", register.save_view, name="save_view"),
    path("saker/visninger/<int:pk>/slett/", register.delete_view, name="delete_view"),
    path(CASE, detail.detail, name="detail"),
    path(CASE + "kvittering/", detail.receipt, name="receipt"),
    path(CASE + "historikk/", detail.history, name="history"),
    path(CASE + "melding/", transitions.Say.as_view(), name="say"),
    path(CASE + "brev/", transitions.Write.as_view(), name="write"),
    path(CASE + "vedlegg/", transitions.Attach.as_view(), name="attach"),
    path(CASE + "vedlegg/<int:pk>/", attachments.attachment, name="attachment"),
    path(CASE + "fordel/", desk.Triage.as_view(), name="triage"),
    path(CASE + "vurder/", transitions.Assess.as_view(), name="assess"),
    path(CASE + "arsak/", transitions.SetCause.as_view(), name="set_cause"),
    path(CASE + "tiltak/ny/", transitions.AddAction.as_view(), name="add_action"),
    path(ACTION + "endre/", transitions.ChangeAction.as_view(), name="change_action"),
    path(ACTION + "ferdig/", transitions.CompleteAction.as_view(), name="complete_action"),
    path(ACTION + "dropp/", transitions.CancelAction.as_view(), name="cancel_action"),
    path(ACTION + "effekt/", transitions.EvaluateAction.as_view(), name="evaluate_action"),
    path(CASE + "lukk/", transitions.Close.as_view(), name="close"),
    path(CASE + "avvis/", transitions.Reject.as_view(), name="reject"),
    path(CASE + "duplikat/", transitions.MarkDuplicate.as_view(), name="duplicate"),
    path(CASE + "overta/", transitions.TakeOver.as_view(), name="take_over"),
    path(CASE + "gjenapne/", transitions.Reopen.as_view(), name="reopen"),
    path(CASE + "send-videre/", transitions.Reassign.as_view(), name="reassign"),
    path(CASE + "saksbehandler/", transitions.SetHandler.as_view(), name="set_handler"),
    path(CASE + "rett/", transitions.Correct.as_view(), name="correct"),
    path(CASE + "skjerm/", transitions.Seal.as_view(), name="seal"),
    path(CASE + "tilgang/", transitions.GiveAccess.as_view(), name="give_access"),
]
