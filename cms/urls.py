"""Addresses of the public site and the internal area (see the design's fixed points).

Include it before Wagtail's own addresses, which answer for everything else.
"""

from django.urls import path

from cms.views import accounts, barrier, experience, guide, internal, projects, supplements
from cms.views.caching import private_for_signed_in as private

app_name = "cms"

urlpatterns = [
    path("leitfaden/", private(guide.contents), name="guide"),
    path("leitfaden/<path:path>/", private(guide.chapter), name="topic"),
    path("erfahrungen/", private(experience.index), name="experiences"),
    path("erfahrungen/<slug:slug>/", private(experience.detail), name="experience"),
    path("erfahrungen/<slug:slug>/ergaenzen/", private(supplements.add), name="add_supplement"),
    path("e/<int:pk>/", private(experience.short_link), name="short_link"),
    path("projekte/", private(projects.index), name="projects"),
    path("projekte/<slug:slug>/", private(projects.detail), name="project"),
    path("intern/", private(internal.index), name="internal"),
    path("anmelden/", accounts.SignIn.as_view(), name="login"),
    path("abmelden/", accounts.SignOut.as_view(), name="logout"),
    path("barriere-melden/", private(barrier.report), name="report_barrier"),
    path("barriere-melden/danke/", private(barrier.thanks), name="barrier_thanks"),
]
