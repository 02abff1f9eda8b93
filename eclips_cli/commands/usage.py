"""`eclips usage`: credits used and left, when they run out, consumption over time, bars of members."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eclips_cli.commands._forecast import Forecast, Threshold, forecast, is_unlimited, period_progress
from eclips_cli.counting import how_many
from eclips_cli.durations import DAY, local_time, parse_iso
from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, charts, theme
from eclips_cli.output.cells import number, safe_text
from eclips_cli.output.columns import Column, View
from eclips_cli.output.spans import hanging
from eclips_cli.output.theme import Look
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.objects import UsageSummary

NARROWEST = 12
"""cells that words have at least behind a name or a bar"""
BAR = 30
AMOUNTS = ("amount", "credits", "credits_used", "used", "delta", "cost")
BALANCES = ("balance", "balance_after", "credits_remaining", "remaining")
TIMES = ("created_at", "date", "timestamp", "at")
USAGE = View(
    (
        Column("PLAN", "plan", "text", 2),
        Column("PERIOD", "period", "text", 2),
        Column("USED", "credits_used", "number", 1),
        Column("LEFT", "credits_remaining", "number", 1),
        Column("INCLUDED", "included_credits", "number", 3),
        Column("TOP-UP", "topup_credits", "number", 4),
        Column("UNLIMITED", "unlimited", "text", 5),
    ),
    id_path="period",
    object="UsageSummary",
)


def summary(
    ctx: typer.Context,
    fail_under: Annotated[
        str | None, typer.Option(metavar="N|N%", help="Exit with 10 when fewer credits are left.")
    ] = None,
) -> None:
    """Plan, period, credits used and left, and at this period's pace the day they run out.

    The period is a month of UTC; the day is one of this machine's local time.

    Examples:
      eclips usage
      eclips usage --fail-under 10% || mail -s "Eclips credits run low" ops@example.com
      eclips usage --jq .credits_remaining
    """
    session: Session = ctx.obj
    threshold = Threshold.parse(fail_under) if fail_under is not None else None
    found = session.client.usage.summary().json
    pace = forecast(found, session.clock.now())
    session.output.item(found, USAGE, detail=partial(summary_text, forecast=pace))
    if threshold is not None:
        threshold.check(found)


def history(ctx: typer.Context) -> None:
    """The last 50 ledger entries, with the consumption over time drawn under them.

    Examples:
      eclips usage history
      eclips usage history -o csv > ledger.csv
    """
    session: Session = ctx.obj
    session.output.rows(session.client.usage.history(), chart=history_chart, empty="no ledger entries yet")


def members(ctx: typer.Context) -> None:
    """What each member used, with bars to compare.

    Examples:
      eclips usage members
      eclips usage members -o json
    """
    session: Session = ctx.obj
    session.output.rows(
        session.client.usage.members(), chart=member_bars, empty="no member used anything yet"
    )


def summary_text(found: "UsageSummary", look: Look, forecast: Forecast | None = None) -> str:
    """Plan, period, bars of credits used and of the period gone, the day they run out, the price of more."""
    used, left = cells.figure(found.get("credits_used")), cells.figure(found.get("credits_remaining"))
    title = (
        f"{safe_text(cells.plain(found.get('plan')))} plan · {safe_text(cells.plain(found.get('period')))}"
    )
    lines = [theme.painted(title, theme.STRONG, on=look.color)]
    gone = period_progress(found, look.now)
    spent = ""
    if used is not None and left is not None:
        share = used / (used + left) if used + left else 1.0
        spent = f"{share:>4.0%}  {used:,.0f} used · {left:,.0f} left"
    width = max(min(BAR, look.width - 44, look.width - len(spent) - 12), 8)
    if is_unlimited(found):
        lines.append(_row("credits", f"{number(found.get('credits_used'))} used, unlimited", look))
    elif spent:
        shade = "green" if share < 0.75 else "yellow" if share < 0.9 else "red"
        drawn = theme.painted_bar(share, width, shade, on=look.color)
        lines.append(_row("credits", spent, look, (drawn, width)))
    if gone is not None:
        day, days = gone
        drawn = theme.painted_bar(day / days, width, "cyan", on=look.color)
        lines.append(_row("period", f"{day / days:>4.0%}  day {day} of {days}", look, (drawn, width)))
    lines += [_row("pace", words, look) for words in _pace(forecast, limited=not is_unlimited(found))]
    price = found.get("topup_price_per_1000_usd")
    if price is not None:
        lines.append(_row("top-up", f"{safe_text(cells.plain(price))} USD per 1,000 credits", look))
    return "\n".join(lines) + "\n"


def _row(name: str, words: str, look: Look, bar: tuple[str, int] | None = None) -> str:
    """A name and what there is to say, behind a bar (drawn, and its cells) if there is one; wrapped under itself."""
    begin, indent = f"  {theme.painted(name.ljust(7), theme.DIM, on=look.color)}  ", 11
    if bar is not None:
        begin, indent = f"{begin}{bar[0]} ", indent + bar[1] + 1
    return "\n".join(hanging(begin, indent, words, look.width, least=NARROWEST))


def _pace(forecast: Forecast | None, *, limited: bool) -> list[str]:
    if forecast is None or forecast.per_day <= 0:
        return []
    pace = f"{how_many(round(forecast.per_day), 'credit')} a day"
    if not limited:
        return [pace]
    if forecast.runs_out is None:
        return [f"{pace}: enough for the period"]
    return [f"{pace}: they run out on {forecast.runs_out:%-d %B}"]


def history_chart(rows: list[JsonObject], look: Look) -> str:
    """Consumption over time as columns, and when the balance runs out at its pace; empty without times and amounts."""
    points = [(parse_iso(_first(row, TIMES)), cells.figure(_first(row, AMOUNTS))) for row in rows]
    known = [(at, amount) for at, amount in points if at is not None and amount is not None]
    spends = any(amount < 0 for _, amount in known)
    usage = [(at, -amount if spends else amount) for at, amount in known if amount < 0 or not spends]
    lines = charts.over_time(usage, look)
    return "\n".join(["", "credits used", *lines, *_runs_out(rows, usage), ""]) if lines else ""


def _runs_out(rows: list[JsonObject], usage: list[tuple[float, float]]) -> list[str]:
    """The day on which the newest balance is used up at the pace of the ledger entries shown."""
    first, last = min(at for at, _ in usage), max(at for at, _ in usage)
    balances = [(parse_iso(_first(row, TIMES)) or 0.0, cells.figure(_first(row, BALANCES))) for row in rows]
    newest = max((pair for pair in balances if pair[1] is not None), default=(0.0, None))[1]
    days = (last - first) / DAY
    if newest is None or days < 1:
        return []
    per_day = sum(amount for _, amount in usage) / days
    if per_day <= 0 or newest / per_day > 3650:
        return []
    out = local_time(last + newest / per_day * DAY)
    return [f"{newest:,.0f} left; at {per_day:,.0f} a day they run out on {out:%-d %B %Y}"]


def member_bars(rows: list[JsonObject], look: Look) -> str:
    """A bar a member, scaled to the largest; empty when the rows have no names and amounts."""
    pairs = []
    for row in rows:
        name = next((value for value in row.values() if isinstance(value, str)), None)
        amount = cells.figure(_first(row, AMOUNTS))
        if name is not None and amount is not None:
            pairs.append((name, abs(amount)))
    return "".join(f"{line}\n" for line in ["", *charts.bars(pairs, look)]) if pairs else ""


def _first(row: JsonObject, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)
