"""What Wagtail's admin learns of the guide. Wiring only: the code stands in cms/admin/."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from cms.admin import deletion, pages, urls
from cms.admin.experiences import ExperienceViewSet, action_menu
from cms.admin.home import homepage_panels, main_menu
from cms.admin.log_actions import register_actions
from cms.admin.minutes import urls as minutes_urls
from cms.admin.office import OfficeGroup, outcome_action_menu
from cms.admin.projects import ProjectAdmin
from cms.admin.supplements import SupplementViewSet
from cms.permissions.wagtail_policies import OfficeCollectionPolicy
from cms.views.caching import private_page

for file_model in (get_image_model(), get_document_model()):
    register_permission_policy(
        file_model,
        OfficeCollectionPolicy(
            file_model, auth_model=file_model, owner_field_name="uploaded_by_user"
        ),
        # Wagtail registers its own policy later, for the same class and those below it.
        exact_class=True,
    )

register_snippet(ExperienceViewSet)
register_snippet(SupplementViewSet)
register_snippet(OfficeGroup)
modeladmin_register(ProjectAdmin)

hooks.register("register_log_actions", register_actions)
hooks.register("construct_snippet_action_menu", action_menu)
hooks.register("construct_snippet_action_menu", outcome_action_menu)
hooks.register("before_delete_page", deletion.before_delete_page)
hooks.register("before_delete_snippet", deletion.before_delete_snippet)
hooks.register("before_bulk_action", deletion.before_bulk_action)
hooks.register("construct_homepage_panels", homepage_panels)
hooks.register("construct_main_menu", main_menu)
hooks.register("construct_page_action_menu", pages.action_menu)
hooks.register("construct_page_chooser_queryset", pages.choosable)
hooks.register("register_admin_urls", lambda: [*urls.urlpatterns, *minutes_urls.urlpatterns])
hooks.register("register_admin_menu_item", urls.desk_menu_item)
hooks.register("register_admin_menu_item", minutes_urls.minutes_menu_item)
hooks.register("on_serve_page", private_page)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/admin.css"))
