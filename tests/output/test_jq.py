"""`--jq` on what was changed: a filter that fails loses nothing and lies about nothing."""

from pathlib import Path

import pytest

from tests.inside import inside
from tests.installed import Run
from tests.servers.raw import RawServer, json_reply, reply

__all__ = ["inside"]

KEY = {"ECLIPS_API_KEY": "eck_live_0123456789abcdef0123456789abcdef"}
BAD = ".id|.foo"


def test_the_id_of_a_run_comes_out(inside: Run) -> None:
    done = inside("run", "--detach", "hi", "--jq", ".run_id|.foo")
    assert done.code == 1 and done.json["run_id"]
    assert "warning: --jq: Cannot index string" in done.err and "it is done" in done.err


def test_the_secret_of_a_webhook_comes_out(inside: Run) -> None:
    done = inside("webhooks", "create", "https://x.example/hook", "--jq", ".secret|.x")
    assert done.code == 1 and done.json["secret"].startswith("whsec_")


@pytest.mark.parametrize(("task", "code"), [("[instant] [fail] x", 3), ("[instant] x", 1)])
def test_a_followed_run_keeps_its_code(inside: Run, task: str, code: int) -> None:
    done = inside("run", task, "--jq", ".run|.id|.foo")
    assert done.code == code, done
    assert '"run"' in done.out


def test_the_warning_comes_once(inside: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("task\n[instant] a\n[instant] b\n")
    done = inside("batches", "submit", str(file), "--agent", "center", "--jq", ".foo.bar|.[0]|.x|error")
    assert done.err.count("--jq:") == 1 and done.code == 1


def test_a_syntax_error_sends_nothing(inside: Run) -> None:
    with RawServer(json_reply({"run_id": "x"}, 202)) as server:
        done = inside("run", "--detach", "hi", "--jq", ".[", env={"ECLIPS_BASE_URL": server.url, **KEY})
        assert done.code == 2 and "--jq: syntax error" in done.err
        # what would be a program in brackets is none
        assert (
            inside("run", "-d", "hi", "--jq", "1) | (2", env={"ECLIPS_BASE_URL": server.url, **KEY}).code == 2
        )
        assert server.requests == []


def test_a_read_is_still_refused(inside: Run) -> None:
    done = inside("usage", "--jq", ".plan|.x")
    assert (done.code, done.out) == (2, "") and "error: --jq: Cannot index string" in done.err


@pytest.mark.parametrize("body", [b"made <it>", b'{"id": "7"}'])
def test_any_change(inside: Run, body: bytes) -> None:
    with RawServer(reply(200, body)) as server:
        done = inside("api", "POST", "/v1/x", "--jq", BAD, env={"ECLIPS_BASE_URL": server.url, **KEY})
    assert done.code == 1 and "warning: --jq" in done.err
    assert "".join(done.out.split()) == "".join(body.decode().split())


def test_tabs_stay_tabs(inside: Run) -> None:
    assert inside("usage", "--jq", '["a","b"] | @tsv').out == "a\tb\n"
    assert inside("usage", "--jq", '"a\\tb\\nc\\u001b[2J"').out == "a\tb\nc\\x1b[2J\n"
