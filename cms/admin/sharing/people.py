"""All accounts with their roles, and groups of people: for the office.

Helps too when somebody's telephone is lost.
"""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cms.admin.access import require_office
from cms.admin.sharing.forms import GroupForm
from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.people import name_of
from cms.models import Project, ProjectGroupGrant
from cms.permissions.who_can import with_roles
from cms.services import second_factor
from cms.services.accounts import find_accounts
from cms.services.end_project import due, to_announce
from cms.services.groups import dissolve_group, guide_groups, save_group

PER_PAGE = 50


@require_GET
def people(request):
    """Everybody with an account, with all their projects; found by parts of the name."""
    require_office(request)
    wanted = request.GET.get("q", "").strip()
    page = Paginator(find_accounts(wanted), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "people": with_roles(list(page.object_list)),
        "wanted": wanted,
        "office": Project.objects.office(),
        "groups": guide_groups().annotate(size=Count("user")),
        "ending": [*due(), *to_announce()],
    }
    return TemplateResponse(request, "cms/admin/sharing/people.html", context)


@require_http_methods(["GET", "POST"])
def group(request, pk=None):
    """A new group, or another name and other members of one."""
    require_office(request)
    row = get_object_or_404(guide_groups(), pk=pk) if pk is not None else None
    if request.method == "POST" and row is not None and "dissolve" in request.POST:
        return _dissolve(request, row)
    initial = {"name": row.name, "members": row.user_set.all()} if row else None
    data = request.POST if request.method == "POST" else None
    form = GroupForm(data, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_group(row, **form.cleaned_data, by=request.user)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            text = _("Gruppe „%(name)s“ gespeichert. Was sie darf, gilt für alle darin ab sofort.")
            messages.success(request, text % {"name": saved.name})
            return redirect("guide_people")
    context = {"form": form, "group": row, "roles": _roles_of(row) if row else []}
    return TemplateResponse(request, "cms/admin/sharing/group.html", context)


@require_http_methods(["GET", "POST"])
def reset_second_factor(request, pk: int):
    """Asks, then resets."""
    require_office(request)
    account = get_object_or_404(get_user_model(), pk=pk)
    if request.method == "POST":
        try:
            second_factor.reset(account, by=request.user)
        except NotAllowedError as error:
            raise PermissionDenied from error
        except RuleError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                _("Der zweite Faktor von {name} ist zurückgesetzt.").format(name=name_of(account)),
            )
        return redirect("guide_people")
    context = {"account": account}
    return TemplateResponse(request, "cms/admin/sharing/reset_second_factor.html", context)


def _roles_of(group) -> list[str]:
    rows = ProjectGroupGrant.rows.in_force().filter(group=group).select_related("content_object")
    return sorted({str(row.content_object) for row in rows})


def _dissolve(request, group):
    try:
        dissolve_group(group, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("guide_group", group.pk)
    messages.success(
        request,
        _("Gruppe „%(name)s“ aufgelöst. Ihre Mitglieder behalten ihre eigenen Zugänge.")
        % {"name": group.name},
    )
    return redirect("guide_people")
