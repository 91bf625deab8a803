"""Every address of the product. Wagtail's pages come last and take what is left."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cases.api import addresses, api, open311
from organisation.views import admin_login

from .transactions import whole_posts

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"

decorate_urlpatterns(wagtailadmin_urls.urlpatterns, whole_posts)

urlpatterns = [
    path("", include("home.urls")),
    path("sok/", include("search.urls")),
    path("", include("cases.urls")),
    path("api/v1/", addresses(api)),
    path("api/open311/v2/", addresses(open311)),
    path("", include("handbook.urls")),
    path("risiko/", include("risk.urls")),
    path("revisjoner/", include("audits.urls")),
    path("resultater/", include("results.urls")),
    path("", include("organisation.urls")),
    # One way in: Wagtail's own login, logout and reset lead to ours.
    path("admin/login/", admin_login),
    path("admin/logout/", RedirectView.as_view(pattern_name="logout", query_string=True)),
    path("admin/", include(wagtailadmin_urls)),
    path("dokumenter/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
