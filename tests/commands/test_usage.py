"""What `eclips usage` shows a person."""

import re

import pytest
from rich.cells import cell_len

from eclips_cli.commands._forecast import forecast
from eclips_cli.commands.usage import summary_text
from eclips_cli.output.theme import Look

FOUND = {
    "plan": "team", "period": "2026-06", "credits_used": 12_240, "credits_remaining": 1_049_760,
    "topup_price_per_1000_usd": 5,
}  # fmt: skip
NOW = 1_780_736_442.0
COLORS = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize("width", [36, 40, 48, 60, 80, 100])
@pytest.mark.parametrize("color", [False, True])
def test_no_number_is_cut_by_the_end_of_a_line(width: int, color: bool) -> None:
    look = Look(width=width, color=color, now=NOW)
    lines = COLORS.sub("", summary_text(FOUND, look, forecast(FOUND, NOW))).splitlines()
    assert max(map(cell_len, lines)) <= width, lines
    words = " ".join(lines).split()
    assert {"12,240", "1,049,760", "1%", "credits", "period", "pace", "top-up"} <= set(words)
    assert (len(lines) == 5) == (width >= 60), lines
