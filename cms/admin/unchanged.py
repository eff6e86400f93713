"""Was anything typed into a form? A save without a change makes no version (wagtail#13563)."""

import re

from wagtail.admin.rich_text import DraftailRichTextArea

#: The editor numbers its paragraphs anew each time.
_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def is_unchanged(form) -> bool:
    """True if saving the valid ``form`` would say nothing new."""
    if any(formset.has_changed() for formset in form.formsets.values()):
        return False
    return all(_says_the_same(form, name) for name in form.changed_data)


def _says_the_same(form, name: str) -> bool:
    """Is this rich text, and differs only in how the editor writes it down?"""
    widget = form.fields[name].widget
    if not isinstance(widget, DraftailRichTextArea):
        return False
    before = form.get_initial_for_field(form.fields[name], name)
    as_editor_writes = widget.converter.to_database_format(widget.format_value(before))
    return _without_keys(as_editor_writes) == _without_keys(form.cleaned_data[name])


def _without_keys(html: str) -> str:
    return _BLOCK_KEY.sub("", html or "")
