"""The projects: a list by place, and a page for each."""

from django.db.models import Min, Q
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cms import published
from cms.models import Project
from cms.permissions import policies
from cms.views.attribution import of_project
from cms.views.paging import page_of

ENDED = "beendet"


def index(request):
    """/projekte/: running projects by place; ``zeige=beendet``: ended ones; ``ort`` finds one."""
    local = published.projects().filter(is_office=False)
    ended = request.GET.get("zeige") == ENDED
    past = Q(end__lt=timezone.localdate())
    rows = local.filter(past if ended else ~past | Q(end=None)).annotate(
        place=Coalesce(Min("locations__city"), "title")
    )
    place = request.GET.get("ort", "").replace("\0", "").strip()[:100]
    if place:
        matching = (
            Q(title__icontains=place)
            | Q(other_names__icontains=place)
            | Q(locations__city__icontains=place)
            | Q(locations__postcode__startswith=place)
        )
        rows = rows.filter(pk__in=Project.objects.filter(matching).values("pk"))
    context = {
        "listing": page_of(rows.order_by("place", "title").select_related("successor"), request),
        "office": published.projects().filter(is_office=True).first(),
        "ended": ended,
        "has_ended": ended or local.filter(past).exists(),
        "place": place,
    }
    return render(request, "cms/project_index.html", context)


def detail(request, slug):
    """/projekte/<project>/: a project, its offices, its entries and its news."""
    reader = policies.reader_for(request.user)
    project = get_object_or_404(published.projects().select_related("successor"), slug=slug)
    entries = of_project(published.experiences(reader), project)
    context = {
        "project": project,
        "listing": page_of(published.with_details(entries, reader), request),
        "news": published.news().filter(project=project)[:5],
        "events": published.events().filter(Q(host_project=project) | Q(project=project))[:5],
        "predecessors": project.predecessors.order_by("title"),
    }
    return render(request, "cms/project.html", context)
