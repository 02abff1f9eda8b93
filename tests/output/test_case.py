"""Lines of text: wrapped and cut by cells, JSON in colours."""

import pytest

from eclips_cli.output.json_for_people import LONGEST, json_lines
from eclips_cli.output.spans import Line, both_ends, clipped, line_width, painted, wrapped


def plain(lines: list[Line]) -> list[str]:
    return [painted(line, color=False) for line in lines]


@pytest.mark.parametrize("width", [1, 5, 10, 38, 80])
@pytest.mark.parametrize(
    "text",
    ["plain words here", "x" * 200, "日本語 の テキスト", "a  b   c", "", "e\u0301" * 30, "👩‍👩‍👧 family"],
)
def test_wrapping_loses_nothing_and_never_exceeds_the_width(text: str, width: int) -> None:
    lines = wrapped([(text, "")], width, "  " if width > 4 else "")
    assert "".join("".join(plain(lines)).split()) == "".join(text.split())
    assert all(line_width(line) <= max(width, 2) for line in lines)


def test_lines_are_cut_and_set_at_both_ends() -> None:
    assert painted(clipped([("abc", ""), ("defg", "")], 5), color=False) == "abcd…"
    assert painted(both_ends([("a", "")], [("z", "")], 5), color=False) == "a   z"
    assert painted(both_ends([("abcd", "")], [("z", "")], 5), color=False) == "abcd"


def test_json_is_coloured_by_what_it_is() -> None:
    lines = json_lines({"name": 'va\\l: "x"', "n": -1.5e3, "t": True, "none": None, "list": [1]})
    styles = {text.strip(): style for line in lines for text, style in line if text.strip()}
    assert styles['"name"'] == "cyan" and styles['"va\\\\l: \\"x\\""'] == "green"
    assert styles["-1500.0"] == "yellow" and styles["true"] == styles["null"] == "magenta"


def test_long_texts_are_lines_and_endless_ones_are_cut_with_a_word() -> None:
    assert plain(json_lines({"report": "first\nsecond"})) == ["{", '  "report": "first', '    │ second"', "}"]
    cut = plain(json_lines("x" * (LONGEST + 5)))
    assert cut[-1].startswith("… 5 more characters")
