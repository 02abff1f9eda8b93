"""`eclips run`: the main job, as a script and as a person meet it."""

import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.installed import PROGRAM, Run, run_installed

TASK = "Get 3 vendor quotes for 500 laptops"


def test_a_run_is_followed_to_its_result(eclips: Run) -> None:
    done = eclips("run", "--agent", "procurement_specialist", TASK, "-o", "json")
    assert done.code == 0, done.err
    assert done.json["run"]["status"] == "completed"
    assert done.json["run"]["agent_type"] == "procurement_specialist"
    assert done.json["triage_item"] is None
    assert done.json["run"]["id"] in done.err


@pytest.mark.parametrize(
    ("card", "code", "status"),
    [
        ("", 0, "completed"),
        ("[fail]", 3, "failed"),
        ("[triage]", 8, "pending_triage"),
        ("[cancel]", 9, "cancelled"),
        ("[unknown-status]", 0, "completed"),
        ("[instant]", 0, "completed"),
    ],
)
def test_the_exit_code_says_how_it_ended(eclips: Run, card: str, code: int, status: str) -> None:
    done = eclips("run", f"{card} Process invoice INV-1001", "-o", "json")
    assert (done.code, done.json["run"]["status"]) == (code, status), done.err


def test_a_run_that_waits_for_a_person_names_the_command_that_approves_it(eclips: Run) -> None:
    done = eclips("run", "[triage] Pay 40,000", "-o", "json")
    item = done.json["triage_item"]["id"]
    assert f"eclips triage approve {item}" in done.err


def test_detach_prints_only_the_id(eclips: Run) -> None:
    done = eclips("run", "-d", TASK)
    assert done.code == 0
    [run_id] = done.lines
    assert eclips("runs", "get", run_id, "-o", "id").lines == [run_id]


def test_detach_json_is_the_202_body(eclips: Run) -> None:
    done = eclips("run", "-d", TASK, "-o", "json")
    assert set(done.json) == {"run_id", "status", "agent_type", "estimated_completion"}
    assert done.json["estimated_completion"] == "async"


def test_without_an_agent_the_server_chooses(eclips: Run) -> None:
    assert eclips("run", "-d", TASK, "-o", "json").json["agent_type"] == "center"


def test_task_and_data_from_files_and_stdin(eclips: Run, tmp_path: Path) -> None:
    (tmp_path / "task.txt").write_text("Process invoice INV-7\n")
    (tmp_path / "data.json").write_text('{"amount": 12.50}')
    shown = eclips(
        "run", f"@{tmp_path}/task.txt", "--data-file", f"{tmp_path}/data.json", "-f", "k=v", "--dry-run"
    )
    assert shown.code == 0
    assert shown.json["body"] == {"task": "Process invoice INV-7", "data": {"amount": 12.5, "k": "v"}}
    assert eclips("run", "-", "--dry-run", stdin="From a pipe\n").json["body"]["task"] == "From a pipe"
    assert eclips("run", "x", "--data", "-", "--dry-run", stdin='{"a": 1}').json["body"]["data"] == {"a": 1}


def test_dry_run_and_curl_send_nothing(eclips: Run, server: Any) -> None:
    before = posts(server)
    shown = eclips("run", TASK, "--curl")
    assert shown.code == 0
    assert shown.out.startswith("curl ") and "$ECLIPS_API_KEY" in shown.out and "eck_live" not in shown.out
    assert eclips("run", TASK, "--dry-run").json["method"] == "POST"
    assert posts(server) == before


@pytest.mark.debian("curl")
def test_the_curl_it_prints_works(eclips: Run, api_env: dict[str, str]) -> None:
    shown = eclips("run", 'It\'s a "quoted" $task', "-f", "a=é", "--curl")
    done = subprocess.run(["sh", "-c", shown.out], env=api_env, capture_output=True, text=True, timeout=20)
    assert '"status":"queued"' in done.stdout.replace(" ", ""), done


def posts(server: Any) -> int:
    with urllib.request.urlopen(f"{server.url}/__sandbox__/requests") as answer:
        text = answer.read().decode()
    return text.count("POST")


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["run", ""], "task is empty"),
        (["run", "   "], "task is empty"),
        (["run", "@/no/such/file"], "no such file"),
        (["run", "x", "--data", "[1]"], "must be a JSON object"),
        (["run", "x", "--data", "{"], "not JSON"),
        (["run", "x", "--data", '{"a": NaN}'], "not JSON"),
        (["run", "x", "--data-file", "/bin/ls"], "not UTF-8"),
        (["run", "x", "--data-file", "/"], "is a directory"),
        (["run", "x", "-f", "novalue"], "KEY=VALUE"),
        (["run", "x", "-o", "yaml"], "yaml"),
        (["run", "x", "--timeout", "soon"], "not a duration"),
        (["run", "x", "--priority", ""], "priority"),
        (["run"], "TASK"),
        (["run", "x", "--agnt", "y"], "--agnt"),
        (["runz"], "runz"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(eclips: Run, argv: list[str], says: str) -> None:
    done = eclips(*argv)
    assert done.code == 2, done
    assert says.lower() in done.err.lower()
    assert done.out == ""
    assert done.err.startswith("error: ") and len(done.err.splitlines()) <= 2


def test_a_mistyped_option_or_command_names_the_nearest(eclips: Run) -> None:
    assert "--agent" in eclips("run", "x", "--agnt", "y").err
    assert "eclips run" in eclips("runz").err
    assert "list" in eclips("runs", "lst").err


def test_a_refused_agent_is_14_and_names_the_field(eclips: Run) -> None:
    done = eclips("run", "x", "--agent", "no_such_agent", "-o", "json")
    assert done.code == 14
    assert done.error["status"] == 400 and done.error["field"] == "agent_type"
    assert done.out == ""


def test_a_task_of_a_megabyte_goes_through(eclips: Run) -> None:
    done = eclips("run", "-", "-d", stdin="[instant] " + "x" * 1_000_000)
    assert done.code == 0, done.err


def test_a_dropped_stream_is_picked_up_and_never_posted_again(eclips: Run, faulty: Any) -> None:
    running = faulty("stream_drop:at=3,times=2")
    done = eclips("run", TASK, "-o", "json", ECLIPS_BASE_URL=running.url, ECLIPS_API_KEY=running.keys.full)
    assert done.code == 0, done.err
    assert posts(running) == 1


def test_a_lost_answer_is_an_outcome_of_its_own(eclips: Run, faulty: Any) -> None:
    running = faulty("drop_after:method=POST,path=/v1/run")
    done = eclips("run", TASK, "-o", "json", ECLIPS_BASE_URL=running.url, ECLIPS_API_KEY=running.keys.full)
    assert done.code == 11
    assert done.error["code"] == "unknown_outcome"
    assert posts(running) == 1


def test_timeout_is_124_and_the_run_goes_on(eclips: Run) -> None:
    done = eclips("run", "[slow] Reconcile May", "--timeout", "300ms" if False else "0.3s")
    assert done.code == 124
    assert "eclips runs tail" in done.err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_following_not_the_run(
    api_env: dict[str, str], faulty: Any, number: int, code: int
) -> None:
    running = faulty(speed=1)
    api_env |= {"ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    process = subprocess.Popen(
        [PROGRAM, "run", "[slow] Reconcile"],
        env=api_env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    time.sleep(0.2)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert out == ""
    run_id = first.split()[-1]
    assert f"eclips runs tail {run_id}" in err
    assert run_installed(("runs", "get", run_id, "--jq", ".run.status"), api_env).out.strip() in (
        "queued",
        "running",
    )


def test_stdout_closed_early_and_full(eclips: Run, api_env: dict[str, str]) -> None:
    for number in range(3):
        eclips("run", "-d", f"[instant] number {number}")
    piped = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {PROGRAM} runs list --all -o jsonl | head -1"],
        env=api_env, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert (piped.returncode, piped.stderr) == (0, "")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PROGRAM, "runs", "list"], env=api_env, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert "no space left" in done.stderr.lower()


def test_a_read_only_state_directory_is_a_warning_not_a_loss(eclips: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where a directory should be")
    done = eclips("run", "-d", "[instant] x", ECLIPS_STATE_DIR=str(blocked / "below"))
    assert blocked.is_file()
    assert done.code in (0, 17)
    assert done.err.count("\n") <= 2
