"""Batch jobs, their rows, and what was submitted from here, as columns."""

from eclips_cli.output.columns import Column, View

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
