"""What ``@querystring-search`` takes, as JSON Schema for the OpenAPI document."""

from typing import Any

from cms.api.contract import MOST_NUMBER
from search.plone_query import ASCENDING, DESCENDING, OWN_ORDER, SORT_ON
from search.querystring import INDEXES, MOST_CRITERIA, MOST_DAYS, MOST_VALUES, PREFIX, TIMES, Index

JSON = dict[str, Any]

#: What forms send for yes and no; null is no.
FLAGS = {True: True, "1": True, "true": True}
FLAGS |= {False: False, "0": False, "false": False, "": False, None: False}
ORDERS = (*ASCENDING, *DESCENDING, None)

_TEXT: JSON = {"type": "string"}
_TEXTS: JSON = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "maxItems": MOST_VALUES}]}
_DAY: JSON = {"type": "string", "format": "date"}
_TWO_DAYS: JSON = {"type": "array", "items": _DAY, "minItems": 2, "maxItems": 2}
#: The operations that take one text, of those that are not about days.
_OF_ONE_TEXT = ("string.contains", "string.is")


def _number(most: int) -> JSON:
    whole = {"type": "integer", "minimum": 0, "maximum": most}
    written = {"type": "string", "pattern": f"^[0-9]{{1,{len(str(most)) - 1}}}$"}
    return {"anyOf": [whole, written]}


_OPTIONAL_NUMBER: JSON = {"anyOf": [*_number(MOST_NUMBER)["anyOf"], {"enum": ["", None]}]}


def _value(operation: str, index: Index) -> JSON:
    match operation:
        case "date.largerThan" | "date.lessThan":
            return _DAY
        case "date.between":
            return _TWO_DAYS
        case "date.lessThanRelativeDate" | "date.largerThanRelativeDate":
            return _number(MOST_DAYS)
        case _ if index.operations == TIMES:
            return {}
    return _TEXT if index.operations == (operation,) and operation in _OF_ONE_TEXT else _TEXTS


def _conditions(name: str, index: Index) -> list[JSON]:
    """The index with each of its operations, for which a value of its own kind is needed."""
    found: list[JSON] = []
    for operation in index.operations:
        value = _value(operation, index)
        names = [f"{PREFIX}{operation}", operation]
        properties = {"i": {"const": name}, "o": {"enum": names}, "v": value}
        required = ["i", "o", "v"] if value else ["i", "o"]
        found.append({"type": "object", "required": required, "properties": properties})
    return found


def _by_value(conditions: list[JSON]) -> list[JSON]:
    """Those that take the same values as one."""
    merged: list[JSON] = []
    for condition in conditions:
        for one in merged:
            if one["properties"]["v"] == condition["properties"]["v"]:
                one["properties"]["o"]["enum"] += condition["properties"]["o"]["enum"]
                break
        else:
            merged.append(condition)
    return merged


BODY: JSON = {
    "type": "object",
    "required": ["query"],
    "properties": {
        "query": {
            "type": "array",
            "description": "Conditions, all of which must hold: index, operation, value. "
            "Operations may be written without `plone.app.querystring.operation.`.",
            "minItems": 1,
            "maxItems": MOST_CRITERIA,
            "items": {
                "anyOf": [
                    condition
                    for name, index in INDEXES.items()
                    for condition in _by_value(_conditions(name, index))
                ]
            },
        },
        "sort_on": {"enum": [*SORT_ON, *OWN_ORDER, "", None]},
        "sort_order": {"enum": list(ORDERS)},
        "b_start": _OPTIONAL_NUMBER,
        "b_size": _OPTIONAL_NUMBER,
        "limit": {**_OPTIONAL_NUMBER, "description": "So many items at most."},
        "metadata_fields": {
            "anyOf": [_TEXT, {"type": "array", "items": _TEXT}, {"type": "null"}],
        },
        "fullobjects": {
            "enum": [*FLAGS, 1, 0],  # to Python, these are true and false
            "description": "Each item as a whole; fewer at a time.",
        },
    },
}
