"""How `--help` reads: usage, what the command does, its options, examples that can be pasted."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from typing import Any

from eclips_cli.docstrings import split_doc

_TOPICS = "`eclips help` lists topics too: exit-codes, environment, output, keys, cron and more."
_ELSEWHERE = "`eclips --help` lists the options that every command takes."


def write_command(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the help of one command."""
    _fit(formatter)
    paragraphs, examples = split_doc(command.help or "")
    command.format_usage(ctx, formatter)
    _write_paragraphs(formatter, paragraphs)
    records = [(param, param.get_help_record(ctx)) for param in command.get_params(ctx)]
    for title, kind in (("Arguments", "argument"), ("Options", "option")):
        rows = [record for param, record in records if record and param.param_type_name == kind]
        _write_rows(formatter, title, rows)
    _write_lines(formatter, "Examples", examples)
    _write_paragraphs(formatter, [_ELSEWHERE])


def write_group(group: Any, ctx: Any, formatter: Any) -> None:
    """Write the help of a group: its commands under the headings of what people want to do."""
    _fit(formatter)
    root = ctx.parent is None
    group.format_usage(ctx, formatter)
    _write_paragraphs(formatter, (group.help or "").split("\n\n"))
    panels: dict[str, list[tuple[str, str]]] = {}
    for name in group.list_commands(ctx):
        listed = group.get_command(ctx, name)
        if not listed.hidden:
            panels.setdefault(listed.rich_help_panel, []).append((name, listed.help))
    for title, rows in panels.items():
        _write_rows(formatter, title, rows)
    options = [record for param in group.get_params(ctx) if (record := param.get_help_record(ctx))]
    _write_rows(
        formatter, "Options every command takes, before or after its name" if root else "Options", options
    )
    _write_lines(formatter, "Examples", list(group.examples))
    _write_paragraphs(formatter, [_TOPICS if root else _ELSEWHERE])


def _fit(formatter: Any) -> None:
    """Make help as narrow as the terminal is: typer's formatter stops at 50 cells."""
    formatter.width = max(min(formatter.width, shutil.get_terminal_size().columns or 80), 20)


def _write_paragraphs(formatter: Any, paragraphs: list[str]) -> None:
    for paragraph in paragraphs:
        formatter.write_paragraph()
        verbatim = paragraph.startswith("  ")
        text = paragraph if verbatim else textwrap.fill(" ".join(paragraph.split()), formatter.width)
        formatter.write(text + "\n")


def _write_rows(formatter: Any, title: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(strong(title)):
            formatter.write_dl(rows)


def _write_lines(formatter: Any, title: str, lines: list[str]) -> None:
    if lines:
        with formatter.section(strong(title)):
            for line in lines:
                formatter.write(f"  {line}".rstrip() + "\n")


def strong(title: str) -> str:
    """A heading, bold on a terminal that wants it."""
    if not sys.stdout.isatty():
        return title
    from eclips_cli.output import choices, theme

    return theme.painted(title, theme.STRONG, on=choices.wants_color(None, os.environ, terminal=True))
