"""Several ids: the same for every noun, whether it reads or changes; and what guards a change of what was piped."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import Action, Conversation, RawServer, Received, json_reply

ONE, TWO, THREE = IDS = tuple(f"{n}0000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
RUN = {"run": {"id": ONE, "status": "pending_triage"}, "triage_item": {"id": ONE, "status": "pending"}}
BATCH = {"job": {"id": ONE, "name": "June", "status": "running", "total_rows": 3}, "rows": []}
QUEUE = {"data": [{"id": "x", "title": "Pay Acme"}], "total": 0, "limit": 20, "offset": 0}
JOBS = {"jobs": [{**BATCH["job"], "id": id_, "completed_rows": 1} for id_ in IDS]}
GOOD = {
    ("runs", "get"): RUN, ("triage", "show"): RUN, ("batches", "get"): BATCH,
    ("triage", "approve"): {"data": {"id": ONE, "status": "approved"}},
    ("triage", "reject"): {"data": {"id": ONE, "status": "rejected"}},
    ("webhooks", "delete"): {"success": True}, ("batches", "cancel"): {"cancelled": True},
}  # fmt: skip
READS, CHANGES = list(GOOD)[:3], list(GOOD)[3:]
every = pytest.mark.parametrize("verb", GOOD, ids=" ".join)
changing = pytest.mark.parametrize("verb", CHANGES, ids=" ".join)
Answer = Callable[[str], Action | None]
"""what a request about an id gets; None for what the verb takes for good"""


def ask(
    env: dict[str, str],
    verb: tuple[str, ...],
    *more: str,
    answer: Answer = lambda _id: None,
    stdin: str = "",
    **how: Any,
) -> tuple[Result, list[str]]:
    """One command of `verb`; how it ended, and the ids that it asked the API about, in turn."""
    asked: list[str] = []

    def action(request: Received) -> Action:
        about = next((id_ for id_ in IDS if id_ in request.path), None)
        if about is None:
            return json_reply(JOBS if "batches" in request.path else QUEUE)
        if verb in CHANGES and request.method == "GET":  # what is at stake, and what became of it
            return json_reply({**BATCH, "job": {**BATCH["job"], "id": about, "completed_rows": 1}})
        asked.append(about)
        return answer(about) or json_reply(json.loads(json.dumps(GOOD[verb]).replace(ONE, about)))

    with RawServer(answer=action) as server:
        where = {**env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        return run_inside((*verb, *more), where, stdin, **how), asked


def failing(status: int, *ids: str) -> Answer:
    return lambda id_: json_reply({"error": f"no {id_[0]}"}, status) if id_ in ids else None


@every
def test_each_in_turn_and_one_that_fails_does_not_stop_the_rest(
    clean_env: dict[str, str], verb: tuple[str, ...]
) -> None:
    done, asked = ask(clean_env, verb, *IDS, "-o", "json", answer=failing(404, TWO))
    assert (done.code, asked) == (13, list(IDS)), done.err
    assert len(done.json) == 2 and done.err.count('"code":"not_found"') == 1
    assert done.error["message"].startswith("2 of 3 ") and done.error["message"].endswith(", 1 failed")


@every
def test_when_all_fail_it_is_their_one_code(clean_env: dict[str, str], verb: tuple[str, ...]) -> None:
    done, asked = ask(clean_env, verb, *IDS, answer=failing(404, *IDS))
    assert (done.code, done.out, asked) == (6, "", list(IDS)), done.err
    assert done.err.count("error: ") == 3, "each is told once, and no sum of them"
    done, _ = ask(
        clean_env, verb, ONE, TWO, answer=lambda id_: json_reply({"error": "x"}, 404 if id_ == ONE else 422)
    )
    assert (done.code, done.out, done.err.count("error: ")) == (13, "", 3), done.err
    alone, _ = ask(clean_env, verb, ONE, answer=failing(404, ONE))
    assert alone.code == 6 and alone.err.count("error: ") == 1


@every
def test_what_would_fail_for_all_stops_at_once(clean_env: dict[str, str], verb: tuple[str, ...]) -> None:
    refused, asked = ask(clean_env, verb, *IDS, answer=failing(401, *IDS))
    assert (refused.code, refused.out, asked) == (4, "", [ONE]) and refused.err.count("error: ") == 1
    later, asked = ask(clean_env, verb, *IDS, answer=failing(401, TWO))
    assert (later.code, asked) == (13, [ONE, TWO]) and "2 not tried" in later.err


@every
def test_ctrl_c_says_what_was_done_and_what_is_left(clean_env: dict[str, str], verb: tuple[str, ...]) -> None:
    def interrupted(talk: Conversation) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        talk.wait(10)

    def answer(id_: str) -> Action | None:
        return interrupted if id_ == TWO else None

    done, asked = ask(clean_env, verb, *IDS, "-o", "json", answer=answer)
    assert (done.code, asked) == (130, [ONE, TWO]), done.err
    told = done.error["message"]
    assert told.startswith("stopped: 1 of 3 ")
    if verb in CHANGES:
        assert f"{TWO} may have been" in told and told.endswith(f"not tried: {THREE}")
        assert len(done.json) == 1, "what was done is told"
    else:
        assert told.endswith(f"not tried: {TWO}, {THREE}") and done.out == "", "a list is whole or not there"


@pytest.mark.parametrize(
    ("verb", "shown"), [*((verb, "--curl") for verb in GOOD), *((verb, "--dry-run") for verb in CHANGES)]
)
def test_what_would_be_sent_is_shown_for_each(
    clean_env: dict[str, str], verb: tuple[str, ...], shown: str
) -> None:
    done, asked = ask(clean_env, verb, *IDS, shown)
    assert (done.code, asked) == (0, [])
    # an item is found in the queue, which is the same request for each
    wanted = ["/v1/triage"] if verb == ("triage", "show") else IDS
    assert [done.out.count(part) for part in wanted] == [done.out.count(wanted[0])] * len(wanted)
    assert done.out.count(wanted[0]) >= 1, done.out


@changing
def test_ids_from_standard_input_need_a_yes(clean_env: dict[str, str], verb: tuple[str, ...]) -> None:
    piped = "\n".join(IDS)
    refused, asked = ask(clean_env, verb, "-", stdin=piped)
    assert (refused.code, asked) == (2, []) and "--yes" in refused.err and "--expect" in refused.err
    wrong, asked = ask(clean_env, verb, "-", "--yes", "--expect", "2", stdin=piped)
    assert (wrong.code, asked) == (2, []) and "3 " in wrong.err and "not 2" in wrong.err
    for sure in (["--yes"], ["--expect", "3"]):
        done, asked = ask(clean_env, verb, "-", *sure, stdin=piped)
        assert (done.code, asked) == (0, list(IDS)), done.err
    shown, asked = ask(clean_env, verb, "-", "--dry-run", stdin=piped)
    assert (shown.code, asked) == (0, [])
    named, asked = ask(clean_env, verb, *IDS)
    assert (named.code, asked) == (0, list(IDS)), "named ids need none where nobody can be asked"
    two, asked = ask(clean_env, verb, ONE, TWO, "--expect", "3")
    assert (two.code, asked) == (2, [])


@changing
def test_it_says_what_it_changes(clean_env: dict[str, str], verb: tuple[str, ...]) -> None:
    done, _ = ask(clean_env, verb, *IDS)
    first = done.err.splitlines()[0]
    assert first.startswith(("approving ", "rejecting ", "deleting ", "cancelling ")), done.err
    assert "June, which stops 6 rows" in first if verb[0] == "batches" else " 3 " in first and ONE in first


@pytest.mark.parametrize(("verb", "question"), [
    (("batches", "cancel"), "Cancel June, which stops 2 rows? [y/N] "),
    (("webhooks", "delete"), f"Delete webhook {ONE}? [y/N] "),
])  # fmt: skip
def test_on_a_terminal_it_asks(clean_env: dict[str, str], verb: tuple[str, ...], question: str) -> None:
    no, asked = ask(clean_env, verb, ONE, stdin="n\n", terminal=True)
    assert (no.code, asked) == (1, []) and question in no.err
    yes, asked = ask(clean_env, verb, ONE, stdin="y\n", terminal=True)
    assert (yes.code, asked) == (0, [ONE])
    sure, asked = ask(clean_env, verb, ONE, "--yes", terminal=True)
    assert (sure.code, asked) == (0, [ONE]) and "[y/N]" not in sure.err
    never, asked = ask(clean_env, verb, ONE, "--no-input", terminal=True)
    assert (never.code, asked) == (2, [])


def test_rows_that_cannot_be_counted_do_not_stop_a_cancellation(clean_env: dict[str, str]) -> None:
    other = "40000000-0000-4000-8000-000000000004"
    done, _ = ask(clean_env, ("batches", "cancel"), other)
    assert "which stops what is left of it" in done.err
