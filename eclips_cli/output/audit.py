"""Whether the audit record is whole, for a person."""

from __future__ import annotations

from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text


def verdict(found: JsonObject, look: theme.Look) -> str:
    """What `audit verify` found as lines of text: the verdict, each problem by its line, the head."""
    counted = f"{found['lines']:,} lines, {found['changes']:,} changes"
    if not found["lines"] and found["ok"]:
        return f"nothing is recorded yet in {safe_text(found['file'])}\n"
    sign, word = ("✓", "the chain is whole") if found["ok"] else ("✗", "the chain is broken")
    shown = [theme.painted(f"{sign} {word}: {counted}", "green" if found["ok"] else "red", on=look.color)]
    for problem in found["problems"]:
        where = f"line {problem['line']}" if problem["line"] else "all of it"
        shown.append(f"  {where}: {problem['problem']}: {problem['detail']}")
    if found["without_outcome"]:
        shown.append(f"  {found['without_outcome']:,} changes without an outcome: killed, or still at it")
    if found["mended_after_a_crash"]:
        shown.append(
            f"  {found['mended_after_a_crash']:,} lines cut short by a crash, noted by the lines after them"
        )
    since = found["lines_since_known_head"]
    if since is not None:
        shown.append(f"  the known head is in it; {since:,} lines were added since")
    if found["head"]:
        shown.append(f"  head  {found['head']}")
    return "\n".join(shown) + "\n"
