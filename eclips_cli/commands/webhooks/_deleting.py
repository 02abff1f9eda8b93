"""Deleting a webhook, and the secret that was kept for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eclips_cli.credentials import webhook_secrets
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.webhooks import Webhooks


def deleted(webhooks: Webhooks, webhook_id: str, environ: Mapping[str, str]) -> JsonObject:
    """Delete one, and its secret from the keyring: the API's answer, with the id that it is about.

    Raises what `Webhooks.delete` raises.
    """
    answer = webhooks.delete(webhook_id).json
    webhook_secrets.forget(webhook_id, environ)
    return {"id": webhook_id, **answer}
