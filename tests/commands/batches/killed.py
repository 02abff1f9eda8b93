"""Runs `eclips` and kills itself, as SIGKILL does, at the write to the journal that it is told.

python -m tests.commands.batches.killed STEP ARGV...: STEP is `before:7` (in front of the seventh write), `after:7`,
or `none`, which runs to the end.
"""

import os
import signal
import sys

from eclips_cli.commands.batches import _look_up, _submissions
from eclips_cli.main import main
from eclips_cli.records.journal import Journal

WRITES = ("begin", "add_job", "ready", "sending", "accepted", "not_sent", "unknown")
STEP = "none"


class Fragile(Journal):
    """A journal that kills its process at one of its writes."""

    def __init__(self, folder):
        super().__init__(folder)
        self._when, _, number = STEP.partition(":")
        self._left = int(number or -1)

    def _maybe(self, when):
        if when == self._when and self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _killing(name):
    def write(self, *args, **more):
        self._left -= 1
        self._maybe("before")
        done = getattr(Journal, name)(self, *args, **more)
        self._maybe("after")
        return done

    return write


for _name in WRITES:
    setattr(Fragile, _name, _killing(_name))


if __name__ == "__main__":
    STEP = sys.argv[1]
    _submissions.Journal = Fragile
    _look_up.LookUp.__init__.__kwdefaults__["settling"] = (0.1, 0.2)
    sys.exit(main(sys.argv[2:]))
