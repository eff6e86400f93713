"""What Wagtail's admin learns of the search. Wiring only."""

from django.urls import path
from wagtail import hooks

from search import inside_views

hooks.register(
    "register_admin_urls", lambda: [path("suche/", inside_views.admin, name="guide_search")]
)
hooks.register("register_admin_search_area", inside_views.DraftsSearchArea)
