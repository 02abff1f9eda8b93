"""What the triage lists and items look like, in every format, with rows of hard cases."""

from typing import Any

import pytest

from eclips_cli.commands.triage._review.items import Item
from eclips_cli.commands.triage._review.screen import ReviewState, render
from tests.golden import HERE, AllFormats, compare
from tests.output import rows
from tests.output.test_golden import formats, frozen

__all__ = ["formats", "frozen"]

TRIAGE_ID = "t1r2i3a4-0000-4000-8000-00000000000"


def item(number: int, **members: Any) -> dict[str, Any]:
    """The manual's triage item, with some of its members changed."""
    run = {"id": f"{rows.ID}{number}", "agent_type": "ap_specialist", "confidence_score": 0.71}
    return {
        "id": f"{TRIAGE_ID}{number}",
        "run_id": f"{rows.ID}{number}",
        "status": "pending",
        "triage_reason": "Amount above auto-approval threshold",
        "created_at": "2026-06-06T09:00:42.000Z",
        "agent_runs": run,
    } | members


QUEUE = [
    item(0),
    item(1, triage_reason=rows.HOSTILE, created_at="2026-06-06T11:59:30.000Z"),
    item(
        2,
        triage_reason="信頼度が低い 🧾",
        agent_runs={"agent_type": "会計エージェント", "confidence_score": 0.12},
    ),
    item(3, triage_reason=None, created_at=None, agent_runs=None, run_id=None),
    item(
        4,
        triage_reason="=1+1",
        agent_runs={"id": "x", "agent_type": "payroll", "confidence_score": "high"},
        sla=4,
    ),
]
DETAIL = {
    "run": rows.run(
        0, status="pending_triage", confidence_score=0.71, completed_at=None, requires_triage=True,
        task="Pay invoice INV-1001 from Müller & Söhne",
        data={"vendor": "Müller & Söhne", "invoice_total": "41200.50", "currency": "EUR"},
        output={"approved": False, "amount": 48210.55, "currency": "EUR", "purchase_order": "PO-17000",
                "report": f"Compared the invoice with the order.\nThe totals differ.\n{rows.HOSTILE}"},
        region="東京",
    ),
    "triage_item": item(
        0, title="Pay invoice INV-1001", priority="high", sla_hours=4,
        summary="The invoice asks for more than the purchase order allows, so that somebody has to look at it.",
        reasoning="Matched PO-17000 by vendor and date; its total is 41,200.50, the invoice's 48,210.55.",
    ),
}  # fmt: skip


@pytest.fixture
def answers() -> dict[str, Any]:
    return {
        "/v1/triage": {"data": QUEUE, "total": len(QUEUE), "limit": 20, "offset": 0},
        f"/v1/runs/{rows.ID}0": DETAIL,
    }


def test_list(formats: AllFormats) -> None:
    formats.check("triage-list", "triage", "list", "--oldest-first")


def test_show(formats: AllFormats) -> None:
    found = formats.check("triage-show", "triage", "show", f"{TRIAGE_ID}0", least=999)
    assert found["json"].json == DETAIL


@pytest.mark.parametrize(("width", "height"), [(100, 30), (60, 24), (160, 40)])
def test_review(width: int, height: int) -> None:
    read = Item(QUEUE[0], DETAIL)
    read.error = "the last decision (approve) was not accepted: POST /v1/triage/:id/approve was answered 502"
    state = ReviewState(
        item=read, left=38, total=50, approved=9, rejected=2, skipped=1, failed=1, now=rows.NOW
    )
    page = render(state, width, height, color=False)
    compare(HERE / f"triage-review.{width}x{height}.txt", "\n".join(page.lines) + "\n")
