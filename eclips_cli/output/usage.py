"""Credits for a person: a bar of what is used, consumption over time, bars of members."""

from __future__ import annotations

from typing import Any

from eclips_cli.forecast import Forecast, is_unlimited
from eclips_cli.output import cells, theme
from eclips_cli.output.cells import bar, number, safe_text
from eclips_cli.output.views import JsonObject

BAR = 30
AMOUNTS = ("amount", "credits", "credits_used", "used", "delta", "cost")
TIMES = ("created_at", "date", "timestamp", "at")


def summary_text(found: JsonObject, forecast: Forecast | None, *, color: bool = False) -> str:
    """Plan, period, a bar of credits used and left, the day they run out, the price of more."""
    used, left = found.get("credits_used"), found.get("credits_remaining")
    lines = [
        f"{safe_text(cells.plain(found.get('plan')))} plan, {safe_text(cells.plain(found.get('period')))}"
    ]
    if is_unlimited(found):
        lines.append(f"{number(used)} credits used, unlimited")
    elif isinstance(used, (int, float)) and isinstance(left, (int, float)):
        whole = used + left
        share = used / whole if whole else 1.0
        shade = "green" if share < 0.75 else "yellow" if share < 0.9 else "red"
        drawn = theme.painted(bar(share, BAR), shade, on=color)
        lines.append(f"{drawn} {share:.0%}  {number(used)} used, {number(left)} left")
    lines += _pace(forecast)
    price = found.get("topup_price_per_1000_usd")
    if price is not None:
        lines.append(f"top-up: {safe_text(cells.plain(price))} USD per 1,000 credits")
    return "\n".join(lines) + "\n"


def _pace(forecast: Forecast | None) -> list[str]:
    if forecast is None or forecast.per_day <= 0:
        return []
    pace = f"at this period's pace ({forecast.per_day:,.0f} a day)"
    if forecast.runs_out is None:
        return [f"{pace} they last to the end of the period"]
    return [f"{pace} they run out on {forecast.runs_out:%-d %B}"]


def history_chart(rows: list[JsonObject], width: int) -> str:
    """Consumption over time as columns, oldest left; empty when the rows have no times and amounts."""
    points = [(str(_first(row, TIMES)), _number(_first(row, AMOUNTS))) for row in rows]
    usable = sorted((when, abs(amount)) for when, amount in points if when != "None" and amount is not None)
    if len(usable) < 2:
        return ""
    buckets = min(len(usable), max(width - 12, 10), 50)
    sums = [0.0] * buckets
    for order, (_when, amount) in enumerate(usable):
        sums[order * buckets // len(usable)] += amount
    top = max(sums) or 1.0
    columns = "".join(" ▁▂▃▄▅▆▇█"[round(value / top * 8)] for value in sums)
    return f"\n{columns}  up to {top:,.0f} credits\n{safe_text(usable[0][0][:10])} … {safe_text(usable[-1][0][:10])}\n"


def member_bars(rows: list[JsonObject], width: int) -> str:
    """A bar a member, scaled to the largest; empty when the rows have no names and amounts."""
    pairs = []
    for row in rows:
        name = next((value for value in row.values() if isinstance(value, str)), None)
        amount = _number(_first(row, AMOUNTS))
        if name is not None and amount is not None:
            pairs.append((safe_text(name), abs(amount)))
    if not pairs:
        return ""
    top, longest = max(amount for _, amount in pairs) or 1.0, max(len(name) for name, _ in pairs)
    return "\n" + "".join(
        f"{name.ljust(longest)}  {bar(amount / top, max(min(BAR, width - longest - 14), 5))} {amount:,.0f}\n"
        for name, amount in pairs
    )


def _first(row: JsonObject, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
