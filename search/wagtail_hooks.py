"""What Wagtail's admin learns of the search. Wiring only."""

from django.urls import path
from wagtail import hooks

from search import inside_views, set_aside_views

hooks.register(
    "register_admin_urls",
    lambda: [
        path("suche/", inside_views.admin, name="guide_search"),
        path("suche/fehlt/", set_aside_views.listing, name="guide_search_set_aside"),
        path("suche/fehlt/noch-einmal/", set_aside_views.retry, name="guide_search_retry"),
    ],
)
hooks.register("register_admin_search_area", inside_views.DraftsSearchArea)
# After the guide's own, which takes the place of Wagtail's panels.
hooks.register("construct_homepage_panels", set_aside_views.homepage_panels, order=10)
