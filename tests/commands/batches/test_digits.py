"""Numbers of a file reach the API, and a resumed job, with the digits that they were written with."""

from pathlib import Path

import pytest

from tests.inside import run_inside
from tests.servers.raw import Action, RawServer, Received, json_reply

WRITTEN = '{"number":"INV-1","amount":10.00,"big":100000000000000000.01,"id":1234567890123456789,"e":1E5}'
FORMATS = {"rows.jsonl": WRITTEN + "\n", "rows.json": f"[{WRITTEN}]"}


@pytest.mark.parametrize("name", FORMATS)
def test_numbers_keep_their_digits_through_the_journal(
    clean_env: dict[str, str], tmp_path: Path, name: str
) -> None:
    bodies: list[str] = []

    def answer(request: Received) -> Action:
        if request.method != "POST":
            return json_reply({"jobs": []} if "batches" in request.path else {"credits_used": 1})
        bodies.append(request.body.decode())
        if len(bodies) == 1:
            return json_reply({"error": "Rate limit exceeded"}, 429, headers=[("retry-after", "0")])
        job = {"id": "b1", "name": request.json["name"], "total_rows": 1}
        return json_reply({"job": job}, 201)

    (tmp_path / name).write_text(FORMATS[name])
    with RawServer(answer=answer) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        submit = (
            "batches",
            "submit",
            str(tmp_path / name),
            "--task",
            "Pay {amount} for {number}",
            "--detach",
        )
        done = run_inside((*submit, "--agent", "ap"), env)
    assert done.code == 0, done.err
    for body in bodies:
        assert '"task":"Pay 10.00 for INV-1"' in body
        assert WRITTEN.removeprefix("{") in body
