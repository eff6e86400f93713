"""Who holds which permission on which project: guardian's direct foreign-key tables."""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class ProjectUserGrant(UserObjectPermissionBase):
    """One permission of one person on one project."""

    content_object = models.ForeignKey("cms.Project", on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        app_label = "cms"
        default_permissions = ()


class ProjectGroupGrant(GroupObjectPermissionBase):
    """One permission of one group on one project."""

    content_object = models.ForeignKey("cms.Project", on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        app_label = "cms"
        default_permissions = ()
