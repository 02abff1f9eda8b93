"""A document that is whole or not there: how it waits until all of it has come."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclips_cli.output import formats

PIECES = st.lists(st.text(st.characters(), max_size=30), max_size=12)


@given(PIECES, st.integers(0, 60))
def test_what_waits_in_a_file_comes_out_as_it_went_in(pieces: list[str], held: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "HELD", held)
        assert "".join(formats.held_back(pieces)) == "".join(pieces)


@pytest.mark.parametrize("held", [0, 1000])
def test_nothing_comes_before_the_last_piece_is_there(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    def breaks() -> Iterator[str]:
        yield from ("one\r\n", "two\n", "\ud800")
        raise OSError

    monkeypatch.setattr(formats, "HELD", held)
    said = formats.held_back(breaks())
    with pytest.raises(OSError):
        next(said)
