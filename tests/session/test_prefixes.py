"""For a change an id given whole is itself, and the beginning of one is looked for in the whole list."""

from __future__ import annotations

import pytest

from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import Action, RawServer, Received, json_reply

LONG = [f"{n:08x}-0000-4000-8000-000000000000" for n in range(150)]


def approve(env: dict[str, str], text: str, queue: list[str]) -> tuple[Result, list[str]]:
    """`triage approve` of a text where `queue` waits: how it ended, and the ids that were decided."""
    decided: list[str] = []

    def answer(request: Received) -> Action:
        if request.method == "GET":
            offset, limit = int(request.query["offset"]), int(request.query["limit"])
            page = [{"id": id_, "status": "pending"} for id_ in queue[offset : offset + limit]]
            return json_reply({"data": page, "total": len(queue), "limit": limit, "offset": offset})
        id_ = request.path.split("/")[-2]
        if id_ not in queue:
            return json_reply({"error": "Not found"}, 404)
        decided.append(id_)
        return json_reply({"data": {"id": id_, "status": "approved"}})

    with RawServer(answer=answer) as server:
        where = {**env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        return run_inside(("triage", "approve", text), where), decided


@pytest.mark.parametrize(
    ("text", "queue", "code", "expected"),
    [
        ("1234", [*LONG, "12345"], 6, []),
        ("1234", ["12345", *LONG, "1234"], 0, ["1234"]),
        ("12345", [*LONG, "12345"], 0, ["12345"]),
        (LONG[140][:8], LONG, 0, [LONG[140]]),
        ("0000008", LONG, 2, []),
        (LONG[3][:8], [*LONG, LONG[3][:9] + "other-4000-8000-000000000000"], 2, []),
    ],
)
def test_what_a_short_text_decides(
    clean_env: dict[str, str], text: str, queue: list[str], code: int, expected: list[str]
) -> None:
    done, decided = approve(clean_env, text, queue)
    assert (done.code, decided) == (code, expected), done.err
