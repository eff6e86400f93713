"""Addresses of the site: the guide, its search, its API, and Wagtail's admin."""

import re

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.api.api import build_api
from search.api import router as search_router

# Scaled images only, as Wagtail makes them: originals are in the admin, documents come through
# Wagtail's view, and an SVG could carry a script.
IMAGES = (
    rf"^{re.escape(settings.MEDIA_URL.lstrip('/'))}"
    r"(?P<path>images/[^/]+\.(?:avif|gif|jpe?g|png|webp))$"
)

urlpatterns = [
    path("admin/", include("cms.admin.account_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/", build_api(search_router).urls),
    path("", include("search.urls")),
    path("", include("cms.urls")),
    re_path(IMAGES, serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include(wagtail_urls)),
]
handler403 = "cms.views.errors.forbidden"
handler404 = "cms.views.errors.not_found"
handler500 = "cms.views.errors.server_error"
