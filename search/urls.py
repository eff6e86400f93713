"""Addresses of the search."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("suche/", views.search, name="search"),
    path("suche/vorschlag/", views.suggestions, name="suggestions"),
    path("healthz", views.health, name="health"),
]
