"""Keys from bytes, and a line being typed with them."""

import pytest

from eclips_cli.output.keys import Key, KeyDecoder, LineEditor, taken_together


def names(*pieces: bytes) -> list[str]:
    decoder = KeyDecoder()
    return [key.name for piece in pieces for key in decoder.feed(piece)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"aR ", ["a", "R", "space"]),
        (b"\x1b[A\x1b[B\x1bOC\x1b[D", ["up", "down", "right", "left"]),
        (b"\x1b[5~\x1b[6~\x1b[H\x1b[4~\x1b[3~", ["pageup", "pagedown", "home", "end", "delete"]),
        (b"\r\n\x7f\x03\x15", ["enter", "enter", "backspace", "interrupt", "ctrl-u"]),
        (b"\x1b[1;5C\x1b[<0;3;4M\x1b[?1;2c", ["right"]),
        ("é日".encode(), ["é", "日"]),
        (b"\x1ba", ["alt-a"]),
        (b"\xff\x00", ["\ufffd", "ctrl-`"]),
        (b"\x1b[200~a\nr\x1b[201~s", ["paste", "s"]),
        (b"\x1b[Ma!!s", ["s"]),
        (b"\x1b[M \xff\xc3s", ["s"]),
        (b"\x1b[M\x1b[As", ["s"]),
        (b"\x1b[ta!\x1b[Taaarrrs", ["s"]),
        ("\x1bé".encode() + b"\xc3\x1b[As", ["alt-é", "up", "s"]),
    ],
)
def test_bytes_become_keys_however_they_are_cut(data: bytes, expected: list[str]) -> None:
    assert names(data) == expected
    assert names(*(data[i : i + 1] for i in range(len(data)))) == expected


def test_escape_alone_is_known_after_a_pause() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b") == [] and decoder.unfinished
    assert decoder.flush() == [Key("escape")] and not decoder.unfinished
    assert decoder.feed(b"a") == [Key("a", "a")]


def test_the_rest_of_a_mouse_report_is_swallowed_however_late_it_comes() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b[M") == [] and not decoder.unfinished
    assert decoder.flush() == []
    assert [key.name for key in decoder.feed(b"a!")] == []
    assert [key.name for key in decoder.feed(b"!a")] == ["a"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a", [Key("a", "a")]),
        (b"aaa", [Key("a", "a")] * 3),
        (b"\ru", [Key("enter"), Key("u", "u")]),
        (b"ar", [Key("paste", "ar")]),
        (b"INV-1 a\rs\r", [Key("paste", "INV-1 a\ns\n")]),
        (b"ab\x15cd\x1b[A", [Key("paste", "ab"), Key("ctrl-u"), Key("paste", "cd"), Key("up")]),
        (b"\x1b[200~a\x1b[201~s", [Key("paste", "a"), Key("s", "s")]),
        (b"ar\x03", [Key("paste", "ar"), Key("interrupt")]),
    ],
)
def test_several_different_letters_at_once_are_a_paste(data: bytes, expected: list[Key]) -> None:
    assert taken_together(KeyDecoder().feed(data)) == expected


def test_a_paste_is_one_key_and_decides_nothing() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b[200~approve all\r") == []
    assert not decoder.unfinished, "a long paste is not cut by a pause"
    assert decoder.feed(b"\x1b[201~") == [Key("paste", "approve all\r")]


@pytest.mark.parametrize(
    ("keys", "text", "cursor"),
    [
        ("ab", "ab", 2),
        (["a", "b", "left", "x"], "axb", 2),
        (["a", "b", "backspace", "backspace", "backspace"], "", 0),
        (["a", "b", "home", "delete"], "b", 0),
        (["one", " ", "two", "ctrl-w"], "one ", 4),
        (["one", "two", "left", "ctrl-u"], "o", 0),
        (["a", "b", "home", "ctrl-k", "end", "up", "tab"], "", 0),
    ],
)
def test_a_line_is_edited(keys: list[str], text: str, cursor: int) -> None:
    editor = LineEditor()
    for key in keys:
        typed = key in ("one", "two") or len(key) == 1
        editor.press(Key(key, key if typed else ""))
    assert (editor.text, editor.cursor) == (text, cursor)


def test_pasted_lines_become_one_and_a_long_line_follows_the_cursor() -> None:
    editor = LineEditor()
    editor.press(Key("paste", "first\r\n second\t third "))
    assert editor.text == "first second third"
    shown, at = editor.window(10)
    assert len(shown) <= 10 and shown.endswith("third") and at == len(shown)
    editor.press(Key("home"))
    assert editor.window(10) == ("first sec", 0)
