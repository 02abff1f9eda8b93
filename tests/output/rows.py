"""Rows of hard cases: what a server, or whoever writes into its fields, may put into a list."""

from typing import Any

NOW = 1780747200.0
"""2026-06-06T12:00:00Z"""
ID = "a1b2c3d4-0000-4000-8000-00000000000"
HOSTILE = (
    "\x1b[2J\x1b[31mapproved\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x9b31m "
    "[red]x[/] [/] [link=https://evil.example]y[/link] \u202eevil\u202c\r\nsecond\tline\x00"
)


def run(number: int, **members: Any) -> dict[str, Any]:
    """The manual's run, with some of its members changed."""
    return {
        "id": f"{ID}{number}",
        "agent_type": "procurement_specialist",
        "status": "completed",
        "priority": "normal",
        "created_at": "2026-06-06T09:00:00.000Z",
        "started_at": "2026-06-06T09:00:01.000Z",
        "completed_at": "2026-06-06T09:00:42.000Z",
        "confidence_score": 0.94,
        "requires_triage": False,
        "error_message": None,
    } | members


OPEN = {"completed_at": None, "confidence_score": None}
RUNS = [
    run(0),
    run(1, status="failed", error_message="The vendor portal rejected the login: " + "very long " * 20 + "end"),
    run(2, status="running", agent_type="会計エージェント", **OPEN, created_at="2026-06-06T11:59:18.000Z"),
    run(3, status="cancelled", agent_type="🧾🤖 bills", error_message="データが見つかりません 🙈", confidence_score=0),
    run(4, status="reviewing_by_a_new_service", **OPEN, priority=None, started_at=None, agent_type=None),
    run(5, status="failed", agent_type="[bold]x[/] \x1b[7m", error_message=HOSTILE, confidence_score=1),
    run(6, status="pending_triage", requires_triage=True, confidence_score=0.71, completed_at=None,
        error_message="=HYPERLINK(\"https://evil.example\")", organization={"id": "org_1", "tags": ["a", 1]}),
    run(7, status="queued", **OPEN, error_message="-12.50", created_at="yesterday", priority="+1 urgent"),
    {"id": f"{ID}8", "status": "completed", "confidence_score": "0.9", "error_message": "a,\"b\"\nc"},
]  # fmt: skip
DETAIL = {
    "run": run(
        5,
        status="pending_triage",
        requires_triage=True,
        confidence_score=0.41,
        completed_at=None,
        task=f"Pay Müller & Söhne {HOSTILE}",
        output={"vendors": ["Dell", "HP", "Lenovo"], "note": HOSTILE, "none": None},
        region="東京",
    ),
    "triage_item": {
        "id": "t1r2i3a4-0000-4000-8000-000000000000",
        "run_id": f"{ID}5",
        "status": "pending",
        "triage_reason": f"Amount above auto-approval threshold {HOSTILE}",
        "created_at": "2026-06-06T09:00:42.000Z",
        "agent_runs": {"id": f"{ID}5", "agent_type": "ap_specialist", "confidence_score": 0.41},
    },
}
USAGE = {
    "plan": "team",
    "scope": "organization",
    "period": "2026-06",
    "included_credits": 50000,
    "topup_credits": 0,
    "credits_used": 12480,
    "credits_remaining": 37520,
    "unlimited": False,
    "topup_price_per_1000_usd": 5,
}
UNLIMITED = USAGE | {
    "plan": "\x1b[1menterprise",
    "included_credits": -1,
    "unlimited": True,
    "credits_remaining": None,
}
LEDGER = [
    {"id": f"led_{day:02}", "created_at": f"2026-06-{day:02}T10:00:00.000Z", "kind": "usage", "amount": -12 * day,
     "balance": 50000 - 12 * day, "run": {"id": f"{ID}0"}, "note": HOSTILE if day == 3 else None}
    for day in (5, 4, 3, 2, 1)
]  # fmt: skip
MEMBERS = {
    "period": "2026-06",
    "members": [
        {"member": "ada@example.com", "runs": 3, "credits_used": 9000},
        {"member": "グレース 🧾", "runs": 1, "credits_used": 3480.5, "role": "admin"},
        {"member": "[red]linus[/]\x1b[7m", "runs": 0, "credits_used": 0},
    ],
}
HEALTH = {"status": "ok", "version": "1.0.0", "timestamp": "2026-06-06T12:00:00.003Z"}
