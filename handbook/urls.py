"""Permanent addresses of documents: for links that must outlive moves and pages (G4)."""

from django.urls import path, re_path

from handbook import confirmation_views, pictures, poster, views

app_name = "handbook"
urlpatterns = [
    path("media/images/<str:name>", pictures.picture, name="picture"),
    path("d/<str:document_id>/", views.document, name="document"),
    path("d/<str:document_id>/plakat/", poster.poster, name="poster"),
    path("d/<str:document_id>/plakat/kode.svg", poster.code, name="report_code"),
    path("d/<str:document_id>/versjoner/", views.versions, name="versions"),
    path("d/<str:document_id>/versjoner/<str:label>/", views.edition, name="edition"),
    path("d/<str:document_id>/sammenlign/", views.choose_comparison, name="choose_comparison"),
    path("d/<str:document_id>/sammenlign/<str:older>/<str:newer>/", views.compare, name="compare"),
    path("d/<str:document_id>/vedlegg/<str:sha256>/", views.attachment, name="attachment"),
    path("d/<str:document_id>/bekreft/", confirmation_views.confirm, name="confirm"),
    path("d/<str:document_id>/forstar-ikke/", confirmation_views.unclear, name="unclear"),
    path("d/<str:document_id>/leseplikt/", confirmation_views.duties, name="duties"),
    path("d/<str:document_id>/leseplikt/<int:pk>/av/", confirmation_views.switch_off, name="switch_off_duty"),
    path("d/<str:document_id>/lest/", confirmation_views.report, name="confirmation_report"),
    path("d/<str:document_id>/lest/eksport.xlsx", confirmation_views.export, name="confirmation_export"),
    path("lest/", confirmation_views.overview, name="confirmation_overview"),
    # Before Wagtail's own pattern: fewer queries, and it knows no dots ("versjoner/4.1/").
    re_path(r"^(handbok/(?:[\w.-]+/)*)$", views.page, name="page"),
]
