"""Keys from the bytes that a terminal sends, and one line of text being typed with them. Pure: tests can press them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from eclips_cli.output.spans import width_of

LONGEST_PASTE = 2_000_000
"""bytes of a paste that are kept, its last ones: more than anybody takes"""
_ENDS = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "Z": "backtab"}
_NUMBERS = {
    "1": "home", "7": "home", "4": "end", "8": "end", "3": "delete", "5": "pageup", "6": "pagedown", "200": "paste",
}  # fmt: skip
_CONTROLS = {
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x03": "interrupt",
}
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|O)?")
_PASTE_ENDS = b"\x1b[201~"
_OLD_MOUSE = {b"\x1b[M": 3, b"\x1b[t": 2, b"\x1b[T": 6}
"""bytes of any value that follow an old mouse report's beginning; they may look like letters"""


@dataclass(frozen=True)
class Key:
    """A key that was pressed: its name (`a`, `up`, `enter`, `ctrl-u`, `paste` …) and the text it stands for."""

    name: str
    text: str = ""


class KeyDecoder:
    """Makes keys of bytes as they come, in pieces of any size."""

    def __init__(self) -> None:
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._data = b""
        self._pasted: bytes | None = None
        self._swallow = 0
        """bytes of a mouse report that are still to come; however late, they are no letters"""

    @property
    def unfinished(self) -> bool:
        """Whether an escape sequence has begun; after a moment without more of it, it was the Esc key."""
        return bool(self._data) and self._pasted is None

    def feed(self, data: bytes) -> list[Key]:
        """The keys that `data` completes."""
        self._data += data
        keys: list[Key] = []
        while (found := self._next()) is not None:
            keys += found
        return [key for key in keys if key.name]

    def flush(self) -> list[Key]:
        """What an unfinished sequence was: the Esc key, and whatever stands after it is dropped."""
        pending, self._data = self._data, b""
        return [Key("escape")] if pending else []

    def _next(self) -> list[Key] | None:
        """The next keys, one without a name for what is ignored; None when more bytes are needed."""
        if self._pasted is not None:
            return self._rest_of_paste()
        skipped = min(self._swallow, len(self._data))
        self._data, self._swallow = self._data[skipped:], self._swallow - skipped
        if not self._data:
            return None
        if self._data[0] != 0x1B:
            byte, self._data = self._data[:1], self._data[1:]
            return [_plain(character) for character in self._characters.decode(byte)]
        self._characters.reset()
        found = _SEQUENCE.match(self._data)
        if found:
            self._data = self._data[found.end() :]
            return self._sequence(found.group())
        return None if _UNFINISHED.fullmatch(self._data) else self._with_alt()

    def _with_alt(self) -> list[Key] | None:
        """Esc and one character behind it."""
        lead = self._data[1]
        size = 1 if lead < 0xC2 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        if len(self._data) <= size:
            return None
        character, self._data = self._data[1 : size + 1].decode(errors="replace"), self._data[size + 1 :]
        return [Key(f"alt-{character}") if character.isprintable() else Key("escape")]

    def _sequence(self, sequence: bytes) -> list[Key] | None:
        self._swallow = _OLD_MOUSE.get(sequence, 0)
        text = sequence.decode("ascii")
        body, end = text[2:-1], text[-1]
        name = _NUMBERS.get(body.split(";")[0], "") if end == "~" else _ENDS.get(end, "")
        if name == "paste":
            self._pasted = b""
            return self._rest_of_paste()
        return [Key(name)]

    def _rest_of_paste(self) -> list[Key] | None:
        assert self._pasted is not None
        pasted = self._pasted + self._data
        body, ends, rest = pasted.partition(_PASTE_ENDS)
        if not ends:
            # all of it is looked at again when more comes: its end may be cut in two
            self._pasted, self._data = pasted[-LONGEST_PASTE:], b""
            return None
        self._pasted, self._data = None, rest
        return [Key("paste", body.decode(errors="replace"))]


def taken_together(keys: list[Key]) -> list[Key]:
    """The keys of one moment: several different letters are no typing, but a paste or a scanner.

    They become `paste`, with the Enters among them, so that none of them means anything by itself.
    """
    if len({key.text for key in keys if key.name != "paste" and key.text}) < 2:
        return keys
    merged: list[Key] = []
    for key in keys:
        text = "\n" if key.name == "enter" else key.text
        if not text:
            merged.append(key)
        elif merged and merged[-1].name == "paste":
            merged[-1] = Key("paste", merged[-1].text + text)
        else:
            merged.append(Key("paste", text))
    return merged


def _plain(character: str) -> Key:
    if character in _CONTROLS:
        return Key(_CONTROLS[character])
    if character == " ":
        return Key("space", " ")
    if character < " ":
        return Key(f"ctrl-{chr(ord(character) + 96)}")
    return Key(character, character) if character.isprintable() else Key("")


class LineEditor:
    """A line that a person types, pasted line ends becoming spaces."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.cursor = len(text)

    def press(self, key: Key) -> None:
        """Do what a key means; keys that mean nothing here change nothing."""
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        if key.name == "backspace":
            before = before[:-1]
        elif key.name == "delete":
            after = after[1:]
        elif key.name == "ctrl-u":
            before = ""
        elif key.name == "ctrl-k":
            after = ""
        elif key.name == "ctrl-w":
            kept = before.rstrip(" ")
            before = kept[: kept.rfind(" ") + 1]
        elif key.text:
            before += " ".join(key.text.split()) if key.name == "paste" else key.text
        self.text, self.cursor = before + after, len(before)
        self._move(key.name)

    def _move(self, name: str) -> None:
        moved = {
            "left": self.cursor - 1, "right": self.cursor + 1,
            "home": 0, "ctrl-a": 0, "end": len(self.text), "ctrl-e": len(self.text),
        }  # fmt: skip
        self.cursor = min(max(moved.get(name, self.cursor), 0), len(self.text))

    def window(self, width: int) -> tuple[str, int]:
        """The part of the text around the cursor that fits into `width` cells, and the cursor's cell in it."""
        begin = self.cursor
        while begin > 0 and width_of(self.text[begin - 1 : self.cursor]) < width:
            begin -= 1
        end = self.cursor
        while end < len(self.text) and width_of(self.text[begin : end + 1]) < width:
            end += 1
        return self.text[begin:end], width_of(self.text[begin : self.cursor])
