"""Projects, with wagtail-modeladmin (which does not ask Wagtail's policies)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail_modeladmin.helpers import AdminURLHelper, ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import EditView, IndexView

from cms.admin.sharing.tabs import DATA, project_tabs
from cms.models import Project
from cms.models.picture import limit_pictures
from cms.permissions import policies


class ProjectPermissionHelper(PermissionHelper):
    """modeladmin's questions, answered by the policy."""

    def user_has_any_permissions(self, user):
        return policies.can_somewhere(user, policies.SEE)

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


class ProjectButtonHelper(ButtonHelper):
    """In the list: the way to who sees what, also for those who can't change the project."""

    def get_buttons_for_obj(self, obj, **kwargs):
        buttons = super().get_buttons_for_obj(obj, **kwargs)
        label = _("Wer sieht was?")
        return [
            *buttons,
            {
                "url": reverse("guide_sharing", args=[obj.pk]),
                "label": label,
                "title": f"{label} {obj}",
                "classname": "button button-secondary button-small",
            },
        ]


class ProjectForm(WagtailAdminModelForm):
    """When a project ends, and who goes on with its entries, is the office's to say."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        limit_pictures(self)
        if policies.can(self.for_user, policies.OFFICE):
            return
        for name in ("end", "successor"):
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Das legt die Koordinierungsstelle fest.")


class ProjectEditView(EditView):
    """The form, with the project's tabs above it."""

    def get_context_data(self, **kwargs):
        tabs = project_tabs(self.request.user, self.instance, DATA)
        return super().get_context_data(tabs=tabs, **kwargs)


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
    button_helper_class = ProjectButtonHelper
    edit_view_class = ProjectEditView
    edit_template_name = "cms/admin/sharing/project_form.html"
    # modeladmin's history view asks nobody.
    history_view_enabled = False

    def get_edit_handler(self):
        return ObjectList(Project.panels, base_form_class=ProjectForm)

    def get_queryset(self, request):
        project_ids = policies.project_ids_for(request.user, policies.SEE)
        projects = super().get_queryset(request)
        return projects if project_ids is None else projects.filter(pk__in=project_ids)
