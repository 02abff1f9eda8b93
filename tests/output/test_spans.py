"""Widths that are known without asking rich are the ones that rich would tell."""

from rich.cells import cell_len

from eclips_cli.output import theme
from eclips_cli.output.spans import OURS, width_of


def test_widths_known_beforehand_are_those_of_rich() -> None:
    known = {*OURS, *map(chr, range(0xAE, 0x300))}
    assert {char for char in known if cell_len(char) != 1} == set()
    assert width_of("✓ 完了 é") == cell_len("✓ 完了 é") == 8


def test_the_symbols_of_the_theme_are_known_beforehand() -> None:
    symbols = {mark.symbol for mark in (*theme.STATUSES.values(), theme.UNKNOWN)}
    assert {symbol for symbol in symbols if not symbol.isascii()} - {*OURS, "·"} == set()
    assert set("".join(theme.bar(0.55, 6))) <= OURS
