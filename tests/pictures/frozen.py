"""The program on a morning that is always the same: `python -m tests.pictures.frozen SECONDS ARGV…`.

Time begins at 2026-06-06 09:00 UTC plus SECONDS and goes on at its own pace; ids are the same each time.
"""

import random
import secrets
import sys
import time
import uuid

MORNING = 1_780_736_400.0


def freeze(offset: float) -> None:
    """Set this process's clock and its source of ids."""
    begun, luck = time.monotonic(), random.Random(offset)
    time.time = lambda: MORNING + offset + time.monotonic() - begun
    secrets.choice = luck.choice
    uuid.uuid4 = lambda: uuid.UUID(int=luck.getrandbits(128), version=4)


if __name__ == "__main__":
    freeze(float(sys.argv[1]))
    from eclips_cli.main import main

    sys.exit(main(sys.argv[2:]))
