"""One role of one person or group: another last day, or its end."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.admin.sharing.forms import EndForm, UntilForm, grantable_roles
from cms.admin.sharing.project import project_to
from cms.admin.sharing.tabs import SHARING, project_tabs
from cms.domain.errors import RuleError
from cms.domain.people import name_of
from cms.models import Project
from cms.permissions import policies, roles
from cms.permissions.who_can import Access, Held, who_can
from cms.services.grant_role import grant_role, revoke_role


def person(request, pk, holder, role):
    """A role of a person."""
    return _change(request, pk, get_user_model(), holder, role)


def group(request, pk, holder, role):
    """A role of a group."""
    return _change(request, pk, Group, holder, role)


@require_http_methods(["GET", "POST"])
def _change(request, pk, model, holder_pk, role):
    project = project_to(request.user, policies.GRANT, pk)
    if role not in grantable_roles(request.user, project):
        raise PermissionDenied
    access = who_can(project)
    held = _held(access, project, model, holder_pk, role)
    is_own = held.holder == request.user or (
        held.is_group and request.user in held.holder.user_set.all()
    )
    action = request.POST.get("action")
    until_form = UntilForm(
        request.POST if action == "until" else None, initial={"until": held.until}
    )
    end_form = EndForm(request.POST if action == "end" else None, is_own=is_own)
    if action == "until" and until_form.is_valid():
        done = _serve(request, until_form, _set_until, held, project)
    elif action == "end" and end_form.is_valid():
        done = _serve(request, end_form, _end, held, project)
    else:
        done = False
    if done:
        # Whoever ended their own access may not see the project any more.
        policies.forget_grants(request.user)
        if policies.can(request.user, policies.SEE, project):
            return redirect("guide_sharing", project.pk)
        return redirect("wagtailadmin_home")
    context = {
        "project": project,
        "tabs": project_tabs(request.user, project, SHARING),
        "held": held,
        "name": _name(held),
        "is_own": is_own,
        "until_form": until_form,
        "end_form": end_form,
        "others": _other_roles(access, held),
    }
    return TemplateResponse(request, "cms/admin/sharing/holder.html", context)


def _held(access: Access, project: Project, model, holder_pk: int, role: str) -> Held:
    of_people = (held for one in access.people for held in one.reasons if not held.is_group)
    for held in (*of_people, *access.groups):
        same = isinstance(held.holder, model) and held.holder.pk == holder_pk
        if same and held.role == role and held.project.pk == project.pk:
            return held
    raise Http404


def _other_roles(access: Access, held: Held) -> list[Held]:
    """What a person keeps when this role ends."""
    if held.is_group:
        return []
    [reasons] = [one.reasons for one in access.people if one.user == held.holder]
    return [reason for reason in reasons if reason is not held]


def _serve(request, form, service, held: Held, project: Project) -> bool:
    try:
        messages.success(request, service(request, form, held, project))
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True


def _set_until(request, form, held: Held, project: Project) -> str:
    until = form.cleaned_data["until"]
    grant_role(held.holder, project, held.role, until=until, by=request.user)
    if until is None:
        return _("Der Zugang von %(who)s hat kein Ende mehr.") % {"who": _name(held)}
    day = date_format(until, "d.m.Y")
    return _("Der Zugang von %(who)s endet nach dem %(day)s.") % {"who": _name(held), "day": day}


def _end(request, form, held: Held, project: Project) -> str:
    revoke_role(held.holder, project, held.role, by=request.user)
    text = _("Beendet: %(who)s hat in „%(project)s“ die Rolle %(role)s nicht mehr.")
    return text % {"who": _name(held), "project": project, "role": roles.ROLE_NAMES[held.role]}


def _name(held: Held) -> str:
    if held.is_group:
        return _("Gruppe „%(name)s“") % {"name": held.holder.name}
    return name_of(held.holder)
