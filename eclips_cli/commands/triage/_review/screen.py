"""How a review looks: one item a screen, the money and the reason first. Lines from a state, at any size. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from eclips_cli.commands.triage._review.items import Item, PendingDecision
from eclips_cli.commands.triage._view import body, headline
from eclips_cli.counting import how_many
from eclips_cli.output import theme
from eclips_cli.output.keys import LineEditor
from eclips_cli.output.spans import Line, both_ends, clipped, line_width, painted, width_of, wrapped

WIDEST = 110
"""cells that are used of a wide terminal: longer lines are hard to read"""
MARGIN = 2
LOW = 16
"""lines below which the headline scrolls with the rest"""
AGED = 30
"""seconds after which an item is laid out anew, because it is older"""
NARROW = 64
"""cells below which a title stands behind what happened to it"""
LOWEST = 10
"""lines below which nothing but the item, the last word and the keys is left"""
KEYS = (("a", "approve"), ("r", "reject"), ("s", "skip"), ("u", "undo"), ("?", "keys"), ("q", "leave"))
HELP = (
    ("a", "approve the item"),
    ("r", "reject it; asks for a reason: Enter sends it, Esc goes back"),
    ("s", "skip it for now; skipped items can be gone through again at the end"),
    ("u", "undo the last decision, as long as it has not been sent, or the last skip"),
    ("j k ↓ ↑", "scroll a line"),
    ("space b", "scroll a page"),
    ("g G", "to the top, to the end"),
    ("q", "leave: what was decided is sent, a summary is printed"),
)


@dataclass
class ReviewState:
    """What there is to show."""

    item: Item | None = None
    left: int = 0
    total: int = 0
    approved: int = 0
    rejected: int = 0
    skipped: int = 0
    gone: int = 0
    failed: int = 0
    graced: PendingDecision | None = None
    """the newest decision that can still be undone"""
    seconds: int = 0
    """until it is sent"""
    busy: int = 0
    message: tuple[str, str] = ("", "")
    trouble: str = ""
    notice: str = ""
    """what stands at the right of the top: the profile, a dry run"""
    mode: str = "read"
    """read, reason or help"""
    editor: LineEditor = field(default_factory=LineEditor)
    scroll: int = 0
    now: float = 0.0


@dataclass(frozen=True)
class Frame:
    """The lines of the screen, the cursor in them, and how far the item can be scrolled, in lines and by page."""

    lines: list[str]
    cursor: tuple[int, int] | None
    furthest: int
    page: int


def render(state: ReviewState, width: int, height: int, *, color: bool) -> Frame:
    """The page of a state for a terminal of `width` by `height`."""
    room = max(min(width - 2 * MARGIN, WIDEST), 10)
    top, foot = _top(state, room), _foot(state, room)
    if height < LOWEST:
        top = top[:1]
    fixed, scrolled = _middle(state, room, height)
    space = max(height - len(top) - len(fixed) - len(foot) - (height >= LOWEST), 1)
    furthest = max(len(scrolled) - space, 0)
    begin = min(state.scroll, furthest)
    shown = scrolled[begin : begin + space]
    middle = [*fixed, *shown, *([[]] * (space - len(shown)))]
    edge = [_edge(begin, len(scrolled) - begin - len(shown), room)] if height >= LOWEST else []
    lines = [*top, *middle, *edge, *foot]
    cursor = _cursor(state, room, len(lines) - len(foot))
    margin = " " * MARGIN if width > 2 * MARGIN + 10 else ""
    texts = [margin + painted(clipped(line, room), color=color) if line else "" for line in lines]
    return Frame(texts[:height], cursor, furthest, max(space - 2, 1))


def _top(state: ReviewState, room: int) -> list[Line]:
    done = state.total - state.left - state.skipped
    left: Line = [("Triage", "bold")]
    left += [(f"  {state.left} to decide" if state.left else "  nothing left to decide", theme.DIM)]
    tallies = [
        (state.approved, "✓", "approved", "green"), (state.rejected, "–", "rejected", ""),
        (state.skipped, "»", "skipped", ""), (state.gone, "=", "by others", ""), (state.failed, "✗", "failed", "red"),
    ]  # fmt: skip
    words = room >= 70
    right: Line = [(f"{state.notice}  ", "yellow")] if state.notice and words else []
    for count, symbol, word, style in tallies:
        if count:
            right += [(f"{symbol} {count} {word}  " if words else f"{symbol}{count} ", style or theme.DIM)]
    if right:
        right[-1] = (right[-1][0].rstrip(), right[-1][1])
    filled, track = theme.bar(done / state.total if state.total else 1.0, room)
    return [both_ends(left, right, room), [(filled, "green"), (track, theme.DIM)], []]


def _middle(state: ReviewState, room: int, height: int) -> tuple[list[Line], list[Line]]:
    """What stays on the screen, and what is scrolled under it."""
    if state.mode == "help":
        return [], _help(room)
    item = state.item
    if item is None:
        return [], _end(state, room)
    head: list[Line] = []
    if item.error:
        head += [*wrapped([(f"✗ {item.error}", "bold red")], room, "  "), []]
    if item.gone:
        text = f"= {item.gone} by somebody else meanwhile: any key of a decision goes on"
        head += [*wrapped([(text, "bold yellow")], room, "  "), []]
    head += [*headline(item.detail, room), []]
    wanted = (room, state.now // AGED)
    if item.layout[0] != wanted:
        item.layout = (wanted, body(item.detail, room, state.now))
    rest = list(item.layout[1])
    if item.unread:
        rest += [[], *wrapped([(f"the run could not be read: {item.unread}", "yellow")], room)]
    elif item.read is None:
        rest += [[], [("reading what the agent did …", theme.DIM)]]
    low = height < LOW or len(head) > height // 2
    return ([], [*head, *rest]) if low else (head, rest)


def _end(state: ReviewState, room: int) -> list[Line]:
    lines: list[Line] = [[]]
    if state.skipped:
        skipped = how_many(state.skipped, "item was", "items were")
        lines += wrapped([(f"Everything else is decided; {skipped} skipped.", "bold")], room)
        lines += [[], [("Enter", "bold"), ("  go through them again", "")]]
    else:
        lines += [[("✓ ", "bold green"), ("The queue is clear.", "bold")], []]
        lines += wrapped([("New items appear here as they arrive.", theme.DIM)], room)
    return [*lines, [("q", "bold"), ("  leave, with a summary", "")]]


def _help(room: int) -> list[Line]:
    lines: list[Line] = [[("Keys", "bold")], []]
    for key, meaning in HELP:
        lines += wrapped([(key.ljust(9), "bold"), (meaning, "")], room, " " * 9)
    text = "A decision is sent a few seconds after it was made, while you read on. Any key goes back."
    return [*lines, [], *wrapped([(text, theme.DIM)], room)]


def _edge(above: int, below: int, room: int) -> Line:
    """The line under the item, which says where more of it is."""
    parts = [f"↑ {above} more" if above else "", f"↓ {below} more" if below else ""]
    words = "  ".join(part for part in parts if part)
    if not words:
        return [("─" * room, theme.DIM)]
    return [("─" * max(room - width_of(words) - 4, 0), theme.DIM), (f" {words} ", ""), ("──", theme.DIM)]


def _foot(state: ReviewState, room: int) -> list[Line]:
    if state.mode == "reason":
        label, _cursor_at, text = _prompt(state, room)
        keys: Line = [
            ("Enter", "bold"),
            (" rejects   ", theme.DIM),
            ("Esc", "bold"),
            (" goes back", theme.DIM),
        ]
        if state.item is not None and state.item.gone:
            said = f" goes back: it is {state.item.gone} already, and not rejected"
            keys = clipped([("Enter", "bold"), (said, theme.DIM)], room)
        return [[(label, "bold"), (text, "")], keys]
    return [_said(state, room), _keys(room)]


def _prompt(state: ReviewState, room: int) -> tuple[str, int, str]:
    label = "Reason: "
    text, at = state.editor.window(room - len(label) - 1)
    return label, len(label) + at, text


def _cursor(state: ReviewState, room: int, row: int) -> tuple[int, int] | None:
    if state.mode != "reason":
        return None
    return row, MARGIN + _prompt(state, room)[1]


def _said(state: ReviewState, room: int) -> Line:
    """What was just done and can be undone, or what there is to say."""
    text, style = state.message
    if text:
        return clipped([(text, style)], room)
    if state.graced is not None:
        mark = theme.mark(state.graced.decision.done)
        behind: Line = [(f"  sent in {state.seconds} s, ", theme.DIM), ("u", "bold"), (" undoes", theme.DIM)]
        line: Line = [(f"{mark.symbol} {state.graced.decision.done} ", mark.color)]
        if room < NARROW:  # what happened, and what can be done about it, stand before the title
            behind = [(f"{state.seconds} s, ", theme.DIM), ("u", "bold"), (" undoes  ", theme.DIM)]
            return clipped([*line, *behind, (state.graced.item.detail.name, "")], room)
        named = clipped([(state.graced.item.detail.name, "")], room - line_width(line) - line_width(behind))
        return [*line, *named, *behind]
    if state.busy:
        return [(f"sending {state.busy} …", theme.DIM)]
    return clipped([(state.trouble, "yellow")], room) if state.trouble else []


def _keys(room: int) -> Line:
    line: Line = []
    gap = "   " if room >= 64 else "  "
    for key, meaning in KEYS:
        line += [(key, "bold"), (f" {meaning}{gap}", theme.DIM)]
    line[-1] = (line[-1][0].rstrip(), theme.DIM)
    if line_width(line) > room:
        return [
            ("a", "bold"),
            (" yes ", theme.DIM),
            ("r", "bold"),
            (" no ", theme.DIM),
            ("?", "bold"),
            (" keys", theme.DIM),
        ]
    return line
