"""Images and documents, to those who may read them.

Nothing is served from the media folder but what the rule in cms/published/files.py allows.
Whoever may not read a file gets the same 404 as for one that is not there.
"""

import re

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.views.static import serve
from wagtail.documents import get_document_model
from wagtail.documents.views import serve as wagtail_serve
from wagtail.images import get_image_model

from cms.permissions.policies import reader_for
from cms.published import pictures
from cms.published.files import may_read_file
from cms.views.caching import private_for_signed_in

#: Images as Wagtail makes and keeps them; an SVG could carry a script.
IMAGES = (
    rf"^{re.escape(settings.MEDIA_URL.lstrip('/'))}"
    r"(?P<path>(?:images|original_images)/[^/]+\.(?:avif|gif|jpe?g|png|webp))$"
)
#: One size of a picture, by the name of the size.
PICTURES = (
    rf"^bilder/(?P<pk>\d{{1,18}})/(?P<scale>{'|'.join([*pictures.SCALES, pictures.ORIGINAL])})$"
)
#: As in Wagtail's own addresses, which are included after ours.
DOCUMENTS = r"^documents/(?P<pk>\d+)/(?P<name>.*)$"


@private_for_signed_in
def image(request, path: str):
    """A scaled image, or (for those who see the project's drafts) the file as it was uploaded.

    An original may tell more than its picture: where it was taken, and by whose telephone.
    """
    reader = reader_for(request.user)
    if path.startswith("original_images/"):
        found = _with_project(get_image_model().objects.filter(file=path), "")
        allowed = found and reader.may_see_draft(_project_id(found))
    else:
        renditions = get_image_model().get_rendition_model().objects.filter(file=path)
        rendition = _with_project(renditions, "image__")
        allowed = rendition and _may_read_rendition(rendition, reader)
    if not allowed:
        raise Http404
    return _guarded(request, serve(request, path, document_root=settings.MEDIA_ROOT))


def _may_read_rendition(rendition, reader) -> bool:
    """One that was not made by us may tell as much as its original."""
    if not pictures.tells_nothing(rendition):
        return reader.may_see_draft(_project_id(rendition.image))
    return may_read_file(rendition.image, reader)


@private_for_signed_in
def picture(request, pk: int, scale: str):
    """One size of a picture; it is made when somebody who may see it asks for the first time."""
    found = _with_project(get_image_model().objects.filter(pk=pk), "")
    if found is None or not may_read_file(found, reader_for(request.user)):
        raise Http404
    try:
        path = pictures.rendition(found, scale).file.name
    except (OSError, ValueError):  # the file is gone, or damaged
        raise Http404 from None
    return _guarded(request, serve(request, path, document_root=settings.MEDIA_ROOT))


def _with_project(files, prefix: str):
    return files.select_related(f"{prefix}collection__project").first()


def _project_id(file) -> int | None:
    project = getattr(file.collection, "project", None)
    return project.pk if project else None


@private_for_signed_in
def document(request, pk: str, name: str):
    """A document, as a download or (PDF) in the browser; Wagtail's view asks ``may_serve``.

    Without a name (so texts link it), it leads on to the whole address.
    """
    if not name:
        found = get_object_or_404(get_document_model(), pk=pk)
        may_serve(found, request)
        return redirect(found.url)
    return _guarded(request, wagtail_serve.serve(request, pk, name))


def may_serve(file, request) -> None:
    """For Wagtail's hook ``before_serve_document``. Raises Http404 for whoever may not read it."""
    if not may_read_file(file, reader_for(request.user)):
        raise Http404


def _guarded(request, response):
    """No script in a file runs, no type is guessed; a withdrawal holds for caches at once."""
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, no_cache=True)
    return response
