"""`eclips config`: values checked before they are written, comments kept, where each value comes from."""

from __future__ import annotations

import multiprocessing
import shlex
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.credentials.editing import VALUES, Configuration
from eclips_cli.errors import EclipsError
from eclips_cli.options import FORMATS
from tests.inside import run_inside
from tests.installed import Result, Run

COMMENTED = """\
# who we are
active = "work"  # the usual one

[profiles.work]
agent = "ap_specialist" # invoices
# staging only
[profiles.staging]
base_url = "https://staging.example.com"
request_timeout = 60
"""


@pytest.fixture
def file(clean_env: dict[str, str]) -> Path:
    path = Path(clean_env["HOME"]) / ".config/eclips/config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def config(clean_env: dict[str, str]) -> Run:
    def run(*argv: str, **env: str) -> Result:
        return run_inside(("config", *argv), {**clean_env, **env})

    return run


def rows(done: Result) -> dict[str, dict[str, Any]]:
    assert done.code == 0, done.err
    return {row["key"]: row for row in done.json}


def test_a_first_value_makes_the_file_for_its_owner_alone(config: Run, file: Path) -> None:
    done = config("set", "agent", "ap_specialist")
    assert (done.code, done.out, done.err) == (0, "", "agent of profile default is ap_specialist\n")
    assert tomllib.loads(file.read_text()) == {"profiles": {"default": {"agent": "ap_specialist"}}}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert config("get", "agent").out == "ap_specialist\n"
    assert config("path").out == f"{file}\n"


def test_comments_and_order_stay(config: Run, file: Path) -> None:
    file.write_text(COMMENTED)
    assert config("set", "max-retries", "2").code == 0
    assert config("set", "request_timeout", "90", "--profile", "staging").code == 0
    expected = COMMENTED.replace("request_timeout = 60", "request_timeout = 90")
    expected = expected.replace("# staging only\n", "# staging only\nmax_retries = 2\n")
    assert file.read_text() == expected
    assert config("unset", "max_retries").code == 0
    assert file.read_text() == COMMENTED.replace("request_timeout = 60", "request_timeout = 90")


@pytest.mark.parametrize(
    "written",
    [
        '[profiles]\nwork = {agent = "a"} # inline\n',
        'profiles.work.agent = "a"\n',
        '[profiles.work]\nagent = "a"\n[profiles.other]\n[profiles.work2]\n',
        '[profiles."work"]\r\nagent = "a"\r\n',
        '\ufeff[profiles.work]\nagent = "a"\n',
    ],
)
def test_every_way_to_write_a_table_can_be_edited(config: Run, file: Path, written: str) -> None:
    file.write_bytes(written.encode())
    assert config("set", "output", "json", "-p", "work").code == 0
    content = tomllib.loads(file.read_bytes().decode())
    assert content["profiles"]["work"] == {"agent": "a", "output": "json"}
    assert config("unset", "agent", "-p", "work").code == 0
    assert tomllib.loads(file.read_bytes().decode())["profiles"]["work"] == {"output": "json"}


def test_a_linked_file_stays_a_link(config: Run, file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(COMMENTED)
    file.symlink_to(real)
    assert config("set", "agent", "payroll").code == 0
    assert file.is_symlink() and 'agent = "payroll" # invoices' in real.read_text()


def test_the_list_tells_where_each_value_comes_from(config: Run, file: Path) -> None:
    file.write_text(COMMENTED)
    found = rows(config("list", "-o", "json", "--profile", "staging", "--max-retries", "7"))
    assert found["base_url"] == {
        "key": "base_url", "value": "https://staging.example.com", "source": "profile staging", "stored": None,
    }  # fmt: skip
    assert (found["request_timeout"]["value"], found["profile"]["source"]) == (60.0, "--profile")
    assert (found["max_retries"]["value"], found["max_retries"]["source"]) == (7, "--max-retries")
    assert (found["agent"]["value"], found["agent"]["source"]) == (None, "default")


def test_the_environment_is_shown_where_it_wins(config: Run, file: Path) -> None:
    file.write_text(COMMENTED.replace("request_timeout", "output = 'csv'\nrequest_timeout"))
    env = {
        "ECLIPS_PROFILE": "staging", "ECLIPS_BASE_URL": "http://127.0.0.1:9", "ECLIPS_OUTPUT": "json",
        "ECLIPS_NO_INPUT": "1",
    }  # fmt: skip
    found = rows(config("list", **env))
    assert found["base_url"]["source"] == "ECLIPS_BASE_URL"
    assert found["base_url"]["stored"] == "https://staging.example.com"
    assert (found["output"]["value"], found["output"]["stored"]) == ("json", "csv")
    assert found["profile"] == {
        "key": "profile",
        "value": "staging",
        "source": "ECLIPS_PROFILE",
        "stored": None,
    }
    assert (found["no_input"]["value"], found["no_input"]["source"]) == (True, "ECLIPS_NO_INPUT")
    done = config("set", "base_url", "https://other.example.com", **env)
    assert "ECLIPS_BASE_URL is set, and wins over it" in done.err


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("base_url", "http://api.example.com", "in the clear"),
        ("base_url", "api.example.com", "https://"),
        ("base_url", "https://u:p@h", "user name"),
        ("agent", " ", "a word"),
        ("priority", "a\nb", "a word"),
        ("output", "jsn", "did you mean json"),
        ("output", "xml", "one of table"),
        ("request_timeout", "0", "0.001 to 86400"),
        ("request_timeout", "nan", "0.001 to 86400"),
        ("request_timeout", "1_0", "0.001 to 86400"),
        ("request_timeout", "٣", "0.001 to 86400"),
        ("request_timeout", "90000", "0.001 to 86400"),
        ("max_retries", "1.5", "0 to 100"),
        ("max_retries", "101", "0 to 100"),
        ("ouput", "json", "did you mean output"),
        ("colour", "x", "one of base_url"),
        ("store", "file", "there is no setting"),
        ("profile", "x", "there is no setting"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_is_written(
    config: Run, file: Path, key: str, value: str, words: str
) -> None:
    file.write_text(COMMENTED)
    done = config("set", key, value)
    assert done.code == 2 and words in done.err, done.err
    assert file.read_text() == COMMENTED


def test_a_negative_number_is_a_value_and_not_an_option(config: Run, file: Path) -> None:
    file.write_text(COMMENTED)
    assert config("set", "max_retries", "--", "-1").code == 2
    assert config("set", "max_retries", "-1").code == 2
    assert file.read_text() == COMMENTED


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[profiles.work]\nagent = \n", "line 2, column 9"),
        ("a = [1,\n", "line 2, column 1"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ("\xff", "not UTF-8"),
    ],
)
@pytest.mark.parametrize("argv", [("set", "agent", "x"), ("unset", "agent"), ("list",), ("get", "agent")])
def test_a_file_that_can_not_be_parsed_stays_as_it_is(
    config: Run, file: Path, written: str, words: str, argv: tuple[str, ...]
) -> None:
    file.write_bytes(written.encode("latin-1"))
    done = config(*argv)
    assert done.code == 2 and words in done.err and str(file) in done.err, done.err
    assert file.read_bytes() == written.encode("latin-1")
    assert len(done.err.splitlines()) <= 2
    assert config("path").out == f"{file}\n", "whoever mends it by hand must find it"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("activ = 'x'\n", "did you mean active"),
        ("active = 3\n", "active must be a text"),
        ("profiles = 3\n", "profiles must be a table"),
        ("[profiles]\nwork = 3\n", "is not a table"),
        ("[profiles.work]\nagnet = 'x'\n", "did you mean agent"),
        ("[profiles.work]\nrequest_timeout = 'soon'\n", "must be a number"),
        ("[profiles.work]\nmax_retries = true\n", "must be a whole number"),
        ("[profiles.work]\nmax_retries = 1.5\n", "must be a whole number"),
        ("[profiles.default]\nmax_retries = 1000\n", "0 to 100"),
        ("[profiles.default]\nrequest_timeout = nan\n", "0.001 to 86400"),
        ("[profiles.default]\noutput = 'xml'\n", "there is no output format 'xml'"),
    ],
)
def test_what_was_written_by_hand_is_checked(config: Run, file: Path, written: str, words: str) -> None:
    file.write_text(written)
    done = config("list")
    assert done.code == 2 and words in done.err, done.err


@pytest.mark.parametrize(
    "wrong", ["output = 'xml'", "max_retries = 'x'", "agnet = 'x'", "request_timeout = -1"]
)
def test_what_is_wrong_can_be_mended_by_command(config: Run, file: Path, wrong: str) -> None:
    file.write_text(f"[profiles.default]\nagent = 'a'\n{wrong}\n")
    key = wrong.split()[0]
    assert config("list").code == 2
    assert config("unset", key).code == 0
    assert rows(config("list", "-o", "json"))["agent"]["value"] == "a"


def test_what_is_not_set(config: Run, file: Path) -> None:
    done = config("get", "priority")
    assert (done.code, done.out) == (1, "") and "not set" in done.err
    assert "was not set" in config("unset", "agent").err
    assert not file.exists()
    assert config("get", "outptu").code == 2
    unknown = config("set", "agent", "x", "--profile", "nobody")
    assert unknown.code == 2 and "no profile nobody" in unknown.err and not file.exists()


def test_an_unreadable_file_is_one_line(config: Run, file: Path) -> None:
    file.mkdir()
    for argv in (("set", "agent", "x"), ("list",)):
        done = config(*argv)
        assert done.code == 2 and str(file) in done.err and "directory" in done.err
        assert len(done.err.splitlines()) == 1


def _set(directory: str, key: str, value: str, times: int) -> None:
    for number in range(times):
        Configuration({}, {"ECLIPS_CONFIG_DIR": directory}).set(key, value.format(number))


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    jobs = [("agent", "a{}"), ("priority", "p{}"), ("max_retries", "{}"), ("output", "json")]
    workers = [context.Process(target=_set, args=(str(tmp_path), *job, 10)) for job in jobs]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    expected = {"agent": "a9", "priority": "p9", "max_retries": 9, "output": "json"}
    assert ConfigFile({"ECLIPS_CONFIG_DIR": str(tmp_path)}).profiles() == {"default": expected}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".config.lock", "config.toml"]


def test_every_value_that_is_taken_is_read_back_as_it_is() -> None:
    assert [VALUES["output"](name) for name in FORMATS] == list(FORMATS)
    assert (VALUES["request_timeout"]("2.50"), VALUES["request_timeout"]("30")) == (2.5, 30)
    assert isinstance(VALUES["request_timeout"]("30"), int)
    assert VALUES["base_url"]("https://h/x/") == "https://h/x"
    with pytest.raises(EclipsError):
        VALUES["base_url"]("")


def test_an_api_key_is_no_profiles_name(clean_env: dict[str, str]) -> None:
    key = "eck_live_0123456789abcdef0123456789abcdef"
    for argv, env in (
        (("usage", "--profile", key), {}),
        (("auth", "login", "--with-key", "--store", "file", "-p", key.upper()), {}),
        (("config", "list"), {"ECLIPS_PROFILE": key}),
    ):
        refused = run_inside(argv, {**clean_env, **env}, key)
        assert refused.code == 2 and "an API key stands where a profile's name is needed" in refused.err
        assert "eclips auth login --profile eck" not in refused.err and key[9:20] not in refused.err
    assert not list(Path(clean_env["HOME"]).rglob("*.toml"))


def test_a_store_of_a_wrong_type_is_mended_by_hand(config: Run, file: Path) -> None:
    file.write_text("[profiles.work]\nstore = 1\n")
    refused = config("list")
    assert refused.code == 2 and "hint: mend the file by hand: it is keyring or file" in refused.err


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ('[profiles."a.b"]\nbaseurl = "x"\n', "eclips config unset --profile a.b baseurl"),
        ('[profiles.work]\n"base url" = "x"\n', "eclips config unset --profile work 'base url'"),
        ('[profiles.work]\n"-x.y" = "x"\n', "eclips config unset --profile work -- -x.y"),
    ],
)
def test_what_nobody_knows_can_be_removed_as_it_is_said(config: Run, file: Path, text: str, way: str) -> None:
    file.write_text(text)
    refused = config("list")
    assert refused.code == 2 and refused.err.endswith(f"To remove it: {way}\n"), refused.err
    assert config(*shlex.split(way)[2:]).code == 0
    assert config("list").code == 0
