"""What belongs to the person and to the whole. The start page itself is a page of Wagtail."""

from django.urls import path

from . import views

urlpatterns = [
    path("min-side/", views.my_page, name="my_page"),
    path("sok/", views.search, name="search"),
    path("healthz", views.health, name="health"),
]
