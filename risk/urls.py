"""Addresses of the risk assessments. Every one is declared here and asks `can()` or `visible_to()` itself."""

from django.urls import path

from risk.views import assessments, guidance

app_name = "risk"

ASSESSMENT = "<int:pk>/"
ROW = ASSESSMENT + "rad/<uuid:key>/"

urlpatterns = [
    path("veiledning/", guidance.guidance, name="guidance"),
    path(ASSESSMENT, assessments.assessment, name="assessment"),
    path(ROW, assessments.row, name="row"),
]
