"""The audit record as columns."""

from eclips_cli.output.columns import Column, View

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
