"""The shapes of the search's answers, for the API's OpenAPI document."""

from ninja import Schema
from pydantic import Field

from cms.api.contract import Listing, Summary


class FacetItem(Schema):
    token: str = Field(description="The value of the filter.")
    title: str
    count: int


class FacetCounts(Schema):
    title: str
    items: list[FacetItem]


class Found(Listing):
    """What was found, best first."""

    items: list[Summary]
    did_you_mean: str | None = Field(None, description="The query as it was probably meant.")
    degraded: bool | None = Field(None, description="True while the search engine is away.")
    facets: dict[str, FacetCounts] | None = Field(None, description="With `facets=1`: by filter.")


class Operator(Schema):
    title: str
    description: str
    operation: str
    widget: str | None


class Index(Schema):
    """What can be asked of an index."""

    title: str
    description: str
    group: str
    enabled: bool = Field(description="Can it be asked? If not, it is only for sorting.")
    sortable: bool
    operations: list[str]
    operators: dict[str, Operator]
    values: dict[str, dict[str, str]] = Field(description="By token: its `title`.")
    vocabulary: str | None


class Indexes(Schema):
    """What `@querystring-search` can be asked."""

    id_: str = Field(alias="@id")
    indexes: dict[str, Index]
    sortable_indexes: dict[str, Index]


class Suggestion(Schema):
    text: str
    url: str
    type: str
    group: str
    note: str


class Suggestions(Schema):
    id_: str = Field(alias="@id")
    suggestions: list[Suggestion]
