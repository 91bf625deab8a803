"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path
from django.urls.resolvers import URLPattern

from results.views import maturity

app_name = "results"

urlpatterns: list[URLPattern] = [
    # Maturity, profiles, action plans, memberships
    path("modenhet/", maturity.overview, name="maturity_overview"),
    path("modenhet/eksport.xlsx", maturity.export, name="maturity_export"),
    path("modenhet/<slug:code>/", maturity.unit, name="maturity"),
    path("modenhet/<slug:code>/vurder/", maturity.Assess.as_view(), name="assess_maturity"),
    path("modenhet/<slug:code>/historikk/", maturity.history, name="maturity_history"),
    path("modenhet/<slug:code>/<int:pk>/sak/", maturity.FollowUp.as_view(), name="follow_up_maturity"),
]
