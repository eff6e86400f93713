"""The readable difference of two versions."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.domain.circles import Circle
from cms.domain.differences import (
    Change,
    Version,
    apply,
    apply_blocks,
    apply_runs,
    block_changes,
    difference,
    word_runs,
)
from cms.domain.text_blocks import Block, blocks_of_plain_text, blocks_of_rich_text

WORDS = st.lists(st.sampled_from(["Tür", "auf", "Kaffee", ",", ".", "Amt", ""]), max_size=8)
TEXTS = WORDS.map(" ".join) | st.text(max_size=30)
BLOCKS = st.lists(
    st.builds(Block, TEXTS, st.sampled_from(["paragraph", "point", "pro", "contra"])), max_size=7
).map(tuple)
NAMES = st.frozensets(st.sampled_from(["Kinder", "Senioren", "Schulden"]))
VERSIONS = st.builds(
    Version,
    circle=st.sampled_from(Circle),
    lines=st.fixed_dictionaries({"title": TEXTS}),
    values=st.fixed_dictionaries({"kind": st.sampled_from(["good", "bad"])}),
    sets=st.fixed_dictionaries({"topics": NAMES}),
    blocks=st.fixed_dictionaries({"body": BLOCKS, "arguments": BLOCKS}),
)


@given(VERSIONS, VERSIONS)
def test_applied_to_the_old_version_it_gives_the_new_one(old, new):
    assert apply(difference(old, new), old) == new


@given(VERSIONS)
def test_equal_versions_have_no_difference(version):
    assert not difference(version, version)


@given(VERSIONS, VERSIONS)
def test_different_versions_have_one(old, new):
    assert bool(difference(old, new)) == (old != new)


@given(VERSIONS, VERSIONS)
def test_it_becomes_json(old, new):
    assert json.loads(json.dumps(dataclasses.asdict(difference(old, new))))


def test_it_is_not_applied_to_another_version():
    old = Version(Circle.PROJECT, lines={"title": "Alt"})
    change = difference(old, Version(Circle.PUBLIC, lines={"title": "Neu"}))
    with pytest.raises(ValueError):
        apply(change, Version(Circle.PROJECT, lines={"title": "Anders"}))
    with pytest.raises(ValueError):
        apply(change, Version(Circle.NETWORK, lines={"title": "Alt"}))


def shown(runs) -> str:
    signs = {Change.SAME: "{}", Change.ADDED: "+{}+", Change.REMOVED: "-{}-"}
    return "".join(signs[run.change].format(run.text) for run in runs)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Wir kommen dienstags.", "Wir kommen mittwochs.", "Wir kommen -dienstags-+mittwochs+."),
        ("Wir kommen.", "Wir kommen gern.", "Wir kommen+ gern+."),
        ("Das war nicht gut.", "Das war gut.", "Das war- nicht- gut."),
        # Two words in a row that were replaced are one passage.
        ("am alten Tor dort", "am neuen Haus dort", "am -alten Tor-+neuen Haus+ dort"),
        ("", "Neu", "+Neu+"),
        ("Gleich", "Gleich", "Gleich"),
    ],
)
def test_words_inside_a_sentence(old, new, expected):
    assert shown(word_runs(old, new)) == expected


def test_a_moved_paragraph_is_moved_and_nothing_else():
    one, two, three = (Block(text) for text in ("Eins ist da", "Zwei ist da", "Drei war es"))
    changes = block_changes([one, two, three], [three, one, two])
    assert [(change.change, change.moved) for change in changes] == [
        (Change.SAME, True),
        (Change.SAME, False),
        (Change.SAME, False),
    ]


def test_a_paragraph_is_moved_and_changed_at_once():
    old = blocks_of_plain_text("Der Aushang im Hausflur wirkt sofort.\nKaffee hilft immer sehr.")
    new = blocks_of_plain_text("Kaffee hilft immer sehr.\nDer Aushang im Hausflur wirkt langsam.")
    first, second = block_changes(old, new)
    assert [first.moved, second.moved].count(True) == 1
    assert shown(second.runs) == "Der Aushang im Hausflur wirkt -sofort-+langsam+."


def test_a_removed_paragraph_stands_where_it_was():
    old = blocks_of_plain_text("Anfang hier\nMitte weg\nEnde dort")
    new = blocks_of_plain_text("Anfang hier\nEnde dort\nGanz neu")
    changes = block_changes(old, new)
    assert [(change.change, (change.new or change.old).text) for change in changes] == [
        (Change.SAME, "Anfang hier"),
        (Change.REMOVED, "Mitte weg"),
        (Change.SAME, "Ende dort"),
        (Change.ADDED, "Ganz neu"),
    ]


def test_an_argument_that_changes_sides_keeps_its_words():
    (change,) = block_changes([Block("Kostet Zeit", "pro")], [Block("Kostet Zeit", "contra")])
    assert change.change is Change.REFORMATTED
    assert (change.old.style, change.new.style) == ("pro", "contra")


def test_two_unlike_paragraphs_are_not_one_that_was_changed():
    changes = block_changes([Block("Vom Jobcenter kam nichts")], [Block("Alle mögen Kaffee")])
    assert {change.change for change in changes} == {Change.ADDED, Change.REMOVED}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Ein Wort</p>", "<p>Ein <b>Wort</b></p>"),
        ("<p>Ein Wort</p>", "<ul><li>Ein Wort</li></ul>"),
        ('<p><a href="https://a.example">Ein</a> Wort</p>', '<p><a href="/b/">Ein</a> Wort</p>'),
    ],
)
def test_formatting_alone_is_called_formatting(old, new):
    (change,) = block_changes(blocks_of_rich_text(old), blocks_of_rich_text(new))
    assert change.change is Change.REFORMATTED
    assert shown(change.runs) == "Ein Wort"


def test_what_only_the_editor_writes_differently_is_no_change():
    one = '<p data-block-key="a1">Ein &amp; <strong>zwei</strong></p>'
    other = "<p>Ein  &#38;\n<b>zwei</b></p><p></p>"
    assert blocks_of_rich_text(one) == blocks_of_rich_text(other)


@given(st.text())
def test_any_text_becomes_blocks(text):
    assert all(block.text.strip() for block in blocks_of_rich_text(text))


def test_a_list_in_a_list_and_line_breaks():
    blocks = blocks_of_rich_text(
        "<p>Vorweg<br/>dann</p><ul><li>Eins<ol><li>Zwei</li></ol></li></ul>"
    )
    assert [(block.text, block.style) for block in blocks] == [
        ("Vorweg", "paragraph"),
        ("dann", "paragraph"),
        ("Eins", "point"),
        ("Zwei", "number"),
    ]


def test_a_circle_says_whether_it_became_wider():
    old = Version(Circle.PROJECTS)
    assert difference(old, Version(Circle.PUBLIC)).circle.is_wider
    assert not difference(old, Version(Circle.PROJECT)).circle.is_wider


def test_a_long_text_is_compared_in_a_moment():
    old = tuple(Block(f"Absatz {n} mit ein paar Worten über das Amt") for n in range(300))
    new = tuple(Block(f"{n} Sätze, die sonst niemand so schrieb") for n in range(300))
    assert len(block_changes(old, new)) == 600
    assert word_runs("Wort und Ort " * 2000, "Ort und Wort " * 2000)


def test_a_text_of_a_stranger_is_compared_in_a_moment_too():
    """Nobody writes so much; somebody may send it to keep the server busy."""
    old = tuple(Block(f"{n % 7}") for n in range(20_000))
    new = (*old[:10], *(Block(f"{n % 5}") for n in range(20_000)), *old[-10:])
    changes = block_changes(old, new)
    assert apply_blocks(changes, old) == new
    assert [change.change for change in (changes[0], changes[-1])] == [Change.SAME, Change.SAME]
    before = " ".join(f"w{n * n % 101}" for n in range(60_000))
    after = before.replace("w4 ", "w5 ")
    runs = word_runs(before, after)
    assert apply_runs(runs, before) == after
    assert len(runs) <= 4


def test_long_arguments_find_their_partners():
    old = tuple(Block(f"Argument {n}: " + "gleiche lange Worte " * 600) for n in range(150))
    new = (Block("Etwas ganz anderes"), *old[1:])
    assert sum(change.change is Change.SAME for change in block_changes(old, new)) == 149
