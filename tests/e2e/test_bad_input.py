"""Bad input and trouble on the main path: one clear line, the right exit code, nothing half-written."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.inside import run_inside
from tests.installed import Result


def refused(done: Result, code: int, says: str) -> None:
    """It ended with `code`, printed nothing, and said in one line what is wrong (and in another what to do)."""
    assert (done.code, done.out) == (code, ""), done
    lines = done.err.splitlines()
    assert says.lower() in lines[0].lower(), done.err
    assert lines[0].startswith("error: ") and len(lines) <= 2
    assert "Traceback" not in done.err and "fault of eclips" not in done.err


@pytest.fixture
def broken(faulty: Any, clean_env: dict[str, str]) -> Any:
    """`broken("html", "runs", "list")`: a command against a sandbox with a fault, tried once."""

    def run(fault: str, *argv: str) -> Result:
        running = faulty(fault)
        env = {**clean_env, "ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
        return run_inside((*argv, "--max-retries", "0", "--request-timeout", "5"), env)

    return run


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (("run", "x", "--agent", "no_such_agent"), 14, "agent"),
        (("run", ""), 2, "the task is empty"),
        (("run", "@{dir}/empty"), 2, "the task is empty"),
        (("run", "@{dir}/missing"), 2, "no such file"),
        (("run", "@{dir}/binary"), 2, "not UTF-8"),
        (("run", "x", "--data", "[1, 2]"), 2, "must be a JSON object, not an array"),
        (("run", "x", "--data", "nope"), 2, "not JSON"),
        (("run", "x", "--data", '{"a": 1e999}'), 2, "a number too large"),
        (("run", "x", "--data-file", "{dir}/missing"), 2, "no such file"),
        (("run", "x", "--data-file", "{dir}/binary"), 2, "not UTF-8"),
        (("run", "x", "--data-file", "{dir}"), 2, "is a directory"),
        (("run", "x", "--data", "{{}}", "--data-file", "{dir}/empty"), 2, "together"),
        (("run", "x", "--timeout", "soon"), 2, "not a duration"),
        (("run", "x", "--webhook-url", "http://example.com"), 14, "https"),
        (("runs", "get", "../x"), 6, "../x"),
        (("runs", "get", ".."), 2, "'..'"),
        (("runs", "get", ""), 2, "empty run id"),
        (("runs", "get", "a\nb"), 2, "control character"),
        (("runs", "tail", "no-such-run"), 6, "no-such-run"),
        (("runs", "wait", "no-such-run"), 6, "no-such-run"),
        (("runs", "get", "-"), 2, "standard input"),
        (("runs", "get", "@last"), 2, "@last"),
        (("runs", "list", "-o", "yaml"), 2, "yaml"),
    ],
)
def test_what_a_person_may_get_wrong(
    api_env: dict[str, str], tmp_path: Path, argv: tuple[str, ...], code: int, says: str
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\x7fELF\xff\xfe\x00")
    words = tuple(word.replace("{dir}", str(tmp_path)).replace("{{}}", "{}") for word in argv)
    refused(run_inside(words, api_env), code, says)


@pytest.mark.parametrize("argv", [("runs", "list"), ("usage",), ("health",), ("runs", "get", "some-id")])
@pytest.mark.parametrize(
    ("fault", "says"),
    [("html", "not JSON"), ("truncated", "JSON"), ("empty", "empty"), ("wrong_shape", "lacks")],
)
def test_an_answer_that_breaks_the_protocol_is_12(
    broken: Any, fault: str, says: str, argv: tuple[str, ...]
) -> None:
    done = broken(fault, *argv)
    refused(done, 12, "GET /v1/")


@pytest.mark.parametrize("fault", ["html", "truncated", "empty", "wrong_shape"])
def test_a_run_that_was_accepted_with_a_broken_answer_is_an_unknown_outcome(broken: Any, fault: str) -> None:
    done = broken(f"{fault}:method=POST", "run", "x", "-o", "json")
    assert (done.code, done.out) == (11, ""), done
    error = json.loads(done.err.splitlines()[-1])["error"]
    assert error["code"] == "unknown_outcome" and "eclips runs list" in error["hint"]


@pytest.mark.parametrize(
    ("fault", "code", "name"),
    [
        ("rate_limit:method=POST,retry_after=none", 10, "limit"),
        ("no_credits", 10, "limit"),
        ("status:method=POST,code=503,body=html", 12, "server"),
        ("plan", 5, "permission"),
        ("scope", 5, "permission"),
        ("unauthorized", 4, "auth"),
        ("drop_before:method=POST", 11, "unknown_outcome"),
    ],
)
def test_what_stops_a_run_has_a_code_of_its_own(broken: Any, fault: str, code: int, name: str) -> None:
    done = broken(fault, "run", "x", "-o", "json")
    assert (done.code, done.out) == (code, ""), done
    error = json.loads(done.err.splitlines()[-1])["error"]
    assert error["code"] == name and error["message"] and error["hint"]
