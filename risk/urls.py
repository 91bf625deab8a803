"""Addresses of the risk assessments. Every one is declared here and asks `can()` or `visible_to()` itself."""

from django.urls import path

from risk.views import assessments, printing, sheets

app_name = "risk"

ASSESSMENT = "<int:pk>/"
ROW = ASSESSMENT + "rad/<uuid:key>/"

urlpatterns = [
    path(ASSESSMENT, assessments.assessment, name="assessment"),
    path(ROW, assessments.row, name="row"),
    # The sheet, and the form on paper
    path(ASSESSMENT + "regneark/", sheets.export, name="export"),
    path(ASSESSMENT + "pdf/", printing.pdf, name="pdf"),
    path("tomt-skjema/<int:pk>/", sheets.empty, name="empty_sheet"),
    path("les-inn/", sheets.upload, name="import_sheet"),
    path("les-inn/<int:pk>/", sheets.preview, name="sheet_import"),
    path("les-inn/<int:pk>/endringer/", sheets.changes, name="sheet_changes"),
    path("les-inn/<int:pk>/forkast/", sheets.discard, name="discard_sheet"),
]
