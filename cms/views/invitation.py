"""/einladung/<token>/: what an invitation leads to."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.domain.errors import RuleError
from cms.models import Invitation
from cms.services import sign_in
from cms.services.accept_invitation import accept_invitation, accept_with_new_account
from cms.services.invite import open_invitation
from cms.views.client import client_of

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class NewAccountForm(UserCreationForm):
    """Django's form of a new account, with the person's name."""

    class Meta(UserCreationForm.Meta):
        model = get_user_model()
        fields = ("first_name", "last_name", "username")
        help_texts = {
            "username": gettext_lazy(
                "Damit melden Sie sich an, etwa „e.muster“. Keine Leerzeichen."
            )
        }

    def __init__(self, *args, email: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.email = email  # the password must not resemble it
        self.fields["first_name"].required = self.fields["last_name"].required = True
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["password2"].label = gettext_lazy("Passwort noch einmal")
        self.fields["password2"].help_text = ""


# The address of the page is the secret: no cache keeps it.
@never_cache
@require_http_methods(["GET", "POST"])
def accept(request, token):
    """Shows what the invitation gives; who is signed in takes it up, others make an account."""
    invitation = open_invitation(token)
    if invitation is None:
        return render(request, "cms/invitation_gone.html", status=404)
    form = None
    if not request.user.is_authenticated and not _has_account(invitation):
        data = request.POST if request.method == "POST" else None
        form = NewAccountForm(data, email=invitation.email)
    if request.method == "POST":
        answer = _take_up(request, token, form)
        if answer is not None:
            return answer
    context = {"invitation": invitation, "form": form, "address": request.path}
    return render(request, "cms/invitation.html", context)


def _take_up(request, token: str, form: NewAccountForm | None):
    """The answer to a POST; None if there is something to correct, or nobody to give the role."""
    try:
        if request.user.is_authenticated:
            invitation = accept_invitation(token, request.user)
        elif form is not None and form.is_valid():
            user = form.save(commit=False)
            invitation = accept_with_new_account(token, user)
            user.backend = _BACKEND
            sign_in.begin(request, user, client_of(request))
        else:
            return None
    except RuleError:
        return render(request, "cms/invitation_gone.html", status=404)
    text = _("Willkommen! Sie können jetzt in „%(project)s“: %(words)s.")
    messages.success(request, text % {"project": invitation.project, "words": invitation.words})
    return redirect("cms:internal")


def _has_account(invitation: Invitation) -> bool:
    """Only the reader of this address's mails learns this."""
    return get_user_model().objects.filter(email__iexact=invitation.email, is_active=True).exists()
