"""Runs `eclips` and kills itself, as SIGKILL does, at a write of what `--once` knows.

python -m tests.commands.runs.killed STEP ARGV...: STEP is `before:1` (in front of the first write), `after:1`, or `none`.
"""

import os
import signal
import sys

from eclips_cli.main import main
from eclips_cli.records.journal.once import OnceKeys

WRITES = ("sending", "accepted", "unknown", "not_sent")


def fragile(step: str) -> None:
    """Make the process die at `step`."""
    when, _, number = step.partition(":")
    left = [int(number or 0)]

    def killing(name: str) -> None:
        write = getattr(OnceKeys, name)

        def at(moment: str) -> None:
            if moment == when and left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def killed(self: OnceKeys, *args: object) -> None:
            left[0] -= 1
            at("before")
            write(self, *args)
            at("after")

        setattr(OnceKeys, name, killed)

    for name in WRITES:
        killing(name)


if __name__ == "__main__":
    fragile(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
