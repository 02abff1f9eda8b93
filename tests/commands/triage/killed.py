"""`eclips triage apply` that kills itself with SIGKILL at a moment: `python -m … MOMENT COUNT ARG…`."""

import itertools
import os
import signal
import sys
from typing import Any

from eclips_cli.api.triage import Triage
from eclips_cli.main import main
from eclips_cli.records.decisions import DecisionJournal

MOMENTS = {
    "before the intent": (DecisionJournal, "sending", "before"),
    "after the intent": (DecisionJournal, "sending", "after"),
    "after the answer": (Triage, "_resolve", "after"),
    "after the outcome": (DecisionJournal, "done", "after"),
}


def armed(moment: str, count: int) -> None:
    """Die at the `count`-th time that this moment comes."""
    owner, name, when = MOMENTS[moment]
    original: Any = getattr(owner, name)
    counter = itertools.count(1)

    def dying(self: Any, *args: Any) -> Any:
        last = next(counter) == count
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(self, *args)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


if __name__ == "__main__":
    armed(sys.argv[1], int(sys.argv[2]))
    sys.exit(main(tuple(sys.argv[3:])))
