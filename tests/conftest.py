"""Fixtures for all tests, and the marker for tests that need a Debian part."""

import os
import shutil

import pytest

from tests.installed import api_env, clean_env, eclips, faulty, server

__all__ = ["api_env", "clean_env", "eclips", "faulty", "server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a missing Debian command, with the reason; where all must be there, let it fail."""
    required = os.environ.get("ECLIPS_TESTS_REQUIRE_DEBIAN") == "1"
    for item in items:
        for marker in item.iter_markers("debian"):
            missing = [command for command in marker.args if shutil.which(command) is None]
            if missing and not required:
                item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))
