"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path
from django.urls.resolvers import URLPattern

from results.views import maturity, profile

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
]
