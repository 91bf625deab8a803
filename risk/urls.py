"""Addresses of the risk assessments. Every one is declared here and asks `can()` or `visible_to()` itself."""

from django.urls import path

from risk.views import assessments, rows
from risk.views import grid as cells

app_name = "risk"

ASSESSMENT = "<int:pk>/"
ROW = ASSESSMENT + "rad/<uuid:key>/"

urlpatterns = [
    path(ASSESSMENT, assessments.assessment, name="assessment"),
    path(ROW, assessments.row, name="row"),
    # The grid, the form of one row, and what is done with rows
    path(ASSESSMENT + "celler/", cells.save_cells, name="save_cells"),
    path(ASSESSMENT + "bibliotek/", rows.library, name="library"),
    path(ASSESSMENT + "rad/ny/", rows.NewRow.as_view(), name="new_row"),
    path(ROW + "rediger/", rows.EditRow.as_view(), name="edit_row"),
    path(ROW + "slett/", rows.remove_row, name="remove_row"),
    path(ROW + "sett-tilbake/", rows.restore_row, name="restore_row"),
    path(ROW + "kopier/", rows.duplicate_row, name="duplicate_row"),
    path(ROW + "flytt/", rows.move_row, name="move_row"),
]
