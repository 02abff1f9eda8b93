"""What waits for a person, and what was decided, as columns."""

from eclips_cli.output.columns import Column, View

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
