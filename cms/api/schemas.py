"""The shapes of the API's answers, for its OpenAPI document.

Answers are not built or checked with these: that would cost time at every request. The
contract's tests hold every recorded answer against them.
"""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class Summary(Schema):
    """An item of a listing; more with ``metadata_fields``."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    id_: str = Field(alias="@id", description="The object's address in the API.")
    type_: str = Field(alias="@type")
    title: str
    description: str
    review_state: str | None
    type_title: str = Field(description="What the type is called on screens.")


class Component(Schema):
    """A link to a service about the object, or what it answers (``expand``)."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    id_: str = Field(alias="@id")


class Lock(Schema):
    locked: bool
    stealable: bool


class Batching(Schema):
    """Addresses of the other pages of a listing."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    first: str
    last: str
    prev: str | None = None
    next: str | None = None


class Scale(Schema):
    """One size of a picture; never larger than the picture is."""

    download: str
    width: int
    height: int


class Image(Scale):
    """A picture, upright and without the metadata of the camera, for whoever reads its object."""

    model_config = ConfigDict(populate_by_name=True)

    filename: str
    alt: str = Field(description="What it shows, in words: as `image_caption`.")
    content_type: str = Field(alias="content-type", description="Of this and of all scales.")
    size: int | None = Field(description="Bytes of the file that is kept.")
    scales: dict[str, Scale] = Field(description="`preview`, `large` ...: Plone's usual ones.")


class Listing(Schema):
    """A list; each service says of what, and has a batch of it where ``batching`` is."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    items: list[Any]
    items_total: int
    batching: Batching | None = Field(None, description="Left out if one page holds everything.")


class Content(Summary):
    """An object with its envelope; each ``@type`` adds fields of its own.

    All is there unless ``fields`` asks for less.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        json_schema_extra=lambda schema: schema.update(required=["@id", "@type"]),
    )

    id: str = Field(description="The last part of the address.")
    UID: str
    created: str | None = Field(description="First published; of a draft: first saved.")
    modified: str | None = Field(description="Last published; of a draft: last saved.")
    effective: str | None
    is_folderish: bool
    parent: dict[str, Any] = Field(description="The folder above, as a summary; empty at the top.")
    lock: Lock
    working_copy: dict[str, Any] | None = Field(None, description="Where its draft is, if any.")
    working_copy_of: dict[str, Any] | None = Field(None, description="Of a draft: the published.")
    components: dict[str, Component | list[dict[str, Any]]] = Field(alias="@components")
    image: Image | None = Field(None, description="Of news and projects; null without a picture.")
    image_caption: str | None = Field(None, description="What it shows, in words.")
    items: list[Summary] | None = Field(None, description="What a folder holds, in batches.")
    items_total: int | None = None
    batching: Batching | None = Field(None, description="Left out if one page holds everything.")


class Part(Schema):
    """What ``fields`` names of an object; these two are always there."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    id_: str = Field(alias="@id")
    type_: str = Field(alias="@type")


class FieldError(Schema):
    field: str
    message: str


class Error(Schema):
    """Every answer from 400 on."""

    type: str
    message: str
    errors: list[FieldError] | None = None


class Message(Schema):
    """What has happened, in a sentence for people."""

    message: str


#: For ``openapi_extra``: an answer without a body that names what was written.
LOCATED: dict[str, Any] = {
    "responses": {204: {"headers": {"Location": {"$ref": "#/components/headers/Location"}}}}
}


def sends(schema: type[Schema], *, required: bool = True) -> dict[str, Any]:
    """For ``openapi_extra``: what is to be sent. The services read it themselves."""
    json = {"schema": schema.model_json_schema(ref_template="#/components/schemas/{model}")}
    if not schema.model_fields:
        json["example"] = {}
    return {"requestBody": {"required": required, "content": {"application/json": json}}}


class ImageUpload(Schema):
    """A picture that is sent: JPEG, PNG or WebP, which the file itself tells."""

    model_config = ConfigDict(populate_by_name=True)

    data: str = Field(description="The file in base64.")
    encoding: str = Field(json_schema_extra={"const": "base64"})
    filename: str = ""
    content_type: str = Field("", alias="content-type")


class Nothing(Schema):
    """An empty object; as good as no body at all."""
