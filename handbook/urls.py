"""Permanent addresses of documents: for links that must outlive moves and pages (G4)."""

from django.urls import path, re_path

from handbook import (
    approval_views,
    checklist_views,
    lesson_views,
    pdf_views,
    pictures,
    plan_views,
    poster,
    requirement_views,
    review_views,
    views,
    word_views,
)

app_name = "handbook"

CLAUSE = "krav/<slug:standard>/<str:clause>/"
STEP = "innforing/steg/<int:pk>/"

urlpatterns = [
    path("media/images/<str:name>", pictures.picture, name="picture"),
    path("d/<str:document_id>/", views.document, name="document"),
    path("d/<str:document_id>/plakat/", poster.poster, name="poster"),
    path("d/<str:document_id>/plakat/kode.svg", poster.code, name="report_code"),
    path("d/<str:document_id>/pdf/", pdf_views.document, name="pdf"),
    path("d/<str:document_id>/versjoner/<str:label>/pdf/", pdf_views.edition, name="edition_pdf"),
    path("utskrifter/", pdf_views.order, name="order_printout"),
    path("utskrifter/<int:pk>/", pdf_views.printout, name="printout"),
    path("utskrifter/<int:pk>/fil/", pdf_views.printout_file, name="printout_file"),
    path("d/<str:document_id>/versjoner/", views.versions, name="versions"),
    path("d/<str:document_id>/versjoner/<str:label>/", views.edition, name="edition"),
    path("d/<str:document_id>/word/", word_views.download, name="word"),
    path("d/<str:document_id>/versjoner/<str:label>/word/", word_views.download, name="edition_word"),
    path("d/<str:document_id>/sammenlign/", views.choose_comparison, name="choose_comparison"),
    path("d/<str:document_id>/sammenlign/<str:older>/<str:newer>/", views.compare, name="compare"),
    path("d/<str:document_id>/utkast/", approval_views.draft, name="draft"),
    path("d/<str:document_id>/godkjenn/", approval_views.approve, name="approve"),
    path("d/<str:document_id>/stans/", approval_views.cancel_approved, name="cancel_approved"),
    path("d/<str:document_id>/trekk-tilbake/", approval_views.withdraw, name="withdraw"),
    path("d/<str:document_id>/sjekkliste/<int:place>/", checklist_views.fill, name="fill_checklist"),
    path("d/<str:document_id>/brukt/", checklist_views.used, name="used"),
    path("d/<str:document_id>/quiz/", lesson_views.quiz, name="quiz"),
    path("d/<str:document_id>/quiz/bestatt/", lesson_views.done, name="quiz_done"),
    path("sjekklister/", checklist_views.checklists, name="checklists"),
    path("sjekklister/<int:pk>/", checklist_views.checklist, name="checklist"),
    path("opplaring/", lesson_views.overview, name="lessons"),
    path("opplaring/register/", lesson_views.register, name="lesson_register"),
    path("opplaring/register/<slug:code>/", lesson_views.register_of_unit, name="lesson_register_unit"),
    path("d/<str:document_id>/bilde/<str:sha256>/", pictures.kept_picture, name="kept_picture"),
    path("d/<str:document_id>/vedlegg/<str:sha256>/", views.attachment, name="attachment"),
    path("d/<str:document_id>/krav/", requirement_views.document_requirements, name="document_requirements"),
    path("krav/", requirement_views.overview, name="coverage"),
    path("krav/eksport.xlsx", requirement_views.export, name="coverage_export"),
    path("krav/kobling/<int:pk>/endre/", requirement_views.ChangeMapping.as_view(), name="change_mapping"),
    path("krav/kobling/<int:pk>/fjern/", requirement_views.end_mapping, name="end_mapping"),
    path("krav/<slug:standard>/", requirement_views.matrix, name="matrix"),
    path(CLAUSE, requirement_views.requirement, name="requirement"),
    path(CLAUSE + "koble/", requirement_views.link, name="link"),
    path(CLAUSE + "gjelder/", requirement_views.SetApplicability.as_view(), name="set_applicability"),
    path("innforing/", plan_views.plan_list, name="plans"),
    path("innforing/ny/", plan_views.NewPlan.as_view(), name="new_plan"),
    path("innforing/<int:pk>/", plan_views.plan, name="plan"),
    path("innforing/<int:pk>/endre/", plan_views.ChangePlan.as_view(), name="change_plan"),
    path("innforing/<int:pk>/steg/", plan_views.AddStep.as_view(), name="add_step"),
    path(STEP + "endre/", plan_views.ChangeStep.as_view(), name="change_step"),
    path(STEP + "ferdig/", plan_views.CompleteStep.as_view(), name="complete_step"),
    path(STEP + "gjenapne/", plan_views.reopen_step, name="reopen_step"),
    path(STEP + "flytt/", plan_views.move_step, name="move_step"),
    path(STEP + "fjern/", plan_views.remove_step, name="remove_step"),
    path("d/<str:document_id>/forleng/", review_views.extend, name="extend_review"),
    path("gjennomgang/", review_views.reviews, name="reviews"),
    path("gjennomgang/eksport.xlsx", review_views.export, name="reviews_export"),
    # Before Wagtail's own pattern: fewer queries, and it knows no dots ("versjoner/4.1/").
    re_path(r"^(handbok/(?:[\w.-]+/)*)$", views.page, name="page"),
]
