"""Small helpers for WordprocessingML: names without namespaces, so that the strict and the
transitional dialect read the same."""

from cms.formats.word_package import Element


def name(element: Element) -> str:
    """Return an element's name without its namespace; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element | None, key: str) -> str | None:
    """Return the attribute ``key`` of whatever namespace."""
    if element is None:
        return None
    for full, value in element.attrib.items():
        if full.rpartition("}")[2] == key:
            return str(value)
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first child on ``path``, or None."""
    for step in path:
        if element is None:
            return None
        element = next((inner for inner in element if name(inner) == step), None)
    return element


def value(element: Element | None, *path: str) -> str | None:
    """Return the ``val`` of the child on ``path``."""
    return attribute(child(element, *path), "val")


def number(text: str | None) -> int | None:
    """Return a whole number, or None: Word also writes "auto" or decimals."""
    try:
        return int(float(text)) if text is not None else None
    except (ValueError, OverflowError):  # "inf" is a number, too
        return None


def switch(element: Element | None, key: str) -> bool | None:
    """Return a switch such as <w:b/>: True, False ("0", "false", "off"), None if not set."""
    found = child(element, key)
    if found is None:
        return None
    return attribute(found, "val") not in ("0", "false", "off", "none")
