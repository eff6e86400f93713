"""Projects, with wagtail-modeladmin (which does not ask Wagtail's policies)."""

from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import AdminURLHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView

from cms.models import Project
from cms.permissions import policies


class ProjectPermissionHelper(PermissionHelper):
    """modeladmin's questions, answered by the policy."""

    def user_has_any_permissions(self, user):
        return policies.can_somewhere(user, policies.EDIT_PROJECT)

    def user_can_list(self, user):
        return self.user_has_any_permissions(user)

    def user_can_create(self, user):
        return policies.can(user, policies.OFFICE)

    def user_can_edit_obj(self, user, obj):
        return policies.can(user, policies.EDIT_PROJECT, obj)

    def user_can_delete_obj(self, user, obj):
        """Projects end, they are not deleted: their entries and history stay."""
        return False


class ProjectURLHelper(AdminURLHelper):
    def _get_object_specific_action_url_pattern(self, action):
        """Numbers only: modeladmin asks the database for whatever stands in the address."""
        return rf"^{self.base_url_path}/{action}/(?P<instance_pk>[0-9]+)/$"


class ProjectIndexView(IndexView):
    def get_filters_params(self, params=None):
        """None: modeladmin would take any field of any related row, a password's too."""
        return {}


class ProjectAdmin(ModelAdmin):
    model = Project
    menu_label = _("Projekte")
    menu_icon = "group"
    menu_order = 200
    base_url_path = "projekte"
    list_display = ["title", "carrier", "start", "end"]
    search_fields = ["title", "carrier", "other_names"]
    index_view_class = ProjectIndexView
    url_helper_class = ProjectURLHelper
    permission_helper_class = ProjectPermissionHelper
    # modeladmin's history view asks nobody.
    history_view_enabled = False

    def get_queryset(self, request):
        project_ids = policies.project_ids_for(request.user, policies.EDIT_PROJECT)
        projects = super().get_queryset(request)
        return projects if project_ids is None else projects.filter(pk__in=project_ids)
