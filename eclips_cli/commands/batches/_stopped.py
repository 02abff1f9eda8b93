"""What a cancellation stopped, and what was done before it: counted from the jobs' rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from eclips_cli.api.statuses import PENDING_TRIAGE
from eclips_cli.counting import how_many
from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject


class Stopped:
    """Counts over the jobs of one command; `read` gives the API's `{job, rows}` of a batch id."""

    def __init__(self, read: Callable[[str], JsonObject]) -> None:
        self._read = read
        self._rows: Counter[str] = Counter()
        self._unsent = 0
        self._untold: list[str] = []

    def unsent(self, rows: int) -> JsonObject:
        """Count rows that were given up before they were sent."""
        self._unsent += rows
        return {"total_rows": rows, "cancelled_rows": rows, "completed_rows": 0, "failed_rows": 0}

    def job(self, batch_id: str) -> JsonObject:
        """Count the rows of a job that was cancelled; its counts, or nothing where they can't be read."""
        try:
            rows = self._read(batch_id)["rows"]
        except EclipsError as error:
            self._untold.append(f"{batch_id} ({error.message})")
            return {}
        found = Counter(str(row.get("status")) for row in rows)
        self._rows += found
        counts = {f"{name}_rows": found[name] for name in ("completed", "failed", "cancelled")}
        return {"total_rows": len(rows), **counts}

    def words(self) -> str | None:
        """All of it in a line; None where no job was cancelled."""
        if not (self._rows or self._unsent or self._untold):
            return None
        done, failed = self._rows["completed"], self._rows["failed"]
        parts = [f"{how_many(self._rows['cancelled'] + self._unsent, 'row was', 'rows were')} stopped"]
        if self._unsent:
            parts[0] += f" ({self._unsent:,} of them before they were sent)"
        parts.append(
            f"{how_many(done + failed, 'was', 'were')} done before"
            + (f" ({failed:,} of them failed)" if failed else "")
        )
        left = self._rows.total() - done - failed - self._rows["cancelled"]
        if left:
            waiting = self._rows[PENDING_TRIAGE]
            parts.append(
                f"{left:,} have not ended yet" + (f" ({waiting:,} wait for a person)" if waiting else "")
            )
        if self._untold:
            parts.append(f"not known of {', '.join(self._untold)}")
        return "; ".join(parts)
