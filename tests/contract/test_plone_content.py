"""After plone.restapi's examples: content, search, types, vocabularies, navigation, errors.

Statuses and fields are those that its documentation shows; docs/api/plone.md says of what is left
out why. The services around people, states and places: test_plone_people.py.
"""

import pytest
from django.test import Client

from cms.models import Experience
from cms.permissions import roles
from cms.services.create_experience import create_experience
from tests.contract.plone_examples import Example, all_complaints
from tests.factories.guide import person

ENTRY = "/api/erfahrungen/offene-sprechstunde-im-waschsalon"
DRAFT = "/api/erfahrungen/ein-entwurf"
DOOMED = "/api/erfahrungen/ein-irrtum"
PROJECT = "/api/projekte/thinka-musterstadt"
NEWS = "/api/aktuelles"

_ITEM = "@id @type title description review_state type_title"
_ENVELOPE = f"{_ITEM} @components UID created modified effective id is_folderish parent lock"
_LISTING = "@id items items_total"
_COMPONENTS = "actions breadcrumbs contextnavigation navigation navroot types workflow"
_ERROR = {"": "type message"}
_ANY = "plone.app.querystring.operation.selection.any"


def _query(index: str, operation: str, value, **more) -> dict:
    return {"query": [{"i": index, "o": operation, "v": value}], **more}


CONTENT = [
    Example("content_get", f"GET {ENTRY}", 200,
            {"": _ENVELOPE, "parent": _ITEM, "@components": _COMPONENTS}),
    Example("content_get_folder", f"GET {PROJECT}?metadata_fields=UID&metadata_fields=id", 200,
            {"": f"{_ENVELOPE} items items_total", "items.0": f"{_ITEM} UID id"}),
    Example("a folder, its items whole", f"GET {PROJECT}?fullobjects=1&b_size=1", 200,
            {"items.0": _ENVELOPE, "batching": "@id first last next"}),
    Example("a folder without its items", f"GET {PROJECT}?include_items=false", 200,
            {"": _ENVELOPE}),
    Example("expansion", f"GET {ENTRY}?expand=breadcrumbs", 200,
            {"@components.breadcrumbs": "@id items"}),
    Example("expansion, all", f"GET {ENTRY}?expand=actions,breadcrumbs,navigation,navroot,workflow"
            "&expand:list=types&expand.navigation.depth=2", 200,
            {"@components.actions": "object object_buttons user",
             "@components.navigation": "@id items", "@components.navroot": "@id navroot",
             "@components.types.0": "@id addable title",
             "@components.workflow": "@id history state transitions"}),
    Example("content_post", f"POST {PROJECT}", 201, {"": _ENVELOPE},
            {"@type": "Document", "title": "My Document"}),
    Example("with a description", f"POST {PROJECT}", 201, {"": _ENVELOPE},
            {"@type": "Document", "title": "Mit Text", "description": "Kurz."}),
    Example("a news item", f"POST {NEWS}", 201, {"": _ENVELOPE},
            {"@type": "News Item", "title": "Neues", "description": "Kurz.",
             "text": {"content-type": "text/html", "data": "<p>Lang.</p>", "encoding": "utf-8"}}),
    Example("without a title", f"POST {PROJECT}", 422, {"": "type message errors"},
            {"@type": "Document"}),
    Example("of a type that is not made there", f"POST {PROJECT}", 422, {"": "errors"},
            {"@type": "Folder", "title": "Ein Ordner"}),
    Example("content_patch", f"PATCH {DRAFT}", 204, {}, {"title": "My New Document Title"}),
    Example("content_patch, a field emptied", f"PATCH {DRAFT}", 204, {},
            {"description": None, "effective": None, "expires": None}),
    Example("content_patch_representation", f"PATCH {DRAFT}", 200, {"": _ENVELOPE},
            {"title": "Noch ein Titel"}, {"Prefer": "return=representation"}),
    Example("content_reorder, where there is no order by hand", f"PATCH {PROJECT}", 400,
            {"": "type message"}, {"ordering": {"obj_id": "x", "delta": "top"}}),
    Example("content_delete", f"DELETE {DOOMED}", 204),
    Example("404 after that", f"GET {DOOMED}", 404, _ERROR),
    Example("404_not_found", "GET /api/non-existing-resource", 404, _ERROR),
    Example("a boolean that is none", f"GET {PROJECT}?include_items=vielleicht", 400, _ERROR),
]  # fmt: skip

SEARCH = [
    Example("search", "GET /api/@search", 200, {"": _LISTING, "items.0": _ITEM}),
    Example("search, nothing asked for", "GET /api/@search?SearchableText=", 200, {"": _LISTING}),
    Example("search_options", "GET /api/@search?path.query=%2Fprojekte&sort_on=path&path.depth=1",
            200, {"": _LISTING, "items.0": _ITEM}),
    Example("search_multiple_paths",
            "GET /api/@search?path.query=%2Fprojekte&path.query=%2Faktuelles&path.depth=2", 200,
            {"": _LISTING, "items.0": _ITEM}),
    Example("search_sort_multiple_indexes",
            "GET /api/@search?sort_on=portal_type&sort_on=sortable_title", 200, {"": _LISTING}),
    Example("search_metadata_fields", "GET /api/@search?SearchableText=Waschsalon"
            "&metadata_fields=modified&metadata_fields=created", 200,
            {"items.0": f"{_ITEM} created modified"}),
    Example("all metadata", "GET /api/@search?SearchableText=Waschsalon&metadata_fields=_all", 200,
            {"items.0": f"{_ITEM} UID created effective id is_folderish modified portal_type"}),
    Example("search_fullobjects", "GET /api/@search?SearchableText=Waschsalon&fullobjects=1", 200,
            {"": _LISTING, "items.0": _ENVELOPE}),
    Example("batching", f"GET {PROJECT}/@search?b_size=1&sort_on=path", 200,
            {"": f"{_LISTING} batching", "batching": "@id first last next"}),
    Example("b_size 0", "GET /api/@search?b_size=0", 200, {"": _LISTING}),
    Example("querystringsearch_post", "POST /api/@querystring-search", 200,
            {"": _LISTING, "items.0": _ITEM}, _query("portal_type", _ANY, ["Experience"])),
    Example("querystring search, ordered", "POST /api/@querystring-search", 200, {"": _LISTING},
            _query("portal_type", _ANY, ["Experience"], sort_on="sortable_title",
                   sort_order="reverse", b_size="5", b_start="0", limit="10")),
    Example("querystring search, to a depth", "POST /api/@querystring-search", 200,
            {"": _LISTING},
            _query("path", "plone.app.querystring.operation.string.path", "/projekte::2")),
    Example("querystring_get", "GET /api/@querystring", 200,
            {"": "@id indexes sortable_indexes",
             "indexes.portal_type": "description enabled group operations operators sortable "
                                    "title values vocabulary",
             "indexes.SearchableText.operators": "plone.app.querystring.operation.string.contains",
             "sortable_indexes.sortable_title": "sortable title"}),
]  # fmt: skip

TYPES = [
    Example("types", f"GET {PROJECT}/@types", 200,
            {str(place): "@id addable title id immediately_addable" for place in range(12)}),
    *(Example(f"types_document: {name}", f"GET /api/@types/{name}", 200,
              {"": "fieldsets layouts properties required title type",
               "fieldsets.0": "fields id title"})
      for name in ("Experience", "Supplement", "News", "Event", "Table", "InfoPage", "Project",
                   "Topic", "Outcome", "Document", "Home", "Events", "NewsFolder")),
    Example("types_document_get_field", "GET /api/@types/Experience/title", 200,
            {"": "description title type"}),
    Example("types_document_get_fieldset", "GET /api/@types/Experience/default", 200,
            {"": "fields id title"}),
    Example("no such field", "GET /api/@types/Experience/nichts", 404, _ERROR),
    Example("no such type", "GET /api/@types/Nichts", 404, _ERROR),
    Example("vocabularies", "GET /api/@vocabularies", 200, {"0": "@id title"}),
    Example("vocabularies_get", f"GET {ENTRY}/@vocabularies/kinds", 200,
            {"": _LISTING, "items.0": "title token"}),
    Example("vocabularies_get_filtered_by_title", "GET /api/@vocabularies/kinds?title=gut", 200,
            {"": _LISTING, "items.0": "title token"}),
    Example("vocabularies_get_filtered_by_token", "GET /api/@vocabularies/kinds?token=good", 200,
            {"items.0": "title token"}),
    Example("vocabularies_get_filtered_by_token_list",
            "GET /api/@vocabularies/kinds?tokens:list=good&tokens:list=bad&sort_on=title", 200,
            {"items.1": "title token"}),
    Example("by title and token", "GET /api/@vocabularies/kinds?token=good&title=gut", 400, _ERROR),
    Example("all terms", "GET /api/@vocabularies/kinds?b_size=-1", 200, {"": _LISTING}),
    Example("sources_get", f"GET {ENTRY}/@sources/topics", 200,
            {"": _LISTING, "items.0": "title token"}),
    Example("querysources_get", f"GET {ENTRY}/@querysources/topics?query=ffentlich", 200,
            {"": _LISTING, "items.0": "title token"}),
    Example("a source that must be queried", f"GET {ENTRY}/@querysources/topics", 400, _ERROR),
    Example("no such source", f"GET {ENTRY}/@sources/nichts", 404, _ERROR),
]  # fmt: skip

AROUND = [
    Example("actions", f"GET {DRAFT}/@actions", 200,
            {"": "object object_buttons user", "object.0": "icon id title",
             "object_buttons.0": "icon id title"}),
    Example("actions of a category", f"GET {DRAFT}/@actions?categories:list=object", 200,
            {"": "object"}),
    Example("breadcrumbs", f"GET {ENTRY}/@breadcrumbs", 200,
            {"": "@id items root", "items.0": "@id title"}),
    Example("navigation", f"GET {ENTRY}/@navigation", 200,
            {"": "@id items", "items.0": "@id description title"}),
    Example("navigation_tree", f"GET {ENTRY}/@navigation?expand.navigation.depth=4", 200,
            {"items.0": "@id description items title"}),
    Example("navroot_standard_site_get", "GET /api/@navroot", 200,
            {"": "@id navroot", "navroot": "@id @type UID description id is_folderish parent "
             "review_state title type_title"}),
    Example("navroot_standard_site_content_get", f"GET {ENTRY}/@navroot", 200,
            {"": "@id navroot", "navroot": "@id @type title"}),
    Example("contextnavigation", "GET /api/leitfaden/@contextnavigation"
            "?expand.contextnavigation.topLevel=1&expand.contextnavigation.name=Kapitel", 200,
            {"": "@id available has_custom_name items title url",
             "items.0": "@id description href icon is_current is_folderish is_in_path items "
                        "normalized_id review_state thumb title type"}),
    Example("site_get", "GET /api/@site", 200,
            {"": "@id plone.site_title plone.site_logo plone.default_language "
                 "plone.available_languages plone.portal_timezone features"}),
    Example("a preview of a draft", f"POST {DRAFT}/@preview", 201, {"": "@id token expires"}, {}),
]  # fmt: skip


@pytest.fixture
def editor(guide, embedded_search):
    """Somebody who writes for the project; two drafts of theirs are there."""
    writer = person(roles.EDITOR, guide, username="l")
    for title in ("Ein Entwurf", "Ein Irrtum"):
        create_experience(writer, guide, title)
    embedded_search()
    client = Client()
    client.force_login(writer)
    return client


@pytest.mark.parametrize("examples", [CONTENT, SEARCH, TYPES, AROUND])
def test_statuses_and_shapes_are_those_of_plones_examples(editor, examples):
    assert all_complaints(editor, examples) == ""


def test_what_is_sent_as_plone_names_it_is_kept(editor):
    sent = {"@type": "News Item", "title": "Neues", "description": "Kurz.", "text": "<p>Lang.</p>"}
    made = editor.post(NEWS, sent, content_type="application/json")
    assert made["Location"] == made.json()["@id"] == f"http://testserver{NEWS}/neues"
    shown = editor.get(made["Location"]).json()
    assert (shown["description"], shown["body"]["data"]) == ("Kurz.", "<p>Lang.</p>")
    assert editor.delete(made["Location"]).status_code == 204
    assert editor.get(made["Location"]).status_code == 404


def test_without_credentials_plone_and_we_say_401_where_it_is_no_secret(guide):
    visitor = Client()
    examples = [
        Example("types", "GET /api/@types", 401, _ERROR),
        Example("post", f"POST {PROJECT}", 401, _ERROR, {"title": "x"}),
        Example("patch", f"PATCH {ENTRY}", 401, _ERROR, {"title": "x"}),
        Example("delete", f"DELETE {ENTRY}", 401, _ERROR),
        Example("actions", f"GET {ENTRY}/@actions", 200, {"": "object user", "user.0": "id title"}),
    ]
    assert all_complaints(visitor, examples) == ""
    assert Experience.objects.filter(live=True).count() == 2
