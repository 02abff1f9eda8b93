"""Credits, health, profiles, settings and checks as columns."""

from eclips_cli.output.columns import Column, View

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
PROFILES = View(
    (
        Column("PROFILE", "profile", "id", 1),
        Column("ACTIVE", "active", "text", 2),
        Column("STORE", "store", "text", 3),
        Column("BASE URL", "base_url", "text", 4),
    ),
    id_path="profile",
)
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
