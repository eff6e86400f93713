"""Wagtail's own screens: closed to all but the office, unless they are opened here.

Stock views ask for global permissions, or nobody. So what is not named here is closed, also
what a later version of Wagtail brings. The guide's own screens ask the policy themselves.
"""

from django.apps import apps
from django.http import Http404, QueryDict
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.admin.many import number
from cms.permissions import policies

#: Beginnings of URL names. Each of these views asks the policy about the row, or shows nothing
#: of a project.
OPEN = (
    "wagtail_serve",  # the site's published pages
    "wagtailcore_authenticate_with_password",
    "wagtailadmin_home",
    "wagtailadmin_explore_root",  # leads on to the first page that one may open
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

#: Parameters of Wagtail's addresses that name a page.
PAGE_PARAMETERS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "pk")

#: What opens when somebody makes a link, and where it opens for all but the office.
LINK_CHOOSER = "wagtailadmin_choose_page"
OPEN_LINK_CHOOSER = "wagtailadmin_choose_page_external_link"

#: Its form takes any page as the new parent, and tells the title of what it refuses.
COPY = "wagtailadmin_pages:copy"

#: Wagtail's own test of the error page: raises for everybody.
CLOSED_TO_ALL = "wagtailadmin_error_test"

#: Wagtail's own sign-in and password pages know nothing of our limits: they lead to ours.
SIGN_IN = ("wagtailadmin_login", "wagtailcore_login")
FORGOTTEN = "wagtailadmin_password_reset"


def is_sign_in(view_name: str) -> bool:
    """Is this a page of Wagtail's for signing in?"""
    return view_name.startswith(SIGN_IN)


def names_nothing(view_name: str, parameters: dict, query: QueryDict) -> bool:
    """Is the key in this address of one of Wagtail's views no number?

    Wagtail would ask the database for it, and fail.
    """
    if not view_name.startswith("wagtail"):
        return False
    keys = [str(parameters[name]) for name in ("pk", "object_id") if name in parameters]
    if view_name.endswith(":chosen_multiple"):
        keys += query.getlist("id")
    return any(number(key) is None for key in keys)


def is_password_reset(view_name: str) -> bool:
    """Is this a page of Wagtail's for a forgotten password?"""
    return view_name.startswith(FORGOTTEN)


def is_closed_to(user, view_name: str, parameters: dict) -> bool:
    """Is this a screen of Wagtail's that ``user`` has no business with?

    People without the admin are not our concern: Wagtail turns them away.
    """
    if not view_name.startswith("wagtail") or view_name.startswith(OPEN):
        return False
    if not policies.opens_admin(user):
        return False
    if view_name == CLOSED_TO_ALL:
        return True
    if view_name == COPY:
        return not policies.can(user, policies.OFFICE)
    return not (policies.can(user, policies.OFFICE) or _is_own_page(user, view_name, parameters))


def _is_own_page(user, view_name: str, parameters: dict) -> bool:
    """Is this a screen of one page that ``user`` works on (or must pass to get there)?"""
    page_ids = [parameters[name] for name in PAGE_PARAMETERS if name in parameters]
    policy = policy_registry.get_by_type(Page)
    if view_name.startswith("wagtailadmin_explore"):
        pages = policy.explorable_instances(user)
    elif view_name.startswith("wagtailadmin_pages:"):
        pages = policy.instances_user_has_any_permission_for(user, {"add", "change", "publish"})
    else:
        return False
    return bool(page_ids) and pages.filter(pk__in=page_ids).count() == len(page_ids)


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
        rows = rows.filter(pk__in=[pk for pk in map(number, asked) if pk is not None])
    query = query.copy()
    query.setlist("id", [str(pk) for pk in rows.values_list("pk", flat=True)])
    return query
