"""A key that is replaced while a command runs: it is looked for once more where it came from."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.commands.webhooks.running import Running
from tests.inside import inside
from tests.installed import Result, Run, run_installed, wait_until
from tests.output.rows import ID, OPEN, run
from tests.servers.raw import Action, RawServer, Received, events, json_reply, stream_head, then

__all__ = ["inside"]
OLD, NEW = "eck_live_old0123456789abcdefgh1111", "eck_live_new0123456789abcdefgh2222"
RUN = f"{ID}2"
WATCHERS = [
    ("runs", "watch", "-o", "jsonl"),
    ("triage", "watch", "--interval", "1s"),
    ("runs", "tail", RUN),
    ("batches", "wait", "b1"),
    ("webhooks", "forward", "--to", "http://127.0.0.1:9/"),
]
ANSWERS: dict[str, Any] = {
    "/v1/runs": {"data": []},
    "/v1/triage": {"data": []},
    f"/v1/runs/{RUN}": {"run": run(2, status="running", **OPEN), "triage_item": None},
    "/v1/batches/b1": {"job": {"id": "b1", "status": "running", "total_rows": 1}, "rows": []},
}


class Api:
    """A server that knows one key at a time. `seen`: the keys that came for each path, behind a gateway's prefixes."""

    def __init__(self) -> None:
        self.good = OLD
        self.seen: dict[str, list[str]] = {}
        self.server = RawServer(answer=self.answer)

    def answer(self, request: Received) -> Action:
        path = request.path[request.path.index("/v1") :]
        if path == "/v1/health":
            return json_reply({"status": "ok"})
        key = request.headers["authorization"].removeprefix("Bearer ")
        rejected = key != self.good
        self.seen.setdefault(request.path, []).append(key)
        if rejected:
            return json_reply({"error": f"Invalid or revoked API key {key}"}, 401)
        if path.endswith("/stream"):
            return then(stream_head(), events({"status": "running"}), lambda talk: talk.close())
        if request.method == "POST":
            return json_reply({"run_id": RUN, "status": "queued"}, 202)
        return json_reply(ANSWERS[path])


class KeyFile:
    """A key file that is replaced as whoever rotates keys does it: at once, by another file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.holds(OLD)

    def holds(self, text: str, mode: int = 0o600) -> None:
        beside = self.path.with_suffix(".new")
        beside.write_text(text)
        beside.chmod(mode)
        beside.replace(self.path)


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "api.key")


@pytest.fixture
def env(clean_env: dict[str, str], key: KeyFile) -> dict[str, str]:
    return {**clean_env, "ECLIPS_API_KEY_FILE": str(key.path)}


def test_watchers_survive_a_key_that_is_revoked_before_the_new_one_is_there(
    env: dict[str, str], key: KeyFile
) -> None:
    api = Api()
    with api.server, ExitStack() as held:
        running = [
            held.enter_context(Running(*words, env={**env, "ECLIPS_BASE_URL": f"{api.server.url}/{prefix}"}))
            for prefix, words in enumerate(WATCHERS)
        ]
        wait_until(lambda: len({path[:2] for path in [*api.seen]}) == len(WATCHERS))
        running[-1].said("forwarding to")
        api.good = NEW
        for each in running:
            goes_on = each.said("goes on")
            assert f"…1111 of ECLIPS_API_KEY_FILE ({key.path}) was rejected" in goes_on, goes_on
        key.holds(NEW)
        for words, each in zip(WATCHERS, running, strict=True):
            each.said("holds eck_live_…2222 by now")
            if words[0] != "webhooks":
                each.said("answers again")
            assert each.process.poll() is None, words
            assert each.stop(signal.SIGTERM) == 143
            assert not any(secret in line for line in each.err for secret in (OLD[9:], NEW[9:])), each.err


@pytest.mark.parametrize("words", WATCHERS, ids=" ".join)
def test_a_watcher_whose_first_key_is_wrong_ends_at_once_unless_another_is_there_by_now(
    inside: Run, env: dict[str, str], key: KeyFile, words: tuple[str, ...]
) -> None:
    """A key that never was good is a wrong key; its source is read once more before that is said."""
    api, env = Api(), {**env, "ECLIPS_API_KEY": ""}
    api.good = "neither"
    more = (*words, *(() if words[0] == "webhooks" else ("--timeout", "0")))
    with api.server:
        stop = inside(*more, env=env, ECLIPS_BASE_URL=api.server.url)
        assert stop.code == 4 and "…1111 of ECLIPS_API_KEY_FILE" in stop.err, stop
        assert set().union(*api.seen.values()) == {OLD}

        def replaced(request: Received) -> Action:
            key.holds(NEW)
            return api.answer(request)

        with RawServer(answer=replaced) as server:
            both = inside(*more, env=env, ECLIPS_BASE_URL=server.url)
    assert both.code == 4 and "holds eck_live_…2222 by now" in both.err and "…2222 of" in both.err, both


def test_a_change_that_was_rejected_goes_out_with_the_new_key(
    inside: Run, env: dict[str, str], key: KeyFile
) -> None:
    """What was rejected was surely not done. An environment holds what it held."""
    api = Api()
    with api.server:
        env = {**env, "ECLIPS_BASE_URL": api.server.url, "ECLIPS_API_KEY": ""}
        api.good = "neither"
        for given, source, way_on in (
            ({}, f"ECLIPS_API_KEY_FILE ({key.path})", f"put a key that is valid into {key.path}"),
            ({"ECLIPS_API_KEY": OLD}, "ECLIPS_API_KEY", "set ECLIPS_API_KEY to a key that is valid"),
        ):
            api.seen.clear()
            stop = inside("run", "-d", "x", env=env, **given)
            assert stop.code == 4 and f"the API key eck_live_…1111 of {source} was rejected: " in stop.err, (
                stop
            )
            assert f"hint: {way_on}" in stop.err and OLD not in stop.err
            assert api.seen == {"/v1/run": [OLD]}, "nothing else was there: it was asked once"
        key.holds(NEW, mode=0o644)
        loose = inside("run", "-d", "x", env=env)
        assert loose.code == 2 and "chmod 600" in loose.err

        def replaced(mode: int) -> Result:
            """Between the first look at the file and the answer."""
            key.holds(OLD)
            api.seen.clear()

            def answer(request: Received) -> Action:
                key.holds(NEW, mode)
                return api.answer(request)

            with RawServer(answer=answer) as server:
                return inside("run", "-d", "x", env=env, ECLIPS_BASE_URL=server.url)

        api.good = NEW
        assert replaced(0o600).code == 0 and api.seen == {"/v1/run": [OLD, NEW]}
        stop = replaced(0o644)
        assert stop.code == 4 and api.seen == {"/v1/run": [OLD]}
        assert "can be read by others" in stop.err and "chmod 600" in stop.err, "why the new one is not used"
        kept = inside("audit", "list", "-o", "json", env=env).json
        assert [(change["key"][-4:], change["ended"]) for change in kept][:2] == [
            ("1111", "refused"),
            ("2222", "accepted"),
        ]
        assert inside("audit", "verify", env=env).code == 0


def test_what_is_followed_goes_on_though_the_key_is_gone(inside: Run, env: dict[str, str]) -> None:
    api = Api()
    with api.server:
        env = {**env, "ECLIPS_BASE_URL": api.server.url, "ECLIPS_API_KEY": ""}

        def started(request: Received) -> Action:
            answer = api.answer(request)
            api.good = "neither"
            return answer

        with RawServer(answer=started) as server:
            stop = inside("run", "x", "--max-outage", "0s", env=env, ECLIPS_BASE_URL=server.url)
    assert stop.code == 4 and "; the run goes on" in stop.err, stop.err
    assert f"; then: eclips runs tail {RUN}" in stop.err


KEPT = """
import os, pathlib
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username): return pathlib.Path(os.environ["KEPT"]).read_text()
    def set_password(self, service, username, password): raise NotImplementedError
"""


def test_a_keyring_is_asked_once_more(clean_env: dict[str, str], key: KeyFile, tmp_path: Path) -> None:
    """In the profile's entry; a key of another source, of another account perhaps, never takes its place."""
    (tmp_path / "kept.py").write_text(KEPT)
    ring = {"PYTHON_KEYRING_BACKEND": "kept.Keyring", "PYTHONPATH": str(tmp_path), "KEPT": str(key.path)}
    stored = Path(clean_env["HOME"], ".config/eclips/keys/default.key")
    stored.parent.mkdir(parents=True)
    stored.write_text(NEW)
    stored.chmod(0o600)
    api = Api()
    api.good = NEW

    def renewed(request: Received) -> Action:
        key.holds(NEW)
        return api.answer(request)

    with api.server, RawServer(answer=renewed) as server:
        stop = run_installed(("runs", "list"), {**clean_env, **ring, "ECLIPS_BASE_URL": api.server.url})
        assert stop.code == 4 and "the API key eck_live_…1111 of keyring was rejected" in stop.err, stop
        assert "hint: eclips auth login" in stop.err and api.seen == {"/v1/runs": [OLD]}
        done = run_installed(("runs", "list"), {**clean_env, **ring, "ECLIPS_BASE_URL": server.url})
        assert done.code == 0 and "keyring holds eck_live_…2222 by now" in done.err, done
