"""What belongs to the person and to the whole. The start page itself is a page of Wagtail."""

from django.urls import path

from home.leading import views as leading
from home.wheel import views as wheel

from . import views

urlpatterns = [
    path("min-side/", views.my_page, name="my_page"),
    path("oversikter/", views.overviews, name="overviews"),
    path("arshjul/", wheel.wheel, name="wheel"),
    path("arshjul/arshjul.ics", wheel.download, name="wheel_download"),
    path("arshjul/oppgave/ny/", wheel.Add.as_view(), name="wheel_add"),
    path("arshjul/oppgave/<int:pk>/", wheel.entry, name="wheel_entry"),
    path("arshjul/oppgave/<int:pk>/endre/", wheel.Change.as_view(), name="wheel_change"),
    path("arshjul/oppgave/<int:pk>/utfort/", wheel.done, name="wheel_done"),
    path("arshjul/kalender/", wheel.subscription, name="wheel_subscription"),
    path("arshjul/kalender/<str:token>.ics", wheel.feed, name="wheel_feed"),
    path("resultater/", leading.results, name="results"),
    path("resultater/enhet/<slug:code>/", leading.leaders_page, name="leaders_page"),
    path("healthz", views.health, name="health"),
]
