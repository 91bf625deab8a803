"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path
from django.urls.resolvers import URLPattern

from results.views import (
    action_plans,
    annual_reports,
    goals,
    indicators,
    maturity,
    measurements,
    networks,
    profile,
    review_steps,
    reviews,
    scorecard,
    statistics,
    surveys,
    unit_plans,
)

app_name = "results"

STATISTICS = [
    # Statistics
    path("statistikk/", statistics.statistics, name="statistics"),
    path("statistikk/eksport.xlsx", statistics.workbook, name="statistics_export"),
    path("statistikk/<slug:code>.svg", statistics.chart, name="statistics_chart"),
]

REVIEWS = [
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

INDICATOR = "indikator/<int:pk>/"
MEASUREMENT = "maling/<int:pk>/"
PLAN = "virksomhetsplan/<int:pk>/"

SCORECARD = [
    path("mal/", scorecard.scorecard, name="scorecard"),
    path("mal/eksport.xlsx", scorecard.export, name="scorecard_export"),
    path("mal/sammenlign/", scorecard.compare, name="compare"),
    path("mal/ny/", goals.BeginGoal.as_view(), name="new_goal"),
    path("mal/<int:pk>/", goals.goal, name="goal"),
    path("mal/<int:pk>/endre/", goals.ChangeGoal.as_view(), name="change_goal"),
    path("mal/<int:pk>/indikator/ny/", indicators.BeginIndicator.as_view(), name="new_indicator"),
    path("indikator/les-inn/", surveys.upload, name="import_survey"),
    path("indikator/les-inn/<int:pk>/", surveys.survey, name="survey"),
    path("indikator/les-inn/<int:pk>/forkast/", surveys.discard, name="discard_survey"),
    path(INDICATOR, indicators.indicator, name="indicator"),
    path(INDICATOR + "endre/", indicators.ChangeIndicator.as_view(), name="change_indicator"),
    path(INDICATOR + "maltall/", indicators.SetTarget.as_view(), name="set_target"),
    path(INDICATOR + "historikk/", indicators.history, name="indicator_history"),
    path(INDICATOR + "mal/<slug:code>/", measurements.Measure.as_view(), name="measure"),
    path(INDICATOR + "beregn/<slug:code>/", measurements.count, name="count"),
    path(MEASUREMENT + "rett/", measurements.Correct.as_view(), name="correct"),
    path(MEASUREMENT + "rod/", measurements.Red.as_view(), name="red"),
    path(MEASUREMENT + "ingen-sak/", measurements.NoCase.as_view(), name="no_case"),
]

UNIT_PLANS = [
    path("virksomhetsplan/", unit_plans.plans, name="plans"),
    path("virksomhetsplan/ny/", unit_plans.BeginPlan.as_view(), name="new_plan"),
    path(PLAN, unit_plans.plan, name="plan"),
    path(PLAN + "endre/", unit_plans.ChangePlan.as_view(), name="change_plan"),
    path(PLAN + "tiltak/ny/", unit_plans.AddMeasure.as_view(), name="new_plan_measure"),
    path(PLAN + "tiltak/<int:measure>/endre/", unit_plans.ChangeMeasure.as_view(), name="change_plan_measure"),
    path(PLAN + "tiltak/<int:measure>/fjern/", unit_plans.remove_measure, name="remove_plan_measure"),
    path(PLAN + "ta-inn/", unit_plans.take_in, name="take_in_plan"),
    path(PLAN + "underskriv/", unit_plans.Sign.as_view(), name="sign_plan"),
    path(PLAN + "avtal/", unit_plans.Agree.as_view(), name="agree_plan"),
    path(PLAN + "send-tilbake/", unit_plans.SendBack.as_view(), name="send_back_plan"),
    path(PLAN + "ny-versjon/", unit_plans.revise, name="revise_plan"),
    path(PLAN + "avtale/", unit_plans.agreement, name="plan_agreement"),
    path(PLAN + "historikk/", unit_plans.history, name="plan_history"),
    path(PLAN + "pdf/", unit_plans.pdf, name="plan_pdf"),
]

IMPROVEMENT = [
    # Maturity, profiles, action plans, memberships
    path("modenhet/", maturity.overview, name="maturity_overview"),
    path("modenhet/eksport.xlsx", maturity.export, name="maturity_export"),
    path("modenhet/<slug:code>/", maturity.unit, name="maturity"),
    path("modenhet/<slug:code>/vurder/", maturity.Assess.as_view(), name="assess_maturity"),
    path("modenhet/<slug:code>/historikk/", maturity.history, name="maturity_history"),
    path("modenhet/<slug:code>/<int:pk>/sak/", maturity.FollowUp.as_view(), name="follow_up_maturity"),
    path("profil/", profile.analyses, name="profiles"),
    path("profil/ny/", profile.Begin.as_view(), name="new_profile"),
    path("profil/<int:pk>/", profile.analysis, name="profile"),
    path("profil/<int:pk>/eksport.xlsx", profile.export, name="profile_export"),
    path("profil/<int:pk>/figur.svg", profile.drawing, name="profile_drawing"),
    path("profil/<int:pk>/endre/", profile.Change.as_view(), name="change_profile"),
    path("profil/<int:pk>/verdier/", profile.Enter.as_view(), name="enter_profile"),
    path("profil/<int:pk>/element/ny/", profile.AddElement.as_view(), name="add_element"),
    path("profil/<int:pk>/element/<int:element>/", profile.ChangeElement.as_view(), name="change_element"),
    path("handlingsplan/", action_plans.plans, name="action_plans"),
    path("handlingsplan/ny/", action_plans.Begin.as_view(), name="new_action_plan"),
    path("handlingsplan/<int:pk>/", action_plans.plan, name="action_plan"),
    path("handlingsplan/<int:pk>/pdf/", action_plans.pdf, name="action_plan_pdf"),
    path("handlingsplan/<int:pk>/endre/", action_plans.Change.as_view(), name="change_action_plan"),
    path("handlingsplan/<int:pk>/vedta/", action_plans.Decide.as_view(), name="decide_action_plan"),
    path("handlingsplan/<int:pk>/avslutt/", action_plans.End.as_view(), name="end_action_plan"),
    path("handlingsplan/<int:pk>/neste/", action_plans.CarryOn.as_view(), name="carry_on_action_plan"),
    path("handlingsplan/<int:pk>/tiltak/ny/", action_plans.AddItem.as_view(), name="add_plan_item"),
    path("handlingsplan/<int:pk>/tiltak/sak/", action_plans.TakeIn.as_view(), name="take_in_case"),
    path("handlingsplan/<int:pk>/tiltak/<int:item>/", action_plans.ChangeItem.as_view(), name="change_plan_item"),
    path("handlingsplan/<int:pk>/tiltak/<int:item>/fjern/", action_plans.remove_item, name="remove_plan_item"),
    path("nettverk/", networks.networks, name="networks"),
    path("nettverk/eksport.xlsx", networks.export, name="networks_export"),
    path("nettverk/ny/", networks.Add.as_view(), name="new_network"),
    path("nettverk/<int:pk>/", networks.network, name="network"),
    path("nettverk/<int:pk>/endre/", networks.Change.as_view(), name="change_network"),
    path("nettverk/<int:pk>/vurder/", networks.Evaluate.as_view(), name="evaluate_network"),
]

urlpatterns: list[URLPattern] = [*STATISTICS, *REVIEWS, *SCORECARD, *UNIT_PLANS, *IMPROVEMENT]
