"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path
from django.urls.resolvers import URLPattern

from results.views import action_plans, maturity, networks, profile

app_name = "results"

urlpatterns: list[URLPattern] = [
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
