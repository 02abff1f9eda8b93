"""Plots for where people would rather look than read: columns over time, bars to compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from eclips_cli.counting import how_many
from eclips_cli.durations import local_time, parse_iso
from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import duration, safe_text
from eclips_cli.output.theme import Look

HEIGHT = 6
"""rows of a column chart"""
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def columns(values: Sequence[float], look: Look, *, height: int = HEIGHT, color: str = "cyan") -> list[str]:
    """A column for each value (0 and over) on `height` rows, with the largest value and 0 beside the axis."""
    top = max([*values, 0]) or 1.0
    label = f"{top:,.0f}"
    rows = []
    for row in range(height, 0, -1):
        cells = "".join(_EIGHTHS[_eighths(value / top * height, row)] for value in values).rstrip()
        name = label if row == height else ""
        axis = theme.painted(
            f"{name.rjust(len(label))} ┤" if name else f"{' ' * len(label)} │", theme.DIM, on=look.color
        )
        rows.append(f"{axis}{theme.painted(cells, color, on=look.color)}")
    rows.append(theme.painted(f"{'0'.rjust(len(label))} └{'─' * len(values)}", theme.DIM, on=look.color))
    return rows


def time_labels(first: float, last: float, width: int, look: Look, *, indent: int) -> str:
    """The first and last point in time (POSIX seconds) under an axis of `width` cells, in local time with its zone.

    The zone stands once, beyond the end where there is room, unless the clocks were changed in between.
    """
    form = "%H:%M" if last - first < 86400 else "%-d %b"
    points = [local_time(at) for at in (first, last)]
    zones = [f"{point:%Z}" for point in points]
    begin, end = (f"{point:{form}} {zone}" for point, zone in zip(points, zones, strict=True))
    if zones[0] == zones[1]:
        begin = begin.removesuffix(f" {zones[0]}")
    room = min(width + len(zones[1]) + 1, look.width - indent)
    gap = max(room - len(begin) - len(end), 1)
    return " " * indent + theme.painted(f"{begin}{' ' * gap}{end}", theme.DIM, on=look.color)


def over_time(points: Sequence[tuple[float, float]], look: Look, *, widest: int = 48) -> list[str]:
    """Amounts at points in time (POSIX seconds) as columns of equal lengths of time; nothing for less than two."""
    if len(points) < 2:
        return []
    first, last = min(at for at, _ in points), max(at for at, _ in points)
    buckets = max(min(widest, look.width - 14, len(points) * 3), 2)
    sums = [0.0] * buckets
    for at, amount in points:
        share = (at - first) / (last - first) if last > first else 0.0
        sums[min(int(share * buckets), buckets - 1)] += amount
    drawn = columns(sums, look)
    return [*drawn, time_labels(first, last, buckets, look, indent=len(f"{max(sums) or 1.0:,.0f}") + 2)]


SHORTEST_BAR = 5
"""cells that a bar takes at least"""
SPANS = ((3600.0, "hour"), (6 * 3600.0, "6 hours"), (24 * 3600.0, "day"), (7 * 86400.0, "week"))
"""what `started_by_status` covers: the shortest of these that holds all runs"""


def started_by_status(runs: Sequence[JsonObject], look: Look, *, buckets: int = 30) -> list[str]:
    """When the given runs were started, a small chart a status; nothing where there are no runs.

    How many a status has stands behind it, also those whose start is not known.
    """
    known = [(parse_iso(run.get("created_at")), str(run.get("status"))) for run in runs]
    ages = [(max(look.now - at, 0.0), status) for at, status in known if at is not None]
    if not ages:
        return []
    buckets = max(min(buckets, look.width - 24), 5)
    oldest = max(age for age, _ in ages)
    seconds, name = next((span for span in SPANS if span[0] >= oldest), (oldest, duration(oldest)))
    all_of = Counter(status for _, status in known)
    counts: dict[str, list[int]] = {}
    for age, status in ages:
        place = buckets - 1 - min(int(age / seconds * buckets), buckets - 1)
        counts.setdefault(status, [0] * buckets)[place] += 1
    top = max(max(row) for row in counts.values())
    lines = [theme.painted(f"when they were started: the last {name}", theme.DIM, on=look.color)]
    for status in sorted(
        counts, key=lambda status: list(theme.STATUSES).index(status) if status in theme.STATUSES else 99
    ):
        mark = theme.mark(status)
        drawn = "".join(_EIGHTHS[max(round(n / top * 8), 1 if n else 0)] for n in counts[status])
        label = f"{mark.symbol} {safe_text(status)}".ljust(16)[:24]
        lines.append(theme.painted(f"{label} {drawn} {all_of[status]:>5,}", mark.color, on=look.color))
    return [*lines, ""]


def by_band(scores: Sequence[float | None], look: Look) -> list[str]:
    """How many confidence scores fall into each of the API's bands; nothing where there are no scores."""
    known = [score for score in scores if score is not None]
    if not known:
        return []
    counts = {words: 0 for _, words, _ in theme.BANDS}
    for score in known:
        counts[theme.band(score)[0]] += 1
    top = max(counts.values())
    rows = [(words, counts[words] / top, color, f"{counts[words]:,}") for _, words, color in theme.BANDS]
    head = theme.painted(f"confidence of {how_many(len(known), 'row')}", theme.DIM, on=look.color)
    return ["", head, *_bar_table(rows, look, indent=2)]


def bars(pairs: Sequence[tuple[str, float]], look: Look, *, color: str = "cyan") -> list[str]:
    """A bar a name, scaled to the largest amount."""
    if not pairs:
        return []
    top = max(amount for _, amount in pairs) or 1.0
    rows = [(safe_text(name), amount / top, color, f"{amount:,.0f}") for name, amount in pairs]
    return _bar_table(rows, look, indent=0)


def _bar_table(rows: Sequence[tuple[str, float, str, str]], look: Look, *, indent: int) -> list[str]:
    """A name, a bar of its share (0 to 1) in a colour, and words to the right of it, a line each."""
    from rich.padding import Padding
    from rich.table import Table

    from eclips_cli.output.drawing import bar, text_of, uncut, width_of

    beside = indent + max(width_of(words) for *_, words in rows) + 4
    longest = min(max(width_of(name) for name, *_ in rows), max(look.width - beside - SHORTEST_BAR, 10))
    room = look.width - beside - longest
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=longest, no_wrap=True, overflow="ellipsis")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    for name, share, color, words in rows:
        table.add_row(uncut(name), bar(share, max(min(30, room), SHORTEST_BAR), color), uncut(words))
    width = max(look.width, indent + longest + 20)
    return text_of(Padding(table, (0, 0, 0, indent)), width=width, color=look.color).split("\n")[:-1]


def _eighths(height: float, row: int) -> int:
    """How many eighths of row `row` (1 is the lowest) a column of `height` rows fills; a trace of it shows."""
    part = min(max(height - (row - 1), 0.0), 1.0)
    return max(round(part * 8), 1 if row == 1 and height > 0 else 0)
