"""The way in and out, and who stands in for whom."""

from django.contrib.auth import views as auth_views
from django.urls import path

from .views import LoginView, absences, decide_letter, end_absence, letters, new_absence, set_colour_scheme

urlpatterns = [
    path("logg-inn/", LoginView.as_view(), name="login"),
    path("logg-ut/", auth_views.LogoutView.as_view(), name="logout"),
    path("utseende/", set_colour_scheme, name="colour_scheme"),
    path("fravaer/", absences, name="absences"),
    path("fravaer/nytt/", new_absence, name="new_absence"),
    path("fravaer/<int:pk>/avslutt/", end_absence, name="end_absence"),
    path("utsending/", letters, name="letters"),
    path("utsending/<int:pk>/", decide_letter, name="decide_letter"),
]
