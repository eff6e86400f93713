"""Addresses of the site: the guide, its search, its API, and Wagtail's admin."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.api.api import build_api
from search.api import router as search_router
from search.querystring_api import router as querystring_router

urlpatterns = [
    path("admin/", include("cms.admin.account_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("api/", build_api(search_router, querystring_router).urls),
    path("", include("search.urls")),
    path("", include("cms.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
handler403 = "cms.views.errors.forbidden"
handler404 = "cms.views.errors.not_found"
handler500 = "cms.views.errors.server_error"
