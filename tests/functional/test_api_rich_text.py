"""Rich text over the API: cleaned on the way in, as HTML or Markdown on the way out."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.domain.errors import RuleError
from cms.formats.rich_text import from_markdown, to_markdown
from cms.models import Experience
from cms.models.experience import BODY_FEATURES
from cms.permissions import roles
from cms.services.clean_rich_text import MAX_DEPTH, MAX_LENGTH, MAX_TAGS, clean_rich_text
from tests.factories.guide import ProjectFactory, event_page, person
from tests.functional.api_client import read, signed_in, write

FOLDER = "/api/projekte/thinka-musterstadt"


def clean(html: str) -> str:
    return clean_rich_text(html, BODY_FEATURES, link_pages=False)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>a <strong>b</strong> <em>c</em></p>", "<p>a <b>b</b> <i>c</i></p>"),
        ("x<script>alert(1)</script>", "<p>x</p>"),
        ("<style>p {}</style><svg><script>1</script></svg>", ""),
        ("<p onclick='x' style='y'>t<img src=x onerror=alert(1)></p>", "<p>t</p>"),
        ('<p><a href="javascript:alert(1)">j</a></p>', "<p>j</p>"),
        ('<p><a href=" java\nscript:alert(1)">j</a></p>', "<p>j</p>"),
        ('<p><a href="data:text/html,x">j</a></p>', "<p>j</p>"),
        (
            '<p><a href="https://a.example/?b=1&amp;c=2" onclick="x" target="_blank">l</a></p>',
            '<p><a href="https://a.example/?b=1&amp;c=2">l</a></p>',
        ),
        ('<a linktype="page" id="1">x</a><embed embedtype="image" id="1"/>', "<p>x</p>"),
        ("<h2>A</h2><div>B</div><blockquote><p>C</p></blockquote>", "<p>A</p><p>B</p><p>C</p>"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "<p>1 2</p>"),
        ("<ul><li><p>x</p><p>y</p></li><li>z</li></ul>", "<ul><li>x<br/>y</li><li>z</li></ul>"),
        ("<li>lose</li>", "<p>lose</p>"),
        ("a<br>b", "<p>a<br/>b</p>"),
        ("<b>x<p>y</b></i></p>", "<p><b>x</b></p><p><b>y</b></p>"),
        ("&lt;script&gt; &amp;auml;", "<p>&lt;script&gt; &amp;auml;</p>"),
        ("", ""),
        ("<p> </p>", ""),
    ],
)
def test_only_what_the_editor_could_have_written_is_kept(sent, kept):
    assert clean(sent) == kept
    assert clean(kept) == kept


@pytest.mark.parametrize(
    "html",
    ["x" * (MAX_LENGTH + 1), "<br>" * (MAX_TAGS + 1), "<b>" * (MAX_DEPTH + 1),
     "<ul><li>" * (MAX_DEPTH + 1)],
    ids=["long", "many", "deep", "lists"],
)  # fmt: skip
def test_what_would_take_too_long_is_refused(html):
    with pytest.raises(RuleError):
        clean(html)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Ein **fettes** Wort.", "<p>Ein <b>fettes</b> Wort.</p>"),
        ("- a\n- b\n  1. c", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
        ("[hier](https://a.example/)", '<p><a href="https://a.example/">hier</a></p>'),
        ("<script>alert(1)</script>\n\nText", "<p>Text</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<p>x</p>"),
        ("# Kopf\n\n> Zitat", "<p>Kopf</p><p>Zitat</p>"),
        ("a\\\nb", "<p>a<br/>b</p>"),
    ],
)
def test_markdown_is_read_as_rich_text(markdown, html):
    assert clean(from_markdown(markdown)) == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>1. a * b _c_ # [x](y) \\ ~ ` + - | &lt;b&gt; &amp;amp;</p>",
        "<p># kein Kopf</p><p>- keine Liste</p><p>1) auch nicht</p><p>===</p><p>---</p>",
        "<p>Wort<b>teil</b>e und <b>„Zitat“</b>danach <b><i>beides</i></b></p>",
        "<ol><li>a</li></ol><ul><li>b<ul><li>c</li></ul></li></ul><p>d<br/>e</p>",
        '<p><a href="https://a.example/(x)?y=1&amp;z=2"><b>l</b> [m]</a>!</p>',
        "<p>https://a.example und a@b.example</p>",
        "<p></p><p>a</p><p></p>",
    ],
)
def test_what_goes_out_as_markdown_comes_back_the_same(html):
    html = clean(html)
    assert clean(from_markdown(to_markdown(html, clean))) == html


_INLINE = st.recursive(
    st.text(alphabet="aß *_[]()#-+.1>`~\\|!&<\n", min_size=1, max_size=8).map(
        lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
    ),
    lambda parts: st.tuples(
        st.sampled_from(["b", "i", 'a href="https://a.example/"']), st.lists(parts, max_size=3)
    ).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0][0]}>"),
    max_leaves=6,
)
_BLOCK = st.tuples(
    st.sampled_from(["<p>{}</p>", "<ul><li>{}</li></ul>", "<ol><li>{}</li><li>x</li></ol>"]),
    st.lists(_INLINE, min_size=1, max_size=3),
).map(lambda made: made[0].format("".join(made[1])))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_BLOCK, min_size=1, max_size=4).map("".join))
def test_any_text_comes_back_the_same(html):
    html = clean(html)
    assert clean(html) == html
    assert clean(from_markdown(to_markdown(html, clean))) == html


@pytest.fixture
def editor(db):
    return signed_in(person(roles.EDITOR, ProjectFactory(title="ThINKA Musterstadt")))


def test_an_entry_is_written_and_read_in_markdown(editor):
    text = {"content-type": "text/markdown", "data": "Ein **Waschsalon**:\n\n- warm\n- hell"}
    path = write(editor, "POST", FOLDER, {"title": "Waschsalon", "body": text}, 201)["Location"]
    entry = Experience.objects.get()
    assert entry.body == "<p>Ein <b>Waschsalon</b>:</p><ul><li>warm</li><li>hell</li></ul>"
    body = read(editor, path)["body"]
    assert (body["content-type"], body["data"]) == ("text/html", entry.body)
    markdown = read(editor, f"{path}?rich_text=markdown")["body"]
    assert markdown == text | {"encoding": "utf-8"}
    versions = entry.revisions.count()
    for same in (body, markdown, body["data"]):
        write(editor, "PATCH", path, {"body": same}, 204)
    assert entry.revisions.count() == versions
    wrong = read(editor, f"{path}?rich_text=word", 400)
    assert wrong["errors"][0]["field"] == "rich_text"


def test_links_to_pages_follow_the_page(editor):
    event = event_page()
    for address in (event.url, f"http://localhost{event.url}"):
        sent = {"title": "x", "body": f'<p><a href="{address}">dort</a></p>'}
        path = write(editor, "POST", FOLDER, sent, 201)["Location"]
        kept = Experience.objects.get(slug=path.rpartition("/")[2]).body
        assert kept == f'<p><a linktype="page" id="{event.pk}">dort</a></p>'
        shown = read(editor, path)["body"]["data"]
        assert shown == f'<p><a href="{event.url}">dort</a></p>'
        assert write(editor, "PATCH", path, {"body": shown}, 204)
    hidden = event_page(live=False)
    sent = {"title": "x", "body": f'<p><a href="{hidden.url}">dort</a></p>'}
    made = write(editor, "POST", FOLDER, sent, 201).json()
    assert made["body"]["data"] == sent["body"]
