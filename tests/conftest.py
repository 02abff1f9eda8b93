"""Fixtures for all tests, and the marker for tests that need a Debian part."""

import functools
import importlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import pytest

from eclips_cli import app, masking
from eclips_cli.commands import _tree
from tests.forking import FORKER
from tests.installed import PROGRAM, api_env, clean_env, eclips, faulty, server
from tests.servers.cron import RealCron

__all__ = ["api_env", "clean_env", "eclips", "faulty", "server"]


# local time is shown: the same on every machine
os.environ["TZ"] = "UTC"
time.tzset()
ROOT = Path(__file__).parents[1]

# how long an example takes says how busy the machine is
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


# what a worker has compiled of the tests, the others take, whatever this machine thinks of such files
sys.dont_write_bytecode = False


def pytest_collection(session: pytest.Session) -> None:
    """Workers start at once and would each compile all tests: each begins with others, and finds the rest done."""
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    begin = len(files) * number // workers
    if workers > 1 and not session.config.getoption("file_or_dir"):
        for file in files[begin:] + files[:begin]:
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def all_is_required() -> bool:
    """Whether every Debian part must be there (in CI), so that a test that is skipped is one that fails."""
    return os.environ.get("ECLIPS_TESTS_REQUIRE_DEBIAN") == "1"


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """A command that is entered again in the test's process is not made anew: typer takes a third of its time for it."""
    with (
        mock.patch.object(_tree, "load_command", functools.cache(_tree.load_command)),
        mock.patch.object(app, "build", functools.cache(app.build)),
    ):
        yield


@pytest.fixture(autouse=True)
def no_known_keys() -> None:
    """What one test gave as a key is not masked in another's texts."""
    masking.forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a missing Debian command or file, with the reason; where all must be there, let it fail."""
    for item in items:
        parts = [part for marker in item.iter_markers("debian") for part in marker.args]
        missing = [part for part in dict.fromkeys(parts) if not is_there(part)]
        if missing and not all_is_required():
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))
    # its minute has passed by then
    items.sort(key=lambda item: item.name == "test_a_real_cron_runs_it")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A worker takes a file after the other, the largest first: what waits in one is beside what computes in the next."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


def is_there(part: str) -> bool:
    """Whether a command is on the PATH, or a file (which begins with a slash) exists."""
    return Path(part).exists() if part.startswith("/") else shutil.which(part) is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Where all is required, a test that was skipped has failed."""
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """And so has a file of tests."""
    return _not_skipped((yield))


def _not_skipped(report: Any) -> Any:
    if report.skipped and all_is_required() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


CRON = pytest.StashKey[RealCron]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """In CI a real cron daemon runs beside the tests, one for all workers, which find it by the variable."""
    for_all = all_is_required() and not hasattr(session.config, "workerinput")
    if for_all and os.geteuid() == 0 and shutil.which("cron"):
        directory = Path(tempfile.mkdtemp(prefix="eclips-cron-"))
        session.config.stash[CRON] = RealCron(directory, PROGRAM)
        os.environ["ECLIPS_TESTS_CRON"] = str(directory)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End it, and the process that forks."""
    FORKER.close()
    cron = session.config.stash.get(CRON, None)
    if cron is not None:
        cron.close()
        shutil.rmtree(cron.directory)


def pytest_xdist_auto_num_workers() -> int:
    """With `-n auto`: two workers a core and one more, because tests wait for others as much as they compute."""
    return 2 * (os.cpu_count() or 1) + 1
