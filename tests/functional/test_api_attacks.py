"""What strangers send to the API: nothing leaks, nothing runs, nothing breaks."""

import pytest

from cms.api import deserializers
from cms.api.contract import ApiError
from cms.api.deserializers import FIELDS as FIELDS_OF_TYPES
from cms.api.deserializers import fields_of
from cms.models import Experience
from cms.permissions import roles
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)
from tests.functional.api_client import ask, read, signed_in, write

pytestmark = pytest.mark.django_db

FOLDER = "/api/projekte/thinka-musterstadt"
FIELDS = (
    *("title", "kind", "date", "visibility", "attribution", "topics", "institutions", "body"),
    *("target_groups", "arguments", "situation", "lesson", "effective", "expires", "@type"),
    *("verdict", "text", "project"),
)
DEEP: list = []
for _ in range(400):
    DEEP = [DEEP]
JUNK = [
    None, True, 7, -1, 1.5, 10**300, "", " ", "x" * 300, "\x7f\u202e\ufeff", "'; DROP TABLE x; --",
    [], {}, [None], [[]], [{}], {"": ""}, {"token": None}, {"token": {"token": []}}, {"@id": 7},
    {"@id": "http://[::1"}, {"data": None}, {"data": {}, "content-type": []},
    {"content-type": "text/markdown", "data": "[" * 5000}, {"data": "<b>" * 2000},
    ["x"] * 500, [{"side": "pro", "text": None}], [{"side": {}, "text": []}],
    "0000-00-00", "9999-12-31T23:59:59-23:59", "0001-01-01", "٢٠٢٦-٠١-٠١", DEEP,
]  # fmt: skip


@pytest.fixture
def editor(project):
    return signed_in(person(roles.EDITOR, project))


@pytest.mark.parametrize("value", JUNK, ids=range(len(JUNK)))
def test_junk_in_any_field_is_saved_or_refused_but_never_a_crash(editor, project, value):
    own, others = ExperienceFactory(project=project), published_experience()
    taken = {field: value for field in FIELDS if _is_taken(field, value)}
    for method, path, more in (
        ("POST", FOLDER, {"title": "x"}),
        ("PATCH", f"/api/erfahrungen/{own.slug}", {}),
        ("POST", f"/api/erfahrungen/{others.slug}", {"verdict": "open"}),
    ):
        for sent in ({**more, **taken}, dict.fromkeys(FIELDS, value)):
            response = ask(editor, method, path, sent)
            assert response.status_code in (201, 204, 422), (method, response.content)
            if response.status_code == 422:
                assert response.json()["message"]
    read(editor, f"/api/erfahrungen/{own.slug}?rich_text=markdown")


def _is_taken(field: str, value) -> bool:
    """Is it a value for this field? Then it must be one for the database too."""
    try:
        for model in FIELDS_OF_TYPES:
            fields_of(model, {field: value})
    except ApiError as error:
        assert error.status == 422
        return False
    return True


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\x00", b"\xff\xfe", b'{"title": "\\ud800"}', b'{"title": "a\\u0000"}',
     b'{"title": NaN}', b'{"a":' * 5000, b'{"title": "x", "title": ["y"]}', b"title=x"],
    ids=range(11),
)  # fmt: skip
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "x/y"])
def test_a_broken_body_is_never_a_crash(editor, content, kind):
    response = editor.generic("POST", FOLDER, content, kind)
    assert response.status_code in (400, 422), response.content
    assert not Experience.objects.exists()


def test_a_giant_body_is_refused(editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    response = write(editor, "POST", FOLDER, {"title": "x", "lesson": "x" * 200_000}, 413)
    assert response.json()["message"]


SCRIPTS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<p onmouseover=alert(1)>x</p>",
    '<a href="javascript:alert(1)">x</a>', '<a href="JaVa\tScRiPt:alert(1)">x</a>',
    "<iframe src=//evil.example></iframe>", "<svg/onload=alert(1)>", "<style>@import 'x'</style>",
    '<embed embedtype="image" id="1" format="left" alt="&quot;&gt;&lt;script&gt;">',
    '<a linktype="page" id="1 or 1=1">x</a>', "<math><mtext><script>1</script></mtext></math>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<noscript><p title='</noscript><script>'>",
]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("kind", ["text/html", "text/markdown", "text/plain"])
def test_no_script_comes_in(editor, script, kind):
    sent = {"title": "<b>x</b>", "lesson": script, "body": {"content-type": kind, "data": script}}
    path = write(editor, "POST", FOLDER, sent, 201)["Location"]
    body = Experience.objects.get().body
    for form in ("html", "markdown"):
        shown = read(editor, f"{path}?rich_text={form}")["body"]["data"].lower()
        for forbidden in ("<script", "<img", "<svg", "<iframe", "<style", "<embed", "<math"):
            assert forbidden not in shown
            assert forbidden not in body.lower()
    for forbidden in ("onerror=", "onload=", "onmouseover=", 'href="java'):
        tags = "".join(part.partition(">")[0] for part in body.split("<")[1:])
        assert forbidden not in tags.lower()


def test_a_draft_leaks_through_no_address(project):
    secret = ExperienceFactory(project=project, title="Geheimer Entwurf")
    other = signed_in(person(roles.EDITOR, ProjectFactory()))
    paths = [f"/api/erfahrungen/{secret.slug}", f"/api/e/{secret.pk}", FOLDER, "/api/erfahrungen"]
    for path in paths:
        for query in ("", "?version=draft", "?version=0", "?version=live", "?expand=workflow"):
            answer = ask(other, "GET", f"{path}{query}").content.decode()
            assert "Geheimer" not in answer
    # An equal title does not tell either: the number in an address is no secret, the text is.
    for method in ("PATCH", "DELETE", "POST"):
        real = ask(other, method, f"/api/erfahrungen/{secret.slug}", {"title": "x"})
        none = ask(other, method, "/api/erfahrungen/gibt-es-nicht", {"title": "x"})
        assert (real.status_code, real.content) == (none.status_code, none.content)


@pytest.mark.parametrize(
    "kind", ["text/markdown", "text/plain", "text/html"], ids=["markdown", "plain", "html"]
)
def test_a_text_longer_than_any_entry_is_refused_before_it_is_read(editor, kind, monkeypatch):
    def read(text: str) -> str:
        raise AssertionError("this would take a minute")

    monkeypatch.setitem(deserializers._AS_HTML, kind, read)
    body = {"content-type": kind, "data": "![" * 60_000}
    refused = write(editor, "POST", FOLDER, {"title": "x", "body": body}, 422).json()
    assert [error["field"] for error in refused["errors"]] == ["body"]
    assert "100000 Zeichen" in refused["errors"][0]["message"]
    refused = write(editor, "POST", FOLDER, {"title": "x", "lesson": "x\n" * 60_000}, 422).json()
    assert [error["field"] for error in refused["errors"]] == ["lesson"]
