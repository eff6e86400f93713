"""``GET /api/@search?highlights=1``: where the words stand, as HTML that can do no harm."""

import pytest

from tests.factories.guide import published_experience
from tests.functional.api_client import read

pytestmark = pytest.mark.django_db


def test_hits_are_marked_and_all_else_is_escaped(client, fed):
    published_experience(
        title="Waschsalon <b>offen</b>", body="<p>Der Waschsalon &lt;img src=x&gt; im Viertel.</p>"
    )
    fed()
    asked = "/api/@search?SearchableText=Waschsalons"
    (item,) = read(client, f"{asked}&highlights=1")["items"]
    assert item["highlight"]["title"] == "<mark>Waschsalon</mark> &lt;b&gt;offen&lt;/b&gt;"
    assert "<mark>Waschsalon</mark> &lt;img src=x&gt; im Viertel." in item["highlight"]["fragment"]
    (plain,) = read(client, asked)["items"]
    assert "highlight" not in plain
