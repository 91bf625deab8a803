"""Permanent addresses of documents: for links that must outlive moves and pages (G4)."""

from django.urls import path, re_path

from handbook import delegations, pictures, poster, views

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
    path("fullmakter/", delegations.register, name="delegations"),
    path("fullmakter/eksport.xlsx", delegations.export, name="export_delegations"),
    path("fullmakter/ny/", delegations.new, name="new_delegation"),
    path("fullmakter/<int:pk>/", delegations.detail, name="delegation"),
    path("fullmakter/<int:pk>/trekk/", delegations.withdraw, name="withdraw_delegation"),
    # Before Wagtail's own pattern: fewer queries, and it knows no dots ("versjoner/4.1/").
    re_path(r"^(handbok/(?:[\w.-]+/)*)$", views.page, name="page"),
]
