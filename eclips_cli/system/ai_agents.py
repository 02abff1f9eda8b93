"""Whether an AI agent runs this process, by what agents put into the environment of the commands they start.

Only what an agent itself sets counts. Settings of a person for one (`CODEX_HOME`, `AIDER_MODEL`, `COPILOT_MODEL`), and
what editors set for whoever types in them (`CURSOR_TRACE_ID`, `TERM_PROGRAM`), say nothing of who runs a command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

NAMED_BY_VALUE = "AI_AGENT"
"""the variable that any agent may set to its own name"""
VARIABLES = {
    "CLAUDECODE": "Claude Code", "CLAUDE_CODE": "Claude Code", "CODEX_SANDBOX": "Codex", "CODEX_THREAD_ID": "Codex",
    "CODEX_CI": "Codex", "CURSOR_AGENT": "Cursor", "GEMINI_CLI": "Gemini CLI", "COPILOT_CLI": "GitHub Copilot",
    "COPILOT_AGENT": "GitHub Copilot", "COPILOT_AGENT_SESSION_ID": "GitHub Copilot", "OPENCODE": "opencode",
    "OPENCODE_CLIENT": "opencode", "AMP_CURRENT_THREAD_ID": "Amp", "AUGMENT_AGENT": "Augment",
    "QWEN_CODE": "Qwen Code", "CLINE_ACTIVE": "Cline", "ROO_ACTIVE": "Roo Code", "GOOSE_TERMINAL": "goose",
    "CRUSH": "Crush", "ANTIGRAVITY_AGENT": "Antigravity", "TRAE_AI_SHELL_ID": "Trae", "PI_CODING_AGENT": "Pi",
    "GROK_AGENT": "Grok", "OPENCLAW_SHELL": "OpenClaw",
}  # fmt: skip
"""variables that one agent sets, whatever to, and what it is called"""
VALUES = {
    "AGENT": ("amp", "claude", "claude-code", "codex", "crush", "cursor", "gemini", "goose", "opencode", "pi"),
    "CURSOR_EXTENSION_HOST_ROLE": ("agent-exec",),
    "AWS_EXECUTION_ENV": ("amazonq-for-cli", "amazonq-for-ide"),
}  # fmt: skip
"""variables that others set, too: only these values are an agent's, alone or with a version behind them"""
_OFF = ("", "0", "false", "no", "off")
_LONGEST = 60


class AiAgent(NamedTuple):
    """An agent that says that it is there: the `variable` that does, and the agent's `name`."""

    variable: str
    name: str


def running(environ: Mapping[str, str]) -> AiAgent | None:
    """The AI agent that runs this command as far as the environment says; None where it says nothing."""
    for variable in (NAMED_BY_VALUE, *VARIABLES, *VALUES):
        value = environ.get(variable, "").strip()
        if value.lower() in _OFF:
            continue
        if variable in VARIABLES:
            return AiAgent(variable, VARIABLES[variable])
        if variable == NAMED_BY_VALUE or re.split(r"[@_/\s]", value.lower())[0] in VALUES[variable]:
            shown = "".join(char for char in value if char.isprintable())[:_LONGEST]
            return AiAgent(variable, "an AI agent" if shown.lower() in ("1", "true", "yes") else shown)
    return None
