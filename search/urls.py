"""Addresses of the search."""

from django.urls import path

from search import inside_views, views

app_name = "search"
urlpatterns = [
    path("suche/", views.search, name="search"),
    path("suche/vorschlag/", views.suggestions, name="suggestions"),
    path("intern/suche/", inside_views.internal, name="inside"),
    path("healthz", views.health, name="health"),
    path("metrics", views.metrics_page, name="metrics"),
]
