"""Text that wants to steer the terminal, through every way out: what arrives there is only what is ours.

The server puts each piece into every text of every answer and every error; files, arguments and
questions hold it too. What is ours is a short list of colours and cursor movements.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.faults.healthy import BATCH, ITEM, RUN, WEBHOOK, Healthy
from tests.faults.running import Ran, run
from tests.servers.raw import Action, RawServer, Received, json_reply, reply

KEY = "eck_live_canary_0123456789abcdef"

CORPUS = {
    "clear screen": "a\x1b[2J\x1b[Hb",
    "blink": "\x1b[5;7mapproved\x1b[0;5m",
    "title": "\x1b]0;pwned\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "device": "\x1bP+q544e\x1b\\\x1bc",
    "C1": "\x9b2J\x9d0;x\x9c\x90q\x85next",
    "overwrite": "failed\rapproved\b\b\b\x7f",
    "line": "one\nerror: two\r\nhint: three\x0b\x0cfour",
    "NUL": "a\0b",
    "markup": "[red]x[/red] [/] [link=http://evil.example]y[/link] :bomb:",
    "bidi": "\u202eevil\u202c \u2066x\u2069 \u200f\u061c",
    "invisible": "a\u200bb\u2060c\ufeffd\u2028e\u2029f\u00adg",
    "surrogate": "\ud800 lone \udfff",
    "formula": '=HYPERLINK("http://evil.example")',
    "emoji": "👩‍👩‍👧 é 한 ﷽",
}
ALL = " ".join(CORPUS.values())
LONG = "x" * 1_000_000 + "\x1b[2J"

OURS = re.compile(
    r"\x1b\[(?:0|1|2|3|4|7|22|31|32|33|34|35|36|90|91|92|93|94|95|96|1;3\d|1;9\d)?m"  # colours
    r"|\x1b\[\?25[lh]|\x1b\[\d*[FAKGJ]|\x1b\[2K|\r(?=\x1b\[(?:2K|\d+m)|[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏])"  # the cursor, a line erased
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029]")


def spoiled(value: Any, text: str, keep: frozenset[str] = frozenset({"id", "status", "run_id"})) -> Any:
    """`value` with the hostile text in every string but the words that steer us, and as a member's name."""
    if isinstance(value, dict):
        found = {
            key: inner if key in keep or key.endswith("_at") else spoiled(inner, text)
            for key, inner in value.items()
        }
        if "credits" in value:
            found[text] = text
        return found | ({"result": {text: text}} if "row_index" in value else {})
    if isinstance(value, list):
        return [spoiled(item, text) for item in value]
    return text if isinstance(value, str) else value


def api(text: str) -> RawServer:
    healthy = Healthy()

    def answer(request: Received) -> Action:
        body = spoiled(json.loads(healthy.object(request)), text)
        if "run" in body:
            body["run"] |= {"output": {"note": text, text: [text]}, "error_message": text, "extra": text}
            body["triage_item"] = {"id": ITEM, "status": "pending", "triage_reason": text, "summary": text}
        return json_reply(body)

    return RawServer(answer=answer)


def refusing(text: str, status: int) -> RawServer:
    body = {"error": text, "field": text, "required": text, "provided": [text, "x"], text: text}
    return RawServer(json_reply(body, status, [("x-note", "a")]))


COMMANDS = [
    ("runs", "list"),
    ("runs", "get", RUN),
    ("runs", "tail", RUN),
    ("triage", "list"),
    ("triage", "show", ITEM),
    ("triage", "approve", ITEM),
    ("webhooks", "list"),
    ("webhooks", "create", "https://your-app.example/hook"),
    ("batches", "list"),
    ("batches", "get", BATCH),
    ("batches", "results", BATCH),
    ("usage", "summary"),
    ("usage", "history"),
    ("usage", "members"),
    ("health",),
    ("auth", "status"),
    ("api", "GET", "/v1/runs"),
    ("run", "Count"),
]
FORMATS = ("table", "tsv", "csv", "json", "jsonl", "id")


def shown(argv: tuple[str, ...], url: str, home: Path, *, terminal: bool = True) -> Ran:
    env = {"HOME": str(home), "ECLIPS_API_KEY": KEY, "ECLIPS_BASE_URL": url, "TERM": "xterm-256color"}
    return run([*argv, "--max-retries", "0", "--color", "always"], env, terminal=terminal)


def check(ran: Ran) -> None:
    """Nothing on the terminal but text, line ends and what is ours; no traceback."""
    for stream in (ran.out, ran.err):
        text = stream.decode()
        rest = OURS.sub("", text)
        found = CONTROL.search(rest)
        assert found is None, (found, rest[max(0, found.start() - 80) : found.end() + 40])
        assert "Traceback" not in text and "a fault of eclips" not in text, text[:500]


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_on_a_terminal(argv: tuple[str, ...], tmp_path: Path) -> None:
    with api(ALL) as server:
        for form in FORMATS:
            check(shown((*argv, "-o", form), server.url, tmp_path))


@pytest.mark.parametrize("argv", [COMMANDS[0], COMMANDS[1], COMMANDS[4], COMMANDS[-1]], ids=" ".join)
@pytest.mark.parametrize("name", CORPUS)
def test_each_alone_on_a_terminal(name: str, argv: tuple[str, ...], tmp_path: Path) -> None:
    """A table, a detail with JSON, a card, and a run that is followed: nothing beside it can hide what one does."""
    with api(CORPUS[name]) as server:
        for form in ("table", "tsv"):
            check(shown((*argv, "-o", form), server.url, tmp_path))


@pytest.mark.parametrize("argv", COMMANDS[1:12:2], ids=" ".join)
def test_a_line_of_a_megabyte(argv: tuple[str, ...], tmp_path: Path) -> None:
    with api(LONG) as server:
        check(shown((*argv, "-o", "table"), server.url, tmp_path))


@pytest.mark.parametrize(
    ("text", "status"),
    [(ALL, status) for status in (400, 401, 403, 404, 429, 500)] + [(text, 403) for text in CORPUS.values()],
    ids=[*("all" for _ in range(6)), *CORPUS],
)
def test_in_an_error(text: str, status: int, tmp_path: Path) -> None:
    with refusing(text, status) as server:
        for argv in (("runs", "get", RUN), ("run", "Count"), ("webhooks", "delete", WEBHOOK, "--yes")):
            ran = shown((*argv, "-o", "table"), server.url, tmp_path)
            check(ran)
            lines = ran.err.decode().splitlines()
            assert sum("error:" in line[:16] for line in lines) == 1, lines
            check(shown((*argv, "-o", "json"), server.url, tmp_path))


def test_an_error_of_a_megabyte_is_cut(tmp_path: Path) -> None:
    with refusing(LONG, 400) as server:
        ran = shown(("runs", "get", RUN, "-o", "table"), server.url, tmp_path)
    check(ran)
    assert len(ran.err) < 4000


@pytest.mark.parametrize("reason", [b"\x1b[2J", b"\x9b2J", b"ok\x07"])
def test_in_the_reason_phrase_and_headers(reason: bytes, tmp_path: Path) -> None:
    phrase = reason.decode("latin-1")
    with RawServer(reply(418, b"{}", [("x-note", "a\x9bb")], reason=phrase)) as server:
        check(shown(("api", "-i", "GET", "/v1/runs"), server.url, tmp_path))
        check(shown(("runs", "list", "-v"), server.url, tmp_path))
    with RawServer(reply(302, b"", [("location", f"http://x/{phrase}")])) as server:
        check(shown(("runs", "list"), server.url, tmp_path))


PLACES: list[tuple[str, ...]] = [
    ("{}",),
    ("runs", "{}"),
    ("--{}",),
    ("runs", "get", "{}"),
    ("runs", "list", "--since", "{}"),
    ("runs", "list", "-o", "{}"),
    ("runs", "list", "--color", "{}"),
    ("runs", "list", "--base-url", "{}"),
    ("runs", "list", "--profile", "{}"),
    ("runs", "list", "--jq", "{}"),
    ("runs", "list", "--fields", "{}"),
    ("runs", "list", "--api-key-file", "{}"),
    ("runs", "list", "--request-timeout", "{}"),
    ("runs", "list", "--limit", "{}"),
    ("run", "--data", "{}", "x"),
    ("run", "--data-file", "{}", "x"),
    ("run", "-f", "{}", "x"),
    ("run", "@{}"),
    ("run", "--agent", "{}", "--curl", "x"),
    ("run", "--dry-run", "{}"),
    ("batches", "submit", "{}"),
    ("webhooks", "create", "{}"),
    ("config", "set", "{}", "x"),
    ("config", "set", "agent", "{}"),
    ("api", "GET", "{}"),
    ("help", "{}"),
]


@pytest.mark.parametrize("argv", PLACES, ids=" ".join)
def test_in_an_argument(argv: tuple[str, ...], tmp_path: Path) -> None:
    with api("fine") as server:
        for text in CORPUS.values():
            check(shown(tuple(word.format(text) for word in argv), server.url, tmp_path))


@pytest.mark.parametrize("name", [name for name in CORPUS if name not in ("NUL", "surrogate")])
def test_in_a_file_and_its_name(name: str, tmp_path: Path) -> None:
    text = CORPUS[name]
    folder = tmp_path / text.replace("/", "_")
    folder.mkdir()
    table = folder / "rows.csv"
    quoted = io.StringIO()
    csv.writer(quoted).writerows([[text, "task"], [text, text], ["x"]])
    table.write_bytes(quoted.getvalue().encode("utf-8", "surrogatepass"))
    with api("fine") as server:
        check(shown(("batches", "submit", str(table)), server.url, tmp_path))
        check(shown(("batches", "submit", str(table), "--task", "{x}", "--dry-run"), server.url, tmp_path))
        check(shown(("run", f"@{folder}"), server.url, tmp_path))


@pytest.mark.parametrize("name", CORPUS)
def test_machines_get_rows_that_are_whole(name: str, tmp_path: Path) -> None:
    """In a pipe a hostile cell is still one cell of one row, and JSON is the same text again."""
    text = CORPUS[name]
    with api(text) as server:
        tsv = shown(("runs", "list", "-o", "tsv"), server.url, tmp_path, terminal=False).out.decode()
        table = shown(("runs", "list", "-o", "csv"), server.url, tmp_path, terminal=False).out.decode()
        whole = shown(("runs", "list", "-o", "json"), server.url, tmp_path, terminal=False).out
    assert tsv.count("\n") == 1
    rows = list(csv.reader(io.StringIO(table, newline="")))
    assert len(rows) == 2 and len(rows[0]) == len(rows[1])
    assert not any(cell.startswith(("=", "+", "@")) for cell in rows[1])
    assert json.loads(whole)[0]["agent_type"] == json.loads(json.dumps(text))
