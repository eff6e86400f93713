"""Upload of minutes, and the list of those that were read in or are waiting."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cms.admin.minutes.access import get_import, office_only
from cms.domain.errors import RuleError
from cms.domain.minutes import MinutesError
from cms.formats.reader import MAX_BYTES
from cms.models import MinutesImport
from cms.services.run_import import discard as discard_import
from cms.services.run_import import earlier_import, start_import

PER_PAGE = 25
SUFFIXES = (".md", ".markdown", ".txt", ".docx")


class UploadForm(forms.Form):
    """One file of minutes."""

    file = forms.FileField(
        label=gettext_lazy("Protokoll"),
        help_text=gettext_lazy(
            "Word (.docx) oder Text mit Markdown (.md). Angelegt wird noch nichts."
        ),
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie eine Datei aus."),
            "empty": gettext_lazy("Die Datei ist leer."),
        },
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("Die Datei ist zu groß; ein Protokoll darf höchstens %d MB haben.")
                % (MAX_BYTES // 1024**2)
            )
        return file


@office_only
@require_http_methods(["GET", "POST"])
def index(request):
    """The list of imports with the upload form; a good upload leads to its preview."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            minutes_import = start_import(file.read(), file.name, request.user)
        except MinutesError as error:
            form.add_error("file", str(error))
        else:
            _tell_if_known(request, minutes_import)
            return redirect("guide_minutes_import", minutes_import.pk)
    imports = MinutesImport.objects.select_related("created_by", "event").defer("plan", "report")
    page = Paginator(imports, PER_PAGE).get_page(request.GET.get("p"))
    return TemplateResponse(request, "cms/admin/minutes/index.html", {"form": form, "page": page})


def _tell_if_known(request, minutes_import: MinutesImport) -> None:
    earlier = earlier_import(minutes_import)
    if earlier is not None:
        messages.info(
            request,
            _("Diese Datei wurde am %s schon eingelesen; was es gibt, entsteht nicht neu.")
            % earlier.created_at.strftime("%d.%m.%Y"),
        )


@office_only
@require_POST
def discard(request, pk: int):
    """Throws a preview away; what was created stays."""
    try:
        discard_import(get_import(pk), request.user)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Die Vorschau ist verworfen. Angelegt wurde nichts."))
    return redirect("guide_minutes")
