"""The columns of each kind of thing: what is shown, in which order, and what may be left out first."""

from typing import Any, NamedTuple

from eclips_cli.output.cells import plain, safe_text
from eclips_cli.output.theme import Look

JsonObject = dict[str, Any]


class Column(NamedTuple):
    """One column: its header, the dotted member it shows, how (`kind`), and its importance (1 stays longest).

    Kinds: id, status, text, name (cut in its middle), ago, time, confidence, number, duration, json.
    """

    header: str
    path: str
    kind: str = "text"
    priority: int = 5


class View(NamedTuple):
    """How one kind of thing is shown: its columns, and the member that is its id."""

    columns: tuple[Column, ...]
    id_path: str = "id"


def member(obj: Any, path: str) -> Any:
    """The member at a dotted path (a number picks from an array); None where there is none.

    A name with dots in it is found as it stands first: a spreadsheet's column may be called so.
    """
    if isinstance(obj, dict) and path in obj:
        return obj[path]
    for name in path.split("."):
        if isinstance(obj, dict):
            obj = obj.get(name)
        elif isinstance(obj, list) and name.isdigit() and int(name) < len(obj):
            obj = obj[int(name)]
        else:
            return None
    return obj


RUNS = View(
    (
        Column("ID", "id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("AGENT", "agent_type", "text", 3),
        Column("CONFIDENCE", "confidence_score", "confidence", 4),
        Column("PRIORITY", "priority", "text", 8),
        Column("CREATED", "created_at", "ago", 2),
        Column("COMPLETED", "completed_at", "ago", 7),
        Column("ERROR", "error_message", "text", 6),
    )
)
RUN = View(
    (
        Column("ID", "run.id", "id", 1),
        Column("STATUS", "run.status", "status", 1),
        Column("AGENT", "run.agent_type", "text", 2),
        Column("CONFIDENCE", "run.confidence_score", "confidence", 2),
        Column("TRIAGE ITEM", "triage_item.id", "id", 3),
        Column("ERROR", "run.error_message", "text", 3),
        Column("OUTPUT", "run.output", "json", 4),
    ),
    id_path="run.id",
)
CHANGES = View(
    (
        Column("AT", "at", "time", 3),
        Column("RUN", "run_id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("CONFIDENCE", "confidence", "confidence", 4),
        Column("ERROR", "error", "text", 5),
    ),
    id_path="run_id",
)
ACCEPTED = View((Column("ID", "run_id", "id", 1),), id_path="run_id")
TRIAGE = View(
    (
        Column("ID", "id", "id", 1),
        Column("REASON", "triage_reason", "text", 2),
        Column("AGENT", "agent_runs.agent_type", "text", 4),
        Column("CONFIDENCE", "agent_runs.confidence_score", "confidence", 4),
        Column("RUN", "run_id", "id", 6),
        Column("AGE", "created_at", "ago", 3),
    )
)
ARRIVALS = View(
    (
        Column("ID", "id", "id", 1),
        Column("CONFIDENCE", "agent_runs.confidence_score", "confidence", 4),
        Column("AGENT", "agent_runs.agent_type", "text", 4),
        Column("REASON", "triage_reason", "text", 2),
    )
)
TRIAGE_DETAIL = View(
    (
        Column("ITEM", "triage_item.id", "id", 1),
        Column("STATUS", "triage_item.status", "status", 2),
        Column("REASON", "triage_item.triage_reason", "text", 2),
        Column("AGENT", "run.agent_type", "text", 4),
        Column("CONFIDENCE", "run.confidence_score", "confidence", 4),
        Column("RUN", "run.id", "id", 5),
        Column("OUTPUT", "run.output", "json", 6),
    ),
    id_path="triage_item.id",
)
DECISIONS = View(
    (
        Column("ID", "id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("RESOLVED", "resolved_at", "time", 3),
    )
)
REVIEWED = View(
    (
        Column("ID", "id", "id", 6),
        Column("STATUS", "status", "status", 1),
        Column("AMOUNT", "amount", "text", 2),
        Column("ITEM", "title", "text", 2),
        Column("NOTE", "note", "text", 4),
        Column("RESOLVED", "resolved_at", "ago", 7),
    )
)
WEBHOOKS = View(
    (
        Column("ID", "id", "id", 1),
        Column("URL", "url", "text", 2),
        Column("EVENTS", "events", "json", 3),
        Column("ACTIVE", "is_active", "text", 5),
        Column("CREATED", "created_at", "ago", 6),
    )
)
CREATED_WEBHOOK = View((*WEBHOOKS.columns[:3], Column("SECRET", "secret", "id", 2)))
DELETED = View((Column("ID", "id", "id", 1), Column("DELETED", "success", "text", 2)))
CHECKED = View(
    (
        Column("VALID", "valid", "text", 1),
        Column("EVENT", "event", "text", 2),
        Column("RUN", "run_id", "id", 3),
        Column("TIMESTAMP", "timestamp", "time", 4),
        Column("AGE S", "age_seconds", "number", 4),
    ),
    id_path="run_id",
)
TRIGGERED = View(
    (
        Column("EVENT", "event", "text", 1),
        Column("RUN", "run_id", "id", 2),
        Column("ANSWER", "status", "number", 1),
        Column("MS", "milliseconds", "number", 3),
        Column("TO", "url", "text", 4),
    ),
    id_path="run_id",
)
DELIVERIES = View(
    (
        Column("AT", "at", "time", 2),
        Column("STATUS", "verdict", "status", 1),
        Column("EVENT", "event", "text", 1),
        Column("RUN", "run_id", "id", 1),
        Column("", "what", "text", 4),
    ),
    id_path="run_id",
)
FORWARDED = View(
    (
        Column("AT", "at", "time", 2),
        Column("STATE", "state", "status", 1),
        Column("EVENT", "event", "text", 1),
        Column("RUN", "run_id", "id", 1),
        Column("ANSWER", "answered", "text", 4),
        Column("STATUS", "status", "number", 5),
    ),
    id_path="run_id",
)
BATCHES = View(
    (
        Column("ID", "id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("NAME", "name", "name", 2),
        Column("DONE", "completed_rows", "number", 3),
        Column("FAILED", "failed_rows", "number", 3),
        Column("ROWS", "total_rows", "number", 3),
        Column("AGENT", "agent_type", "text", 6),
        Column("CREATED", "created_at", "ago", 5),
    )
)
BATCH_ROWS = View(
    (
        Column("ROW", "row_index", "number", 1),
        Column("STATUS", "status", "status", 1),
        Column("TASK", "task", "text", 2),
        Column("ERROR", "error_message", "text", 3),
        Column("RESULT", "result", "json", 4),
        Column("ID", "id", "id", 6),
    )
)
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
)
HEALTH = View(
    (
        Column("STATUS", "status", "status", 1),
        Column("VERSION", "version", "text", 2),
        Column("LATENCY MS", "latency_ms", "number", 2),
        Column("CLOCK SKEW S", "clock_skew_seconds", "number", 3),
        Column("TIME", "timestamp", "time", 4),
    ),
    id_path="status",
)
CHANGES_MADE = View(
    (
        Column("AT", "at", "ago", 2),
        Column("ACTION", "action", "text", 1),
        Column("ENDED", "ended", "status", 1),
        Column("ID", "subject", "id", 2),
        Column("ABOUT", "about", "text", 3),
        Column("PROFILE", "profile", "text", 6),
        Column("KEY", "key", "text", 7),
        Column("STATUS", "status", "text", 8),
        Column("ERROR", "error", "text", 9),
    ),
    id_path="change",
)
AUDIT_LINES = View(
    tuple(
        Column(path.upper(), path, "text", order)
        for order, path in enumerate(
            (
                "seq", "at", "kind", "change", "profile", "base_url", "key", "command", "action", "method",
                "path", "id", "asked.task", "asked.agent_type", "asked.name", "asked.rows.count", "note", "asked",
                "body.sha256", "ended", "status", "answer", "error", "prev", "hash",
            ),
            1,
        )
    ),
    id_path="hash",
)  # fmt: skip
SETTINGS = View(
    (
        Column("KEY", "key", "id", 1),
        Column("VALUE", "value", "text", 1),
        Column("SOURCE", "source", "text", 2),
        Column("STORED", "stored", "text", 3),
    ),
    id_path="key",
)
SETTING = View((Column("VALUE", "value", "text", 1),), id_path="value")
CHECKS = View(
    (
        Column("CHECK", "check", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("DETAIL", "detail", "text", 2),
        Column("REMEDY", "remedy", "text", 3),
    ),
    id_path="check",
)
PROFILES = View(
    (
        Column("PROFILE", "profile", "id", 1),
        Column("ACTIVE", "active", "text", 2),
        Column("STORE", "store", "text", 3),
        Column("BASE URL", "base_url", "text", 4),
    ),
    id_path="profile",
)


BATCH = View(
    (
        Column("ID", "job.id", "id", 1),
        Column("STATUS", "job.status", "status", 1),
        Column("NAME", "job.name", "name", 2),
        Column("DONE", "job.completed_rows", "number", 3),
        Column("FAILED", "job.failed_rows", "number", 3),
        Column("ROWS", "job.total_rows", "number", 3),
        Column("AGENT", "job.agent_type", "text", 5),
    ),
    id_path="job.id",
)
SUBMISSIONS = View(
    (
        Column("KEY", "key", "id", 1),
        Column("STATE", "state", "text", 1),
        Column("NAME", "name", "text", 2),
        Column("ROWS", "rows", "number", 2),
        Column("ACCEPTED", "rows_accepted", "number", 3),
        Column("CREATED", "created_at", "ago", 3),
        Column("FILE", "file", "text", 5),
        Column("AGENT", "agent_type", "text", 6),
        Column("RETRY OF", "retry_of", "text", 7),
        Column("PROFILE", "profile", "text", 8),
    ),
    id_path="key",
)
PREVIEW = View(
    (
        Column("NAME", "name", "text", 2),
        Column("AGENT", "agent_type", "text", 2),
        Column("ROWS", "rows", "number", 1),
        Column("JOBS", "jobs", "number", 1),
        Column("FIRST ROWS", "first_rows", "json", 3),
    ),
    id_path="name",
)


def bare_id(obj: JsonObject, _look: Look) -> str:
    """The id of a run that was just accepted, alone on its line, for `ID=$(…)`."""
    return safe_text(plain(obj.get("run_id"))) + "\n"


def of_rows(rows: list[JsonObject]) -> View:
    """A view of rows whose shape is not documented: whatever members come, in the order they come."""
    names: dict[str, None] = {}
    for row in rows:
        names |= dict.fromkeys(row)
    kinds = {"id": "id", "run_id": "id", "created_at": "ago", "status": "status"}
    columns = []
    for order, name in enumerate(names):
        numeric = all(isinstance(row.get(name), (int, float, type(None))) for row in rows)
        kind = kinds.get(name) or ("number" if numeric else "text")
        columns.append(Column(safe_text(name.replace("_", " ").upper()), name, kind, 2 + order))
    return View(tuple(columns), id_path="id" if "id" in names else next(iter(names), "id"))


def of_object(obj: JsonObject) -> View:
    """A view of one object whose shape is not fixed."""
    return of_rows([obj])
