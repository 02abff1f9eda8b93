"""Live values for the completion scripts, from what this machine remembers: no network, no framework.

`eclips __complete KIND BEGUN WORD...` prints one a line: what can be typed, a tab, what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.output.cells import safe_text
from eclips_cli.records.recent import Recent, memory_of

REMEMBERED = ("run", "triage", "batch", "webhook")
MOST = 50
"""how many ids are offered while nothing of one is written"""
WIDEST = 60
"""cells of a description"""
KNOWN_AGENTS = {
    "center": "the orchestrator, and the default",
    "ap_specialist": "accounts payable",
    "procurement_specialist": "quotes and purchases",
    "contract_reviewer": "contracts",
    "hr_query": "questions of employees",
    "inventory_monitor": "stock",
    "payroll": "payroll",
}
"""agents that public pages name; the API knows more, and lists them nowhere"""

Candidate = tuple[str, str]


def lines(asked: list[str], environ: Mapping[str, str]) -> Iterator[str]:
    """The lines for `KIND BEGUN WORD...`; WORDs are those before the cursor, the program's name first."""
    kind, begun, *words = asked
    for text, about in _of_kind(kind, begun, words, environ):
        # what can't be shown, or would be taken for an option, is not worth offering
        if text.startswith(begun) and text.isprintable() and not text.startswith("-"):
            yield f"{text}\t{safe_text(about)[:WIDEST].rstrip()}\n"


def _of_kind(kind: str, begun: str, words: list[str], environ: Mapping[str, str]) -> Iterable[Candidate]:
    if kind == "profile":
        return [
            (name, str(values.get("base_url", ""))) for name, values in ConfigFile(environ).profiles().items()
        ]
    recent = Recent(environ, _memory(words, environ))
    if kind == "agent":
        seen = {entry.id: entry.label for entry in recent.candidates("agent")}
        return {**dict.fromkeys(seen, "seen on this machine"), **KNOWN_AGENTS}.items()
    return _ids(recent, kind, begun) if kind in REMEMBERED else ()


def agent_hint(refusal: str, recent: Recent) -> str | None:
    """The agent type nearest to one that the API did not know, by the words in which it refused it."""
    from difflib import get_close_matches

    known = [*KNOWN_AGENTS, *(entry.id for entry in recent.candidates("agent"))]
    for word in refusal.replace("'", " ").replace('"', " ").split():
        near = get_close_matches(word.strip(".,:;`"), known, n=1, cutoff=0.7)
        if near:
            return f"did you mean {near[0]}?"
    return None


def _ids(recent: Recent, kind: str, begun: str) -> Iterator[Candidate]:
    found = recent.candidates(kind, begun)
    if "@last".startswith(begun) and recent.newest(kind):
        yield "@last", f"the {kind} started last from here"
    for entry in found if begun else found[:MOST]:
        yield entry.id, entry.label


def _memory(words: list[str], environ: Mapping[str, str]) -> str:
    """Whose memory to look in: the profile and the sandbox as the words before the cursor have them."""
    profile = environ.get("ECLIPS_PROFILE")
    sandbox = "--sandbox" in words or environ.get("ECLIPS_SANDBOX", "").lower() in ("1", "true", "yes", "on")
    for before, word in zip(["", *words], words, strict=False):
        if before in ("-p", "--profile"):
            profile = word
        elif word.startswith("--profile="):
            profile = word.partition("=")[2]
    return memory_of(profile or ConfigFile(environ).active() or "default", sandbox=sandbox)
