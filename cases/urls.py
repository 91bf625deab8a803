"""Addresses of the cases. Every one is declared here and asks `can()` or `visible_to()` itself."""

from django.urls import path

from cases.views import attachments, detail, following, learning, notices, register, reporting, transitions

app_name = "cases"

CASE = "saker/<str:reference>/"
ACTION = CASE + "tiltak/<int:pk>/"

urlpatterns = [
    path("meld/", reporting.report, name="report"),
    path("meld/lignende/", reporting.similar, name="similar"),
    path("varsler/les/", notices.mark_read, name="read_notices"),
    path("laering/", learning.feed, name="stories"),
    path("laering/<str:reference>/", learning.story, name="story"),
    path("folg/", following.follow, name="follow"),
    path("folg/<int:pk>/slutt/", following.unfollow, name="unfollow"),
    path("saker/", register.register, name="register"),
    path("saker/eksport.xlsx", register.export, name="export"),
    path("saker/visninger/", register.save_view, name="save_view"),
    path("saker/visninger/<int:pk>/slett/", register.delete_view, name="delete_view"),
    path(CASE, detail.detail, name="detail"),
    path(CASE + "kvittering/", detail.receipt, name="receipt"),
    path(CASE + "historikk/", detail.history, name="history"),
    path(CASE + "melding/", transitions.Say.as_view(), name="say"),
    path(CASE + "vedlegg/", transitions.Attach.as_view(), name="attach"),
    path(CASE + "vedlegg/<int:pk>/", attachments.attachment, name="attachment"),
    path(CASE + "vurder/", transitions.Assess.as_view(), name="assess"),
    path(CASE + "arsak/", transitions.SetCause.as_view(), name="set_cause"),
    path(CASE + "tiltak/ny/", transitions.AddAction.as_view(), name="add_action"),
    path(ACTION + "endre/", transitions.ChangeAction.as_view(), name="change_action"),
    path(ACTION + "ferdig/", transitions.CompleteAction.as_view(), name="complete_action"),
    path(ACTION + "dropp/", transitions.CancelAction.as_view(), name="cancel_action"),
    path(ACTION + "effekt/", transitions.EvaluateAction.as_view(), name="evaluate_action"),
    path(CASE + "lukk/", transitions.Close.as_view(), name="close"),
    path(CASE + "historien/", transitions.Retell.as_view(), name="retell"),
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
