"""Links in texts tell nobody the address of a draft, or the name of a file.

Wagtail writes the address of whatever page or document an id names, and asks nobody; ids can be
counted up by whoever sends a form. A page is linked while everybody can open it; a document by an
address without its name, which asks who reads it.
"""

from django.urls import reverse
from django.utils.html import escape
from wagtail.admin.rich_text.converters.contentstate import link_entity
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    ExternalLinkElementHandler,
    LinkElementHandler,
)
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.documents.rich_text.contentstate import document_link_entity
from wagtail.rich_text.pages import PageLinkHandler

from cms.published.pages import reachable_pages


def _document_address(pk) -> str | None:
    return reverse("wagtaildocs_serve", args=[int(pk), ""]) if str(pk).isdecimal() else None


class OpenPageLinkHandler(PageLinkHandler):
    """For readers: an address only for pages that everybody can open."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        pages = {
            str(pk): page for pk, page in reachable_pages(a.get("id") for a in attrs_list).items()
        }
        found = [pages.get(str(attrs.get("id"))) for attrs in attrs_list]
        return [f'<a href="{escape(page.url)}">' if page else "<a>" for page in found]


class NamelessDocumentLinkHandler(DocumentLinkHandler):
    """For readers: an address that does not tell the file's name."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        addresses = [_document_address(attrs.get("id")) for attrs in attrs_list]
        return [f'<a href="{address}">' if address else "<a>" for address in addresses]


class _PageInEditor(LinkElementHandler):
    def get_attribute_data(self, attrs):
        page = reachable_pages([attrs["id"]]).get(int(attrs["id"]))
        return {"id": int(attrs["id"]), "url": page.url if page else None, "parentId": None}


class _DocumentInEditor(LinkElementHandler):
    def get_attribute_data(self, attrs):
        return {"id": int(attrs["id"]), "url": _document_address(attrs["id"]), "filename": ""}


def register_features(features) -> None:
    """For Wagtail's hook ``register_rich_text_features``, behind Wagtail's own."""
    features.register_link_type(OpenPageLinkHandler)
    features.register_link_type(NamelessDocumentLinkHandler)
    links = {
        "from_database_format": {
            "a[href]": ExternalLinkElementHandler("LINK"),
            'a[linktype="page"]': _PageInEditor("LINK"),
        },
        "to_database_format": {"entity_decorators": {"LINK": link_entity}},
    }
    documents = {
        "from_database_format": {'a[linktype="document"]': _DocumentInEditor("DOCUMENT")},
        "to_database_format": {"entity_decorators": {"DOCUMENT": document_link_entity}},
    }
    features.register_converter_rule("contentstate", "link", links)
    features.register_converter_rule("contentstate", "document-link", documents)
