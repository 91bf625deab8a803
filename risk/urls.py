"""Addresses of the risk assessments. Every one is declared here and asks `can()` or `visible_to()` itself."""

from django.urls import path

from risk.views import assessments, filling, guidance, overviews, printing, register, rows, sheets, steps, subjects
from risk.views.grid import save_cells

app_name = "risk"

ASSESSMENT = "<int:pk>/"
ROW = ASSESSMENT + "rad/<uuid:key>/"

urlpatterns = [
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
    path("veiledning/", guidance.guidance, name="guidance"),
    # One assessment
    path("ny/", steps.Begin.as_view(), name="begin"),
    path(ASSESSMENT, assessments.assessment, name="assessment"),
    path(ASSESSMENT + "endre/", steps.Change.as_view(), name="change"),
    path(ASSESSMENT + "deltakere/", steps.AddParticipant.as_view(), name="add_participant"),
    path(ASSESSMENT + "deltakere/<int:person>/fjern/", steps.remove_participant, name="remove_participant"),
    path(ASSESSMENT + "til-beslutning/", steps.ask, name="ask"),
    path(ASSESSMENT + "beslutt/", steps.Decide.as_view(), name="decide"),
    path(ASSESSMENT + "ny-versjon/", steps.revise, name="revise"),
    path(ASSESSMENT + "kopier/", steps.Copy.as_view(), name="copy"),
    path(ASSESSMENT + "avslutt/", steps.End.as_view(), name="end"),
    path(ASSESSMENT + "historikk/", assessments.history, name="history"),
    path(ASSESSMENT + "beslutning/", assessments.decision, name="decision"),
    # The sheet, and the form on paper
    path(ASSESSMENT + "regneark/", sheets.export, name="export"),
    path(ASSESSMENT + "pdf/", printing.pdf, name="pdf"),
    path("tomt-skjema/<int:pk>/", sheets.empty, name="empty_sheet"),
    path("les-inn/", sheets.upload, name="import_sheet"),
    path("les-inn/<int:pk>/", sheets.preview, name="sheet_import"),
    path("les-inn/<int:pk>/endringer/", sheets.changes, name="sheet_changes"),
    path("les-inn/<int:pk>/forkast/", sheets.discard, name="discard_sheet"),
    # One risk
    path(ROW, rows.row, name="row"),
    path(ROW + "knytt/", rows.Tie.as_view(), name="tie"),
    path(ROW + "knytt/<int:link>/fjern/", rows.untie, name="untie"),
    path(ROW + "aksepter/", rows.Accept.as_view(), name="accept"),
    path(ROW + "aksepter/<int:acceptance>/trekk/", rows.withdraw_acceptance, name="withdraw_acceptance"),
    path(ROW + "restrisiko/", rows.ConfirmResidual.as_view(), name="confirm_residual"),
    path(ROW + "gjentakelser/", rows.SettleRepeats.as_view(), name="settle_repeats"),
    path(ROW + "gjentakelser/oppjuster/", rows.raise_probability, name="raise_probability"),
    # The grid, the form of one row, and what is done with rows
    path(ASSESSMENT + "celler/", save_cells, name="save_cells"),
    path(ASSESSMENT + "bibliotek/", filling.library, name="library"),
    path(ASSESSMENT + "rad/ny/", filling.NewRow.as_view(), name="new_row"),
    path(ROW + "rediger/", filling.EditRow.as_view(), name="edit_row"),
    path(ROW + "slett/", filling.remove_row, name="remove_row"),
    path(ROW + "sett-tilbake/", filling.restore_row, name="restore_row"),
    path(ROW + "kopi/", filling.duplicate_row, name="duplicate_row"),
    path(ROW + "flytt/", filling.move_row, name="move_row"),
]
