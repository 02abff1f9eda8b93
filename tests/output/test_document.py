"""What an agent put out, laid out for reading: nothing is lost, nothing unsafe gets through, lines fit."""

import unicodedata
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eclips_cli.output.json_for_people import document
from eclips_cli.output.theme import Look

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def shown(value: Any, width: int = 80) -> str:
    return "\n".join(document(value, Look(width=width), indent=0))


def test_members_are_aligned_and_like_objects_become_a_table() -> None:
    quotes = [{"vendor": "Dell", "price": 791.31}, {"vendor": "HP", "price": 1164.5}]
    assert shown({"vendors": ["Dell", "HP"], "recommended": "Dell", "quotes": quotes}) == (
        "vendors      Dell, HP\n"
        "recommended  Dell\n"
        "quotes\n"
        "  vendor   price\n"
        "  Dell    791.31\n"
        "  HP      1164.5"
    )  # fmt: skip


def test_a_table_too_wide_for_the_terminal_becomes_items() -> None:
    rows = [{"a": "x" * 20, "b": "y" * 20}, {"a": "z" * 20, "b": "w" * 20}]
    assert shown({"rows": rows}, width=30).splitlines()[1] == f"  – a  {'x' * 20}"


def test_null_truth_and_empty_things_are_said() -> None:
    assert shown({"a": None, "b": True, "c": [], "d": {}}) == "a  –\nb  yes\nc  []\nd  {}"


def test_long_text_is_wrapped_under_its_value() -> None:
    text = shown({"summary": "word " * 30}, width=40)
    assert all(len(line) <= 40 for line in text.splitlines())
    assert all(line.startswith(" " * 9) for line in text.splitlines()[1:])


def test_deep_nesting_ends_in_json() -> None:
    value: Any = "end"
    for _ in range(40):
        value = {"in": value}
    assert '"end"' in shown(value)


@settings(deadline=None, max_examples=50)
@given(JSON)
def test_any_json_is_shown_safely_and_whole(value: Any) -> None:
    text = shown(value, width=40)
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in text)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(min_size=1), JSON, min_size=1))
def test_every_member_has_its_name(value: dict[str, Any]) -> None:
    assert len(document(value, Look(), indent=0)) >= len(value)
