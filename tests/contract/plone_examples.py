"""Requests after plone.restapi's published examples, and what their answers must have."""

from typing import Any, NamedTuple

from django.test import Client


class Example(NamedTuple):
    """A request after one of Plone's examples: its status, and fields that must be there.

    A key of ``fields`` leads to where they stand, with dots: ``items.0``; empty for the top.
    """

    name: str
    request: str
    status: int
    fields: dict[str, str] = {}
    data: Any = None
    headers: dict[str, str] = {}


def complaints(client: Client, example: Example) -> list[str]:
    """What is not as in the example; empty if all is."""
    method, path = example.request.split(" ", 1)
    sent = {} if example.data is None else {"data": example.data}
    ask = getattr(client, method.lower())
    kind = {} if method == "GET" else {"content_type": "application/json"}
    response = ask(path, **sent, **kind, headers=example.headers)
    if response.status_code != example.status:
        return [f"{example.name}: {response.status_code} {response.content.decode()[:200]}"]
    if not example.fields:
        return []
    data = response.json()
    return [
        f"{example.name}: {where}.{field} is missing"
        for where, fields in example.fields.items()
        for field in fields.split()
        if not _has(data, [*filter(None, where.split(".")), field])
    ]


def all_complaints(client: Client, examples: list[Example]) -> str:
    """Of one after the other, a line each."""
    return "\n".join(line for example in examples for line in complaints(client, example))


def _has(data: Any, way: list[str]) -> bool:
    for step in way:
        if isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        elif isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return False
    return True
