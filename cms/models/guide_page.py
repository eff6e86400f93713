"""What the guide's pages have in common, and those among them that belong to a project."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from cms.models.picture import limit_pictures
from cms.permissions import policies


class GuidePageMixin:
    """No workflow of Wagtail's: its reviewers would be groups, which give no rights here."""

    has_workflow = False

    def get_workflow(self):
        return None


class ProjectPageForm(WagtailAdminPageForm):
    """The project is chosen once; later only a hand-over changes it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        limit_pictures(self)
        field = self.fields.get("project")
        if field is None:
            return
        projects = field.queryset
        if self.instance.project_id:
            field.queryset = projects.filter(pk=self.instance.project_id)
            field.disabled = True
            field.help_text = _("Steht fest: Die Seite gehört diesem Projekt.")
            return
        project_ids = policies.project_ids_for(self.for_user, policies.EDIT)
        if project_ids is not None:
            field.queryset = projects.filter(pk__in=project_ids)


class ProjectPageMixin(GuidePageMixin):
    """For pages with a field ``project``, which may be empty: then the page is the office's."""

    base_form_class = ProjectPageForm

    def with_content_json(self, content):
        """A revision brings back content, never the owner of the page."""
        page = super().with_content_json(content)
        if self.project_id:
            page.project_id = self.project_id
        return page
