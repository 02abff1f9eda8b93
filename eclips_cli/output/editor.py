"""One line of text being typed: the text, the cursor in it, and what each key does to them. Pure."""

from __future__ import annotations

from eclips_cli.output.keys import Key
from eclips_cli.output.spans import width_of


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
