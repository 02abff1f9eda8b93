"""Keys from the bytes that a terminal sends: letters, arrows, pasted text. Pure, so that tests can press them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

LONGEST_PASTE = 2_000_000
"""characters of a paste that are kept, its last ones: more than anybody takes"""
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
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])")
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?")
_PASTE_ENDS = "\x1b[201~"


@dataclass(frozen=True)
class Key:
    """A key that was pressed: its name (`a`, `up`, `enter`, `ctrl-u`, `paste` …) and the text it stands for."""

    name: str
    text: str = ""


class KeyDecoder:
    """Makes keys of bytes as they come, in pieces of any size."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""
        self._pasted: str | None = None

    @property
    def unfinished(self) -> bool:
        """Whether an escape sequence has begun; after a moment without more of it, it was the Esc key."""
        return bool(self._text) and self._pasted is None

    def feed(self, data: bytes) -> list[Key]:
        """The keys that `data` completes."""
        self._text += self._decode(data)
        keys = []
        while (key := self._next()) is not None:
            if key.name:
                keys.append(key)
        return keys

    def flush(self) -> list[Key]:
        """What an unfinished sequence was: the Esc key, and whatever stands after it is dropped."""
        pending, self._text = self._text, ""
        return [Key("escape")] if pending else []

    def _next(self) -> Key | None:
        """The next key, one without a name for what is ignored; None when more bytes are needed."""
        if self._pasted is not None:
            return self._rest_of_paste()
        if not self._text:
            return None
        if self._text[0] != "\x1b":
            character, self._text = self._text[0], self._text[1:]
            return _plain(character)
        found = _SEQUENCE.match(self._text)
        if found:
            self._text = self._text[found.end() :]
            return self._sequence(found.group())
        if _UNFINISHED.fullmatch(self._text):
            return None
        character, self._text = self._text[1], self._text[2:]
        return Key(f"alt-{character}") if character.isprintable() else Key("escape")

    def _sequence(self, text: str) -> Key:
        body, end = text[2:-1], text[-1]
        name = _NUMBERS.get(body.split(";")[0], "") if end == "~" else _ENDS.get(end, "")
        if name == "paste":
            self._pasted = ""
            return self._rest_of_paste() or Key("")
        return Key(name)

    def _rest_of_paste(self) -> Key | None:
        assert self._pasted is not None
        pasted = self._pasted + self._text
        body, ends, rest = pasted.partition(_PASTE_ENDS)
        if not ends:
            # all of it is looked at again when more comes: its end may be cut in two
            self._pasted, self._text = pasted[-LONGEST_PASTE:], ""
            return None
        self._pasted, self._text = None, rest
        return Key("paste", body)


def _plain(character: str) -> Key:
    if character in _CONTROLS:
        return Key(_CONTROLS[character])
    if character == " ":
        return Key("space", " ")
    if character < " ":
        return Key(f"ctrl-{chr(ord(character) + 96)}")
    return Key(character, character) if character.isprintable() else Key("")
