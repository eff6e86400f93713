"""Addresses of the public site and the internal area (see the design's fixed points).

Include it before Wagtail's own addresses, which answer for everything else.
"""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path, re_path

from cms.models import Experience, Supplement
from cms.views import (
    barrier,
    comments,
    experience,
    feeds,
    files,
    guide,
    internal,
    invitation,
    minutes,
    notifications,
    problem,
    projects,
    saved_searches,
    sitemap,
    supplements,
)
from cms.views.accounts import urls as accounts
from cms.views.caching import private_for_signed_in as private

app_name = "cms"

_FORMAT = f"(?P<format_name>{'|'.join(feeds.FORMATS)})"
_SLUG = r"(?P<slug>[-\w]+)"

urlpatterns = [
    path("leitfaden/", private(guide.contents), name="guide"),
    path("leitfaden/<path:path>/", private(guide.chapter), name="topic"),
    path("erfahrungen/", private(experience.index), name="experiences"),
    path("erfahrungen/<slug:slug>/", private(experience.detail), name="experience"),
    path("erfahrungen/<slug:slug>/ergaenzen/", private(supplements.add), name="add_supplement"),
    path("erfahrungen/<slug:slug>/problem-melden/", private(problem.report), name="report_problem"),
    path("e/<int:pk>/", private(experience.short_link), name="short_link"),
    path("projekte/", private(projects.index), name="projects"),
    path("projekte/<slug:slug>/", private(projects.detail), name="project"),
    path("intern/", private(internal.index), name="internal"),
    *accounts.urlpatterns,
    path("intern/benachrichtigungen/", private(notifications.choose), name="notifications"),
    path("intern/suchen/", private(saved_searches.index), name="saved_searches"),
    path("intern/suchen/neu/", private(saved_searches.add), name="save_search"),
    path("intern/suchen/<int:pk>/", private(saved_searches.change), name="saved_search"),
    path("intern/suchen/<int:pk>/loeschen/", saved_searches.delete, name="delete_saved_search"),
    path("suchen-anhalten/<str:token>/", saved_searches.stop, name="stop_searches"),
    path("intern/protokolle/<int:pk>/", private(minutes.read), name="minutes"),
    path("einladung/<str:token>/", invitation.accept, name="invitation"),
    path(
        "intern/kommentieren/<int:pk>/",
        private(comments.screen),
        {"model": Experience},
        name="comments",
    ),
    path(
        "intern/kommentieren/ergaenzung/<int:pk>/",
        private(comments.screen),
        {"model": Supplement},
        name="comments_supplement",
    ),
    path("intern/kommentieren/<int:pk>/einladen/", private(comments.invite), name="invite_comment"),
    path("intern/kommentar/<int:pk>/antworten/", private(comments.answer), name="answer_comment"),
    path("intern/kommentar/<int:pk>/erledigt/", private(comments.resolve), name="resolve_comment"),
    path("intern/kommentar/<int:pk>/offen/", private(comments.reopen), name="reopen_comment"),
    path("intern/einladung/<int:pk>/beenden/", private(comments.uninvite), name="uninvite_comment"),
    path("barriere-melden/", private(barrier.report), name="report_barrier"),
    path("barriere-melden/danke/", private(barrier.thanks), name="barrier_thanks"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": sitemap.SITEMAPS, "sitemap_url_name": "cms:sitemap_section"},
        name="sitemap",
    ),
    path(
        "sitemap-<slug:section>.xml",
        sitemap_views.sitemap,
        {"sitemaps": sitemap.SITEMAPS},
        name="sitemap_section",
    ),
    path("robots.txt", sitemap.robots, name="robots"),
    re_path(rf"^feeds/neu\.{_FORMAT}$", feeds.whole, name="feed"),
    re_path(rf"^feeds/thema/{_SLUG}\.{_FORMAT}$", feeds.of_topic, name="topic_feed"),
    re_path(rf"^feeds/projekt/{_SLUG}\.{_FORMAT}$", feeds.of_one_project, name="project_feed"),
    re_path(files.IMAGES, files.image),
    re_path(files.PICTURES, files.picture, name="picture"),
    re_path(files.DOCUMENTS, files.document),
]
