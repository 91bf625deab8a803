"""The way in and out."""

from django.contrib.auth import views as auth_views
from django.urls import path

from .views import LoginView, set_colour_scheme

urlpatterns = [
    path("logg-inn/", LoginView.as_view(), name="login"),
    path("logg-ut/", auth_views.LogoutView.as_view(), name="logout"),
    path("utseende/", set_colour_scheme, name="colour_scheme"),
]
