"""The real client of Plone's REST API, the npm package @plone/client, works with the guide."""

import json
import re

import pytest

from tests.contract import recorder
from tests.contract.plone_client.guide import run_script, running_guide
from tools import node

DOCUMENT = node.ROOT / "docs" / "api" / "plone.md"
_TABLE = re.compile(r"(<!-- the real client -->\n.*?\|---\|\n)(.*?)(<!-- end -->)", re.DOTALL)

pytestmark = [pytest.mark.node, pytest.mark.sqlite]

#: The steps of journey.mjs and the status that each is answered with.
JOURNEY = {
    "an editor logs in": 200,
    "a wrong password is refused": 401,
    "an editor creates a draft": 201,
    "a visitor does not know of the draft": 404,
    "the editor reads it with expanders": 200,
    "the editor locks it": 200,
    "the lock can be read": 200,
    "another one can't write meanwhile": 423,
    "its holder can't either, without its token": 423,
    "the lock is refreshed": 204,
    "the lock is given back": 200,
    "the editor updates it": 204,
    "the update is there": 200,
    "the editor searches for the draft": 200,
    "a visitor searches for it in vain": 200,
    "the office comments on it": 204,
    "comments are read": 200,
    "the editor answers": 204,
    "the office changes its comment": 204,
    "the change and the answer are there": 200,
    "what was answered is not deleted": 422,
    "the editor deletes the answer": 204,
    "the office deletes its comment": 204,
    "an editor sees what may be done": 200,
    "an editor may not publish": 403,
    "a visitor still does not know of it": 404,
    "the office publishes it": 200,
    "the search finds it": 200,
    "the search below the project finds it": 200,
    "the search below another project does not": 200,
    "an editor changes what is published": 204,
    "its readers read what was published": 200,
    "history": 200,
    "one version": 200,
    "version 0 is the first": 200,
    "the content as it was": 200,
    "revert": 200,
    "the draft is the old version": 200,
    "its readers do not read the reverted one": 200,
    "breadcrumbs": 200,
    "navigation": 200,
    "context navigation": 200,
    "types": 200,
    "one type": 200,
    "vocabularies": 200,
    "actions": 200,
    "the site": 200,
    "the top of the navigation": 200,
    "what can be asked": 200,
    "the values of a field": 200,
    "a document of Plone's": 201,
    "its description changes": 204,
    "the new description is there": 200,
    "a news item of Plone's": 201,
    "the news is deleted": 204,
    "a draft to delete": 201,
    "delete": 204,
    "it is gone": 404,
    "what was published is not deleted": 409,
    "the office writes itself": 201,
    "alone it says why": 422,
    "with a reason it is published": 200,
    "it is changed": 204,
    "a second person needs no reason": 200,
}


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """The address of the API of a running guide, for the whole run."""
    node.install(node.PLONE_CLIENT)
    with running_guide(tmp_path_factory.mktemp("guide")) as address:
        yield address


def test_the_real_client_completes_its_journey(api):
    steps = run_script("journey.mjs", api)
    wrong = [step for step in steps if step["status"] != JOURNEY.get(step["step"]) or _failed(step)]
    assert wrong == [], "\n".join(json.dumps(step, ensure_ascii=False) for step in wrong)
    assert {step["step"] for step in steps} == set(JOURNEY)


def test_every_function_of_the_real_client_is_answered(api):
    *calls, last = run_script("everything.mjs", api)
    assert {call["call"] for call in calls} == set(last["names"])
    assert [call for call in calls if call.get("broken") or call["status"] >= 500] == []
    assert [call for call in calls if _failed(call)] == []
    document = DOCUMENT.read_text("utf-8")
    table = "\n".join(_row(call) for call in calls)
    filled = _TABLE.sub(lambda old: f"{old[1]}{table}\n{old[3]}", document)
    if recorder.RECORDING:
        DOCUMENT.write_text(filled, encoding="utf-8")
        document = filled
    assert document == filled, f"{DOCUMENT.name} is old. Write it anew: make record"


def _row(call):
    path = re.sub(r"/@comments/\d+", "/@comments/<id>", call["path"].partition("?")[0])
    return f"| `{call['call']}` | {call['method']} `{path}` | {call['status']} |"


def _failed(step):
    return [check for check, holds in step["checks"].items() if not holds]
