"""Signing in, in one or two steps, and out."""

from urllib.parse import urlencode

from django.contrib.auth.views import LoginView, LogoutView, RedirectURLMixin
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from cms.domain.errors import RuleError
from cms.services import sign_in
from cms.views.accounts.forms import CodeForm, SignInForm
from cms.views.client import client_of


class SignIn(LoginView):
    """/anmelden/, for the internal area and for Wagtail's admin.

    Who is signed in already and lacks a right is sent here too, by Wagtail: the page then
    says so. Redirecting on at once would lead in a circle.
    """

    template_name = "cms/accounts/sign_in.html"
    next_page = reverse_lazy("cms:internal")
    form_class = SignInForm

    def form_valid(self, form):
        if sign_in.begin(self.request, form.get_user(), client_of(self.request)):
            return HttpResponseRedirect(self.get_success_url())
        wanted = self.get_redirect_url()
        query = f"?{urlencode({self.redirect_field_name: wanted})}" if wanted else ""
        return HttpResponseRedirect(reverse("cms:login_code") + query)


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class Code(RedirectURLMixin, FormView):
    """/anmelden/code/: the second step. Until it is done, nobody is signed in."""

    template_name = "cms/accounts/code.html"
    next_page = reverse_lazy("cms:internal")
    form_class = CodeForm

    def dispatch(self, request, *args, **kwargs):
        self.person = sign_in.pending(request)
        if self.person is None:
            return redirect("cms:login")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        code, client = form.cleaned_data["code"], client_of(self.request)
        try:
            sign_in.finish(self.request, self.person, code, client)
        except RuleError as error:
            form.add_error("code", str(error))
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        wanted = self.get_redirect_url()
        return super().get_context_data(next=wanted, **kwargs)


class SignOut(LogoutView):
    """/abmelden/, POST only."""

    next_page = "/"
