"""JSON for a person to read, in colours."""

from eclips_cli.output.json_for_people import LONGEST, json_lines
from eclips_cli.output.spans import Line, painted


def plain(lines: list[Line]) -> list[str]:
    return [painted(line, color=False) for line in lines]


def test_json_is_coloured_by_what_it_is() -> None:
    lines = json_lines({"name": 'va\\l: "x"', "n": -1.5e3, "t": True, "none": None, "list": [1]})
    styles = {text.strip(): style for line in lines for text, style in line if text.strip()}
    assert styles['"name"'] == "cyan" and styles['"va\\\\l: \\"x\\""'] == "green"
    assert styles["-1500.0"] == "yellow" and styles["true"] == styles["null"] == "magenta"


def test_long_texts_are_lines_and_endless_ones_are_cut_with_a_word() -> None:
    assert plain(json_lines({"report": "first\nsecond"})) == ["{", '  "report": "first', '    │ second"', "}"]
    cut = plain(json_lines("x" * (LONGEST + 5)))
    assert cut[-1].startswith("… 5 more characters")
