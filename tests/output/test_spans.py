"""Lines of text are wrapped and cut by cells; widths known without asking rich are those that rich would tell."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from eclips_cli.output import theme
from eclips_cli.output.spans import (
    OURS,
    Line,
    both_ends,
    clipped,
    fitting,
    hanging,
    line_width,
    painted,
    width_of,
    wrapped,
)

WORDS = st.lists(st.text("abc-.", min_size=1, max_size=8), min_size=1, max_size=12)
TEXTS = st.text("ab 日本\u0301é✓👧", max_size=30)
STYLES = st.sampled_from(["", theme.DIM, "red"])


def plain(lines: list[Line]) -> list[str]:
    return [painted(line, color=False) for line in lines]


@given(WORDS, st.integers(8, 30), st.sampled_from(["", "  "]))
def test_words_are_wrapped_as_by_textwrap(words: list[str], width: int, indent: str) -> None:
    words = [word[: width - len(indent)] for word in words]
    line: Line = [(" ".join(words[:3]), theme.DIM)]
    if words[3:]:
        line += [(f" {' '.join(words[3:])}", "")]
    expected = textwrap.wrap(" ".join(words), width, subsequent_indent=indent, break_on_hyphens=False)
    assert plain(wrapped(line, width, indent)) == expected


@given(TEXTS.map(str.strip), st.integers(4, 40), st.sampled_from(["", " "]))
def test_wrapping_loses_nothing_and_never_exceeds_the_width(text: str, width: int, indent: str) -> None:
    lines = plain(wrapped([(text, "")], width, indent))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= width for line in lines)
    assert all(line.startswith(indent) and line.strip() for line in lines[1:])


@pytest.mark.parametrize("width", [1, 5, 10, 38, 80])
@pytest.mark.parametrize(
    "text",
    ["plain words here", "x" * 200, "日本語 の テキスト", "a  b   c", "", "e\u0301" * 30, "👩‍👩‍👧 family"],
)
def test_nothing_is_lost_on_the_narrowest_either(text: str, width: int) -> None:
    lines = wrapped([(text, "")], width, "  " if width > 4 else "")
    assert "".join("".join(plain(lines)).split()) == "".join(text.split())
    assert all(line_width(line) <= max(width, 2) for line in lines)


@pytest.mark.parametrize("width", [1, 5, 10, 38, 80])
def test_a_word_that_is_too_long_is_broken_where_a_line_is_full(width: int) -> None:
    lines = wrapped([("x" * 200, "")], width)
    assert [line_width(line) for line in lines[:-1]] == [width] * (len(lines) - 1)


@given(TEXTS, TEXTS, STYLES, st.integers(0, 40))
def test_a_line_is_cut_by_cells_and_says_so(one: str, two: str, style: str, width: int) -> None:
    line: Line = [(one, style), (two, "")]
    whole, cut = painted(line, color=False), painted(clipped(line, width), color=False)
    if width_of(whole) <= width:
        assert cut == whole
    elif width == 0:
        assert width_of(cut) == 0
    else:
        kept = cut.removesuffix("…")
        assert cut.endswith("…") and whole.startswith(kept) and width_of(cut) <= width
        assert width_of(whole[: len(kept) + 1]) > width - 1, "one more would have had room"


@given(TEXTS, st.integers(0, 40))
def test_what_fits_is_the_longest_beginning(text: str, width: int) -> None:
    kept = fitting(text, width)
    assert text.startswith(kept) and width_of(kept) <= width
    assert kept == text or width_of(text[: len(kept) + 1]) > width


@given(WORDS, st.integers(20, 40))
def test_words_hang_under_themselves(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = hanging("✓ name  ", 8, text, width, least=5)
    assert lines[0].startswith("✓ name  ") and all(line.startswith(" " * 8) for line in lines[1:])
    assert [line[8:] for line in lines] == textwrap.wrap(text, width - 8, break_on_hyphens=False)
    squeezed = [line[8:] for line in hanging("✓ name  ", 8, text, 9, least=10)]
    assert squeezed == textwrap.wrap(text, 10, break_on_hyphens=False)


def test_a_line_is_set_at_both_ends_where_there_is_room() -> None:
    assert painted(clipped([("abc", ""), ("defg", "")], 5), color=False) == "abcd…"
    assert painted(both_ends([("a", "")], [("z", "")], 5), color=False) == "a   z"
    assert painted(both_ends([("abcd", "")], [("z", "")], 5), color=False) == "abcd"
    left, right = [("ab", theme.DIM)], [("z", "")]
    assert painted(both_ends(left, right, 5), color=False) == "ab  z"
    assert painted(both_ends(left, right, 4), color=False) == "ab"
    assert painted(both_ends(left, [], 9), color=False) == "ab"
    assert painted(both_ends([("abcdef", "")], right, 5), color=False) == "abcd…"
    assert both_ends(left, right, 5)[0] == ("ab", theme.DIM)


def test_widths_known_beforehand_are_those_of_rich() -> None:
    known = {*OURS, *map(chr, range(0xAE, 0x300))}
    assert {char for char in known if cell_len(char) != 1} == set()
    assert width_of("✓ 完了 é") == cell_len("✓ 完了 é") == 8


def test_the_symbols_of_the_theme_are_known_beforehand() -> None:
    symbols = {mark.symbol for mark in (*theme.STATUSES.values(), theme.UNKNOWN)}
    assert {symbol for symbol in symbols if not symbol.isascii()} - {*OURS, "·"} == set()
    assert set("".join(theme.bar(0.55, 6))) <= OURS
