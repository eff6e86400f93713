"""Wagtail's own screens: closed to all but the office, unless they are opened here.

Stock views ask for global permissions, or nobody. So what is not named here is closed, also
what a later version of Wagtail brings. The guide's own screens ask the policy themselves.
"""

from django.apps import apps
from django.http import Http404, QueryDict
from wagtail.permissions import policy_registry

from cms.permissions import policies

#: Beginnings of URL names. Each of these views asks the policy about the row, or shows nothing
#: of a project.
OPEN = (
    "wagtailadmin_home",
    "wagtailadmin_account",
    "wagtailadmin_logout",
    "wagtailadmin_dismissibles",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtail_modeladmin:javascript_catalog",
    "wagtailadmin_editing_sessions:",
    # Links in texts. Not to pages: Wagtail's list of them shows the titles of drafts.
    "wagtailadmin_choose_page_external_link",
    "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_anchor_link",
    # Files, by the policy of their collection.
    "wagtaildocs",
    "wagtailimages",
    # With the rows that :func:`own_ids` leaves.
    "wagtail_bulk_action",
)
BULK_ACTION = "wagtail_bulk_action"

#: What opens when somebody makes a link, and where it opens for all but the office.
LINK_CHOOSER = "wagtailadmin_choose_page"
OPEN_LINK_CHOOSER = "wagtailadmin_choose_page_external_link"

#: Wagtail's own test of the error page: raises for everybody.
CLOSED_TO_ALL = "wagtailadmin_error_test"

#: Wagtail's own sign-in and password pages know nothing of our limits: they lead to ours.
SIGN_IN = ("wagtailadmin_login", "wagtailadmin_password_reset", "wagtailcore_login")


def is_sign_in(view_name: str) -> bool:
    """Is this a page of Wagtail's for signing in?"""
    return view_name.startswith(SIGN_IN)


def is_closed_to(user, view_name: str) -> bool:
    """Is this a screen of Wagtail's that ``user`` has no business with?"""
    if not view_name.startswith("wagtail") or view_name.startswith(OPEN):
        return False
    if view_name == CLOSED_TO_ALL:
        return policies.opens_admin(user)
    return policies.opens_admin(user) and not policies.can(user, policies.OFFICE)


def own_ids(user, query: QueryDict, app_label: str, model_name: str) -> QueryDict:
    """``query`` of a bulk action, with the ids of rows that ``user`` may change.

    Wagtail would list the titles of all others as "no permission", and takes "all" for every
    project's. Raises Http404 for what is no model with a policy of ours or Wagtail's.
    """
    try:
        policy = policy_registry.get_by_type(apps.get_model(app_label, model_name), fallback=False)
    except LookupError as error:
        raise Http404 from error
    if policy is None:
        raise Http404
    rows = policy.instances_user_has_any_permission_for(user, {"change", "delete"})
    asked = query.getlist("id")
    if "all" not in asked:
        rows = rows.filter(pk__in=[int(pk) for pk in asked if pk.isascii() and pk.isdigit()])
    query = query.copy()
    query.setlist("id", [str(pk) for pk in rows.values_list("pk", flat=True)])
    return query
