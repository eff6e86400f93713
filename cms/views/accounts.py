"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import reverse_lazy


class SignIn(LoginView):
    """/anmelden/, for the internal area and for Wagtail's admin.

    Who is signed in already and lacks a right is sent here too, by Wagtail: the page then
    says so. Redirecting on at once would lead in a circle.
    """

    template_name = "cms/login.html"
    next_page = reverse_lazy("cms:internal")


class SignOut(LogoutView):
    """/abmelden/, POST only."""

    next_page = "/"
