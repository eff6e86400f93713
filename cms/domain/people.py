"""How people are called on screens and in mails."""

from typing import Protocol


class Person(Protocol):
    """What an account has that tells a name."""

    def get_full_name(self) -> str: ...

    def get_username(self) -> str: ...


def name_of(user: Person | None) -> str:
    """The name of somebody with an account; None is somebody whose account is gone."""
    if user is None:
        return "gelöschtes Konto"
    return user.get_full_name() or user.get_username()
