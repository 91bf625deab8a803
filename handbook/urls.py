"""Permanent addresses of documents: for links that must outlive moves and pages (G4)."""

from django.urls import path, re_path

from handbook import hearing_views, pictures, poster, proposal_views, views

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
    path("horing/", hearing_views.mine, name="hearings"),
    path("horing/l/<str:token>/", hearing_views.outsider, name="hearing_outsider"),
    path("horing/l/<str:token>/bilde/<str:name>", hearing_views.outsider_picture, name="hearing_picture"),
    path("d/<str:document_id>/horing/", hearing_views.overview, name="hearing"),
    path("d/<str:document_id>/horing/<int:pk>/", hearing_views.hearing_round, name="hearing_round"),
    path("d/<str:document_id>/horing/<int:pk>/avslutt/", hearing_views.close, name="close_hearing"),
    path("d/<str:document_id>/horing/<int:pk>/svar/<int:comment>/", hearing_views.answer, name="answer_comment"),
    path("d/<str:document_id>/horing/<int:pk>/lenker/", hearing_views.links, name="hearing_links"),
    path("d/<str:document_id>/horing/<int:pk>/lenker/<int:link>/trekk/", hearing_views.revoke, name="revoke_link"),
    path("forslag/", proposal_views.queue, name="proposals"),
    path("d/<str:document_id>/foresla/", proposal_views.propose, name="propose"),
    path("d/<str:document_id>/forslag/", proposal_views.of_document, name="document_proposals"),
    path("d/<str:document_id>/forslag/<int:pk>/", proposal_views.proposal, name="proposal"),
    # Before Wagtail's own pattern: fewer queries, and it knows no dots ("versjoner/4.1/").
    re_path(r"^(handbok/(?:[\w.-]+/)*)$", views.page, name="page"),
]
