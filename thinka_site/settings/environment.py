"""The one place where settings read the process environment.

Small typed readers instead of `os.environ` all over the settings: a variable that is set to nothing
counts as not set (that is how docker-compose passes an unset one on), and every name that was asked
for is kept, so that a test can compare what docker-compose.yml sets with what the settings read.
"""

import os
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_names: set[str] = set()


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding blanks, or `default` when unset or empty."""
    _names.add(name)
    return os.environ.get(name, "").strip() or default


def required(name: str) -> str:
    """The variable's value; raises ImproperlyConfigured when unset or empty."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} must be set.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off; raises ImproperlyConfigured for anything else."""
    value = text(name).lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value in _TRUE


def number(name: str, default: int) -> int:
    """A whole number; raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def items(name: str, default: Iterable[str] = ()) -> list[str]:
    """A list, separated by commas; empty entries are dropped."""
    value = text(name)
    if not value:
        return list(default)
    return [item.strip() for item in value.split(",") if item.strip()]


def names_read() -> frozenset[str]:
    """Every variable name that the settings loaded so far have asked for."""
    return frozenset(_names)
