"""What submissions used of the organization's credits, as far as this machine saw it."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from eclips_cli.records.journal.records import Target
from eclips_cli.records.journal.schema import JournalDatabase

NEWEST = 5
"""submissions that a price is learnt from"""


class Balance(NamedTuple):
    """The credits used in a period, at one moment."""

    period: str | None
    used: Fraction

    def since(self, before: Balance) -> Fraction | None:
        """The credits used since `before`; None where that can't be told: another period, or fewer than before."""
        if self.period != before.period or self.used < before.used:
            return None
        return self.used - before.used


class Spending(JournalDatabase):
    """Balances before submissions, and what each had used when it ended. Raises LocalFailure."""

    def before(self, key: str) -> Balance | None:
        """The balance before anything of a submission was sent; None where nobody looked."""
        found = self._read("SELECT period, used_before FROM spent WHERE key = ?", key)
        return Balance(found[0]["period"], Fraction(found[0]["used_before"])) if found else None

    def begun(self, key: str, balance: Balance) -> None:
        """Note the balance before anything of a submission was sent."""
        with self._change() as database:
            values = (key, balance.period, str(balance.used))
            database.execute(
                "INSERT OR IGNORE INTO spent (key, period, used_before) VALUES (?, ?, ?)", values
            )

    def ended(self, key: str, used: Fraction, rows: int, at: float) -> None:
        """Note what a submission had used when all of its rows had ended, at the POSIX time `at`; the first note stays."""
        with self._change() as database:
            database.execute(
                "UPDATE spent SET used = ?, rows = ?, ended_at = ? WHERE key = ? AND used IS NULL",
                (str(used), rows, at, key),
            )

    def prices(self, target: Target, agent: str) -> list[Fraction]:
        """What a row of an agent cost, in each of the newest submissions that were seen to end."""
        found = self._read(
            "SELECT spent.used, spent.rows FROM spent JOIN submissions ON submissions.key = spent.key "
            "WHERE profile = ? AND base_url = ? AND agent = ? AND spent.used IS NOT NULL AND spent.rows > 0 "
            "ORDER BY ended_at DESC LIMIT ?",
            target.profile, target.base_url, agent, NEWEST,
        )  # fmt: skip
        return [Fraction(row["used"]) / row["rows"] for row in found]
