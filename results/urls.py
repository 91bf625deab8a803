"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path
from django.urls.resolvers import URLPattern

from results.views import goals, indicators, measurements, scorecard, surveys, unit_plans

app_name = "results"

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

urlpatterns: list[URLPattern] = [*SCORECARD, *UNIT_PLANS]
