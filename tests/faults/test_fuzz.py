"""Whatever a person or a file says: an answer or one clear error, never a fault of the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eclips_cli import app
from eclips_cli.api.http.checks import check_base_url, check_path, segment
from eclips_cli.api.http.retry import LONGEST_BELIEVED, parse_retry_after
from eclips_cli.commands import _arguments
from eclips_cli.commands._entries import Leaf
from eclips_cli.commands.batches.plan.template import Template
from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.durations import parse_duration, parse_instant, parse_iso
from eclips_cli.errors import EclipsError, UsageError
from eclips_cli.session.ids import IdResolver
from tests.faults.healthy import Healthy
from tests.faults.running import run
from tests.servers.raw import RawServer

ANY = st.text(st.characters(), max_size=40)
NUMBERISH = st.text("0123456789.smhdw-+eE٣ _ TZ:", max_size=14)


@given(ANY | NUMBERISH)
def test_a_duration(text: str) -> None:
    try:
        assert 0 <= parse_duration(text) <= 10 * 366 * 86400
    except UsageError as error:
        assert error.hint


@given(ANY | NUMBERISH)
def test_an_instant(text: str) -> None:
    parse_iso(text)
    with suppress(UsageError):
        assert isinstance(parse_instant(text, 1e9), float)


@given(ANY | NUMBERISH | st.from_regex(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"), ANY)
def test_retry_after(value: str, date: str) -> None:
    seconds = parse_retry_after(value, date=date, now=1e9)
    assert seconds is None or 0 <= seconds <= LONGEST_BELIEVED


@given(ANY)
def test_an_id_stays_one_part_of_a_path(text: str) -> None:
    try:
        part = segment(text)
    except UsageError:
        return
    assert part.isascii() and part.isprintable() and not set(part) & set("/?#\\ ") and part not in (".", "..")


@given(ANY.map("/".__add__) | ANY)
def test_a_path(text: str) -> None:
    try:
        path = check_path(text)
    except UsageError:
        return
    assert path.startswith("/") and ".." not in path.split("?")[0].split("/")


@given(ANY | ANY.map("https://".__add__) | ANY.map("http://localhost".__add__))
def test_a_base_url(text: str) -> None:
    try:
        url = check_base_url(text)
    except EclipsError:
        return
    assert url.startswith(("https://", "http://")) and "@" not in url.split("/")[2]


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3),
    max_leaves=8,
)


@given(ANY | JSONISH.map(json.dumps), st.lists(ANY, max_size=3))
def test_data(text: str, members: list[str]) -> None:
    try:
        found = _arguments.read_data(text, None, members) if not text.startswith(("@", "-")) else {}
    except UsageError:
        return
    assert isinstance(found, dict)


PIECES = {"{a}": "a", "{ b c }": "b c", "{{": "{", "}}": "}"}


@given(st.lists(st.sampled_from(list(PIECES)) | st.text("%s(d)x é\n", max_size=4), max_size=6), ANY, ANY)
def test_a_template_fills_in_what_the_cells_say_and_nothing_else(
    parts: list[str], one: str, two: str
) -> None:
    cells = {"a": one, "b c": two}
    try:
        template = Template("".join(parts))
    except UsageError:
        assert not {"{a}", "{ b c }"} & set(parts) or "{{" in parts or "}}" in parts
        return
    template.check(list(cells))
    filled = template.filler(lambda name: name, plain=None, allow_empty=True)(cells)
    expected = "".join(cells.get(PIECES.get(part, ""), PIECES.get(part, part)) for part in parts)
    used = [cells[PIECES[part]] for part in parts if PIECES.get(part) in cells]
    if "{{" not in parts and "}}" not in parts:
        assert filled == (expected if any(map(str.strip, used)) else "")


@given(ANY)
def test_any_template(text: str) -> None:
    try:
        Template(text).check(["a"])
    except UsageError as error:
        assert error.message


@given(ANY, st.lists(ANY, max_size=4))
def test_what_stands_for_an_id(text: str, known: list[str]) -> None:
    ids = IdResolver(
        "run",
        last=lambda: known[0] if known else "",
        remembered=lambda prefix: [each for each in known if each.startswith(prefix)],
        listed=lambda: [{"id": each} for each in known],
        stdin=iter(known),  # type: ignore[arg-type]
    )
    try:
        found = ids.many([text])
    except UsageError:
        return
    assert all(isinstance(each, str) for each in found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.binary(max_size=80)
    | ANY.map(lambda text: f"[profiles.x]\nagent = {text!r}\n".encode("utf-8", "replace"))
)
def test_a_configuration(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    file = ConfigFile({"ECLIPS_CONFIG_DIR": str(tmp_path)})
    try:
        assert isinstance(file.profiles(), dict)
        file.active()
    except EclipsError as error:
        assert "\n" not in error.message.strip()


def _words() -> list[str]:
    words = [
        "@last",
        "-",
        "--",
        "-h",
        "-o",
        "json",
        "tsv",
        "",
        "x",
        "0",
        "-1",
        "1e999",
        "a=b",
        "{}",
        "@/nowhere",
    ]
    for noun, entry in app.TREE.items():
        words.append(noun)
        words += [] if isinstance(entry, Leaf) else list(entry.commands)
    options = (
        "all limit fields jq quiet verbose curl dry-run no-input color timeout max-outage status since yes"
    )
    return words + [f"--{name}" for name in options.split()] + [f"--{name}=x" for name in options.split()]


@pytest.fixture(scope="module")
def api() -> Iterator[Any]:
    with RawServer(answer=Healthy(runs=3)) as server:
        yield server


NEVER_ENDING = {"watch", "serve", "listen", "forward", "--watch", "review", "install"}


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(argv=st.lists(st.sampled_from(_words()) | ANY, min_size=1, max_size=6), terminal=st.booleans())
def test_a_command_line(api: Any, tmp_path: Path, argv: list[str], terminal: bool) -> None:
    if set(argv) & NEVER_ENDING or any(word.startswith("--base-url") for word in argv):
        return
    env = {
        "HOME": str(tmp_path),
        "ECLIPS_API_KEY": "eck_live_0123456789",
        "ECLIPS_BASE_URL": api.url,
        "PATH": "/bin",
    }
    ran = run(["--no-input", *argv], env, stdin=b"", terminal=terminal)
    assert ran.code in {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
    assert b"Traceback" not in ran.err and b"a fault of eclips" not in ran.err, ran.err


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fields=ANY, form=st.sampled_from(["table", "tsv", "csv", "json", "jsonl", "id"]))
def test_fields(api: Any, tmp_path: Path, fields: str, form: str) -> None:
    env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": "eck_live_0123456789", "ECLIPS_BASE_URL": api.url}
    ran = run(["runs", "list", f"--fields={fields}", "-o", form], env)
    assert ran.code in (0, 2)
    assert b"a fault of eclips" not in ran.err
