"""A review without a terminal: keys and news in, decisions and screens out, time in the test's hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from eclips_cli.commands.triage._decide import Decision
from eclips_cli.commands.triage._review.controller import HELD, UNSEEN, Review
from eclips_cli.commands.triage._review.delayed_sender import DelayedSender
from eclips_cli.commands.triage._review.items import PendingDecision, ReviewItems
from eclips_cli.commands.triage._review.screen import render
from eclips_cli.commands.triage.review import play
from eclips_cli.errors import NotFound, ServerError
from eclips_cli.output.keys import Key
from eclips_cli.output.spans import width_of

GRACE = 4.0


class Reader:
    """Remembers what it was asked to read."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.doubted: list[str] = []

    def want(self, items: list[Any]) -> None:
        self.wanted = [item.id for item in items]

    def doubt(self, items: list[Any]) -> None:
        self.doubted = [item.id for item in items]


class Played:
    """A review of items named a, b, c …, its clock moved by hand; decisions go to `sent` when it finishes."""

    def __init__(self, names: str) -> None:
        self.time = 100.0
        self.sent: list[PendingDecision] = []
        self.reader = Reader()
        self.review = Review(
            ReviewItems(map(listed, names)), grace=GRACE, monotonic=lambda: self.time, now=lambda: 0.0
        )
        self.sender = DelayedSender(self.sent.append, lambda: self.time)
        self.review.work_with(self.sender, self.reader)  # type: ignore[arg-type]
        self.state = self.review.refresh()

    def press(self, *names: str, pause: float = 1.5 * HELD) -> Played:
        for name in names:
            self.time += pause
            self.review.press(Key(name, name if len(name) == 1 else ""))
            self.state = self.review.refresh()
        return self

    def news(self, what: Callable[..., None], *arguments: Any) -> Played:
        what(*arguments)
        self.state = self.review.refresh()
        return self

    @property
    def shown(self) -> str:
        return self.state.item.id if self.state.item else ""

    def screen(self, width: int = 100, height: int = 30) -> str:
        page = render(self.state, width, height, color=False)
        self.review.laid_out(page.furthest, page.page)
        assert len(page.lines) <= height
        return "\n".join(page.lines)

    def finish(self) -> list[tuple[str, str, str | None]]:
        assert self.sender.finish(30) == []
        return [(one.item.id, one.decision.verb, one.decision.note) for one in self.sent]


def listed(name: str) -> dict[str, Any]:
    return {"id": name, "run_id": f"run-{name}", "status": "pending", "triage_reason": f"why {name}",
            "title": f"item {name}", "agent_runs": {"agent_type": "ap", "confidence_score": 0.71}}  # fmt: skip


def test_keys_decide_one_item_after_the_other() -> None:
    played = Played("abcd").press("a", "r", *"too", "space", *"much", "enter", "s")
    assert played.shown == "d" and (played.state.approved, played.state.rejected, played.state.skipped) == (
        1,
        1,
        1,
    )
    assert played.finish() == [("a", "approve", None), ("b", "reject", "toomuch")]


def test_a_reason_can_be_left_out_or_taken_back() -> None:
    played = Played("ab").press("r", "x", "escape")
    assert played.shown == "a" and played.state.mode == "read"
    played.press("r", "enter")
    assert played.finish() == [("a", "reject", None)]


def test_the_reason_of_what_comes_back_is_kept() -> None:
    played = Played("ab").press("r", *"why", "enter", "u", "r")
    assert played.state.editor.text == "why"
    played.press("enter")
    played.finish()
    played.news(played.review.has_failed, played.sent[0], ServerError("no"))
    assert played.press("s", "r").state.editor.text == "why"


def test_letters_of_a_reason_decide_nothing() -> None:
    played = Played("abc").press("r", *"aqsu?")
    assert played.shown == "a" and not played.review.left and played.state.editor.text == "aqsu?"
    assert played.finish() == []


def test_a_paste_or_a_scanner_decides_nothing_and_is_text_in_a_reason() -> None:
    played = Played("ab")
    played.review.press(Key("paste", "ars\n"))
    assert played.shown == "a" and not played.review.left
    played.state = played.review.refresh()
    assert "press one" in played.screen()
    played.press("r")
    played.review.press(Key("paste", "INV-1\n"))
    assert played.state.mode == "reason" and played.state.editor.text == "INV-1"
    assert played.finish() == []


def test_undo_takes_back_what_was_not_sent_in_reverse_order() -> None:
    played = Played("abc").press("a", "s", "u")
    assert played.shown == "b" and played.state.approved == 1
    played.press("u")
    assert played.shown == "a" and played.state.approved == 0
    assert "nothing to undo" in played.press("u").screen()
    assert played.finish() == []


def test_what_was_sent_is_not_undone() -> None:
    played = Played("ab").press("a")
    played.finish()
    assert "too late" in played.press("u").screen() and played.shown == "b"


def test_the_grace_is_shown() -> None:
    played = Played("ab").press("a")
    assert "approved item a  sent in 4 s, u undoes" in played.screen()
    played.time += 2
    played.state = played.review.refresh()
    assert "sent in 2 s" in played.screen()


def test_a_key_held_down_decides_once() -> None:
    played = Played("abcdef").press("a").press(*"aaaaaa", pause=HELD / 3)
    assert played.shown == "b"
    assert played.press("a").shown == "c"


def test_pasted_text_decides_nothing() -> None:
    played = Played("abc")
    played.review.press(Key("paste", "aaaa\rq"))
    assert played.review.refresh().item is played.review.items.waiting[0] and not played.review.left


def test_a_failed_decision_comes_next_with_its_error_and_counts_until_it_is_decided() -> None:
    played = Played("abc").press("a")
    played.finish()
    failed = played.sent[0]
    played.news(played.review.has_failed, failed, ServerError("answered 502\x1b[2J"))
    assert played.shown == "b", "what is being read is not pulled away"
    assert "approve failed, it comes next: item a" in played.screen() and played.state.failed == 1
    played.press("s")
    assert played.shown == "a" and "was not accepted: answered 502\\x1b[2J" in played.screen()
    played.press("a")
    assert played.state.failed == 0 and played.shown == "c"


def test_an_item_that_comes_up_by_itself_is_not_decided_by_a_key_meant_for_nothing() -> None:
    played = Played("a").press("a")
    assert "queue is clear" in played.screen()
    played.news(played.review.was_listed, [listed("z")], "")
    assert played.press("a", pause=UNSEEN / 2).shown == "z"
    assert played.press("s", pause=UNSEEN).shown == ""


def test_resolved_by_somebody_else() -> None:
    played = Played("abcd")
    waiting = played.review.items.waiting
    played.news(played.review.was_gone, waiting[1], "approved")
    assert "approved by somebody else meanwhile: item b" in played.screen() and played.state.left == 3
    played.news(played.review.was_gone, waiting[0], "rejected")
    assert played.shown == "a" and "rejected by somebody else meanwhile" in played.screen()
    played.press("a")
    assert played.shown == "c" and played.state.gone == 2
    played.press("a")
    late = played.sender.pending[0]
    played.finish()
    played.news(played.review.was_late, late, "approved")
    assert (played.state.gone, played.state.approved, played.shown) == (3, 0, "d")


def test_a_reason_for_what_somebody_else_resolves_meanwhile_rejects_nothing() -> None:
    played = Played("ab").press("r", *"why")
    assert "Enter rejects" in played.screen()
    played.news(played.review.was_gone, played.review.items.waiting[0], "approved")
    assert "Enter rejects" not in played.screen()
    assert "Enter goes back: it is approved already, and not rejected" in played.screen()
    assert "Enter goes back" in played.screen(24, 8)
    played.press("enter")
    assert (played.state.mode, played.shown, played.state.rejected) == ("read", "a", 0)
    assert played.press("a").shown == "b" and played.finish() == []


def test_a_reading_that_overlaps_our_own_decision_is_not_somebody_else() -> None:
    played = Played("ab")
    item = played.review.items.waiting[0]
    played.press("a").news(played.review.was_gone, item, "approved")
    assert played.state.gone == 0 and played.state.approved == 1


def test_the_queue_grows_and_what_left_it_is_looked_at() -> None:
    played = Played("abc")
    played.news(played.review.was_listed, [listed("a"), listed("c"), listed("d")], "")
    assert (played.state.total, played.state.left) == (4, 4) and played.reader.doubted == ["b"]
    played.news(played.review.was_listed, [], "no answer")
    assert "no answer" in played.screen() and played.state.left == 4
    played.press("s")
    assert played.reader.wanted == ["b", "c", "d"]


def test_skipped_items_can_be_gone_through_again() -> None:
    played = Played("ab").press("s", "s")
    assert "2 items were skipped" in " ".join(played.screen().split()) and played.shown == ""
    assert played.press("enter").shown == "a"


LONG = {
    "run": {"output": {"lines": [f"line {number}" for number in range(200)]}, "task": "t"},
    "triage_item": listed("a"),
}


def test_long_output_is_scrolled_under_the_money_and_the_reason() -> None:
    played = Played("ab")
    played.news(played.review.was_read, played.review.items.waiting[0], LONG)
    assert "line 3" in played.screen() and "line 199" not in played.screen()
    for key, there in (
        ("G", "line 199"),
        ("g", "line 3"),
        ("space", "line 20"),
        ("end", "line 199"),
        ("b", "line 180"),
    ):
        played.press(key)
        assert there in played.screen(), key
        assert "! why a" in played.screen()
    assert "↑" in played.screen() and "↓" in played.screen()
    before = played.state.scroll
    assert played.press("j").state.scroll == before + 1
    assert played.press("s").state.scroll == 0


def test_help_shows_the_keys_and_any_key_goes_back() -> None:
    played = Played("ab").press("?")
    assert "undo the last decision" in " ".join(played.screen().split())
    assert played.press("a").shown == "a" and played.state.mode == "read"
    assert played.press("q").review.left == "done"


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 160])
@pytest.mark.parametrize("height", [5, 10, 24, 50])
def test_every_screen_fits_any_terminal(width: int, height: int) -> None:
    played = Played("abc")
    played.news(played.review.was_read, played.review.items.waiting[0], LONG)
    for keys in ((), ("?",), ("x",), ("r", *"日本語 reason"), ("escape",), ("a",), ("s", "s", "s")):
        screen = played.press(*keys).screen(width, height)
        assert all(width_of(line) <= width for line in screen.split("\n"))
    if width >= 60:
        assert "q leave" in screen


def test_play_ends_on_a_closed_terminal_and_draws_only_what_is_there() -> None:
    keys = [Key("s"), Key("resize"), Key("closed")]
    drawn: list[list[str]] = []

    class Screen:
        def size(self) -> tuple[int, int]:
            return 80, 24

        def draw(self, lines: Any, cursor: Any = None) -> None:
            drawn.append(lines)

        def read(self, timeout: float) -> Key | None:
            return keys.pop(0)

        def wake(self) -> None:
            pass

    played = Played("ab")
    play(played.review, Screen(), color=True)
    assert played.review.left == "closed" and len(drawn) == 3 and "\x1b[1m" in drawn[0][0]


def test_the_sender_sends_in_order_after_the_grace_and_not_twice() -> None:
    sent: list[str] = []
    done = threading.Event()

    def send(decided: PendingDecision) -> None:
        sent.append(decided.item.id)
        if len(sent) == 3:
            done.set()

    sender = DelayedSender(send)
    items = ReviewItems(map(listed, "abcd"))
    one, two, three, four = (PendingDecision(item, Decision("approve")) for item in items.waiting)
    four.due = 1e6 + time.monotonic()
    for decided in (one, two, three, four):
        sender.put(decided)
    assert done.wait(20)
    assert sent == ["a", "b", "c"] and sender.pending == [four]
    assert sender.take_back(four) and not sender.take_back(one)
    assert sender.finish(20) == [] and sent == ["a", "b", "c"]


def test_what_can_not_be_sent_in_time_is_told() -> None:
    stuck = threading.Event()
    sender = DelayedSender(lambda _decided: stuck.wait(60) and None)
    items = ReviewItems(map(listed, "ab"))
    one, two = (PendingDecision(item, Decision("approve")) for item in items.waiting)
    sender.put(one)
    sender.put(two)
    assert sender.finish(0.2) == [one, two]
    stuck.set()


def test_notfound_is_an_error_like_others() -> None:
    played = Played("a").press("a")
    played.finish()
    played.news(played.review.has_failed, played.sent[0], NotFound("was not found"))
    assert played.shown == "a" and "was not found" in played.screen()
