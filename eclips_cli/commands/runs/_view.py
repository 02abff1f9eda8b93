"""Runs as columns."""

from eclips_cli.output.columns import Column, View

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
