"""Wagtail's screens of images and documents, told of one's own files only.

Wagtail's confirmation names every file that was asked for, also those that the person may
not see. Here a file that isn't one's own is as if it were not there.
"""

from django.core.exceptions import PermissionDenied
from wagtail.documents.views import bulk_actions as documents
from wagtail.documents.views import documents as document_views
from wagtail.images.views import bulk_actions as images
from wagtail.images.views import chooser as image_chooser
from wagtail.images.views import images as image_views

from cms.domain.indexing import ObjectType
from cms.models import IndexJob


class OwnFilesMixin:
    def get_actionable_objects(self):
        """As Wagtail, without what this person may not see. Raises PermissionDenied if all is."""
        objects, refused = super().get_actionable_objects()
        refused["items_with_no_access"] = [
            file
            for file in refused["items_with_no_access"]
            if self.permission_policy.user_has_permission_for_instance(
                self.request.user, "change", file
            )
        ]
        if not objects and not any(refused.values()):
            raise PermissionDenied
        return objects, refused


class TagImages(OwnFilesMixin, images.AddTagsBulkAction):
    pass


class MoveImages(OwnFilesMixin, images.AddToCollectionBulkAction):
    pass


class DeleteImages(OwnFilesMixin, images.DeleteBulkAction):
    pass


class TagDocuments(OwnFilesMixin, documents.AddTagsBulkAction):
    pass


class MoveDocuments(OwnFilesMixin, documents.AddToCollectionBulkAction):
    @classmethod
    def execute_action(cls, objects, **kwargs):
        """As Wagtail, which sends no signal: who finds a document follows its collection."""
        numbers = super().execute_action(objects, **kwargs)
        IndexJob.objects.enqueue(ObjectType.DOCUMENT, [obj.pk for obj in objects], "moved")
        return numbers


class DeleteDocuments(OwnFilesMixin, documents.DeleteBulkAction):
    pass


BULK_ACTIONS = (
    TagImages,
    MoveImages,
    DeleteImages,
    TagDocuments,
    MoveDocuments,
    DeleteDocuments,
)


class UntaggedMixin:
    """A filter without the popular tags, which are words of all projects."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters.pop("tag", None)


class UntaggedImages(UntaggedMixin, image_views.ImagesFilterSet):
    pass


class UntaggedDocuments(UntaggedMixin, document_views.DocumentsFilterSet):
    pass


class UntaggedImageChooseView(image_chooser.ImageChooseView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"popular_tags": []}


def hide_tags() -> None:
    """Wagtail has no setting for this; its views read these attributes with each request."""
    image_views.IndexView.filterset_class = UntaggedImages
    document_views.IndexView.filterset_class = UntaggedDocuments
    image_chooser.viewset.choose_view_class = UntaggedImageChooseView
