"""Forwards as `eclips webhooks forward` does, and kills itself in front of a write to its outbox.

python -m tests.commands.webhooks.killed API HOOK OUTBOX STEP: STEP counts the writes from 1; 0 is never reached.
It ends by itself once it has made as many deliveries as WANTED says.
"""

import os
import signal
import sys
from pathlib import Path

from eclips_cli.api import EclipsClient
from eclips_cli.commands.webhooks._deliverer import Deliverer, DeliverySender
from eclips_cli.commands.webhooks._outbox import Outbox
from eclips_cli.commands.webhooks._transitions import TransitionWatch
from tests.commands.webhooks.conftest import SECRET

WRITES = ("begin", "hold", "release", "looked", "sending", "not_sent", "delivered", "given_up")


class Fragile(Outbox):
    """A outbox that kills its process in front of one of its writes."""

    def __init__(self, path: Path, step: int) -> None:
        super().__init__(path)
        self.left = step

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _counted(name: str) -> object:
    def write(self: Fragile, *args: object) -> None:
        self._count()
        getattr(Outbox, name)(self, *args)

    return write


for _name in WRITES:
    setattr(Fragile, _name, _counted(_name))


def main(api: str, hook: str, path: str, step: str) -> None:
    client = EclipsClient("eck_live_canary0123456789", base_url=api)
    outbox = Fragile(Path(path), int(step))
    watch = TransitionWatch(client, outbox)
    if outbox.fact("mark") is None:
        watch.begin(None)
    print("ready", flush=True)
    for _line in sys.stdin:
        watch.look()
        for row in Deliverer(
            outbox, DeliverySender(hook, lambda _request: None), SECRET.encode(), client
        ).turn():
            print(row["run_id"], row["event"], flush=True)
        print(f"looked {int(step) - outbox.left}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
