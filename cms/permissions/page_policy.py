"""Wagtail's questions after pages, answered by policies.py.

Pages are the office's. News and steering groups belong to a project: those who write for it
change them and the tables below, those who review for it publish them. Wagtail's own rows of
groups and pages give nothing, and neither does having made a page.
"""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Length, Substr
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.permissions import policies

_WRITING = ("add_page", "change_page")
_REVIEWING = ("publish_page", "lock_page", "unlock_page")
_OFFICE = (*_WRITING, *_REVIEWING, "bulk_delete_page")
_ACTIONS = dict.fromkeys(("add", "change"), policies.EDIT) | dict.fromkeys(
    ("publish", "lock", "unlock"), policies.REVIEW
)


@dataclass(frozen=True)
class PageGrant:
    """Has the attributes of a GroupPagePermission that Wagtail reads."""

    page: Page
    permission: Permission

    @property
    def page_id(self):
        return self.page.pk


def _of_projects(project_ids) -> Q:
    """Pages that carry one of these projects."""
    return Q(newspage__project__in=project_ids) | Q(exchangeeventpage__project__in=project_ids)


class GuidePagePolicy(PagePermissionPolicy):
    permission_cache_name = "_guide_page_permission_cache"

    def get_all_permissions_for_user(self, user):
        if user.is_superuser or not policies.opens_admin(user):
            return []
        by_codename = {
            permission.codename: permission
            for permission in Permission.objects.filter(
                content_type__app_label="wagtailcore", codename__in=_OFFICE
            )
        }
        if policies.can(user, policies.OFFICE):
            roots = Page.objects.filter(depth=1)
            return [PageGrant(root, by_codename[name]) for root in roots for name in _OFFICE]
        writing = policies.project_ids_for(user, policies.EDIT)
        reviewing = policies.project_ids_for(user, policies.REVIEW)
        pages = (
            Page.objects.filter(_of_projects(writing | reviewing))
            .annotate(project_id=Coalesce("newspage__project", "exchangeeventpage__project"))
            .only("path", "depth")
        )
        return [
            PageGrant(page, by_codename[name])
            for page in pages
            for held, names in ((writing, _WRITING), (reviewing, _REVIEWING))
            if page.project_id in held
            for name in names
        ]

    def instances_user_has_any_permission_for(self, user, actions):
        if policies.can(user, policies.OFFICE):
            return self.model._default_manager.all()
        wanted: set[int] = set()
        for action in set(actions) & _ACTIONS.keys():
            wanted |= policies.project_ids_for(user, _ACTIONS[action])
        return self.model._default_manager.filter(pk__in=_with_tables(wanted).values("pk"))

    def explorable_instances(self, user):
        """Own pages, and what stands above them: one must get there."""
        if policies.can(user, policies.OFFICE):
            return self.model._default_manager.all()
        paths = {grant.page.path for grant in self.get_cached_permissions_for_user(user)}
        above = {
            path[:end] for path in paths for end in range(Page.steplen, len(path), Page.steplen)
        }
        own = self.instances_user_has_any_permission_for(user, _ACTIONS).values("pk")
        return self.model._default_manager.filter(Q(pk__in=own) | Q(path__in=above))

    def users_with_any_permission(self, actions, include_superusers=True):
        users = get_user_model()._default_manager.filter(is_active=True, is_superuser=True)
        return users if include_superusers else users.none()

    def users_with_any_permission_for_instance(self, actions, instance, include_superusers=True):
        return self.users_with_any_permission(actions, include_superusers)


def _with_tables(project_ids):
    """The pages of these projects, and the tables of their steering groups."""
    parent_path = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    event = Page.objects.filter(exchangeeventpage__project__in=project_ids, path=parent_path)
    return Page.objects.filter(_of_projects(project_ids) | Exists(event))
