"""The JSON object that was sent, taken from a request."""

import pytest
from django.test import RequestFactory

from cms.api.errors import ApiError
from cms.api.sent import body


def sent(content: bytes | str, content_type: str = "application/json"):
    return RequestFactory().post("/api/x", content, content_type=content_type)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain"]
)
def test_an_empty_body_is_an_empty_object(content_type):
    assert body(sent(b"", content_type)) == {}
    assert body(sent(b" \n", content_type)) == {}


def test_the_object_is_read_whatever_type_it_says_it_has():
    assert body(sent('{"title": "Ä"}', "text/plain")) == {"title": "Ä"}
    assert body(sent(b'\xef\xbb\xbf{"a": [1, null]}')) == {"a": [1, None]}


@pytest.mark.parametrize(
    "content",
    ["[]", '"x"', "7", "null", "{", "x", '{"a": NaN}', '{"a": Infinity}', b"\xff\xfe{", b"\xe4",
     "[" * 200_000, '{"a":' * 100_000, '{"a": 1' + "0" * 10_000 + "}", '{"a": "\\ud800"}',
     '{"\\u0000": 1}', '{"a": [{"b": "x\\u0000"}]}'],
    ids=range(16),
)  # fmt: skip
def test_what_is_no_object_of_texts_is_refused(content):
    with pytest.raises(ApiError) as refused:
        body(sent(content))
    assert refused.value.status == 400


def test_what_is_too_big_is_refused(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    with pytest.raises(ApiError) as refused:
        body(sent('{"title": "%s"}' % ("x" * 200)))
    assert refused.value.status == 413


def test_a_form_that_was_read_before_is_no_object():
    request = RequestFactory().post("/api/x", {"title": "x"})
    assert request.POST
    with pytest.raises(ApiError) as refused:
        body(request)
    assert refused.value.status == 400
