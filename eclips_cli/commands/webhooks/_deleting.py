"""Deleting webhooks: the question to a person, and what is shown of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from eclips_cli.credentials import webhook_secrets
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.webhooks import Webhooks


def question(ids: Sequence[str]) -> str:
    """What a person is asked before `ids` are deleted."""
    if len(ids) == 1:
        return f"Delete webhook {ids[0]}?"
    shown = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
    return f"Delete {len(ids)} webhooks ({shown})?"


def deleted(webhooks: Webhooks, webhook_id: str, environ: Mapping[str, str]) -> JsonObject:
    """Delete one, and its secret from the keyring: the API's answer, with the id that it is about.

    Raises what `Webhooks.delete` raises.
    """
    answer = webhooks.delete(webhook_id).json
    webhook_secrets.forget(webhook_id, environ)
    return {"id": webhook_id, **answer}
