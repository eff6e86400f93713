"""/intern/konto/api-schluessel/: keys that a person gives to programs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cms.domain.errors import RuleError
from cms.permissions.scopes import SCOPE_NAMES
from cms.services import api_tokens
from cms.views.accounts.forms import ApiTokenForm

member = login_required(login_url="cms:login")


@member
@never_cache
def index(request):
    """The person's keys."""
    tokens = [
        (token, [SCOPE_NAMES[name] for name in token.scopes])
        for token in api_tokens.tokens_of(request.user)
    ]
    return render(request, "cms/accounts/api_tokens.html", {"tokens": tokens})


@member
@never_cache
@sensitive_post_parameters()
def add(request):
    """A new key. The page after it shows the key, and no page shows it again."""
    form = ApiTokenForm(request.POST or None, user=request.user, use_required_attribute=False)
    if form.is_valid():
        wish = form.cleaned_data
        try:
            token, text = api_tokens.create(
                request.user, wish["name"], wish["scopes"], wish["expires"]
            )
        except (ValidationError, RuleError) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            return render(request, "cms/accounts/api_token.html", {"token": token, "text": text})
    return render(request, "cms/accounts/api_token_form.html", {"form": form})


@member
@require_POST
def revoke(request, pk: int):
    """Revokes a key of one's own."""
    if not api_tokens.revoke(request.user, pk):
        raise Http404
    messages.success(request, _("Der API-Schlüssel ist widerrufen und gilt nicht mehr."))
    return redirect("cms:api_tokens")
