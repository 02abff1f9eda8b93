"""The whole program inside the test's process, for tests of any command."""

from tests.inside import inside

__all__ = ["inside"]
