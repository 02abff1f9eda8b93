"""The command tree: every command by name and one line of help; its module is imported when it is entered."""

from __future__ import annotations

from typing import Any

import typer

from eclips_cli.commands._entries import Entry, Leaf, Noun
from eclips_cli.commands._options import every_command
from eclips_cli.commands._tree import Group

WORK = "Work"
LOOK = "Watch over"
SETUP = "Set up"

TREE: dict[str, Entry] = {
    "welcome": Leaf("Say what is configured, and what to do first", "welcome:welcome", hidden=True),
    "run": Leaf("Start a run and follow it to its end", "runs.run:run", WORK, changes=True),
    "runs": Noun(
        "List, read and follow runs",
        {
            "list": Leaf("List runs, newest first", "runs.list:list_runs"),
            "get": Leaf("Show runs with their output and triage item", "runs.get:get_runs"),
            "tail": Leaf("Print each change of runs until they end", "runs.tail:tail_runs"),
            "wait": Leaf("Wait quietly until runs end, then show them", "runs.wait:wait_for_runs"),
            "watch": Leaf("A live table of the runs that are not over yet", "runs.watch:watch_runs"),
        },
        WORK,
        examples=("eclips runs list --status failed --since 1d", "eclips runs tail @last"),
    ),
    "triage": Noun(
        "Decide what waits for a person",
        {
            "list": Leaf("List what waits for a decision", "triage.list:list_items"),
            "show": Leaf(
                "Show items with their run: money, reason, what the agent did", "triage.show:show_items"
            ),
            "approve": Leaf(
                "Approve items, which completes their runs",
                "triage.approve:approve",
                changes=True,
                decides=True,
            ),
            "reject": Leaf(
                "Reject items, which cancels their runs", "triage.reject:reject", changes=True, decides=True
            ),
            "review": Leaf(
                "Decide the queue item by item, with one key each",
                "triage.review:review",
                changes=True,
                decides=True,
            ),
            "watch": Leaf("Print new items as they arrive", "triage.watch:watch_items"),
            "export": Leaf("Write what waits into a sheet, to be decided there", "triage.export:export"),
            "apply": Leaf(
                "Send the decisions of a sheet that a person filled in",
                "triage.apply:apply",
                changes=True,
                decides=True,
            ),
        },
        WORK,
        examples=("eclips triage list --oldest-first", "eclips triage review"),
    ),
    "webhooks": Noun(
        "Tell a server when runs end: create, receive, check, forward",
        {
            "list": Leaf("List the webhooks", "webhooks.list:list_webhooks"),
            "create": Leaf(
                "Create a webhook; its secret is shown once", "webhooks.create:create", changes=True
            ),
            "delete": Leaf("Delete webhooks", "webhooks.delete:delete", changes=True),
            "verify": Leaf("Check the signature of a delivery", "webhooks.verify:verify"),
            "trigger": Leaf(
                "Send one made-up, signed delivery to a URL", "webhooks.trigger:trigger", changes=True
            ),
            "listen": Leaf("Receive deliveries on this machine", "webhooks.listen:listen"),
            "forward": Leaf(
                "Send deliveries of real runs to a local server", "webhooks.forward:forward", changes=True
            ),
        },
        WORK,
        aliases=("webhook",),
        examples=(
            "eclips webhooks create https://your-app.com/hook --secret-file hook.secret",
            "eclips webhooks forward --to http://127.0.0.1:3000/hook",
        ),
    ),
    "batches": Noun(
        "A spreadsheet becomes runs, each row exactly once",
        {
            "submit": Leaf(
                "Submit a spreadsheet as runs, each row exactly once, and follow them",
                "batches.submit:submit",
                changes=True,
            ),
            "list": Leaf(
                "List batch jobs, newest first",
                "batches.list:list_batches",
            ),
            "get": Leaf("Show batch jobs with their rows", "batches.get:get_batches"),
            "results": Leaf(
                "Each row once, in the file's order, with its outcome",
                "batches.results:batch_results",
                workbook=True,
            ),
            "wait": Leaf(
                "Follow batches to their end as one, then show their jobs", "batches.wait:wait_for_batches"
            ),
            "cancel": Leaf("Cancel batches, sent or not", "batches.cancel:cancel", changes=True),
            "retry": Leaf("Submit the failed rows of a batch again", "batches.retry:retry", changes=True),
            "resume": Leaf("Send what is unsent, and follow it", "batches.resume:resume", changes=True),
            "history": Leaf("What was submitted from this machine", "batches.history:history"),
        },
        WORK,
        aliases=("batch",),
        examples=(
            'eclips batches submit invoices.csv --task "Process invoice {number}" --results done.csv',
            "eclips batches retry @last",
        ),
    ),
    "usage": Noun(
        "Credits: used, left, and when they run out",
        {
            "summary": Leaf("Plan, period and credits used and left", "usage:summary"),
            "history": Leaf("The last 50 ledger entries, drawn over time", "usage:history"),
            "members": Leaf("Who used how much", "usage:members"),
        },
        LOOK,
        default="summary",
        examples=("eclips usage", "eclips usage --fail-under 10%"),
    ),
    "health": Leaf("Is the API up, how fast, and does the clock agree", "health:health", LOOK),
    "status": Leaf(
        "Credits, what waits, what failed, what is unfinished: one look", "status.command:status", LOOK
    ),
    "find": Leaf("What happened to INV-1001, as far as this machine knows", "find.command:find", LOOK),
    "auth": Noun(
        "API keys and profiles",
        {
            "login": Leaf(
                "Check an API key and store it in the OS keyring", "auth:login", changes=True, local=True
            ),
            "logout": Leaf("Forget a profile's stored key", "auth:logout", changes=True, local=True),
            "status": Leaf("Which key is used, where it came from, what it can do", "auth:show_status"),
            "list": Leaf("List the profiles of this machine", "auth:list_profiles"),
            "use": Leaf("Make a profile the default", "auth:use", changes=True, local=True),
        },
        SETUP,
        examples=("eclips auth login", "eclips auth status"),
    ),
    "config": Noun(
        "Settings of profiles",
        {
            "get": Leaf("Print the value of a setting that is in effect", "config:get"),
            "set": Leaf("Set a value of the profile in use", "config:set_", changes=True, local=True),
            "unset": Leaf("Take a value out of the profile in use", "config:unset", changes=True, local=True),
            "list": Leaf(
                "List each setting with its value and where that comes from", "config:list_settings"
            ),
            "path": Leaf("Print where the configuration is kept", "config:path"),
        },
        SETUP,
        examples=("eclips config list", "eclips config set agent ap_specialist"),
    ),
    "api": Leaf("Any request to the API, authenticated", "api.command:api", SETUP),
    "audit": Noun(
        "What was changed from this machine: a chained local record",
        {
            "list": Leaf("List the changes made from this machine, newest first", "audit:list_changes"),
            "verify": Leaf("Check that the record is as it was written", "audit:verify"),
            "export": Leaf(
                "Every change as one record, for finance and auditors", "audit:export", workbook=True
            ),
        },
        LOOK,
        examples=("eclips audit list --since 7d", "eclips audit export -o csv > changes.csv"),
    ),
    "help": Leaf("Show a command's page of the manual, or a topic", "help:help_", SETUP),
    "doctor": Leaf("What is wrong with this installation", "doctor.command:doctor", SETUP),
    "completion": Noun(
        "Complete commands, options and ids with TAB",
        {
            "install": Leaf(
                "Make TAB complete commands, options, values and recent ids",
                "completion:install",
                changes=True,
                local=True,
            ),
            "show": Leaf("Print the completion script of a shell", "completion:show"),
            **{
                shell: Leaf(f"Print the completion script of {shell}", f"completion:{shell}", hidden=True)
                for shell in ("bash", "zsh", "fish")
            },
        },
        SETUP,
        examples=("eclips completion install", "eclips completion show zsh"),
    ),
    "sandbox": Noun(
        "A local API for trying, testing and demos",
        {
            "serve": Leaf("Serve the sandbox until Ctrl-C", "sandbox:serve"),
            "reset": Leaf("Forget all that the sandbox holds", "sandbox:reset", changes=True, local=True),
            "status": Leaf("What the sandbox holds", "sandbox:status"),
        },
        SETUP,
        examples=("eclips sandbox serve", 'eclips --sandbox run "Get 3 vendor quotes for 500 laptops"'),
    ),
}

ROOT = Noun(
    "The command line for the Eclips API",
    {},
    alone="welcome",
    about="The command line for the Eclips API: start AI agent runs, follow them, decide what needs a person.",
    examples=(
        'eclips --sandbox run --agent procurement_specialist "Get 3 vendor quotes for 500 laptops"',
        "eclips runs list --status failed --since 1d",
        "eclips usage --fail-under 10%",
    ),
)


def build() -> Group:
    """The root of the tree, with the options every command takes."""
    shell = typer.Typer(add_completion=False, rich_markup_mode=None)
    shell.command("eclips")(every_command)
    options: Any = typer.main.get_command(shell)
    root = Group("eclips", ROOT, params=list(options.params))
    root.entries.update(TREE)
    return root
