"""Finding a passage again that somebody quoted from a text."""

from collections.abc import Mapping


def on_one_line(text: str) -> str:
    """The words of ``text`` with one space between them."""
    return " ".join(text.split())


def find_passage(passages: Mapping[str, str], quote: str, before: str = "") -> str | None:
    """The name of the first text that holds ``quote``, or None if it stands nowhere.

    ``before`` is what stood before the quote: it tells places apart where the same words stand
    more than once. How lines are broken doesn't matter.
    """
    quote = on_one_line(quote)
    for name, passage in passages.items():
        if _stands_in(on_one_line(passage), quote, before):
            return name
    return None


def _stands_in(text: str, quote: str, before: str) -> bool:
    if not on_one_line(before):
        return quote in text
    # Only the end of a quote's surroundings was kept: it may begin within a word.
    return on_one_line(before + quote) in text or text.count(quote) == 1
