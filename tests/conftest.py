"""Fixtures for all tests, and the marker for tests that need a Debian part."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.installed import PROGRAM, api_env, clean_env, eclips, faulty, server
from tests.servers.cron import RealCron

__all__ = ["api_env", "clean_env", "eclips", "faulty", "server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a missing Debian command, with the reason; where all must be there, let it fail."""
    required = os.environ.get("ECLIPS_TESTS_REQUIRE_DEBIAN") == "1"
    for item in items:
        for marker in item.iter_markers("debian"):
            missing = [command for command in marker.args if shutil.which(command) is None]
            if missing and not required:
                item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))
    # its minute has passed by then
    items.sort(key=lambda item: item.name == "test_a_real_cron_runs_it")


CRON = pytest.StashKey[RealCron]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """In CI a real cron daemon runs beside the tests, one for all workers, which find it by the variable."""
    for_all = os.environ.get("ECLIPS_TESTS_REQUIRE_DEBIAN") == "1" and not hasattr(
        session.config, "workerinput"
    )
    if for_all and os.geteuid() == 0 and shutil.which("cron"):
        directory = Path(tempfile.mkdtemp(prefix="eclips-cron-"))
        session.config.stash[CRON] = RealCron(directory, PROGRAM)
        os.environ["ECLIPS_TESTS_CRON"] = str(directory)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End it."""
    cron = session.config.stash.get(CRON, None)
    if cron is not None:
        cron.close()
        shutil.rmtree(cron.directory)


def pytest_xdist_auto_num_workers() -> int:
    """With `-n auto`: two workers a core, because tests wait for processes and servers as much as they compute."""
    return 2 * (os.cpu_count() or 1)
