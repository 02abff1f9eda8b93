"""`eclips batches`: a clerk's spreadsheet and a cron job's, through the program, against the sandbox."""

import csv
import io
import json
import re
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.inside import inside
from tests.installed import PROGRAM, Result, Run, wait_until

__all__ = ["inside"]

BY = ("--task", "[instant] Process invoice {number} from {vendor}")


def invoices(count: int, *bad: int) -> str:
    """A file of invoices; those with the numbers `bad` fail."""
    rows = [f"{n:05},Vendor {n % 7}{' [fail]' if n in bad else ''},=1+{n}\n" for n in range(count)]
    return "number,vendor,note\n" + "".join(rows)


def at_server(server: Any) -> list[dict[str, Any]]:
    """The batch jobs that the server has, oldest first, with their rows."""

    def get(path: str) -> Any:
        request = urllib.request.Request(
            server.url + path, headers={"Authorization": f"Bearer {server.keys.full}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    return [get(f"/v1/batches/{job['id']}") for job in get("/v1/batches?limit=100")["jobs"][::-1]]


def tasks(server: Any) -> list[str]:
    return [row["task"] for batch in at_server(server) for row in batch["rows"]]


class Own:
    """A sandbox that holds nothing yet, and the program against it: `own("batches", "list")`."""

    def __init__(self, server: Any, run: Run) -> None:
        self.server, self._run = server, run
        self.env = {"ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": server.keys.full}

    def __call__(self, *argv: str, **more: Any) -> Result:
        return self._run(*argv, env=self.env, **more)

    def asked(self) -> list[str]:
        """The paths that were asked for."""
        with urllib.request.urlopen(f"{self.server.url}/__sandbox__/requests") as answer:
            return [request["path"] for request in json.load(answer)["requests"]]

    def faults(self, *specs: str) -> None:
        """Order these faults instead of the ones before."""
        body = json.dumps({"faults": specs}).encode()
        urllib.request.urlopen(f"{self.server.url}/__sandbox__/faults", body).close()


@pytest.fixture
def own(faulty: Any, inside: Run) -> Own:
    return Own(faulty(), inside)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "invoices.csv"
    path.write_text(invoices(1203, 7, 700))
    return str(path)


def test_a_file_of_1203_rows_from_submission_to_results(own: Own, file: str, tmp_path: Path) -> None:
    results = tmp_path / "done.csv"
    done = own(
        "batches", "submit", file, *BY, "--agent", "ap_specialist", "--results", str(results), "-o", "json"
    )
    assert done.code == 13, done.err
    names = [job["name"] for job in done.json]
    key = names[0].rpartition("#")[2]
    assert [name.rpartition(" #")[0] for name in names] == [f"invoices ({n}/3)" for n in (1, 2, 3)]
    assert len({name.rpartition("#")[2] for name in names}) == 3, "a job's marker is made from its rows"
    assert [job["total_rows"] for job in done.json] == [500, 500, 203]
    assert sum(job["failed_rows"] for job in done.json) == 2
    assert "1,201 of 1,203 rows done · 2 failed" in done.err
    assert f"hint: eclips batches retry {key}" in done.err

    rows = list(csv.DictReader(io.StringIO(results.read_text())))
    assert [row["number"] for row in rows] == [f"{n:05}" for n in range(1203)]
    assert rows[3]["note"] == "'=1+3" and rows[3]["result.approved"] == "true"
    assert [row["number"] for row in rows if row["status"] == "failed"] == ["00007", "00700"]
    assert rows[7]["error"] and rows[7]["result.approved"] == ""

    sent = at_server(own.server)
    assert [row["task"] for batch in sent for row in batch["rows"]][
        1202
    ] == "[instant] Process invoice 01202 from Vendor 5"

    again = own("batches", "submit", file, *BY, "--agent", "ap_specialist")
    assert (again.code, len(at_server(own.server))) == (0, 3)
    assert "nothing was sent" in again.err and "--again" in again.err


def test_rows_of_standard_input_and_the_agent_that_is_center(own: Own) -> None:
    done = own(
        "batch", "submit", "-", stdin='{"task": "[instant] a", "data": {"n": 1}}\n{"task": "[instant] b"}\n'
    )
    assert done.code == 0, done.err
    (batch,) = at_server(own.server)
    assert batch["job"]["agent_type"] == "center"
    assert [row["task"] for row in batch["rows"]] == ["[instant] a", "[instant] b"]
    assert batch["job"]["name"].startswith("standard input #")


def test_the_agent_of_the_profile(own: Own, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[profiles.default]\nagent = "payroll"\n')
    done = own("batches", "submit", "-", "-d", stdin="task\nx\n", ECLIPS_CONFIG_DIR=str(tmp_path / "config"))
    assert done.code == 0, done.err
    assert at_server(own.server)[0]["job"]["agent_type"] == "payroll"


@pytest.mark.parametrize(
    ("text", "options", "first"),
    [
        ("Task,n\na,1\n", [], {"task": "a", "data": {"n": "1"}}),
        ("what,n\na,00123\n", ["--task-column", "what"], {"task": "a", "data": {"n": "00123"}}),
        ("n,v\n1,x\n", ["--task", "Pay {n}"], {"task": "Pay 1", "data": {"n": "1", "v": "x"}}),
        ("n,v,w\n1,x,y\n", ["--task", "Pay {n}", "--columns", "w,n"], {"task": "Pay 1", "data": {"n": "1", "w": "y"}}),
        ('task,"a,b"\nx,1\n', ["--columns", '"a,b"'], {"task": "x", "data": {"a,b": "1"}}),
        ("task;n\na;1\n", [], {"task": "a", "data": {"n": "1"}}),
        ("task|n\na|1\n", ["--delimiter", "pipe"], {"task": "a", "data": {"n": "1"}}),
        ("task\tn\na\t1\n", ["--format", "tsv"], {"task": "a", "data": {"n": "1"}}),
        ("task,n\né,1\n".encode("cp1252"), ["--encoding", "cp1252"], {"task": "é", "data": {"n": "1"}}),
        ('[{"task": "a", "data": {"n": 1}}]', [], {"task": "a", "data": {"n": 1}}),
    ],
)  # fmt: skip
def test_a_dry_run_shows_the_rows_without_key_or_network(
    inside: Run, text: str | bytes, options: list[str], first: dict[str, Any]
) -> None:
    nowhere = {"ECLIPS_BASE_URL": "http://127.0.0.1:1", "ECLIPS_API_KEY": ""}
    done = inside("batches", "submit", "-", *options, "--dry-run", "-o", "json", stdin=text, env=nowhere)
    assert done.code == 0, done.err
    assert (done.json["first_rows"], done.json["rows"], done.json["jobs"]) == ([first], 1, 1)
    assert "nothing was sent" in done.err


def test_a_dry_run_for_a_person(inside: Run, file: str, clean_env: dict[str, str]) -> None:
    done = inside("batches", "submit", file, *BY, "--dry-run", "-o", "table")
    assert done.lines[0].split() == ["LINE", "TASK", "number", "vendor", "note"]
    assert done.lines[1].split()[:6] == ["2", "[instant]", "Process", "invoice", "00000", "from"]
    assert done.lines[3] == "… 1,200 more …"
    assert done.lines[4].split()[0] == "1204" and len(done.lines) == 5
    assert "1,203 rows would go to center as 3 jobs; nothing was sent" in done.err
    assert not (Path(clean_env["HOME"]) / ".local/state/eclips/batches.sqlite3").exists()


@pytest.mark.debian("curl")
def test_the_curl_of_a_batch_works(own: Own, api_env: dict[str, str]) -> None:
    shown = own("batches", "submit", "-", "--curl", stdin="task,n\n[instant] it's,1\n")
    assert shown.code == 0 and "eck_live" not in shown.out and at_server(own.server) == []
    subprocess.run(
        ["sh", "-c", shown.out], env={**api_env, **own.env}, capture_output=True, check=True, timeout=20
    )
    assert tasks(own.server) == ["[instant] it's"]


def test_a_workbook_and_its_sheet(own: Own, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["not", "this"])
    sheet = book.create_sheet("June")
    sheet.append(["number", "amount"])
    sheet.append([17, 12.5])
    book.save(tmp_path / "book.xlsx")
    submit = ("batches", "submit", str(tmp_path / "book.xlsx"), "--task", "[instant] Pay {number}")
    assert own(*submit).code == 2
    done = own(*submit, "--sheet", "June", "--dry-run", "-o", "json")
    assert done.json["first_rows"] == [{"task": "[instant] Pay 17", "data": {"number": 17, "amount": 12.5}}]
    assert own(*submit, "--sheet", "June").code == 0
    assert tasks(own.server) == ["[instant] Pay 17"]


def test_a_rerun_that_sends_nothing_still_writes_the_results(own: Own, tmp_path: Path) -> None:
    submit = ("batches", "submit", "-", "--results", str(tmp_path / "r.json"))
    for _ in range(2):
        (tmp_path / "r.json").unlink(missing_ok=True)
        assert own(*submit, stdin="task\n[instant] x\n").code == 0
        assert [row["status"] for row in json.loads((tmp_path / "r.json").read_text())] == ["completed"]
    assert tasks(own.server) == ["[instant] x"]


def test_a_full_disk_keeps_the_results_that_were_there(
    own: Own, tmp_path: Path, api_env: dict[str, str]
) -> None:
    assert (
        own("batches", "submit", "-", stdin="task\n" + "".join(f"[instant] {n}\n" for n in range(400))).code
        == 0
    )
    (tmp_path / "r.csv").write_text("the old results")
    limited = 'ulimit -f 16; trap "" XFSZ; exec "$0" "$@"'
    env = {**api_env, **own.env, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = ["sh", "-c", limited, PROGRAM, "batches", "results", "@last", "--results", str(tmp_path / "r.csv")]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 17 and len(done.stderr.splitlines()) <= 2, done
    assert (tmp_path / "r.csv").read_text() == "the old results"
    assert [path.name for path in tmp_path.iterdir() if "r.csv" in path.name] == ["r.csv"]


def test_again_submits_anew(own: Own) -> None:
    submit = ("batches", "submit", "-", "-d", "-o", "id")
    first, second = (own(*submit, stdin="task\nx\n") for _ in range(2))
    assert first.out == second.out and tasks(own.server) == ["x"]
    third = own(*submit, "--again", stdin="task\nx\n")
    assert third.out != first.out and tasks(own.server) == ["x", "x"]


def test_a_name_that_nothing_was_sent_under_can_be_changed(own: Own) -> None:
    submit = ("batches", "submit", "-", "-d")
    refused = own(*submit, "--webhook-url", "ftp://x", stdin="task\nx\n")
    assert refused.code == 14, refused
    done = own(*submit, "--name", "June", stdin="task\nx\n")
    assert done.code == 0, done.err
    assert at_server(own.server)[0]["job"]["name"].startswith("June #")


@pytest.mark.parametrize(
    ("cards", "code"),
    [
        (["", ""], 0),
        (["[fail]", ""], 13),
        (["[fail]", "[fail]"], 3),
        (["[triage]", ""], 8),
        (["[cancel]", ""], 9),
    ],
)
def test_the_exit_code_says_how_the_rows_ended(inside: Run, cards: list[str], code: int) -> None:
    text = "task\n" + "".join(f"[instant] {card} {n}\n" for n, card in enumerate(cards))
    done = inside("batches", "submit", "-", stdin=text)
    assert done.code == code, done.err
    assert ("eclips triage list" in done.err) == ("[triage]" in cards)
    again = " --status cancelled" if "[cancel]" in cards else "\n"
    assert (re.search(f"eclips batches retry \\w+{again}", done.err) is not None) == (code in (3, 9, 13))


def test_a_time_out_is_124_and_the_batch_goes_on(faulty: Any, inside: Run) -> None:
    own = Own(faulty(speed=1), inside)
    done = own("batches", "submit", "-", "--timeout", "0.3s", stdin="task\n[slow] x\n")
    assert done.code == 124, done.err
    key = own("batches", "history", "-o", "id").out.strip()
    assert f"hint: eclips batches wait {key}" in done.err
    assert at_server(own.server)[0]["job"]["status"] in ("pending", "running")


def test_ctrl_c_says_how_to_go_on(own: Own, api_env: dict[str, str]) -> None:
    process = subprocess.Popen(
        [PROGRAM, "batches", "submit", "-"], env={**api_env, **own.env},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write("task\n[slow] x\n")
    process.stdin.close()
    process.stdin = None
    wait_until(lambda: any(path.startswith("/v1/batches/") for path in own.asked()))  # it follows
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert "the batch goes on" in err and "hint: eclips batches wait " in err


def test_credits_that_end_in_the_middle_and_resume(own: Own, file: str) -> None:
    own.faults("no_credits:method=POST,path=/v1/batches,at=1000")
    done = own("batches", "submit", file, *BY, "-o", "json")
    assert (done.code, done.error["code"]) == (10, "limit")
    assert "1,000 of 1,203 rows were accepted" in done.error["message"]
    assert f"eclips batches resume {done.error['submission']}" in done.error["hint"]
    shown = own("batches", "resume", "--dry-run")
    assert shown.code == 0 and "203 of 1,203 rows would be sent" in shown.err
    own.faults()
    rest = own("batches", "resume", "--detach", "-o", "json")
    assert rest.code == 0, rest.err
    assert len(tasks(own.server)) == len(set(tasks(own.server))) == 1203
    assert own("batches", "resume").err == "nothing is unfinished\n"


def test_keep_leaves_credits_to_others(own: Own, file: str) -> None:
    left = own("usage", "-o", "json").json["credits_remaining"]
    done = own("batches", "submit", file, *BY, "--keep", str(left - 4800), "--price", "8")
    assert done.code == 10, done.err
    assert "fewer than the" in done.err and "eclips batches resume" in done.err
    assert len(tasks(own.server)) == 500


def test_a_lost_answer_is_looked_up_and_an_unknown_outcome_is_11(own: Own) -> None:
    # the look before the first POST is answered, those after it are not
    own.faults(
        "drop_after:method=POST,path=/v1/batches", "status:code=502,method=GET,path=/v1/batches,after=1"
    )
    submit = ("batches", "submit", "-", "--max-retries", "0", "--detach")
    done = own(*submit, "-o", "json", stdin="task\n[instant] x\n")
    assert (done.code, done.error["code"]) == (11, "unknown_outcome")
    own.faults()
    again = own(*submit, stdin="task\n[instant] x\n")
    assert again.code == 0, again.err
    assert "accepted standard input" in again.err
    assert tasks(own.server) == ["[instant] x"]


def test_an_api_that_is_not_there_is_7_and_nothing_was_sent(own: Own) -> None:
    env = {**own.env, "ECLIPS_BASE_URL": "http://127.0.0.1:1"}
    done = own._run("batches", "submit", "-", "--max-retries", "0", stdin="task\nx\n", env=env)
    assert done.code == 7, done
    assert "could not reach 127.0.0.1:1" in done.err
    assert (
        own("batches", "submit", "-", stdin="task\n[instant] x\n").code == 0 and len(tasks(own.server)) == 1
    )


def test_the_ways_to_name_a_batch(own: Own) -> None:
    ids = [
        own("batches", "submit", "-", "-o", "id", stdin=f"task\n[instant] {n}\n").lines[0] for n in range(2)
    ]
    keys = own("batches", "history", "-o", "id").lines[::-1]
    name = ("batches", "get", "--jq", ".rows[0].task")
    for written in ("@last", ids[1], ids[1][:13], keys[1], f"#{keys[1].upper()}"):
        assert own(*name, written).lines == ["[instant] 1"], written
    several = own("batches", "get", "-", "-o", "jsonl", stdin="\n".join([keys[0], ids[1]]))
    assert [json.loads(line)["job"]["id"] for line in several.lines] == ids
    assert own("batches", "get", "zzzz").code == 6
    assert own("batches", "get", "").code == 2


def test_list_and_get_for_a_person(own: Own) -> None:
    own(
        "batches",
        "submit",
        "-",
        "--name",
        "A long name of a batch " * 4,
        stdin="task\n[instant] [fail] x\ny\n",
    )
    listed = own("batches", "list", "-o", "table", COLUMNS="100")
    key = own("batches", "history", "-o", "id").out.strip()
    assert f"#{key} " in listed.lines[1] and "…" in listed.lines[1]
    assert all(len(line) <= 100 for line in listed.lines)
    shown = own("batches", "get", key, "-o", "table")
    assert (
        "rows     2: 1 failed, 1 completed" in shown.out or "rows     2: 1 completed, 1 failed" in shown.out
    )
    assert "✗ failed" in shown.out and "[instant] [fail] x" in shown.out
    for n in range(2):
        own("batches", "submit", "-", "-d", stdin=f"task\n{n}\n")
    cut = own("batches", "list", "--limit", "2", "-o", "id")
    assert len(cut.lines) == 2 and "--all for the rest" in cut.err
    assert len(own("batches", "list", "--all", "-o", "id").lines) == 3
    assert own("batches", "list", "--limit", "3", "-o", "id").err == ""


def test_results_in_each_format_in_the_order_of_the_input(own: Own, tmp_path: Path) -> None:
    text = "task,status\n[instant] [hostile] a,x\n[instant] [fail] b,\n"
    assert own("batches", "submit", "-", stdin=text).code == 13
    rows = list(csv.DictReader(io.StringIO(own("batches", "results", "@last", "-o", "csv").out)))
    assert [row["eclips_status"] for row in rows] == ["completed", "failed"] and rows[0]["status"] == "x"
    assert rows[0]["result.note"].startswith("'=HYPERLINK") and "\x1b" not in rows[0]["result.summary"]
    whole = own("batches", "results", "@last", "-o", "json").json
    assert whole[0]["result"]["note"].startswith("=HYPERLINK")
    lines = own("batches", "results", "@last", "-o", "jsonl").lines
    assert [json.loads(line) for line in lines] == whole
    cut = own("batches", "results", "@last", "--fields", "eclips_status,task").out
    assert cut == "completed\t[instant] [hostile] a\nfailed\t[instant] [fail] b\n"
    excel = own("batches", "results", "@last", "--results", f"{tmp_path}/r.csv", "--excel")
    assert excel.code == 0 and "1 completed, 1 failed" in excel.err
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbftask,status,eclips_status,")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--excel"], "--results"),
        (["--results", "/nowhere/at/all/r.csv"], "no directory"),
        (["--results", "r.txt"], "format"),
        (["--results", "r.json", "--excel"], "--excel is for csv"),
        (["--detach", "--results", "r.csv"], "--detach"),
        (["--timeout", "soon"], "not a duration"),
        (["--max-outage", "soon"], "not a duration"),
        (["--name", "a\nb"], "printable"),
        (["--agent", " "], "--agent is empty"),
        (["--keep", "-1"], "--keep"),
        (["--task", "x", "--task-column", "n"], "give one of them"),
        (["--task", "Pay {nr}"], "no column for {nr}"),
        (["--task", "Pay {n"], "lone '{'"),
        (["--columns", "zz"], "no column 'zz'"),
        (["--format", "yaml"], "unknown format"),
        (["--sheet", "June"], "--sheet is for"),
        (["--delimiter", "ab"], "not a delimiter"),
        (["--encoding", "klingon"], "unknown encoding"),
        ([], "nothing says what the task of a row is"),
    ],
)
def test_a_bad_option_is_2_before_anything_is_sent(
    inside: Run, tmp_path: Path, options: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    nowhere = {"ECLIPS_BASE_URL": "http://127.0.0.1:1", "ECLIPS_API_KEY": ""}
    done = inside("batches", "submit", "-", *options, stdin="n,m\n1,2\n", env=nowhere)
    assert (done.code, done.out) == (2, ""), done
    assert says.lower() in done.err.lower() and len(done.err.splitlines()) <= 2
    assert list(tmp_path.glob("r.*")) == []


def test_twenty_five_bad_rows_are_told_by_line_and_nothing_is_sent(own: Own) -> None:
    text = "task,n\n" + "".join(f"task {n},{n}{',extra' if n % 2 else ''}\n" for n in range(50))
    done = own("batches", "submit", "-", stdin=text)
    assert done.code == 2 and at_server(own.server) == []
    assert done.err.startswith("error: standard input: 25 bad rows; the first, line 3: ")
    assert sum(line.startswith("  line ") for line in done.err.splitlines()) == 19
    assert "  … and 5 more\n" in done.err
    told = own("batches", "submit", "-", "-o", "json", stdin=text).error
    assert (len(told["problems"]), told["bad_rows"]) == (20, 25)
    assert told["problems"][1] == {
        "line": 5,
        "message": "3 cells where the header has 2 (a cell with ',' in it needs quotes)",
    }
