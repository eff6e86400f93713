"""What Wagtail's admin learns of the guide. Wiring only: the code stands in cms/admin/."""

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from cms.admin import (
    conflicts,
    deletion,
    minutes_round,
    missed_searches,
    pages,
    project_pages,
    redaction,
    trash,
    unread_documents,
    urls,
    webhooks,
    yearly_report,
)
from cms.admin.entry_views import action_menu
from cms.admin.experiences import ExperienceViewSet
from cms.admin.files import BULK_ACTIONS, hide_tags
from cms.admin.home import homepage_panels, main_menu
from cms.admin.log_actions import register_actions
from cms.admin.minutes import urls as minutes_urls
from cms.admin.office import OfficeGroup, outcome_action_menu
from cms.admin.projects import ProjectAdmin
from cms.admin.rich_text import register_features
from cms.admin.sharing import urls as sharing_urls
from cms.admin.supplements import SupplementViewSet
from cms.permissions.file_policies import FilePolicy
from cms.published import pictures
from cms.views import files
from cms.views.caching import private_page

for file_model in (get_image_model(), get_document_model()):
    # Wagtail registers its own policy later, for the same class and those below it.
    register_permission_policy(file_model, FilePolicy(file_model), exact_class=True)

register_snippet(ExperienceViewSet)
register_snippet(SupplementViewSet)
register_snippet(OfficeGroup)
modeladmin_register(ProjectAdmin)

hooks.register(OfficeGroup.submenu_hook, missed_searches.missed_searches_menu_item)
hooks.register(OfficeGroup.submenu_hook, webhooks.webhooks_menu_item)
hooks.register("register_log_actions", register_actions)
hooks.register("register_rich_text_features", register_features, order=10)
hooks.register("construct_snippet_action_menu", action_menu)
hooks.register("construct_snippet_action_menu", outcome_action_menu)
hooks.register("before_delete_page", deletion.before_delete_page)
hooks.register("before_delete_snippet", deletion.before_delete_snippet)
hooks.register("before_bulk_action", deletion.before_bulk_action)
hooks.register("construct_homepage_panels", homepage_panels)
hooks.register("construct_main_menu", main_menu)
hooks.register("construct_main_menu", pages.main_menu)
hooks.register("construct_page_action_menu", pages.action_menu)
hooks.register("construct_page_chooser_queryset", pages.choosable)
hooks.register("register_admin_urls", lambda: [*urls.urlpatterns, *minutes_urls.urlpatterns])
hooks.register("register_admin_urls", lambda: sharing_urls.urlpatterns)
hooks.register("register_admin_menu_item", sharing_urls.people_menu_item)
hooks.register("before_edit_snippet", conflicts.before_edit)
hooks.register("before_edit_page", conflicts.before_edit)
hooks.register("register_admin_urls", lambda: conflicts.urlpatterns)
hooks.register("register_admin_urls", lambda: project_pages.urlpatterns)
hooks.register("register_admin_menu_item", project_pages.pages_menu_item)
hooks.register("register_admin_menu_item", urls.desk_menu_item)
hooks.register("register_settings_menu_item", redaction.redaction_menu_item)
hooks.register("register_admin_menu_item", trash.trash_menu_item)
hooks.register("register_reports_menu_item", urls.audit_menu_item)
hooks.register("register_reports_menu_item", unread_documents.menu_item)
hooks.register("register_admin_menu_item", minutes_urls.minutes_menu_item)
hooks.register("register_page_header_buttons", minutes_round.event_buttons)
hooks.register("register_admin_menu_item", yearly_report.menu_item)
hooks.register("on_serve_page", private_page)
hooks.register("before_serve_document", files.may_serve)
hooks.register("register_image_operations", pictures.operations)
for bulk_action in BULK_ACTIONS:
    # Behind Wagtail's own, which then give way.
    hooks.register("register_bulk_action", bulk_action, order=10)
hide_tags()


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/admin.css"))


@hooks.register("insert_global_admin_js")
def admin_js() -> str:
    scripts = [(static(name),) for name in ("cms/admin/keep_typing.js", "cms/similar.js")]
    return format_html_join("\n", '<script src="{}" defer></script>', scripts)
