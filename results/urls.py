"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path
from django.urls.resolvers import URLPattern

from results.views import annual_reports, review_steps, reviews

app_name = "results"

urlpatterns: list[URLPattern] = [
    # Management review
    path("gjennomgang/", reviews.register, name="reviews"),
    path("gjennomgang/eksport.xlsx", reviews.export, name="reviews_export"),
    path("gjennomgang/ny/", review_steps.Begin.as_view(), name="review_begin"),
    path("gjennomgang/<int:pk>/", reviews.review, name="review"),
    path("gjennomgang/<int:pk>/historikk/", reviews.history, name="review_history"),
    path("gjennomgang/<int:pk>/pdf/", reviews.pdf, name="review_pdf"),
    path("gjennomgang/<int:pk>/endre/", review_steps.Change.as_view(), name="review_change"),
    path("gjennomgang/<int:pk>/deltaker/", review_steps.AddParticipant.as_view(), name="review_add_participant"),
    path(
        "gjennomgang/<int:pk>/deltaker/<int:person>/fjern/",
        review_steps.remove_participant,
        name="review_remove_participant",
    ),
    path("gjennomgang/<int:pk>/del/<slug:code>/", review_steps.Comment.as_view(), name="review_comment"),
    path("gjennomgang/<int:pk>/mote/", review_steps.Start.as_view(), name="review_start"),
    path("gjennomgang/<int:pk>/beslutning/", review_steps.Decide.as_view(), name="review_decide"),
    path(
        "gjennomgang/<int:pk>/beslutning/<int:decision>/",
        review_steps.ChangeDecision.as_view(),
        name="review_change_decision",
    ),
    path(
        "gjennomgang/<int:pk>/beslutning/<int:decision>/fjern/",
        review_steps.remove_decision,
        name="review_remove_decision",
    ),
    path("gjennomgang/<int:pk>/kvitter/<int:decision>/", review_steps.GiveSignOff.as_view(), name="review_sign_off"),
    path("gjennomgang/<int:pk>/lukk/", review_steps.Close.as_view(), name="review_close"),
    path("gjennomgang/<int:pk>/avlys/", review_steps.Drop.as_view(), name="review_drop"),
    # The yearly report to the council
    path("arsrapport/", annual_reports.years, name="annual_reports"),
    path("arsrapport/ny/", annual_reports.Begin.as_view(), name="annual_report_begin"),
    path("arsrapport/<int:year>/", annual_reports.report, name="annual_report"),
    path("arsrapport/<int:year>/skriv/", annual_reports.Write.as_view(), name="annual_report_write"),
    path("arsrapport/<int:year>/utsted/", annual_reports.Issue.as_view(), name="annual_report_issue"),
    path("arsrapport/<int:year>/pdf/", annual_reports.pdf, name="annual_report_pdf"),
    path("arsrapport/<int:year>/word/", annual_reports.word, name="annual_report_word"),
]
