"""Addresses about accounts, for cms/urls.py."""

from django.urls import path

from cms.views.accounts import account, api_tokens, passwords, second_factor, sign_in

urlpatterns = [
    path("anmelden/", sign_in.SignIn.as_view(), name="login"),
    path("anmelden/code/", sign_in.Code.as_view(), name="login_code"),
    path("abmelden/", sign_in.SignOut.as_view(), name="logout"),
    path("kennwort-vergessen/", passwords.forgotten, name="password_forgotten"),
    path("kennwort-vergessen/unterwegs/", passwords.sent, name="password_forgotten_sent"),
    path(
        "kennwort-vergessen/<uidb64>/<token>/",
        passwords.ResetPassword.as_view(),
        name="password_reset",
    ),
    path("intern/konto/", account.index, name="account"),
    path("intern/konto/name/", account.change_name, name="change_name"),
    path("intern/konto/e-mail/", account.change_email, name="change_email"),
    path("intern/konto/e-mail/<str:note>/", account.confirm_email, name="confirm_email"),
    path("intern/konto/passwort/", account.change_password, name="change_password"),
    path("intern/konto/sitzung-beenden/", account.end_session, name="end_session"),
    path("intern/konto/api-schluessel/", api_tokens.index, name="api_tokens"),
    path("intern/konto/api-schluessel/neu/", api_tokens.add, name="add_api_token"),
    path(
        "intern/konto/api-schluessel/<int:pk>/widerrufen/",
        api_tokens.revoke,
        name="revoke_api_token",
    ),
    path("intern/konto/zweiter-faktor/", second_factor.setup, name="second_factor"),
    path(
        "intern/konto/zweiter-faktor/neue-codes/",
        second_factor.renew_codes,
        name="renew_recovery_codes",
    ),
    path(
        "intern/konto/zweiter-faktor/ausschalten/",
        second_factor.remove,
        name="remove_second_factor",
    ),
]
