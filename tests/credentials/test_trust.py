"""The configuration says where the key is sent: what somebody else could have written is not believed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.inside import run_inside


def configured(
    env: dict[str, str], text: str = '[profiles.default]\nbase_url = "https://elsewhere.example"\n'
) -> Path:
    file = Path(env["HOME"]) / ".config/eclips/config.toml"
    file.parent.mkdir(parents=True, mode=0o700)
    file.write_text(text)
    file.chmod(0o644)
    return file


@pytest.mark.parametrize(("what", "mode"), [("file", 0o666), ("directory", 0o777), ("directory", 0o702)])
def test_what_others_can_write_is_not_believed(clean_env: dict[str, str], what: str, mode: int) -> None:
    file = configured(clean_env)
    assert run_inside(("config", "get", "base_url"), clean_env).out == "https://elsewhere.example\n"
    broken = file if what == "file" else file.parent
    broken.chmod(mode)
    done = run_inside(("config", "get", "base_url"), clean_env)
    assert (done.code, done.out) == (2, "") and f"chmod go-w {broken}" in done.err
    assert run_inside(("runs", "list"), {**clean_env, "ECLIPS_API_KEY": "eck_live_0123456789"}).code == 2
    doctor = run_inside(("doctor", "-o", "json"), clean_env)
    assert [line["status"] for line in doctor.json if line["check"] == "config"] == ["failed"]


@pytest.mark.parametrize("mode", [0o1777, 0o755, 0o770])
def test_a_directory_in_which_nobody_replaces_the_file(clean_env: dict[str, str], mode: int) -> None:
    configured(clean_env).parent.chmod(mode)
    assert run_inside(("config", "get", "base_url"), clean_env).code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's file")
def test_the_file_of_another_user_is_not_believed(clean_env: dict[str, str]) -> None:
    os.chown(configured(clean_env), 4242, -1)
    done = run_inside(("config", "get", "base_url"), clean_env)
    assert done.code == 2 and "belongs to another user" in done.err


@pytest.mark.parametrize("variable", ["ECLIPS_STATE_DIR", "ECLIPS_CONFIG_DIR"])
def test_a_relative_directory_is_refused(clean_env: dict[str, str], variable: str) -> None:
    for argv in (("batches", "history"), ("config", "list"), ("audit", "list")):
        done = run_inside(argv, {**clean_env, variable: "state"})
        if variable == "ECLIPS_CONFIG_DIR" or argv[0] != "config":
            assert done.code == 2 and f"{variable} is not an absolute path: state" in done.err, argv
    assert not Path("state").exists()
    assert run_inside(("batches", "history"), {**clean_env, variable: "~/mine"}).code == 0
