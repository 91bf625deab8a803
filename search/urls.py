"""`/sok/`."""

from django.urls import path

from search import pin_views, views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("forslag/", views.suggest, name="suggest"),
    path("fest/", pin_views.pin, name="pin"),
    path("losne/", pin_views.unpin, name="unpin"),
]
