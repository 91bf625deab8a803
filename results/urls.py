"""Addresses of results. Every one asks `can()` or `visible_to()` itself."""

from django.urls import path

from results.views import statistics

app_name = "results"

urlpatterns = [
    # Statistics
    path("statistikk/", statistics.statistics, name="statistics"),
    path("statistikk/eksport.xlsx", statistics.workbook, name="statistics_export"),
    path("statistikk/<slug:code>.svg", statistics.chart, name="statistics_chart"),
]
