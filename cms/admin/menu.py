"""Items of the admin's menu that the policy shows or hides."""

from collections.abc import Callable

from wagtail.admin.menu import MenuItem

from cms.permissions import policies


class PolicyMenuItem(MenuItem):
    """Shown to whom ``may`` says yes; it takes the user."""

    def __init__(self, *args, may: Callable[..., bool], **kwargs):
        super().__init__(*args, **kwargs)
        self.may = may

    def is_shown(self, request):
        return self.may(request.user)


def is_office(user) -> bool:
    """For screens of the office."""
    return policies.can(user, policies.OFFICE)


def may_somewhere(action: str) -> Callable[..., bool]:
    """For screens of those who may do ``action`` in any project."""
    return lambda user: policies.can_somewhere(user, action)
