"""Addresses of inspections, self-checks and audits. Every one asks `can()` or `visible_to()` itself."""

from django.urls.resolvers import URLPattern

app_name = "audits"

urlpatterns: list[URLPattern] = []
