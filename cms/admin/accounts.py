"""/admin/konten/: who has an account, for the office; helps when a telephone is lost."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cms.domain.errors import NotAllowedError, RuleError
from cms.models import SecondFactor
from cms.permissions import policies
from cms.services import second_factor

PER_PAGE = 50


def _require_office(user) -> None:
    if not policies.can(user, policies.OFFICE):
        raise PermissionDenied


def accounts(request):
    """The accounts, with a search by name or mail address."""
    _require_office(request.user)
    words = request.GET.get("q", "").strip()
    found = get_user_model().objects.order_by("username")
    found = found.annotate(has_factor=Exists(SecondFactor.objects.filter(user=OuterRef("pk"))))
    for word in words.split():
        found = found.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "cms/admin/accounts.html", {"page": page, "words": words})


def reset_second_factor(request, pk: int):
    """Asks, then resets."""
    _require_office(request.user)
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
                _("Der zweite Faktor von {name} ist zurückgesetzt.").format(
                    name=account.get_full_name() or account.get_username()
                ),
            )
        return redirect("guide_accounts")
    return render(request, "cms/admin/reset_second_factor.html", {"account": account})
