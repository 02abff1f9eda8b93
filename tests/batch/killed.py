"""Submits a file as `eclips batches submit` does, and kills itself at the step that it is told.

python -m tests.batch.killed STATE URL FILE STEP: STEP is a number of writes to the journal, with
`before` or `after`: `before:7` is killed in front of the seventh. `none` runs to the end.
"""

import os
import signal
import sys
from pathlib import Path

from eclips_cli.api import EclipsClient, SystemClock
from eclips_cli.batch.desk import Desk, Place
from eclips_cli.batch.journal import Journal
from eclips_cli.batch.lookup import LookUp
from eclips_cli.batch.plan import choose_mapping
from eclips_cli.batch.reading import open_rows
from eclips_cli.batch.recording import Order
from eclips_cli.batch.sending import Sender

WRITES = ("begin", "add_job", "ready", "sending", "accepted", "not_sent", "unknown")


class Fragile(Journal):
    """A journal that kills its process at one of its writes."""

    def __init__(self, folder, step):
        super().__init__(folder)
        when, _, number = step.partition(":")
        self._when, self._left = when, int(number or -1)

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


def _quickly_settled(journal, client, clock, *, note, **options):
    look_up = LookUp(client.batches.list, clock, note, settling=(0.1, 0.2))
    return Sender(journal, client, clock, note=note, look_up=look_up, **options)


def main(state, url, file, step):
    folder = Path(state)
    folder.mkdir(parents=True, exist_ok=True)
    client = EclipsClient("eck_live_0123456789abcdef0123456789abcdef", base_url=url)
    desk = Desk(folder, lambda: client, SystemClock(), Place("default", url), sender=_quickly_settled)
    desk.__dict__["journal"] = Fragile(folder, step)
    source = open_rows(Path(file))
    mapping = choose_mapping(source, template="Process {number}")
    desk.submit(Order(source, mapping, "June", "ap_specialist", "default", url))
    print("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
