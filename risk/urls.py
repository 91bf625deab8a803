"""Addresses of the risk assessments. Every one is declared here and asks `can()` or `visible_to()` itself."""

from django.urls import path

from risk.views import assessments, overviews, register, subjects

app_name = "risk"

ASSESSMENT = "<int:pk>/"
ROW = ASSESSMENT + "rad/<uuid:key>/"

urlpatterns = [
    path(ASSESSMENT, assessments.assessment, name="assessment"),
    path(ROW, assessments.row, name="row"),
    # Registers and overviews
    path("", register.register, name="register"),
    path("eksport.xlsx", register.export, name="register_export"),
    path("risikoer/", register.risks, name="risks"),
    path("enhet/<slug:code>/", overviews.unit, name="unit"),
    path("oversikt/", overviews.heat, name="heat"),
    path("dekning/", overviews.coverage, name="coverage"),
    path("dekning/eksport.xlsx", overviews.export_coverage, name="coverage_export"),
    path("verdier/", subjects.subjects, name="subjects"),
    path("verdier/ny/", subjects.Add.as_view(), name="new_subject"),
    path("verdier/<int:pk>/endre/", subjects.Change.as_view(), name="change_subject"),
]
