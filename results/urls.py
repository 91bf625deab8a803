"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls.resolvers import URLPattern

app_name = "results"

urlpatterns: list[URLPattern] = []
