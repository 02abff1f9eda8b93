"""How long somebody goes on waiting: until a deadline, and through how long an outage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eclips_cli.errors import WaitTimeout

if TYPE_CHECKING:
    from eclips_cli.api.waiting import Clock


@dataclass
class Patience:
    """How long to go on: `max_outage` seconds without a good answer, and until `deadline` (monotonic)."""

    clock: Clock
    max_outage: float
    deadline: float | None
    last_good: float = field(init=False)
    good_answers: int = 0

    def __post_init__(self) -> None:
        self.last_good = self.clock.monotonic()

    def refill(self) -> None:
        """A good answer came."""
        self.last_good = self.clock.monotonic()
        self.good_answers += 1

    def left(self) -> float:
        """Seconds until the deadline; WaitTimeout when it has passed."""
        if self.deadline is None:
            return float("inf")
        left = self.deadline - self.clock.monotonic()
        if left <= 0:
            raise WaitTimeout("the run is not over yet; it goes on")
        return left

    def outage_left(self) -> float:
        """Seconds until the outage has lasted too long."""
        return self.max_outage - (self.clock.monotonic() - self.last_good)

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the deadline; WaitTimeout when it comes."""
        if seconds > 0:
            self.clock.sleep(min(seconds, self.left()))
        self.left()
