"""/intern/suchen/: the searches that a person keeps, and the way out of their mails."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from cms.domain.errors import RuleError
from cms.models import SavedSearch
from cms.models.saved_search import filter_words
from cms.permissions import policies
from cms.published.search_filters import lost_filters
from cms.services import saved_searches
from cms.views.layout import SEARCH_ADDRESS


class SaveForm(forms.ModelForm):
    """Name and pace of a search that is kept from now on."""

    class Meta:
        model = SavedSearch
        fields = ("title", "pace")
        widgets = {"pace": forms.RadioSelect}


class ChangeForm(SaveForm):
    class Meta(SaveForm.Meta):
        fields = ("title", "pace", "is_paused")


@login_required(login_url="cms:login")
def index(request):
    """The person's list; of each search also what it is narrowed to that is not there now."""
    kept = list(request.user.saved_searches.all())
    queries = [QueryDict(search.query) for search in kept]
    lost = lost_filters(queries, policies.reader_for(request.user))
    searches = [
        (search, f"{SEARCH_ADDRESS}?{search.query}", [filter_words(*one) for one in gone.items()])
        for search, gone in zip(kept, lost, strict=True)
    ]
    return render(request, "cms/saved_searches.html", {"searches": searches})


@login_required(login_url="cms:login")
def add(request):
    """Keeps the search that stands in the address, as it does in that of /suche/.

    One that the person keeps already is shown to be changed.
    """
    query = request.GET.urlencode()
    if kept := saved_searches.kept_search(request.user, query):
        if request.method == "POST":  # a second click, or another tab
            messages.info(request, _("Diese Suche haben Sie schon gemerkt."))
        return redirect("cms:saved_search", kept.pk)
    search = SavedSearch(user=request.user, query=query)
    search.title = " ".join(request.GET.get("q", "").split())[:120] or _("Alles Neue")
    form = SaveForm(request.POST or None, instance=search)
    if request.method == "POST" and form.is_valid():
        try:
            saved_searches.save_search(request.user, query, **form.cleaned_data)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Gemerkt. Passt etwas Neues, bekommen Sie eine Mail."))
            return redirect("cms:saved_searches")
    context = {"form": form, "search": search, "back": f"{SEARCH_ADDRESS}?{query}"}
    return render(request, "cms/saved_search_form.html", context)


@login_required(login_url="cms:login")
def change(request, pk: int):
    """Another name, another pace, a pause."""
    search = get_object_or_404(request.user.saved_searches, pk=pk)
    form = ChangeForm(request.POST or None, instance=search)
    if request.method == "POST" and form.is_valid():
        saved_searches.change_search(search, **form.cleaned_data)
        messages.success(request, _("Gespeichert."))
        return redirect("cms:saved_searches")
    return render(request, "cms/saved_search_form.html", {"form": form, "search": search})


@require_POST
@login_required(login_url="cms:login")
def delete(request, pk: int):
    """Forgets a search, and what was told of it."""
    search = get_object_or_404(request.user.saved_searches, pk=pk)
    search.delete()
    messages.success(request, _("„%(title)s“ ist gelöscht.") % {"title": search.title})
    return redirect("cms:saved_searches")


# A mail program posts here by itself (RFC 8058); the signed link is what lets it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token: str):
    """The link of a mail. Only a click on the button stops: programs open links to check them."""
    searches = saved_searches.searches_of(token)
    if not searches:
        raise Http404
    if request.method == "POST":
        saved_searches.stop(searches)
    context = {"searches": searches, "is_stopped": request.method == "POST"}
    return render(request, "cms/stop_searches.html", context)
